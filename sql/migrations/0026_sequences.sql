-- A sequence is of the file that gives it: two files may both call one "1". And a file that finds photos by
-- their names may find more of them once there are others.

create temp table sequences_before as
select *
from sequences;

drop table sequences;

create table sequences ( -- a burst: the frames of one trigger at one location
  id integer primary key,
  collection_id integer not null references collections (id),
  key text not null, -- the id that its file gives; for an inferred one the path of its first frame
  location text, -- where the camera stood
  started_at text, -- the first frame's time, ISO 8601, local
  ended_at text, -- the last frame's
  num_frames integer not null default 0, -- photos that the catalog has of it, whatever a file declares
  origin text not null check (origin in ('given', 'inferred')), -- from a file, or from gaps in time
  source integer references sources (id) -- the file that gives it; null: inferred, or no file gives it any more
) strict;

create unique index sequences_given on sequences (source, key) where origin = 'given';
create unique index sequences_inferred on sequences (collection_id, key) where origin = 'inferred';

insert into sequences (id, collection_id, key, location, started_at, ended_at, num_frames, origin, source)
select id, collection_id, key, location, started_at, ended_at, num_frames, origin, source
from temp.sequences_before
order by id;

drop table temp.sequences_before;

alter table sources add column num_on_disk integer; -- photos of the collection that were on disk once it was read, where it may find more by their names later; null: it will not
