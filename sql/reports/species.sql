-- Species
-- What the classifier names the animals, in how many photos, and how those score.
with seen as (
  select coalesce(species, '(not named)') as species, count(distinct image_id) as photos
  from detections
  where category = 'animal'
    and confidence >= (select value from settings where name = 'animal_confidence')
  group by 1
),
scored as (
  select coalesce(species, '(not named)') as species, count(*) as rated, avg(score) as mean, max(score) as best
  from heroes
  group by 1
)
select
  seen.species,
  seen.photos,
  coalesce(scored.rated, 0) as rated,
  round(scored.mean, 2) as mean_score,
  round(scored.best, 2) as best_score
from seen
left join scored on scored.species = seen.species
order by seen.photos desc
