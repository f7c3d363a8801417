-- Label runs: what they were asked, what is left, what came back.

-- name: run
select *
from label_runs
where name = :name

-- name: runs_of
-- The runs that have the same identity, the latest first.
select *
from label_runs
where rater = :rater
  and provider = :provider
  and model = :model
  and params = :params
  and image_size is :image_size
order by id desc

-- name: names_like
select name
from label_runs
where name = :name
   or name glob :name || '-[0-9]*'

-- name: add_run
insert into label_runs (name, rater, provider, model, params, image_size, state, created_at)
values (:name, :rater, :provider, :model, :params, :image_size, 'running', :now)

-- name: target_selection
-- Ask for the candidates of a selection: the best of every class first, then the second best ...
insert or ignore into label_targets (label_run_id, image_id, position)
select
  :run,
  image_id,
  (select coalesce(max(position), 0) from label_targets where label_run_id = :run)
  + row_number() over (order by rank, category)
from candidates
where selection_id = :selection

-- name: target_image
insert or ignore into label_targets (label_run_id, image_id, position)
select
  :run,
  :image,
  1 + (select coalesce(max(position), 0) from label_targets where label_run_id = :run)

-- name: image_by_path
select id
from images
where collection_id = :collection
  and path = :path

-- name: images_below
select id
from images
where collection_id = :collection
  and bytes is not null
  and substr(path, 1, length(:below)) = :below
order by path

-- name: reopen
update label_runs
set state = 'running', finished_at = null
where id = :run
  and exists (select 1 from pending_label where label_run_id = :run)

-- name: close
update label_runs
set state = 'done', finished_at = :now
where id = :run
  and state <> 'done'
  and not exists (select 1 from pending_label where label_run_id = :run)

-- name: list_work
-- What is to be labeled in this go, in order.
create temp table if not exists to_label (
  position integer primary key,
  image_id integer not null
) strict;
delete from temp.to_label;
insert into temp.to_label (position, image_id)
select position, image_id
from pending_label
where label_run_id = :run
order by position
limit :limit

-- name: work
-- What is known of the next photos to be labeled.
select
  to_label.position,
  images.id as image_id,
  images.bytes is not null as on_disk,
  images.failure,
  measurements.*
from temp.to_label
join images on images.id = to_label.image_id
left join measurements on measurements.image_id = images.id
where to_label.position > :after
order by to_label.position
limit :count

-- name: animals
-- The confident animal boxes of a photo, its subject first.
select detections.x, detections.y, detections.w, detections.h
from subjects
join detections
  on detections.image_id = subjects.image_id
  and detections.source = (select source from detections where id = subjects.detection_id)
where subjects.image_id = :image
  and detections.category = 'animal'
  and detections.x is not null
  and (
    detections.id = subjects.detection_id
    or detections.confidence >= (select value from settings where name = 'animal_confidence')
  )
order by detections.id = subjects.detection_id desc, detections.w * detections.h desc, detections.id

-- name: save
insert into labels (label_run_id, image_id, status, score, reasoning, error, latency_ms, created_at)
values (:run, :image, :status, :score, :reasoning, :error, :latency_ms, :now)
returning id

-- name: save_subscore
insert into subscores (label_id, name, value, weight, note)
values (?, ?, ?, ?, ?)

-- name: forget_failures
-- So that they are pending again.
delete from labels
where label_run_id = :run
  and status <> 'ok'

-- name: progress
select
  (select count(*) from label_targets where label_run_id = :run) as asked,
  (select count(*) from labels where label_run_id = :run and status = 'ok') as labeled,
  (select count(*) from labels where label_run_id = :run and status <> 'ok') as failed,
  (select count(*) from pending_label where label_run_id = :run) as left_over,
  (select avg(score) from labels where label_run_id = :run) as mean
