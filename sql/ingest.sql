-- Taking in folders and files. A results file counts from the moment its source is marked done:
-- until then, and after a kill, its rows are there but nobody looks at them.

-- name: collections
select id, root, name, scanned_at
from collections
order by id

-- name: add_collection
insert into collections (root, name)
values (:root, :name)
returning id

-- name: done_source
-- The same bytes, read with the same options, under whatever name.
select id, path
from sources
where collection_id = :collection
  and format = :format
  and sha256 = :sha256
  and params = :params
  and state = 'done'

-- name: named_too_early
-- Files that have named photos which were not there when they were read, where others are there now.
select id, path
from sources
where collection_id = :collection
  and state = 'done'
  and num_on_disk is not null
  and num_on_disk <> (
    select count(*)
    from images
    where images.collection_id = sources.collection_id
      and images.bytes is not null
  )
  and (
    exists (select 1 from unmatched where unmatched.source = sources.id)
    or exists (select 1 from images where images.introduced_by = sources.id and images.bytes is null)
  )
order by path

-- name: add_source
insert into sources (collection_id, path, format, sha256, params, state, started_at)
values (:collection, :path, :format, :sha256, :params, 'reading', :now)
returning id

-- name: finish_source
update sources
set state = 'replaced'
where state = 'done'
  and (collection_id, path) = (select collection_id, path from sources where id = :source);
update sources
set
  state = 'done',
  finished_at = :now,
  num_images = :images,
  info = :info,
  num_on_disk = iif(
    :by_name,
    (
      select count(*)
      from images
      where images.collection_id = sources.collection_id
        and images.bytes is not null
    ),
    null
  )
where id = :source

-- name: elsewhere
-- The other collections that the same bytes were taken in for.
select distinct collections.root
from sources as ours
join sources as theirs on theirs.path = ours.path and theirs.sha256 = ours.sha256 and theirs.id <> ours.id
join collections on collections.id = theirs.collection_id
where ours.id = :source
  and theirs.collection_id <> ours.collection_id
  and theirs.state = 'done'
order by collections.root

-- name: replace_astray
-- Where the same bytes were taken in for another collection, and nothing that they say was put to a photo
-- on disk there, that was not their root.
update sources
set state = 'replaced'
where id in (
    select theirs.id
    from sources as ours
    join sources as theirs on theirs.path = ours.path and theirs.sha256 = ours.sha256
    where ours.id = :source
      and theirs.collection_id <> ours.collection_id
      and theirs.state = 'done'
  )
  and not exists (
    select 1
    from images
    where images.collection_id = sources.collection_id
      and images.bytes is not null
      and (
        images.placed_by = sources.id
        or images.timed_by = sources.id
        or images.sequence_id in (select id from sequences where sequences.source = sources.id)
        or exists (select 1 from results where results.image_id = images.id and results.source = sources.id)
        or exists (select 1 from observations where observations.image_id = images.id and observations.source = sources.id)
        or exists (
          select 1
          from labels
          join imported_labels on imported_labels.label_id = labels.id
          where labels.image_id = images.id
            and imported_labels.source = sources.id
        )
      )
  )

-- name: unfinished
-- Sources whose reading broke off.
select id, path, format
from sources
where state = 'reading'
order by id

-- name: broken_off
-- The source of a file whose reading broke off, and that is another file now, or read in another way.
select id
from sources
where collection_id = :collection
  and path = :path
  and format = :format
  and state = 'reading'
  and (sha256, params) <> (:sha256, :params)

-- name: resume_source
-- The source of a file whose reading broke off, to go on with.
update sources
set started_at = :now
where collection_id = :collection
  and path = :path
  and format = :format
  and sha256 = :sha256
  and params = :params
  and state = 'reading'
returning id

-- name: replaced
-- Sources that a newer reading of the same file has replaced, as long as rows of theirs may be left.
select id
from sources
where state = 'replaced'
  and num_images is not null
order by id

-- name: emptied
-- Nothing of a source is left in the catalog.
update sources
set num_images = null
where id = :source

-- name: last_detection
select coalesce(max(id), 0)
from detections

-- name: find_photos
-- Which photos the entries of a parcel are about; those that another of the parcel outdoes only when asked
-- for. Each is looked up by itself: for a join SQLite may read all photos first, for every parcel again.
create temp table if not exists found (
  number integer primary key,
  image_id integer
) strict;
delete from temp.found;
insert into temp.found (number, image_id)
select
  number,
  (
    select id
    from images
    where collection_id = :collection
      and path = entries.path
  )
from parcel.results as entries
where entries.again <= :again

-- name: match_results
-- Take in the entries that were found, and the photos that nobody knew; what the same file has named before waits.
delete from temp.found
where exists (
  select 1
  from main.results as earlier
  where earlier.image_id = found.image_id
    and earlier.source = :source
);
insert into images (collection_id, path, introduced_by)
select :collection, entries.path, :source
from temp.found
cross join parcel.results as entries on entries.number = found.number
where found.image_id is null
order by found.number
on conflict (collection_id, path) do nothing;
update temp.found
set image_id = (
  select images.id
  from parcel.results as entries
  cross join images on images.collection_id = :collection and images.path = entries.path
  where entries.number = found.number
)
where image_id is null;
insert into main.results (image_id, source, failure)
select found.image_id, :source, entries.failure
from temp.found
cross join parcel.results as entries on entries.number = found.number
order by found.image_id

-- name: leave_repeated
-- Leave of a parcel what was not taken in.
delete from parcel.results
where number in (select number from temp.found)

-- name: match_repeated
-- Entries of photos that the same file has named before, once the others are taken in: what they find
-- there counts, too, but for boxes that are there already, and a success outdoes a failure.
update main.results
set failure = null
where source = :source
  and image_id in (
    select found.image_id
    from temp.found
    join parcel.results as entries on entries.number = found.number
    where entries.failure is null
  );
delete from parcel.detections
where number not in (
  select min(boxes.number)
  from temp.found
  join parcel.detections as boxes on boxes.result = found.number
  where not exists (
    select 1
    from main.detections as earlier
    where earlier.image_id = found.image_id
      and earlier.source = :source
      and (earlier.category, earlier.confidence, earlier.x, earlier.y, earlier.w, earlier.h)
        is (boxes.category, boxes.confidence, boxes.x, boxes.y, boxes.w, boxes.h)
  )
  group by found.image_id, boxes.category, boxes.confidence, boxes.x, boxes.y, boxes.w, boxes.h
);
delete from parcel.classifications
where detection is null
   or detection not in (select number from parcel.detections);
delete from parcel.predictions
where detection is null
   or detection not in (select number from parcel.detections)

-- name: take_boxes
-- What the entries of a parcel that were matched have found.
insert into main.detections (id, image_id, source, category, confidence, x, y, w, h, species, species_score)
select :last + boxes.number, found.image_id, :source, category, confidence, x, y, w, h, species, species_score
from parcel.detections as boxes
cross join temp.found on found.number = boxes.result;
insert into main.classifications (image_id, detection_id, source, rank, species, score)
select found.image_id, :last + boxes.number, :source, 1, species, species_score
from parcel.detections as boxes
cross join temp.found on found.number = boxes.result
where species is not null;
insert into main.classifications (image_id, detection_id, source, rank, species, score)
select found.image_id, :last + guesses.detection, :source, rank, species, score
from parcel.classifications as guesses
cross join temp.found on found.number = guesses.result;
insert into main.predictions (image_id, detection_id, source, species, score, made_from)
select found.image_id, :last + conclusions.detection, :source, species, score, made_from
from parcel.predictions as conclusions
cross join temp.found on found.number = conclusions.result

-- name: add_taxon
insert into taxa (name, uuid, class, "order", family, genus, species, common)
values (?, ?, ?, ?, ?, ?, ?, ?)
on conflict (name) do nothing

-- name: result_span
select min(image_id), max(image_id)
from results
where source = :source

-- name: drop_results
delete from predictions
where image_id between :first and :last
  and source = :source;
delete from classifications
where image_id between :first and :last
  and source = :source;
delete from detections
where image_id between :first and :last
  and source = :source;
delete from results
where image_id between :first and :last
  and source = :source

-- name: introduced_span
select min(id), max(id)
from images
where introduced_by = :source

-- name: drop_introduced
-- Photos that only a source which never finished has named.
delete from images
where id between :first and :last
  and introduced_by = :source
  and bytes is null
  and sequence_id is null
  and coalesce(placed_by, 0) in (0, :source)
  and coalesce(timed_by, 0) in (0, :source)
  and not exists (select 1 from results where results.image_id = images.id)
  and not exists (select 1 from observations where observations.image_id = images.id)
  and not exists (select 1 from labels where labels.image_id = images.id)
  and not exists (select 1 from remote_photos where remote_photos.image_id = images.id);
update images
set introduced_by = null
where id between :first and :last
  and introduced_by = :source

-- name: told_span
select min(id), max(id)
from images
where placed_by = :source
   or timed_by = :source

-- name: untell
-- Where and when photos were taken by the word of a source that is no more. What their headers say is
-- read again with their folder.
insert or ignore into temp.moved (sequence_id)
select sequence_id
from images
where id between :first and :last
  and (placed_by = :source or timed_by = :source)
  and sequence_id is not null;
update images
set
  location = iif(placed_by = :source, null, location),
  placed_by = nullif(placed_by, :source),
  captured_at = iif(timed_by = :source, null, captured_at),
  time_doubt = iif(timed_by = :source, null, time_doubt),
  time_from = iif(timed_by = :source, null, time_from),
  timed_by = iif(timed_by = :source, 0, timed_by)
where id between :first and :last
  and (placed_by = :source or timed_by = :source)

-- name: forget_unlisted
-- Photos in sequences of this source that it does not name (any more).
update sequences
set num_frames = 0
where source = :source
  and origin = 'given'
  and exists (
    select 1
    from images
    where images.sequence_id = sequences.id
      and not exists (select 1 from temp.given where temp.given.path = images.path)
  );
update images
set sequence_id = null, frame_num = null
where sequence_id in (select id from sequences where source = :source and origin = 'given')
  and not exists (select 1 from temp.given where temp.given.path = images.path)

-- name: adopt_sequences
-- Those that an earlier reading of the same file gave, and this one gives, stay the rows that candidates
-- point to.
update or ignore sequences
set source = :source
where origin = 'given'
  and source in (
    select earlier.id
    from sources
    join sources as earlier on earlier.collection_id = sources.collection_id and earlier.path = sources.path
    where sources.id = :source
      and earlier.id <> :source
  )
  and key in (select sequence from temp.given)

-- name: drop_given_sequences
-- The sequences of this source, and their hold on photos; one that a candidate points to stays, empty.
update images
set sequence_id = null, frame_num = null
where sequence_id in (select id from sequences where source = :source and origin = 'given');
delete from sequences
where source = :source
  and origin = 'given'
  and not exists (select 1 from candidates where candidates.sequence_id = sequences.id);
update sequences
set num_frames = 0
where source = :source
  and origin = 'given'

-- name: drop_source
update sequences
set source = null
where source = :source
  and origin = 'given';
delete from sources
where id = :source

-- name: start_seen
create temp table if not exists seen (path text primary key) strict, without rowid;
delete from temp.seen

-- name: look_there
-- A batch of what is on disk: a JSON array of path, bytes, and nanoseconds since 1970.
-- The seconds come out, to the last bit, as Python's st_mtime has them.
create temp table if not exists there (
  path text primary key,
  bytes integer not null,
  mtime real not null
) strict, without rowid;
delete from temp.there;
insert or ignore into temp.there (path, bytes, mtime)
select
  json_extract(value, '$[0]'),
  json_extract(value, '$[1]'),
  json_extract(value, '$[2]') / 1000000000 + :nano * (json_extract(value, '$[2]') % 1000000000)
from json_each(:rows);
insert or ignore into temp.seen (path)
select path
from temp.there

-- name: compare_there
-- What of a batch is new, changed, or there again.
create temp table if not exists news (
  path text primary key,
  bytes integer not null,
  mtime real not null,
  changed integer -- the photo whose file is another than before
) strict, without rowid;
delete from temp.news;
insert into temp.news (path, bytes, mtime, changed)
select there.path, there.bytes, there.mtime, iif(images.mtime is not there.mtime, images.id, null)
from temp.there
left join images on images.collection_id = :collection and images.path = there.path
where images.bytes is not there.bytes
   or images.mtime is not there.mtime

-- name: save_news
-- What is on disk, and nothing of what was read from a file that has changed since. One that was gone
-- has kept its time of change, so that what was read from its pixels still holds when it comes back.
delete from measurements
where image_id in (select changed from temp.news);
delete from thumbnails
where image_id in (select changed from temp.news);
insert into images (collection_id, path, bytes, mtime, introduced_by)
select :collection, path, bytes, mtime, :source
from temp.news
where true
on conflict (collection_id, path) do update set
  bytes = excluded.bytes,
  mtime = excluded.mtime,
  sha256 = iif(mtime is excluded.mtime, sha256, null),
  width = iif(mtime is excluded.mtime, width, null),
  height = iif(mtime is excluded.mtime, height, null),
  failure = iif(mtime is excluded.mtime, failure, null)

-- name: count_unread
select count(*)
from images
where collection_id = :collection
  and bytes is not null
  and (width is null or timed_by = 0)
  and failure is null
  and substr(path, 1, length(:below)) = :below

-- name: unread
-- Photos on disk whose header nobody has read, or is to be read again, a page.
select id, path
from images
where collection_id = :collection
  and bytes is not null
  and (width is null or timed_by = 0)
  and failure is null
  and substr(path, 1, length(:below)) = :below
  and id > :after
order by id
limit 5000

-- name: save_header
update images
set
  width = :width,
  height = :height,
  captured_at = iif(time_from = 'given', captured_at, :captured_at),
  time_doubt = iif(time_from = 'given', time_doubt, coalesce(:time_doubt, iif(captured_at is null, time_doubt, null))),
  time_from = iif(time_from = 'given', time_from, iif(:captured_at is null, null, 'exif')),
  timed_by = nullif(timed_by, 0),
  failure = :failure
where id = :image

-- name: start_moved
-- Bursts in which a time or a place changes.
create temp table if not exists moved (
  sequence_id integer primary key
) strict;
delete from temp.moved

-- name: mark_read
-- The inferred bursts of photos whose headers have another time than before.
insert or ignore into temp.moved (sequence_id)
select sequences.id
from json_each(:times) as header
cross join images on images.id = json_extract(header.value, '$[0]')
cross join sequences on sequences.id = images.sequence_id and sequences.origin = 'inferred'
where images.time_from is not 'given'
  and images.captured_at is not json_extract(header.value, '$[1]')

-- name: reopen
-- Bursts to be counted again, and to be inferred again where they were inferred, as a time or a place in
-- them has changed. Their photos stay in them until then: nobody in a burst is let out of sight.
update sequences
set num_frames = 0, reopened = origin = 'inferred'
where id in (select sequence_id from temp.moved)

-- name: count_on_disk
select count(*)
from images
where collection_id = :collection
  and bytes is not null
  and substr(path, 1, length(:below)) = :below

-- name: count_gone
-- How many photos below the folder were on disk before, and are not now: all that are there were seen.
select
  (
    select count(*)
    from images
    where collection_id = :collection
      and bytes is not null
      and substr(path, 1, length(:below)) = :below
  ) - (select count(*) from temp.seen)

-- name: mark_gone
-- Photos below the folder that were on disk before, and are not now.
update images
set bytes = null
where collection_id = :collection
  and bytes is not null
  and substr(path, 1, length(:below)) = :below
  and not exists (select 1 from temp.seen where temp.seen.path = images.path)

-- name: mark_scanned
update collections
set scanned_at = :now
where id = :collection

-- name: folder_source
select id
from sources
where collection_id = :collection
  and path = :path
  and format = 'folder'

-- name: add_folder
-- A folder counts at once: each photo of it is whole by itself.
insert into sources (collection_id, path, format, params, state, started_at)
values (:collection, :path, 'folder', '{}', 'done', :now)
returning id

-- name: finish_folder
-- The moment stays where nothing has changed since, and no kill came between.
update sources
set finished_at = :now, num_images = :images
where id = :source
  and (:changed or finished_at is null)

-- name: start_given
-- What a file says of photos, gathered until it was read to its end.
create temp table if not exists given (
  id integer primary key,
  path text not null,
  sequence text,
  frame_num integer,
  location text,
  captured_at text,
  time_doubt text
) strict;
delete from temp.given

-- name: anything_known
-- Whether the catalog has any photo or sequence of a collection.
select exists (select 1 from images where collection_id = :collection)
    or exists (select 1 from sequences where collection_id = :collection)

-- name: drop_given
drop table if exists temp.given

-- name: take_given
insert into temp.given (path, sequence, frame_num, location, captured_at, time_doubt)
select path, sequence, frame_num, location, captured_at, time_doubt
from parcel.given

-- name: given_span
select min(id), max(id)
from temp.given
where id > :after

-- name: any_known
-- Whether any photo of a slice of what a file says is in the catalog.
select exists (
  select 1
  from temp.given
  cross join images on images.collection_id = :collection and images.path = temp.given.path
  where temp.given.id between :first and :last
)

-- name: index_given
create index if not exists temp.given_path on given (path)

-- name: any_given
-- Whether any file has put photos of the collection into sequences before.
select exists (select 1 from sequences where collection_id = :collection and origin = 'given')

-- name: any_inferred
select exists (select 1 from sequences where collection_id = :collection and origin = 'inferred')

-- name: mark_moved
-- The inferred bursts of photos of which a slice of what a file says has another time, place or sequence.
insert or ignore into temp.moved (sequence_id)
select sequences.id
from temp.given
cross join images on images.collection_id = :collection and images.path = temp.given.path
cross join sequences on sequences.id = images.sequence_id and sequences.origin = 'inferred'
where temp.given.id between :first and :last
  and (
    temp.given.sequence is not null
    or temp.given.location is not null and temp.given.location is not images.location
    or temp.given.captured_at is not null
    and (temp.given.captured_at, temp.given.time_doubt) is not (images.captured_at, images.time_doubt)
  )

-- name: recount_left
-- Sequences that photos of a slice of what a file says will leave.
update sequences
set num_frames = 0
where id in (
  select images.sequence_id
  from temp.given
  join images on images.collection_id = :collection and images.path = temp.given.path
  where temp.given.id between :first and :last
)

-- name: apply_given
-- A slice of what a file says of photos, put into the catalog: from temp.given where there is one, else
-- straight from the parcel, as SQLite looks a bare name up in temp first. Sequences are counted at once only
-- where all their photos are new and named once; those that go on in another slice are counted at the end.
insert into sequences (collection_id, key, location, started_at, ended_at, num_frames, origin, source)
select :collection, sequence, max(location), min(captured_at), max(captured_at), iif(:once, count(*), 0), 'given', :source
from given
where given.id between :first and :last
  and sequence is not null
group by sequence
order by min(given.id)
on conflict (source, key) where origin = 'given' do update set
  location = coalesce(excluded.location, location),
  num_frames = 0;
insert into images (collection_id, path, introduced_by, sequence_id, frame_num, location, placed_by, captured_at, time_doubt, time_from, timed_by)
select
  :collection,
  given.path,
  :source,
  sequences.id,
  given.frame_num,
  given.location,
  iif(given.location is null, null, :source),
  given.captured_at,
  given.time_doubt,
  iif(given.captured_at is null, null, 'given'),
  iif(given.captured_at is null, null, :source)
from given
left join sequences
  on sequences.source = :source
  and sequences.origin = 'given'
  and sequences.key = given.sequence
where given.id between :first and :last
order by given.id
on conflict (collection_id, path) do update set
  introduced_by = iif(
    introduced_by in ( -- an earlier reading of the same file, with which the photo would go
      select earlier.id
      from sources
      join sources as earlier on earlier.collection_id = sources.collection_id and earlier.path = sources.path
      where sources.id = :source
    ),
    :source,
    introduced_by
  ),
  sequence_id = coalesce(excluded.sequence_id, sequence_id),
  frame_num = coalesce(excluded.frame_num, frame_num),
  location = coalesce(excluded.location, location),
  placed_by = coalesce(excluded.placed_by, placed_by),
  captured_at = coalesce(excluded.captured_at, captured_at),
  time_doubt = iif(excluded.captured_at is null, coalesce(excluded.time_doubt, time_doubt), excluded.time_doubt),
  time_from = coalesce(excluded.time_from, time_from),
  timed_by = coalesce(excluded.timed_by, timed_by)

-- name: last_image
select coalesce(max(id), 0)
from images

-- name: uncount
update sequences
set num_frames = 0
where source = :source
  and origin = 'given'

-- name: result_counts
select
  (select count(*) from results where source = :source) as photos,
  (select count(*) from results where source = :source and failure is not null) as failures,
  (select count(*) from detections where source = :source) as detections,
  iif(
    (select scanned_at from collections where id = :collection) is null,
    (select count(*) from results where source = :source),
    (
      select count(*)
      from results
      join images on images.id = results.image_id
      where results.source = :source
        and images.bytes is null
    )
  ) as not_on_disk

-- name: given_missing
-- How many of the photos that a file tells of are not on disk, as far as somebody has looked there.
select
  iif(
    (select scanned_at from collections where id = :collection) is null,
    (select count(*) from temp.given),
    (
      select count(*)
      from temp.given
      join images on images.collection_id = :collection and images.path = temp.given.path
      where images.bytes is null
    )
  )

-- name: count_sequences
select count(*)
from sequences
where source = :source
  and origin = 'given'
  and num_frames > 0

-- name: refresh_statistics
-- A sample of each index tells the planner enough, and takes no time.
pragma analysis_limit = 1000;
analyze
