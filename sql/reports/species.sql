-- Species
-- What the classifier names the animals, in how many photos, and how those score.
select
  coalesce(subjects.species, '(not named)') as species,
  count(*) as photos,
  count(heroes.image_id) as rated,
  round(avg(heroes.score), 2) as mean_score,
  round(max(heroes.score), 2) as best_score
from subjects
left join heroes on heroes.image_id = subjects.image_id
group by subjects.species
order by photos desc
