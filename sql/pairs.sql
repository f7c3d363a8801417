-- Answers to "which of these two is better?", by people and models.

-- name: answers
-- The answers of one run, or of all.
select first_image_id, second_image_id, outcome
from comparisons
where :run is null
   or label_run_id = :run
order by id

-- name: best_scored
-- The photos with the highest scores, one of each burst: where scores clump, pairs decide.
with placed as (
  select
    image_id,
    score,
    row_number() over (
      partition by coalesce(sequence_id, -image_id)
      order by score desc, image_id
    ) as place
  from heroes
  where score is not null
)
select image_id, score
from placed
where place = 1
order by score desc, image_id
limit :count

-- name: runs
-- The runs that have compared photos.
select label_runs.id, label_runs.name, count(*) as answers
from comparisons
join label_runs on label_runs.id = comparisons.label_run_id
group by label_runs.id
order by label_runs.id
