-- Albums: what may be chosen, what a person wants, what was chosen.

-- name: pool
-- Photos with a score that may leave the catalog, best first, with what makes them different. The
-- score is that of one run, or else the one that counts.
select
  heroes.image_id,
  heroes.path,
  coalesce(
    (
      select labels.score
      from labels
      where labels.image_id = heroes.image_id
        and labels.label_run_id = :run
    ),
    iif(:run is null, heroes.score, null)
  ) as score,
  heroes.species,
  coalesce(heroes.location, rtrim(rtrim(heroes.path, replace(heroes.path, '/', '')), '/')) as location,
  heroes.captured_at,
  heroes.sequence_id,
  coalesce(
    measurements.monochrome,
    cast(strftime('%H', heroes.captured_at) as integer) not between 6 and 19
  ) as night,
  subjects.x,
  subjects.y,
  subjects.w,
  subjects.h,
  (
    select count(*)
    from detections as boxes
    where boxes.image_id = heroes.image_id
      and boxes.category = 'animal'
      and boxes.source = (select source from detections where id = subjects.detection_id)
      and boxes.confidence >= (select value from settings where name = 'animal_confidence')
  ) as animals,
  (
    select max(labels.score) - min(labels.score)
    from labels
    where labels.image_id = heroes.image_id
  ) as spread,
  (
    select group_concat(labels.reasoning, ' ')
    from labels
    join label_runs on label_runs.id = labels.label_run_id
    where labels.image_id = heroes.image_id
      and label_runs.rater in ('person', 'vlm')
  ) as reasoning,
  fingerprints.dhash
from heroes
left join subjects on subjects.image_id = heroes.image_id
left join measurements on measurements.image_id = heroes.image_id
left join fingerprints on fingerprints.image_id = heroes.image_id
where heroes.veto is null
  and score is not null
order by score desc, heroes.image_id
limit :most

-- name: run
select id
from label_runs
where name = :name

-- name: unprinted
-- Thumbnails that nobody has taken the fingerprint of.
select thumbnails.image_id, thumbnails.jpeg
from thumbnails
where not exists (select 1 from fingerprints where fingerprints.image_id = thumbnails.image_id)
  and thumbnails.image_id in (select image_id from labels)
order by thumbnails.image_id

-- name: save_fingerprint
insert or replace into fingerprints (image_id, dhash)
values (?, ?)

-- name: marks
select image_id, mark
from album_marks
where album = :album
order by image_id

-- name: add_mark
insert or replace into album_marks (album, image_id, mark, marked_at)
values (:album, :image, :mark, :now)

-- name: remove_mark
delete from album_marks
where album = :album
  and image_id = :image

-- name: by_name
select *
from albums
where name = :name

-- name: photos
-- What an album holds, in order.
select
  album_photos.position,
  album_photos.image_id,
  images.path,
  album_photos.score,
  album_photos.pinned,
  album_photos.reason,
  album_photos.rival_image_id,
  rivals.path as rival_path,
  album_photos.rival_reason
from album_photos
join images on images.id = album_photos.image_id
left join images as rivals on rivals.id = album_photos.rival_image_id
where album_photos.album_id = :album
order by album_photos.position

-- name: save
insert into albums (name, params, worth, bound, made_at)
values (:name, :params, :worth, :bound, :now)
on conflict (name) do update set
  params = excluded.params,
  worth = excluded.worth,
  bound = excluded.bound,
  made_at = excluded.made_at
returning id

-- name: clear
delete from album_photos
where album_id = :album

-- name: save_photo
insert into album_photos (
  album_id, position, image_id, score, gain, parts, pinned, reason, rival_image_id, rival_reason
)
values (
  :album, :position, :image, :score, :gain, :parts, :pinned, :reason, :rival, :rival_reason
)
