-- Photos that files spell otherwise than the disk does: in another case, in another Unicode form, or by
-- the MD5 of their content.

-- name: unknown_results
-- Entries of a parcel that no photo on disk has the path of.
select number, path
from parcel.results
where not exists (
  select 1
  from images
  where images.collection_id = :collection
    and images.path = results.path
    and images.bytes is not null
)

-- name: unknown_frames
select id as number, path
from parcel.given
where not exists (
  select 1
  from images
  where images.collection_id = :collection
    and images.path = parcel.given.path
    and images.bytes is not null
)

-- name: named_already
-- Which of some paths the parcel names itself.
select value
from json_each(:paths)
where value in (select path from parcel.results)

-- name: respell_result
update parcel.results
set path = ?
where number = ?

-- name: respell_frame
update parcel.given
set path = ?
where id = ?

-- name: start_meant
-- The paths that a file's records name, read to its end, and that no photo on disk has.
create temp table if not exists meant (
  number integer primary key,
  path text not null unique,
  photo text
) strict;
delete from temp.meant;
insert into temp.meant (path)
select path
from temp.named
where not exists (
  select 1
  from images
  where images.collection_id = :collection
    and images.path = named.path
    and images.bytes is not null
)

-- name: last_meant
select coalesce(max(number), 0)
from temp.meant

-- name: to_be_meant
select number, path
from temp.meant
where number between :first and :last

-- name: mean
update temp.meant
set photo = ?
where number = ?

-- name: settle_meant
-- A photo that several paths may mean, or that the file names as the disk does, is meant by none of them.
delete from temp.meant
where photo is null;
delete from temp.meant
where photo in (select photo from temp.meant group by photo having count(*) > 1);
delete from temp.meant
where photo in (select path from temp.named)

-- name: count_meant
select count(*)
from temp.meant

-- name: respell_staged
update temp.given
set path = meant.photo
from temp.meant as meant
where meant.path = temp.given.path;
update temp.observed
set path = meant.photo
from temp.meant as meant
where meant.path = temp.observed.path;
update temp.judged
set path = meant.photo
from temp.meant as meant
where meant.path = temp.judged.path;
update temp.addresses
set path = meant.photo
from temp.meant as meant
where meant.path = temp.addresses.path;
update temp.private
set path = meant.photo
from temp.meant as meant
where meant.path = temp.private.path;
update temp.deployed
set path = meant.photo
from temp.meant as meant
where meant.path = temp.deployed.path

-- name: on_disk
select path
from images
where collection_id = :collection
  and bytes is not null

-- name: start_spellings
-- What the disk has, by a key that is the same for all spellings; path is null where several photos share it.
create temp table if not exists spellings (
  key text primary key,
  path text
) strict, without rowid;
delete from temp.spellings

-- name: add_spelling
insert into temp.spellings (key, path)
values (?, ?)
on conflict (key) do update set path = null

-- name: spelled
select key, path
from temp.spellings
where key in (select value from json_each(:keys))
  and path is not null

-- name: unhashed
-- Photos on disk whose MD5 is not known, or was taken before the file changed.
select images.id, images.path, images.mtime
from images
left join hashes on hashes.image_id = images.id
where images.collection_id = :collection
  and images.bytes is not null
  and hashes.mtime is not images.mtime

-- name: save_hash
insert into hashes (image_id, mtime, md5)
values (?, ?, ?)
on conflict (image_id) do update set mtime = excluded.mtime, md5 = excluded.md5

-- name: hashed
select hashes.md5 as key, min(images.path) as path
from hashes
join images on images.id = hashes.image_id
where images.collection_id = :collection
  and images.bytes is not null
  and hashes.md5 in (select value from json_each(:keys))
group by hashes.md5

-- name: ghosts
-- Photos that files name and the disk never had.
select id, path
from images
where collection_id = :collection
  and bytes is null
  and mtime is null

-- name: ghosts_by_content
-- Of these, those that a file names by what looks like an MD5, if it names most of them so.
with ghosts as (
  select id, path, introduced_by, path glob :shape as by_content
  from images
  where collection_id = :collection
    and bytes is null
    and mtime is null
    and introduced_by is not null
)
select id, path, introduced_by
from ghosts
where by_content
  and introduced_by in (
    select introduced_by
    from ghosts
    group by introduced_by
    having 2 * sum(by_content) > count(*)
  )

-- name: newcomers
-- Photos on disk that nothing is known of but themselves.
select id, path
from images
where collection_id = :collection
  and bytes is not null
  and sequence_id is null
  and not exists (select 1 from results where results.image_id = images.id)
  and not exists (select 1 from measurements where measurements.image_id = images.id)
  and not exists (select 1 from label_targets where label_targets.image_id = images.id)
  and not exists (select 1 from labels where labels.image_id = images.id)

-- name: start_united
create temp table if not exists united (
  ghost integer primary key,
  newcomer integer not null,
  path text not null
) strict;
delete from temp.united

-- name: add_united
insert into temp.united (ghost, newcomer, path)
values (?, ?, ?)

-- name: unite
-- What the disk says of a photo goes to the row that files made of it, under the disk's spelling.
update images
set
  bytes = newcomer.bytes,
  mtime = newcomer.mtime,
  sha256 = newcomer.sha256,
  width = newcomer.width,
  height = newcomer.height,
  failure = newcomer.failure,
  captured_at = iif(images.time_from = 'given', images.captured_at, newcomer.captured_at),
  time_doubt = iif(images.time_from = 'given', images.time_doubt, newcomer.time_doubt),
  time_from = coalesce(images.time_from, newcomer.time_from)
from temp.united
join images as newcomer on newcomer.id = united.newcomer
where images.id = united.ghost;
delete from thumbnails
where image_id in (select newcomer from temp.united);
update or replace hashes
set image_id = united.ghost
from temp.united
where hashes.image_id = united.newcomer;
delete from images
where id in (select newcomer from temp.united);
update images
set path = united.path
from temp.united
where images.id = united.ghost

-- name: share
-- What a source says of a photo that it names by its content goes for the copies of that photo, too.
create temp table if not exists copies (
  image_id integer primary key,
  original integer not null
) strict;
create temp table if not exists copied_boxes (
  number integer primary key,
  image_id integer not null,
  original integer not null, -- the detection of the original
  unique (image_id, original)
) strict;
delete from temp.copies;
delete from temp.copied_boxes;
insert into temp.copies (image_id, original)
select images.id, min(named.image_id)
from hashes as named
cross join results on results.image_id = named.image_id and results.source = :source
cross join hashes as others on others.md5 = named.md5 and others.image_id <> named.image_id
cross join images on images.id = others.image_id
where images.collection_id = :collection
  and images.bytes is not null
  and not exists (
    select 1
    from results as own
    where own.image_id = images.id
      and own.source = :source
  )
group by images.id;
insert into temp.copied_boxes (image_id, original)
select copies.image_id, detections.id
from temp.copies
cross join detections on detections.image_id = copies.original
where detections.source = :source
order by copies.image_id, detections.id;
insert into results (image_id, source, failure)
select copies.image_id, :source, results.failure
from temp.copies
cross join results on results.image_id = copies.original and results.source = :source;
insert into detections (id, image_id, source, category, confidence, x, y, w, h, species, species_score)
select :last + number, copied_boxes.image_id, :source, category, confidence, x, y, w, h, species, species_score
from temp.copied_boxes
cross join detections on detections.id = copied_boxes.original;
insert into classifications (image_id, detection_id, source, rank, species, score)
select copies.image_id, :last + copied_boxes.number, :source, rank, species, score
from temp.copies
cross join classifications on classifications.image_id = copies.original
left join temp.copied_boxes
  on copied_boxes.image_id = copies.image_id
  and copied_boxes.original = classifications.detection_id
where classifications.source = :source;
insert into predictions (image_id, detection_id, source, species, score, made_from)
select copies.image_id, :last + copied_boxes.number, :source, species, score, made_from
from temp.copies
cross join predictions on predictions.image_id = copies.original
left join temp.copied_boxes
  on copied_boxes.image_id = copies.image_id
  and copied_boxes.original = predictions.detection_id
where predictions.source = :source

-- name: count_copies
select count(*)
from temp.copies
