-- A parcel: what a reader found in a stretch of a file, packed into a small database of its own, so
-- that the catalog takes it in at SQLite's speed and not at that of a loop.

-- name: create
create table results (
  number integer primary key, -- place in the parcel, from 1
  path text not null,
  failure text,
  again integer not null default 0 -- 1: another entry of the parcel is of the same photo, and outdoes it
) strict;
create table detections (
  number integer primary key,
  result integer not null, -- its number in results
  category text not null,
  confidence real not null,
  x real,
  y real,
  w real,
  h real,
  species text,
  species_score real
) strict;
create table classifications ( -- but for the first of a detection, which stands with it
  result integer not null,
  detection integer, -- null: the whole photo
  rank integer not null,
  species text not null,
  score real not null
) strict;
create table predictions (
  result integer not null,
  detection integer, -- null: the whole photo
  species text not null,
  score real,
  made_from text
) strict;
create table given ( -- what the file says of the photos themselves; as temp.given, where that waits
  id integer primary key,
  path text not null,
  sequence text,
  frame_num integer,
  location text,
  captured_at text,
  time_doubt text
) strict

-- name: add_results
-- Many paths at once: a JSON array is unpacked in a fifth of the time of binding each.
insert into results (number, path)
select key + ?, value
from json_each(?)

-- name: fail_result
update results
set failure = ?
where number = ?

-- name: repeat_result
update results
set again = 1
where number = ?

-- name: add_detection
insert into detections (number, result, category, confidence, x, y, w, h)
values (?, ?, ?, ?, ?, ?, ?, ?)

-- name: add_named_detection
insert into detections (number, result, category, confidence, x, y, w, h, species, species_score)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: add_classification
insert into classifications (result, detection, rank, species, score)
values (?, ?, ?, ?, ?)

-- name: add_prediction
insert into predictions (result, detection, species, score, made_from)
values (?, ?, ?, ?, ?)

-- name: add_frame
insert into given (path, sequence, frame_num, location, captured_at, time_doubt)
values (?, ?, ?, ?, ?, nullif(?, ''))
