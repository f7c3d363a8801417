-- Who may leave the catalog, and whose place may be told. Only gate.py asks.

-- name: reason
-- The weightiest reason why a photo must stay; no row: it may leave.
select image_id, reason, because_image_id, confidence
from vetoes
where image_id = :image
order by confidence desc, reason -- private before unchecked, which somebody may have vouched for
limit 1

-- name: reasons
-- Every reason why a photo must stay, once a frame.
select image_id, reason, because_image_id, max(confidence) as confidence
from vetoes
where image_id = :image
group by image_id, reason, because_image_id

-- name: image
select id
from images
where id = :image

-- name: start_releases
-- Releases that stand for this connection alone, beside those that are kept.
create temp table if not exists releases (
  image_id integer not null,
  veto text not null,
  because_image_id integer not null,
  reason text not null,
  released_at text not null,
  primary key (image_id, veto, because_image_id)
) strict, without rowid;
delete from temp.releases;
insert into temp.releases
select *
from main.releases

-- name: release
insert into temp.releases (image_id, veto, because_image_id, reason, released_at)
values (:image, :veto, :because, :reason, :now)

-- name: keep_releases
-- Another process may have released the same meanwhile.
insert into main.releases (image_id, veto, because_image_id, reason, released_at)
select image_id, veto, because_image_id, reason, released_at
from temp.releases
where true
on conflict do nothing

-- name: drop_releases
drop table temp.releases

-- name: releases
-- What was released by hand, for the manifest of an export that holds the photo.
select image_id, veto, because_image_id, reason, released_at
from releases
where image_id = :image
order by veto, because_image_id

-- name: sensitive
select name, degrees
from sensitive_species
order by name

-- name: species
-- Every species that anybody may have seen in a photo or in another frame of its burst, with the
-- other names that it has. A name without a score is a name all the same.
with frames (image_id) as (
  select :image
  union
  select others.id
  from images
  join images as others on others.sequence_id = images.sequence_id
  where images.id = :image
), seen (species, score) as (
  select detections.species, detections.species_score
  from frames
  join detections on detections.image_id = frames.image_id
  union
  select classifications.species, classifications.score
  from frames
  join classifications on classifications.image_id = frames.image_id
  union
  select observations.species, observations.score
  from frames
  join observations on observations.image_id = frames.image_id
  union
  select predictions.species, predictions.score
  from frames
  join predictions on predictions.image_id = frames.image_id
)
select distinct
  seen.species,
  seen.species || coalesce(' / ' || taxa.family, '') || coalesce(' / ' || taxa.genus || ' ' || coalesce(taxa.species, ''), '')
    || coalesce(' / ' || taxa.common, '') as names
from seen
left join taxa on taxa.name = seen.species
where seen.species is not null
  and coalesce(seen.score, 1) >= (select value from settings where name = 'sensitive_score')

-- name: place
-- What tells where a photo was taken, and what is seen there.
select
  location,
  path,
  (select group_concat(species, ' ') from detections where image_id = images.id) as species
from images
where id = :image

-- name: has_burst
select not exists (select 1 from pending_sequence where image_id = :image)

-- name: without_burst
select count(*)
from pending_sequence

-- name: vouched
-- Whether somebody vouches for the folder of a photo: nobody is in it.
select exists (
  select 1
  from images
  join vouchers on vouchers.collection_id = images.collection_id
  where images.id = :image
    and substr(images.path, 1, length(vouchers.path)) = vouchers.path
)

-- name: vouch
insert into vouchers (collection_id, path, reason, vouched_by, created_at)
values (:collection, :path, :reason, :who, :now)
on conflict (collection_id, path) do update
set reason = excluded.reason, vouched_by = excluded.vouched_by, created_at = excluded.created_at
