-- Bursts from gaps in time, where no file gives them. A burst is keyed by the path of its first
-- frame, so that inferring again keeps the rows that candidates point to.

-- name: gap
select value
from settings
where name = 'sequence_gap'

-- name: set_gap
update settings
set value = :gap
where name = 'sequence_gap'

-- name: forget_inferred
-- With another gap, every inferred burst is to be inferred again.
update sequences
set num_frames = 0
where origin = 'inferred';
update images
set sequence_id = null
where sequence_id in (select id from sequences where origin = 'inferred')

-- name: count_pending
select count(*)
from pending_sequence

-- name: infer
-- The bursts of every place that has a pending photo. A place is a location, or else a folder.
create temp table if not exists bursts (
  id integer primary key,
  image_id integer not null,
  collection_id integer not null,
  key text not null,
  location text
) strict;
delete from temp.bursts;
insert into temp.bursts (image_id, collection_id, key, location)
with placed as (
  select
    images.id as image_id,
    images.collection_id,
    images.path,
    images.location,
    coalesce(images.location, rtrim(images.path, replace(images.path, '/', ''))) as place,
    images.sequence_id is null as pending,
    -- A date without a time says nothing about bursts: such a photo stands alone.
    iif(images.time_doubt is 'a date without a time', null, cast(strftime('%s', images.captured_at) as integer)) as seconds
  from images
  left join sequences on sequences.id = images.sequence_id
  where images.sequence_id is null
     or sequences.origin = 'inferred'
),
gaps as (
  select
    *,
    max(pending) over (partition by collection_id, place) as wanted,
    seconds - lag(seconds) over (partition by collection_id, place order by seconds, path) as gap
  from placed
),
numbered as (
  select
    *,
    sum(gap is null or gap > :gap) over (
      partition by collection_id, place
      order by seconds, path
      rows unbounded preceding
    ) as number
  from gaps
  where wanted
)
select
  image_id,
  collection_id,
  first_value(path) over (partition by collection_id, place, number order by seconds, path),
  location
from numbered
order by image_id

-- name: last_burst
select coalesce(max(id), 0)
from temp.bursts

-- name: apply
-- A slice of the photos: their bursts, and 0 frames for every burst to be counted again.
insert into sequences (collection_id, key, location, origin)
select collection_id, key, location, 'inferred'
from temp.bursts
where id between :first and :last
on conflict (collection_id, key) where origin = 'inferred' do update set
  location = excluded.location
where location is not excluded.location;
update sequences
set num_frames = 0
where id in (
  select images.sequence_id
  from temp.bursts
  join images on images.id = temp.bursts.image_id
  where temp.bursts.id between :first and :last
);
update images
set sequence_id = sequences.id
from temp.bursts
join sequences
  on sequences.collection_id = temp.bursts.collection_id
  and sequences.origin = 'inferred'
  and sequences.key = temp.bursts.key
where images.id = temp.bursts.image_id
  and temp.bursts.id between :first and :last
  and images.sequence_id is not sequences.id

-- name: uncounted_span
select min(id), max(id)
from sequences
where num_frames = 0

-- name: count_frames
update sequences
set (num_frames, started_at, ended_at) = (
  select count(*), min(captured_at), max(captured_at)
  from images
  where images.sequence_id = sequences.id
)
where id between :first and :last
  and num_frames = 0

-- name: drop_empty
-- Bursts that lost all their frames to others; one that a candidate points to stays, empty.
delete from sequences
where num_frames = 0
  and not exists (select 1 from candidates where candidates.sequence_id = sequences.id)

-- name: counts
select
  count(*) as sequences,
  coalesce(sum(origin = 'given'), 0) as given,
  coalesce(sum(origin = 'inferred'), 0) as inferred,
  coalesce(sum(num_frames), 0) as photos
from sequences
where num_frames > 0
