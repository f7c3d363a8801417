-- Albums: what may be chosen, what a person wants, what was chosen.

-- name: best
-- The best photos by the scores that count, on one scale, but for those known to be held.
select image_id
from comparable_scores
where comparable >= :least
  and held = 0
order by comparable desc, score desc, image_id
limit :most

-- name: best_of_run
-- The best photos by the scores of one run, but for those known to be held.
select labels.image_id
from labels
join gallery on gallery.image_id = labels.image_id
where labels.label_run_id = :run
  and labels.score is not null
  and labels.score >= :least
  and gallery.held = 0
order by labels.score desc, labels.image_id
limit :most

-- name: compared
-- Photos that one run, or any, has compared with photos of other bursts, the oldest answers first; but
-- for those known to be held.
select image_id
from (
  select comparisons.id, one.id as image_id
  from comparisons
  join images as one on one.id = comparisons.first_image_id
  join images as other on other.id = comparisons.second_image_id
  where (:run is null or comparisons.label_run_id = :run)
    and coalesce(one.sequence_id, -one.id) <> coalesce(other.sequence_id, -other.id)
  union all
  select comparisons.id, other.id
  from comparisons
  join images as one on one.id = comparisons.first_image_id
  join images as other on other.id = comparisons.second_image_id
  where (:run is null or comparisons.label_run_id = :run)
    and coalesce(one.sequence_id, -one.id) <> coalesce(other.sequence_id, -other.id)
) as answers
join gallery using (image_id)
where gallery.held = 0
  and gallery.failed = 0
group by image_id
order by min(answers.id), image_id
limit :most

-- name: pool
-- What makes some photos different, best first. The score is that of one run as it stands, or else the
-- one that counts on one scale, and none where a photo was only compared; whether they may leave, only
-- gate.py tells.
select
  images.id as image_id,
  images.path,
  iif(
    :run is null,
    comparable_scores.comparable,
    (
      select labels.score
      from labels
      where labels.image_id = images.id
        and labels.label_run_id = :run
    )
  ) as rated,
  iif(:run is null, comparable_scores.score, null) as given,
  comparable_scores.rater,
  subjects.species,
  coalesce(images.location, rtrim(rtrim(images.path, replace(images.path, '/', '')), '/')) as location,
  known_times.month,
  known_times.hour,
  images.sequence_id,
  coalesce(measurements.monochrome, known_times.hour not between 6 and 19) as night,
  subjects.x,
  subjects.y,
  subjects.w,
  subjects.h,
  (
    select count(*)
    from detections as boxes
    where boxes.image_id = images.id
      and boxes.category = 'animal'
      and boxes.source = (select source from detections where id = subjects.detection_id)
      and boxes.confidence >= (select value from settings where name = 'animal_confidence')
  ) as animals,
  gallery.spread,
  (
    select avg(subscores.value)
    from labels
    join label_runs on label_runs.id = labels.label_run_id
    join subscores on subscores.label_id = labels.id
    where labels.image_id = images.id
      and label_runs.rater = 'vlm'
      and subscores.name = 'behaviour'
  ) as behaviour,
  fingerprints.dhash
from (select distinct value as image_id from json_each(:images)) as best
cross join images on images.id = best.image_id
join gallery on gallery.image_id = images.id
left join comparable_scores on comparable_scores.image_id = images.id
join known_times on known_times.image_id = images.id
left join subjects on subjects.image_id = images.id
left join measurements on measurements.image_id = images.id
left join fingerprints on fingerprints.image_id = images.id
order by rated desc, given desc, images.id

-- name: displaced
-- Frames that a strategy chose, and those that comparisons have put in their place.
select distinct strategy_image_id as image_id, image_id as winner_id
from candidates
where strategy_image_id is not null

-- name: run
select id
from label_runs
where name = :name

-- name: is_rated
select 1
where exists (
    select 1
    from labels
    where image_id = :image
      and score is not null
  )
  or exists (
    select 1
    from comparisons
    join images as one on one.id = comparisons.first_image_id
    join images as other on other.id = comparisons.second_image_id
    where :image in (one.id, other.id)
      and coalesce(one.sequence_id, -one.id) <> coalesce(other.sequence_id, -other.id)
  )

-- name: unprinted
-- Thumbnails that nobody has taken the fingerprint of.
select thumbnails.image_id, thumbnails.jpeg
from thumbnails
where not exists (select 1 from fingerprints where fingerprints.image_id = thumbnails.image_id)
  and exists (select 1 from labels where labels.image_id = thumbnails.image_id)
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
insert or replace into album_marks (album, image_id, mark, marked_at, marked_by)
values (:album, :image, :mark, :now, :by)

-- name: remove_mark
delete from album_marks
where album = :album
  and image_id = :image

-- name: order
select image_id
from album_order
where album = :album
order by place

-- name: forget_order
delete from album_order
where album = :album

-- name: save_place
insert into album_order (album, place, image_id)
values (?, ?, ?)

-- name: rename
update album_marks set album = :name where album = :album;
update album_order set album = :name where album = :album;
update albums set name = :name where name = :album

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
  album_photos.rival_less,
  album_photos.rival_reason
from album_photos
join images on images.id = album_photos.image_id
left join images as rivals on rivals.id = album_photos.rival_image_id
where album_photos.album_id = :album
order by album_photos.position

-- name: save
insert into albums (name, params, note, worth, bound, made_at)
values (:name, :params, :note, :worth, :bound, :now)
on conflict (name) do update set
  params = excluded.params,
  note = excluded.note,
  worth = excluded.worth,
  bound = excluded.bound,
  made_at = excluded.made_at
returning id

-- name: clear
delete from album_photos
where album_id = :album

-- name: save_photo
insert into album_photos (
  album_id, position, image_id, score, gain, parts, pinned, reason, rival_image_id, rival_less, rival_reason
)
values (
  :album, :position, :image, :score, :gain, :parts, :pinned, :reason, :rival, :rival_less, :rival_reason
)
