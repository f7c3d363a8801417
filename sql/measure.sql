-- Reading pixels. What is pending is listed once, then worked through by id.

-- name: start_list
create temp table if not exists to_measure (
  image_id integer primary key,
  measurement integer not null,
  thumbnail integer not null
) strict;
delete from temp.to_measure

-- name: list_pending
insert into temp.to_measure (image_id, measurement, thumbnail)
select image_id, measurement, thumbnail
from pending_measure

-- name: list_all
-- Every photo that can be read, animal or not.
insert into temp.to_measure (image_id, measurement, thumbnail)
select image_id, 1, 0
from readable
where not measured
on conflict (image_id) do update set measurement = 1

-- name: list_targets
-- What a label run has left to rate, and nobody has measured yet.
insert into temp.to_measure (image_id, measurement, thumbnail)
select readable.image_id, 1, 1
from pending_label
join readable on readable.image_id = pending_label.image_id
where pending_label.label_run_id = :run
  and not readable.measured

-- name: list_thumbnails
-- A thumbnail of everything that is or was measured.
insert into temp.to_measure (image_id, measurement, thumbnail)
select image_id, 0, 1
from measurements
where not exists (select 1 from thumbnails where thumbnails.image_id = measurements.image_id)
on conflict (image_id) do nothing;
update temp.to_measure
set thumbnail = 1
where not exists (select 1 from thumbnails where thumbnails.image_id = to_measure.image_id)

-- name: count_listed
select count(*)
from temp.to_measure

-- name: work
select
  images.id as image_id,
  collections.root,
  images.path,
  to_measure.measurement,
  to_measure.thumbnail,
  subjects.detection_id,
  subjects.x,
  subjects.y,
  subjects.w,
  subjects.h
from temp.to_measure
join images on images.id = to_measure.image_id
join collections on collections.id = images.collection_id
left join subjects on subjects.image_id = images.id
where to_measure.image_id > :after
order by to_measure.image_id
limit :limit

-- name: save_measurement
insert or replace into measurements (
  image_id, version, detection_id, measured_at, monochrome, brightness, colourfulness,
  content_top, content_bottom, subject_width, subject_height, subject_brightness, subject_contrast, subject_clipped,
  subject_sharpness, background_sharpness, separation
)
values (
  :image, :version, :detection, :now, :monochrome, :brightness, :colourfulness,
  :content_top, :content_bottom, :subject_width, :subject_height, :subject_brightness, :subject_contrast, :subject_clipped,
  :subject_sharpness, :background_sharpness, :separation
)

-- name: save_thumbnail
insert or replace into thumbnails (image_id, width, height, jpeg)
values (:image, :width, :height, :jpeg)

-- name: save_hash
update images
set sha256 = :sha256
where id = :image

-- name: save_failure
update images
set failure = :failure
where id = :image

-- name: save_missing
update images
set bytes = null
where id = :image

-- name: forget_failures
update images
set failure = null
where failure is not null
  and bytes is not null

-- name: totals
select
  (select count(*) from measurements) as measured,
  (select count(*) from thumbnails) as thumbnails
