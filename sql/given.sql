-- What files give besides detector results and bursts: what was seen, judgements, addresses. It is
-- read to its end into temporary tables first, so that a file that breaks off changes nothing.

-- name: start
create temp table if not exists observed (
  id integer primary key,
  path text,
  key text,
  category text not null,
  species text,
  how_many integer,
  level text not null,
  made_by text,
  score real,
  x real,
  y real,
  w real,
  h real,
  species_score real,
  details text,
  pixels integer not null
) strict;
create temp table if not exists keys (
  key text primary key,
  path text not null,
  width real,
  height real
) strict, without rowid;
create temp table if not exists judged (
  id integer primary key,
  path text,
  image_id integer,
  run integer not null,
  score real,
  raw text not null,
  reasoning text,
  error text,
  named text not null,
  parts integer not null
) strict;
create temp table if not exists addresses (
  path text primary key,
  url text not null
) strict, without rowid;
create temp table if not exists deployments_given (
  key text primary key,
  location text,
  started_at text,
  ended_at text,
  height real,
  heading real,
  tilt real
) strict, without rowid;
create temp table if not exists deployed (
  path text primary key,
  key text not null
) strict, without rowid;
create temp table if not exists private (
  path text primary key
) strict, without rowid;
create temp table if not exists lost (
  path text not null,
  reason text not null
) strict;
create temp table if not exists names (
  name text not null,
  folder text not null, -- one that the photo lies in; empty: whichever
  path text not null
) strict;
create temp view if not exists named as
select path from temp.given
union
select path from temp.observed
union
select path from temp.judged where parts >= 1000 -- by its path, not by some name that fits
union
select path from temp.addresses;
create index if not exists temp.names_name on names (name, folder, path);
create index if not exists temp.judged_path on judged (path);
delete from temp.observed;
delete from temp.keys;
delete from temp.judged;
delete from temp.addresses;
delete from temp.deployments_given;
delete from temp.deployed;
delete from temp.private;
delete from temp.lost;
delete from temp.names

-- name: photos
select path
from images
where collection_id = :collection

-- name: add_name
-- The photos of a collection by their file name and a folder, as all spellings of them have it.
insert into temp.names (name, folder, path)
values (?, ?, ?)

-- name: with_name
select path
from temp.names
where name = :name
  and folder = :folder
order by path
limit :limit

-- name: count_named
select count(*)
from temp.names
where name = :name
  and folder = ''

-- name: add_observed
insert into temp.observed (path, category, species, how_many, level, made_by, score, x, y, w, h, species_score, details, key, pixels)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: add_frame
insert or replace into temp.given (path, sequence, frame_num, location, captured_at, time_doubt)
values (?, ?, ?, ?, ?, ?)

-- name: add_key
insert or replace into temp.keys (key, path, width, height)
values (?, ?, ?, ?)

-- name: add_judged
insert into temp.judged (path, run, score, raw, reasoning, error, named, parts)
values (?, ?, ?, ?, ?, ?, ?, ?)

-- name: add_address
insert or replace into temp.addresses (path, url)
values (?, ?)

-- name: add_deployment
insert or replace into temp.deployments_given (key, location, started_at, ended_at, height, heading, tilt)
values (?, ?, ?, ?, ?, ?, ?)

-- name: add_deployed
insert or replace into temp.deployed (path, key)
values (?, ?)

-- name: add_private
insert or ignore into temp.private (path)
values (?)

-- name: add_lost
insert into temp.lost (path, reason)
values (?, ?)

-- name: resolve_keys
-- Observations by what the file calls the photo; those of photos that it never names are lost. Boxes
-- in pixels become shares, cut at the photo's edges; where its size is not known there is no box.
update temp.observed
set
  path = temp.keys.path,
  x = iif(pixels, max(0, x / temp.keys.width), x),
  y = iif(pixels, max(0, y / temp.keys.height), y),
  w = iif(pixels, min(1, (x + w) / temp.keys.width) - max(0, x / temp.keys.width), w),
  h = iif(pixels, min(1, (y + h) / temp.keys.height) - max(0, y / temp.keys.height), h)
from temp.keys
where temp.keys.key = temp.observed.key
  and temp.observed.path is null;
update temp.observed
set x = null, y = null, w = null, h = null
where pixels
  and not coalesce(w > 0 and h > 0, 0);
insert into temp.lost (path, reason)
select coalesce(key, '?'), 'the file has an observation of it, and names no such photo'
from temp.observed
where path is null;
delete from temp.observed
where path is null

-- name: settle_judged
-- Where several names in a file come out at one photo, the one that fits best means it; if none does,
-- none of them.
create temp table if not exists contested (
  id integer primary key
) strict;
delete from temp.contested;
insert into temp.contested (id)
select ours.id
from temp.judged as ours
where exists (
  select 1
  from temp.judged as theirs
  where theirs.path = ours.path
    and theirs.run = ours.run
    and theirs.named <> ours.named
    and theirs.parts >= ours.parts
);
insert into temp.lost (path, reason)
select named, 'another name in the file fits that photo better, or as well'
from temp.judged
where id in (select id from temp.contested);
delete from temp.judged
where id in (select id from temp.contested)

-- name: last_observed
select coalesce(max(id), 0)
from temp.observed

-- name: apply_observed
-- A slice of what was seen. A box, a person or vehicle, and a machine that finds nothing count as
-- a detector's result does. What was struck out, below zero, is a detection like that, and nobody saw it.
insert into images (collection_id, path, introduced_by)
select :collection, path, :source
from temp.observed
where temp.observed.id between :first and :last
on conflict (collection_id, path) do nothing;
insert into observations (image_id, source, category, species, count, level, made_by, score, x, y, w, h, details)
select images.id, :source, category, species, how_many, level, made_by, score, x, y, w, h, details
from temp.observed
join images on images.collection_id = :collection and images.path = temp.observed.path
where temp.observed.id between :first and :last
  and coalesce(score, 1) >= 0
order by temp.observed.id;
insert or ignore into results (image_id, source)
select images.id, :source
from temp.observed
join images on images.collection_id = :collection and images.path = temp.observed.path
where temp.observed.id between :first and :last
  and (
    made_by is 'machine' and category = 'blank'
    or abs(coalesce(score, 1)) >= :floor and (x is not null or category in ('person', 'vehicle'))
  );
insert into detections (image_id, source, category, confidence, x, y, w, h, species, species_score)
select
  images.id,
  :source,
  iif(category = 'blank', 'unknown', category),
  coalesce(score, 1),
  x,
  y,
  w,
  h,
  species,
  iif(species is null, null, coalesce(species_score, abs(score), 1))
from temp.observed
join images on images.collection_id = :collection and images.path = temp.observed.path
where temp.observed.id between :first and :last
  and abs(coalesce(score, 1)) >= :floor
  and (x is not null or category in ('person', 'vehicle'))
order by temp.observed.id

-- name: apply_addresses
insert into images (collection_id, path, introduced_by)
select :collection, path, :source
from temp.addresses
where true
on conflict (collection_id, path) do nothing;
insert into remote_photos (image_id, url)
select images.id, url
from temp.addresses
join images on images.collection_id = :collection and images.path = temp.addresses.path
where true
on conflict (image_id) do update set
  url = excluded.url
where url <> excluded.url

-- name: forget_addresses
-- Of photos that an earlier reading of the same bytes knew by their addresses alone, and this one has found.
delete from remote_photos
where fetched_at is null
  and exists (
    select 1
    from images
    where images.id = remote_photos.image_id
      and images.bytes is null
      and images.introduced_by in (
        select earlier.id
        from sources
        join sources as earlier on earlier.collection_id = sources.collection_id and earlier.sha256 = sources.sha256
        where sources.id = :source
          and earlier.id <> :source
      )
      and not exists (select 1 from temp.addresses where temp.addresses.path = images.path)
  )

-- name: apply_private
insert into private_photos (image_id, source)
select images.id, :source
from temp.private
join images on images.collection_id = :collection and images.path = temp.private.path

-- name: apply_deployments
insert into deployments (source, key, location, started_at, ended_at, height, heading, tilt)
select :source, key, location, started_at, ended_at, height, heading, tilt
from temp.deployments_given
order by key;
insert into deployment_photos (image_id, deployment_id)
select images.id, deployments.id
from temp.deployed
join deployments on deployments.source = :source and deployments.key = temp.deployed.key
join images on images.collection_id = :collection and images.path = temp.deployed.path
where true
on conflict (image_id) do update set deployment_id = excluded.deployment_id

-- name: runs_of
select id, name
from label_runs
where rater = :rater
  and provider = :provider
  and model = :model
  and params = :params
order by id desc

-- name: names_like
select name
from label_runs
where name = :name
   or name glob :name || '-[0-9]*'

-- name: add_run
insert into label_runs (name, rater, provider, model, params, state, created_at, finished_at)
values (:name, :rater, :provider, :model, :params, 'done', :now, :now)
returning id

-- name: number_run
-- Runs are numbered below zero until they are known.
update temp.judged
set run = :run
where run = :number

-- name: apply_judged
-- A later judgement of the same photo in the same run takes the place of an earlier one; a failure
-- never does so.
insert into images (collection_id, path, introduced_by)
select distinct :collection, path, :source
from temp.judged
where true
on conflict (collection_id, path) do nothing;
update temp.judged
set image_id = (select id from images where collection_id = :collection and images.path = temp.judged.path);
insert into labels (label_run_id, image_id, status, score, reasoning, error, raw, created_at)
select run, image_id, iif(error is null, 'ok', 'failed'), score, reasoning, error, raw, :now
from temp.judged
order by id
on conflict (label_run_id, image_id) do update set
  status = excluded.status,
  score = excluded.score,
  reasoning = excluded.reasoning,
  error = excluded.error,
  raw = excluded.raw,
  created_at = excluded.created_at
where excluded.status = 'ok' or status <> 'ok';
insert or replace into imported_labels (label_id, source)
select labels.id, :source
from temp.judged
join labels on labels.label_run_id = temp.judged.run and labels.image_id = temp.judged.image_id

-- name: apply_lost
insert into unmatched (source, path, reason)
select :source, path, reason
from temp.lost
order by rowid

-- name: tell
-- The photos that a file has told of, each once.
create temp table if not exists told (image_id integer primary key) strict;
delete from temp.told;
insert or ignore into temp.told (image_id)
select (select id from images where collection_id = :collection and images.path = temp.given.path) as image
from temp.given
where image is not null;
insert or ignore into temp.told (image_id)
select (select id from images where collection_id = :collection and images.path = temp.observed.path) as image
from temp.observed
where image is not null;
insert or ignore into temp.told (image_id)
select image_id
from temp.judged
where image_id is not null;
insert or ignore into temp.told (image_id)
select (select id from images where collection_id = :collection and images.path = temp.addresses.path) as image
from temp.addresses
where image is not null

-- name: counts
select
  (select count(*) from temp.told) as photos,
  (select count(*) from sequences where source = :source and origin = 'given' and num_frames > 0) as sequences,
  (select count(*) from temp.observed where coalesce(score, 1) >= 0) as observations,
  (select count(*) from detections where source = :source) as detections,
  (select count(*) from (select distinct path, run from temp.judged where error is null)) as judgements,
  (
    select count(*)
    from (
      select path, run from temp.judged where error is not null
      except
      select path, run from temp.judged where error is null
    )
  ) as failed_judgements,
  (select count(*) from temp.private) as private,
  (select count(*) from temp.lost) as unmatched

-- name: absent
-- Of the photos that a file has told of: those not on disk, and of them those that it has an address of.
select
  (
    select count(*)
    from temp.told
    cross join images on images.id = told.image_id
    where images.bytes is null
  ) as not_on_disk,
  (
    select count(*)
    from temp.addresses
    join images on images.collection_id = :collection and images.path = temp.addresses.path
    where images.bytes is null
  ) as elsewhere

-- name: observation_span
select min(id), max(id)
from observations
where source = :source

-- name: drop_observations
delete from observations
where id between :first and :last
  and source = :source

-- name: drop_judgements
delete from labels
where id in (select label_id from imported_labels where source = :source);
delete from private_photos
where source = :source;
delete from unmatched
where source = :source;
delete from deployment_photos
where deployment_id in (select id from deployments where source = :source);
delete from deployments
where source = :source

-- name: drop_addresses
-- Of photos that only a source which never finished has named; of one that was replaced they may still be good.
delete from remote_photos
where fetched_at is null
  and exists (
    select 1
    from images
    join sources on sources.id = images.introduced_by
    where images.id = remote_photos.image_id
      and images.bytes is null
      and images.introduced_by = :source
      and sources.state = 'reading'
  )

-- name: has_photo
select 1
from images
where collection_id = :collection
  and path = :path

-- name: selections_like
select name
from selections
where name = :name
   or name glob :name || '-[0-9]*'

-- name: add_selection
insert into selections (name, strategy, params, seed, basis, details, num_candidates, num_eligible, created_at)
values (:name, 'hero-images', :params, 0, :basis, :details, 0, :eligible, :now)
returning id

-- name: add_candidate
-- The best first: a photo or a burst that is there already stays in its better class.
insert or ignore into candidates (selection_id, image_id, sequence_id, category, quality_score, rank)
select :selection, id, sequence_id, :category, :quality, :rank
from images
where collection_id = :collection
  and path = :path

-- name: count_selection
-- What its classes got stands for what they wanted, and a quality is one part: its file says no more.
update selections
set num_candidates = :chosen
where id = :selection;
insert into candidate_parts (candidate_id, name, value, weight)
select id, 'quality', quality_score, 1
from candidates
where selection_id = :selection;
insert into quotas (selection_id, category, share, wanted, available, chosen)
select selection_id, category, cast(count(*) as real) / :chosen, count(*), count(*), count(*)
from candidates
where selection_id = :selection
group by category

-- name: unplaced
-- Photos whose place no file tells.
select id, path, location
from images
where collection_id = :collection
  and (location is null or placed_by = 0)

-- name: mark_placed
-- The inferred bursts of photos that get another place.
insert or ignore into temp.moved (sequence_id)
select sequences.id
from json_each(:images) as photo
cross join images on images.id = photo.value
cross join sequences on sequences.id = images.sequence_id and sequences.origin = 'inferred'

-- name: place
update images
set location = ?, placed_by = 0
where id = ?

-- name: pending_remote
-- Photos of a collection that are elsewhere and not here yet.
select images.id, images.path, remote_photos.url
from remote_photos
join images on images.id = remote_photos.image_id
where images.collection_id = :collection
  and images.bytes is null
order by images.id

-- name: fetched
update remote_photos
set fetched_at = :now, failure = :failure
where image_id = :image
