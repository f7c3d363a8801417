-- Answers to "which of these two is better?", by people and models.

-- name: answers
-- The answers of one run, or of all, about photos of different bursts: frames of one burst have standings
-- of their own.
select comparisons.first_image_id, comparisons.second_image_id, comparisons.outcome
from comparisons
join images as one on one.id = comparisons.first_image_id
join images as other on other.id = comparisons.second_image_id
where (:run is null or comparisons.label_run_id = :run)
  and coalesce(one.sequence_id, -one.id) <> coalesce(other.sequence_id, -other.id)
order by comparisons.id

-- name: asked
-- The pairs that a run has compared.
select first_image_id, second_image_id
from comparisons
where label_run_id = :run

-- name: skipped
-- The pairs that a person has passed over.
select image_id, other_id
from skips
where label_run_id = :run
  and other_id is not null

-- name: best_scored
-- The photos with the highest scores that may leave and can be seen, one of each burst: where scores clump, pairs
-- decide. Several frames of a burst among the best leave room for others.
with best as (
  select gallery.image_id, gallery.score
  from gallery
  cross join images on images.id = gallery.image_id
  where gallery.score is not null
    and gallery.held = 0
    and gallery.failed = 0
    and images.failure is null
    and (
      images.bytes is not null
      or exists (select 1 from thumbnails where thumbnails.image_id = images.id)
    )
  order by gallery.score desc, gallery.image_id
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
-- The runs that have compared photos of different bursts.
select distinct label_runs.id, label_runs.name
from comparisons
join label_runs on label_runs.id = comparisons.label_run_id
join images as one on one.id = comparisons.first_image_id
join images as other on other.id = comparisons.second_image_id
where coalesce(one.sequence_id, -one.id) <> coalesce(other.sequence_id, -other.id)
order by label_runs.id
