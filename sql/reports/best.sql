-- Best photos
-- Every photo that anybody has rated, the best first, with its score by each kind of rater.
select image_id, round(score, 2) as score, species, location, captured_at, path, veto
from heroes
order by heroes.score desc, image_id
limit 500
