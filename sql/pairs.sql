-- Answers to "which of these two is better?", by people and models.

-- name: answers
-- The answers of one run, or of all.
select first_image_id, second_image_id, outcome
from comparisons
where :run is null
   or label_run_id = :run
order by id

-- name: asked
-- The pairs that a run has compared.
select first_image_id, second_image_id
from comparisons
where label_run_id = :run

-- name: best_scored
-- The photos with the highest scores that may leave, one of each burst: where scores clump, pairs
-- decide. Several frames of a burst among the best leave room for others.
with best as (
  select image_id, score
  from gallery
  where score is not null
    and held = 0
    and failed = 0
  order by score desc, image_id
  limit 10 * :count
),
placed as (
  select
    best.image_id,
    best.score,
    row_number() over (
      partition by coalesce(images.sequence_id, -best.image_id)
      order by best.score desc, best.image_id
    ) as place
  from best
  join images on images.id = best.image_id
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
