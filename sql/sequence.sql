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
-- The bursts of every place that has a pending photo. A place is a location, or else a folder. A clock that
-- was set back would lay photos over others that were taken long before; the numbers that cameras count
-- their files by (four or five digits at the end of a name) tell where that was.
create temp table if not exists placed (
  image_id integer primary key,
  collection_id integer not null,
  path text not null,
  location text,
  place text not null,
  series text not null, -- the name without the number at its end
  number integer,
  seconds integer, -- null: the photo stands alone, as a date without a time says nothing about bursts
  unset integer not null -- 1: the clock was never set, its times are worth little
) strict;
delete from temp.placed;
insert into temp.placed (image_id, collection_id, path, location, place, series, number, seconds, unset)
with named as (
  select
    images.*,
    coalesce(images.location, rtrim(images.path, replace(images.path, '/', ''))) as place,
    rtrim(rtrim(images.path, replace(images.path, '.', '')), '.') as stem
  from images
  left join sequences on sequences.id = images.sequence_id
  where images.sequence_id is null
     or sequences.origin = 'inferred'
),
counted as (
  select *, rtrim(stem, '0123456789') as series
  from named
)
select
  id,
  collection_id,
  path,
  location,
  place,
  series,
  iif(length(stem) - length(series) in (4, 5), cast(substr(stem, length(series) + 1) as integer), null),
  iif(time_doubt is 'a date without a time', null, cast(strftime('%s', captured_at) as integer)),
  coalesce(time_doubt in ('the camera''s clock was not set', 'in the future'), 0)
from counted;
delete from temp.placed
where (collection_id, place) not in (
  select placed.collection_id, place
  from temp.placed
  join pending_sequence using (image_id)
);
-- Where the clock runs backwards while the numbers go on, or more files were written than a camera can.
create temp table if not exists set_back (
  collection_id integer not null,
  place text not null,
  series text not null,
  number integer not null, -- the first photo after it
  primary key (collection_id, place, series, number)
) strict, without rowid;
delete from temp.set_back;
insert or ignore into temp.set_back (collection_id, place, series, number)
with stepped as (
  select
    collection_id,
    place,
    series,
    number,
    number - lag(number) over by_number as files,
    seconds - lag(seconds) over by_number as passed
  from temp.placed
  where number is not null
    and seconds is not null
    and not unset
  window by_number as (partition by collection_id, place, series order by number)
)
select collection_id, place, series, number
from stepped
where passed < -:gap
   or files > 10 * (max(0, passed) + 1);
-- If that is so between many photos, the names are no numbers that a camera counts by.
delete from temp.set_back
where (collection_id, place, series) in (
  select collection_id, place, series
  from temp.placed
  where (collection_id, place, series) in (select collection_id, place, series from temp.set_back)
  group by 1, 2, 3
  having count(*) < 3 * (
    select count(*)
    from temp.set_back
    where set_back.collection_id = placed.collection_id
      and set_back.place = placed.place
      and set_back.series = placed.series
  )
);
-- Where a camera counts on from 9999 to 0001 within a burst, the last of a series goes on in its first.
create temp table if not exists rolled_over (
  collection_id integer not null,
  place text not null,
  series text not null,
  part integer not null, -- the last one
  primary key (collection_id, place, series)
) strict, without rowid;
delete from temp.rolled_over;
insert into temp.rolled_over (collection_id, place, series, part)
with counted as (
  select placed.*
  from temp.placed
  where number is not null
    and seconds is not null
    and not unset
    and (collection_id, place, series) in (select collection_id, place, series from temp.set_back)
),
firsts as (
  select collection_id, place, series, min(number) as number, seconds
  from counted
  group by 1, 2, 3
),
lasts as (
  select collection_id, place, series, max(number) as number, seconds
  from counted
  group by 1, 2, 3
),
turns as (
  select
    collection_id,
    place,
    series,
    firsts.seconds - lasts.seconds as passed,
    firsts.number + iif(lasts.number > 9999, 99999, 9999) - lasts.number as files
  from firsts
  join lasts using (collection_id, place, series)
)
select
  collection_id,
  place,
  series,
  (
    select count(*)
    from temp.set_back
    where set_back.collection_id = turns.collection_id
      and set_back.place = turns.place
      and set_back.series = turns.series
  )
from turns
where passed between 0 and :gap
  and files <= 10 * (passed + 1);
create temp table if not exists bursts (
  id integer primary key,
  image_id integer not null,
  collection_id integer not null,
  key text not null,
  location text
) strict;
delete from temp.bursts;
insert into temp.bursts (image_id, collection_id, key, location)
with parted as (
  select
    image_id,
    collection_id,
    path,
    location,
    place,
    number,
    seconds,
    unset,
    iif(unset, number, seconds) as position, -- by its numbers alone where the clock was never set
    iif(
      unset,
      series,
      coalesce(
        nullif(
          (
            select count(*)
            from temp.set_back
            where set_back.collection_id = placed.collection_id
              and set_back.place = placed.place
              and set_back.series = placed.series
              and set_back.number <= placed.number
          ),
          (
            select part
            from temp.rolled_over
            where rolled_over.collection_id = placed.collection_id
              and rolled_over.place = placed.place
              and rolled_over.series = placed.series
          )
        ),
        0
      )
    ) as part
  from temp.placed
),
gaps as (
  select
    *,
    abs(seconds - lag(seconds) over in_order) as gap,
    unset and coalesce(number <> lag(number) over in_order + 1, 1) as alone
  from parted
  window in_order as (partition by collection_id, place, unset, part order by position, path)
),
numbered as (
  select
    *,
    sum(gap is null or gap > :gap or alone) over (
      partition by collection_id, place, unset, part
      order by position, path
      rows unbounded preceding
    ) as burst
  from gaps
)
select
  image_id,
  collection_id,
  first_value(path) over (partition by collection_id, place, unset, part, burst order by position, path),
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

-- name: settle
-- Once all photos are in their bursts, none is left to be inferred again.
update sequences
set reopened = 0
where reopened

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
