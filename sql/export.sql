-- What goes into exports. Whether it may, is asked of gate.py.

-- name: runs
-- The label runs that have anything to show, as they were begun.
select
  label_runs.id,
  label_runs.name,
  label_runs.rater,
  label_runs.provider,
  label_runs.model,
  label_runs.created_at
from label_runs
where exists (select 1 from labels where labels.label_run_id = label_runs.id)
order by label_runs.id

-- name: labels
-- Every label of a run with what is known of its photo, the best first; failures at the end.
select
  labels.id as label_id,
  labels.status,
  labels.score,
  labels.reasoning,
  labels.error,
  labels.latency_ms,
  images.id as image_id,
  images.path,
  images.width,
  images.height,
  images.location,
  images.captured_at,
  images.bytes is not null as on_disk,
  images.mtime,
  collections.root,
  subjects.species
from labels
join images on images.id = labels.image_id
join collections on collections.id = images.collection_id
left join subjects on subjects.image_id = images.id
where labels.label_run_id = :run
order by labels.score is null, labels.score desc, images.id

-- name: subscores
select name, value, weight, note
from subscores
where label_id = :label
order by weight desc, name

-- name: thumbnail
select jpeg, width, height
from thumbnails
where image_id = :image
