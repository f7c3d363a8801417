-- Vectors of photos from image encoders, that the scorer may learn from.

-- name: add_encoder
insert into encoders (sha256, preparation, path, dimensions)
values (:sha256, :preparation, :path, :dimensions)
on conflict (sha256, preparation) do update set path = excluded.path

-- name: encoder
select id
from encoders
where sha256 = :sha256
  and preparation = :preparation

-- name: by_id
select *
from encoders
where id = :encoder

-- name: dimensions
select dimensions
from encoders
where id = :encoder

-- name: start_list
create temp table if not exists to_encode (image_id integer primary key) strict;
delete from temp.to_encode

-- name: list
-- Photos that the scorer can read and that have no vector yet; of some label runs, those with a score.
insert into temp.to_encode (image_id)
select scorer_features.image_id
from scorer_features
join images on images.id = scorer_features.image_id
where images.bytes is not null
  and images.failure is null
  and not exists (
    select 1
    from embeddings
    where embeddings.encoder_id = :encoder
      and embeddings.image_id = scorer_features.image_id
  )
  and (
    json_array_length(:runs) = 0
    or exists (
      select 1
      from labels
      where labels.image_id = scorer_features.image_id
        and labels.score is not null
        and labels.label_run_id in (select value from json_each(:runs))
    )
  )

-- name: count
select count(*)
from temp.to_encode

-- name: work
select to_encode.image_id, collections.root, images.path, detections.x, detections.y, detections.w, detections.h
from temp.to_encode
join images on images.id = to_encode.image_id
join collections on collections.id = images.collection_id
left join measurements on measurements.image_id = to_encode.image_id
left join detections on detections.id = measurements.detection_id
where to_encode.image_id > :after
order by to_encode.image_id
limit :limit

-- name: save
insert or replace into embeddings (encoder_id, image_id, vector)
values (?, ?, ?)

-- name: of
select image_id, vector
from embeddings
where encoder_id = :encoder
  and image_id in (select value from json_each(:images))
