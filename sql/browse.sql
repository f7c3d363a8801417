-- The gallery: what the pages in the browser filter and sort by, and what they show.

-- name: basis
-- The state that the gallery is made from: when this has changed, it is behind.
select json_object(
  'sources', (select count(*) from sources where state = 'done'),
  'newest', (select max(id) from sources where state = 'done'),
  'changed', (select max(finished_at) from sources where state = 'done'),
  'photos', (select max(id) from images),
  'sequences', (select max(id) from sequences),
  'unreadable', (select count(*) from images where failure is not null),
  'measured', (select count(*) from measurements),
  'observed', (select count(*) from observations),
  'released', (select count(*) from releases),
  'person_confidence', (select value from settings where name = 'person_confidence'),
  'animal_confidence', (select value from settings where name = 'animal_confidence')
)

-- name: kept_basis
select basis
from gallery_state

-- name: begin
-- From now on triggers bring each new score into the gallery, whatever of it is filled already.
insert or ignore into gallery_state (id, basis, made_at)
values (1, '', :now)

-- name: keep_basis
-- Where the row is gone, scores came in bulk meanwhile: the gallery stays behind.
update gallery_state
set basis = :basis, made_at = :now

-- name: fall_behind
-- For scores in bulk: the gallery is brought up to date once they are all there.
delete from gallery_state

-- name: order_names
create temp table if not exists name_places (
  image_id integer primary key,
  place integer not null
) strict;
delete from temp.name_places;
insert into temp.name_places (image_id, place)
select id, row_number() over (order by collection_id, path)
from images

-- name: list_held
create temp table if not exists vetoed (image_id integer primary key) strict;
delete from temp.vetoed;
insert or ignore into temp.vetoed (image_id)
select image_id
from vetoes

-- name: name_facets
insert or ignore into facets (kind, name)
select distinct 'species', species
from detections
where species is not null
union all
select distinct 'location', location
from images
where location is not null

-- name: span
select min(id) as first, max(id) as last
from images

-- name: fill
-- Bring some photos up to date; temp.vetoed and temp.name_places were listed before.
insert into gallery (image_id, species, location, moment, name_order, night, held, failed, score, spread, raters)
with looked as materialized (
  select
    results.image_id,
    max(iif(results.failure is null, results.source, null)) as source
  from results
  join sources on sources.id = results.source and sources.state = 'done'
  where results.image_id between :first and :last
  group by results.image_id
),
-- The subject, as the view subjects defines it; SQLite takes the row that holds the maximum.
subject as materialized (
  select
    detections.image_id,
    detections.species,
    max(
      iif(
        detections.confidence >= (select value from settings where name = 'animal_confidence'),
        1 + detections.w * detections.h,
        detections.confidence
      )
    )
  from looked
  cross join detections on detections.image_id = looked.image_id
  where detections.source = looked.source
    and detections.category = 'animal'
    and detections.confidence > 0
    and detections.x is not null
  group by detections.image_id
),
rated as materialized (
  select
    labels.image_id,
    coalesce(
      avg(labels.score) filter (where label_runs.rater = 'person'),
      avg(labels.score) filter (where label_runs.rater = 'vlm'),
      avg(labels.score) filter (where label_runs.rater = 'scorer'),
      avg(labels.score) filter (where label_runs.rater = 'baseline')
    ) as score,
    iif(count(*) > 1, max(labels.score) - min(labels.score), null) as spread,
    max(label_runs.rater = 'person') + 2 * max(label_runs.rater = 'vlm')
    + 4 * max(label_runs.rater = 'scorer') + 8 * max(label_runs.rater = 'baseline') as raters
  from labels
  join label_runs on label_runs.id = labels.label_run_id
  where labels.image_id between :first and :last
    and labels.score is not null
  group by labels.image_id
)
select
  images.id,
  species.id,
  locations.id,
  coalesce(cast(strftime('%s', images.captured_at) as integer), 0),
  name_places.place,
  measurements.monochrome,
  vetoed.image_id is not null,
  images.failure is not null or (looked.image_id is not null and looked.source is null),
  rated.score,
  rated.spread,
  coalesce(rated.raters, 0)
from images
join temp.name_places on name_places.image_id = images.id
left join looked on looked.image_id = images.id
left join subject on subject.image_id = images.id
left join facets as species on species.kind = 'species' and species.name = subject.species
left join facets as locations on locations.kind = 'location' and locations.name = images.location
left join measurements on measurements.image_id = images.id
left join temp.vetoed on vetoed.image_id = images.id
left join rated on rated.image_id = images.id
where images.id between :first and :last
on conflict (image_id) do update set
  species = excluded.species,
  location = excluded.location,
  moment = excluded.moment,
  name_order = excluded.name_order,
  night = excluded.night,
  held = excluded.held,
  failed = excluded.failed,
  score = excluded.score,
  spread = excluded.spread,
  raters = excluded.raters
where (species, location, moment, name_order, night, held, failed, score, spread, raters) is not (
  excluded.species,
  excluded.location,
  excluded.moment,
  excluded.name_order,
  excluded.night,
  excluded.held,
  excluded.failed,
  excluded.score,
  excluded.spread,
  excluded.raters
)

-- name: drop_gone
delete from gallery
where image_id not in (select id from images)

-- name: searched_paths
-- How many paths can be searched, the last of them, and how many photos there are up to it.
select
  count(*) as paths,
  coalesce(max(id), 0) as last,
  (select count(*) from images where id <= (select max(id) from images_fts_docsize)) as photos
from images_fts_docsize

-- name: rebuild_paths
insert into images_fts (images_fts) values ('rebuild')

-- name: add_paths
insert into images_fts (rowid, path)
select id, path
from images
where id between :first and :last

-- name: count_facets
update facets
set photos = case kind
  when 'species' then (select count(*) from gallery where gallery.species = facets.id)
  when 'location' then (select count(*) from gallery where gallery.location = facets.id)
  else photos
end;
insert into facets (kind, name, photos)
select 'state', 'all', count(*) from gallery
union all
select 'state', 'held', count(*) from gallery where held = 1
union all
select 'state', 'failed', count(*) from gallery where failed = 1
union all
select 'state', 'night', count(*) from gallery where night = 1
union all
select 'state', 'day', count(*) from gallery where night = 0
union all
select 'hour', printf('%02d', moment % 86400 / 3600), count(*)
from gallery
where species is not null
  and moment > 0
  and image_id not in (select id from images where time_doubt is not null)
group by 2
on conflict (kind, name) do update set photos = excluded.photos;
insert into facets (kind, name, photos)
select 'step', 'photos', count(*) from images
union all
select 'step', 'on disk and readable', count(*) from images where bytes is not null and failure is null
union all
select 'step', 'seen by a detector', count(distinct image_id) from results where failure is null
union all
select 'step', 'with an animal', count(distinct image_id) from detections
where category = 'animal'
  and confidence >= (select value from settings where name = 'animal_confidence')
on conflict (kind, name) do update set photos = excluded.photos;
delete from facets
where photos = 0
  and kind in ('species', 'location')

-- name: facet
-- A species or a place by its name; where none is spelled like that, by its letters, small or large.
select id, photos
from facets
where kind = :kind
  and lower(name) = lower(:name)
order by name = :name desc, photos desc
limit 1

-- name: photos_in_all
select photos
from facets
where kind = 'state'
  and name = 'all'

-- name: facets
select name, photos
from facets
where kind = :kind
order by photos desc, name

-- name: public_species
-- The species of which at least one photo may leave.
select name, photos
from facets
where kind = 'species'
  and exists (select 1 from gallery where species = facets.id and held = 0)
order by name

-- name: chosen
-- The photos that a selection, or any ('*'), chose for a class, or for any.
select distinct image_id
from candidates
where (:category = '' or category = :category)
  and (:selection in ('', '*') or selection_id = (select id from selections where name = :selection))

-- name: chosen_for_album
select album_photos.image_id
from albums
join album_photos on album_photos.album_id = albums.id
where albums.name = :album

-- name: page
-- One page of the gallery; query.py puts source, key and conditions in the places of the braces.
select {id} as image_id, {key} as key
from {source}
where {conditions}
order by key {direction}, {id} {direction}
limit :count

-- name: place
-- Where one photo stands in the order of a view of the gallery.
select {key} as key
from {source}
where {conditions}
  and gallery.image_id = :image

-- name: found_paths
-- The photos that some words are found in the paths of.
select rowid as image_id
from images_fts
where images_fts match :words
limit :most

-- name: found_reasons
-- The photos that some words are found in the reasons of, and those reasons.
select labels.image_id, labels.reasoning
from (
  select rowid
  from labels_fts
  where labels_fts match :words
  limit :most
) as matched
join labels on labels.id = matched.rowid

-- name: found_species
-- The photos of some species, those that are rated first.
select image_id
from (
  select gallery.image_id
  from json_each(:species) as named
  cross join gallery on gallery.species = named.value
  where gallery.score is not null
  limit :most
)
union
select image_id
from (
  select gallery.image_id
  from json_each(:species) as named
  cross join gallery on gallery.species = named.value
  limit :most
)

-- name: count_found
-- In how many places a word stands; counting stops where it is common.
select species + reasons + paths as places, max(reasons, paths) >= :most as common
from (
  select
    (
      select coalesce(sum(photos), 0)
      from facets
      where id in (select value from json_each(:species))
    ) as species,
    (
      select count(*)
      from (select 1 from labels_fts where labels_fts match :word limit :most)
    ) as reasons,
    iif(
      :public,
      0,
      (select count(*) from (select 1 from images_fts where images_fts match :word limit :most))
    ) as paths
)

-- name: species_among
-- Those of some photos that are of some species.
select gallery.image_id
from json_each(:among) as among
cross join gallery on gallery.image_id = among.value
where gallery.species in (select value from json_each(:species))

-- name: reasons_among
-- The reasons of some photos that a word is found in; looked up at once, for one by one it takes a thousand times as long.
with found as materialized (
  select rowid
  from labels_fts
  where labels_fts match :word
  limit :most
)
select labels.image_id, labels.reasoning
from json_each(:among) as among
cross join labels on labels.image_id = among.value
where +labels.id in (select rowid from found)

-- name: paths_among
-- Those of some photos that a word is found in the path of.
with found as materialized (
  select rowid
  from images_fts
  where images_fts match :word
  limit :most
)
select value as image_id
from json_each(:among)
where value in (select rowid from found)

-- name: count_rated
-- How many photos are rated; it stops counting when there are many.
select count(*)
from (
  select 1
  from gallery
  where score is not null
  limit :most
)

-- name: count_between
select count(*)
from (
  select 1
  from gallery
  where moment between :since and :until
  limit :most
)

-- name: count_scores
select count(*)
from (
  select 1
  from labels
  where label_run_id = :run
    and score is not null
  limit :most
)

-- name: cards
-- What a page shows of its photos, in its order.
select
  images.id,
  images.path,
  images.captured_at,
  images.location,
  images.mtime,
  images.bytes,
  images.failure,
  species.name as species,
  gallery.score,
  gallery.spread,
  gallery.raters,
  gallery.held,
  gallery.night,
  gallery.failed,
  thumbnails.width,
  thumbnails.height,
  (
    select category
    from candidates
    where candidates.image_id = images.id
    order by candidates.id desc
    limit 1
  ) as category
from json_each(:images) as wanted
join images on images.id = wanted.value
left join gallery on gallery.image_id = images.id
left join facets as species on species.id = gallery.species
left join thumbnails on thumbnails.image_id = images.id
order by wanted.key

-- name: labels_of_run
select labels.image_id, labels.score, labels.reasoning, labels.status, labels.error
from json_each(:images) as wanted
join labels on labels.label_run_id = :run and labels.image_id = wanted.value

-- name: rated_by
-- The scores of some photos by every run.
select labels.image_id, label_runs.id as run_id, label_runs.name as run, label_runs.rater, labels.score
from json_each(:images) as wanted
join labels on labels.image_id = wanted.value
join label_runs on label_runs.id = labels.label_run_id
where labels.score is not null
order by label_runs.id

-- name: runs
select id, name, rater, provider, model, state
from label_runs
order by id

-- name: selections
select id, name
from selections
order by id desc

-- name: albums
select name
from albums
order by id desc

-- name: listed_albums
-- The albums with their first photos, the newest first.
select
  albums.id,
  albums.name,
  albums.made_at,
  count(*) as photos,
  (
    select json_group_array(image_id)
    from (
        select image_id
        from album_photos
        where album_id = albums.id
        order by position
        limit 6
      )
  ) as first
from albums
join album_photos on album_photos.album_id = albums.id
group by albums.id
order by albums.id desc

-- name: album
select *
from albums
where id = :album

-- name: categories
select distinct category
from quotas
order by category

-- name: made_at
select made_at
from gallery_state

-- name: species_named
select id
from facets
where kind = 'species'
  and name like :text escape '\'

-- name: photo
-- Where a photo lies, and what a server needs to send it.
select
  images.id,
  images.path,
  images.bytes,
  images.mtime,
  images.width,
  images.height,
  images.failure,
  collections.root,
  collections.name as collection
from images
join collections on collections.id = images.collection_id
where images.id = :image

-- name: thumbnails
-- The kept thumbnails of some photos, in their order.
select thumbnails.image_id, thumbnails.jpeg
from json_each(:images) as wanted
join thumbnails on thumbnails.image_id = wanted.value
order by wanted.key

-- name: boxes
-- What the detectors found in a photo, by the result that counts.
select
  detections.id,
  detections.category,
  detections.confidence,
  detections.x,
  detections.y,
  detections.w,
  detections.h,
  detections.species,
  detections.species_score,
  detections.id = (select detection_id from subjects where subjects.image_id = :image) as subject
from detections
where detections.image_id = :image
  and detections.x is not null
  and detections.source = (
    select max(results.source)
    from results
    join sources on sources.id = results.source
    where results.image_id = :image
      and results.failure is null
      and sources.state = 'done'
  )
order by detections.confidence desc
limit 200

-- name: burst
-- The frames around a photo, in the order in which they were taken.
select
  images.id,
  images.mtime,
  images.captured_at,
  exists (select 1 from thumbnails where thumbnails.image_id = images.id) as thumbnail,
  (
    select category
    from candidates
    where candidates.image_id = images.id
    order by candidates.id desc
    limit 1
  ) as category,
  (select score from gallery where gallery.image_id = images.id) as score
from images
where images.sequence_id = (select sequence_id from images where id = :image)
order by images.frame_num, images.captured_at, images.path
limit 100

-- name: measurement
select *
from measurements
where image_id = :image

-- name: provenance
-- The files and folders that speak of a photo.
select distinct sources.path, sources.format, sources.finished_at
from sources
where sources.id in (
    select source
    from results
    where image_id = :image
    union
    select introduced_by
    from images
    where id = :image
    union
    select source
    from sequences
    where id = (select sequence_id from images where id = :image)
  )
order by sources.id

-- name: scores_of_run
-- The scores of a run, as two lists in the same order: many thousand rows in one.
select group_concat(image_id) as images, group_concat(score) as scores
from labels
where label_run_id = :run
  and score is not null

-- name: where_taken
-- Where some photos were taken, for intervals over places, and in which burst.
select
  coalesce(images.location, rtrim(rtrim(images.path, replace(images.path, '/', '')), '/')) as place,
  coalesce(images.sequence_id, -images.id) as sequence
from json_each(:images) as wanted
join images on images.id = wanted.value
order by wanted.key

-- name: said
-- What several runs say of some photos.
select labels.image_id, labels.label_run_id, labels.score, labels.reasoning
from json_each(:images) as wanted
join labels on labels.image_id = wanted.value
where labels.label_run_id in (select value from json_each(:runs))

-- name: run_costs
-- What failed of each run, and what it cost; of labels from the index of what cost something alone. In public
-- without photos that must stay, or that the gallery does not know yet: those are listed first, from the
-- index that has the photo of each label.
select
  label_run_id,
  sum(failed) as failed,
  sum(cost_usd) as cost_usd,
  sum(latencies) / sum(answers) as latency_ms
from (
  select
    label_run_id,
    sum(status <> 'ok') as failed,
    sum(cost_usd) as cost_usd,
    sum(latency_ms) as latencies,
    count(latency_ms) as answers
  from labels
  where (status <> 'ok' or cost_usd is not null or latency_ms is not null)
    and label_run_id in (select value from json_each(:runs))
    and (
      not :public
      or id not in (
        select hidden.id
        from labels as hidden
        left join gallery on gallery.image_id = hidden.image_id
        where hidden.label_run_id in (select value from json_each(:runs))
          and gallery.held is not 0
      )
    )
  group by label_run_id
  union all
  select label_run_id, 0, sum(cost_usd), null, 0
  from retried_costs
  where label_run_id in (select value from json_each(:runs))
    and question_id is null
    and (not :public or exists (select 1 from gallery where gallery.image_id = retried_costs.image_id and held = 0))
  group by label_run_id
)
group by label_run_id

-- name: run_histograms
-- How many scores of each run fall from each whole number up to the next; equal scores, which an index has
-- side by side, are counted first. In public without photos that must stay: the rated ones that may leave are
-- few, and an index lists them.
select label_run_id, min(9, cast(score as integer)) as bin, sum(photos) as photos, sum(photos * score) as total
from (
  select label_run_id, score, count(*) as photos
  from labels
  where score is not null
    and label_run_id in (select value from json_each(:runs))
    and (not :public or image_id in (select image_id from gallery where score is not null and held = 0))
  group by label_run_id, score
)
group by label_run_id, bin

-- name: run_controls
-- How steady raters were where they were watched.
select
  label_run_id,
  repeats,
  repeat_difference,
  blank_score,
  anchor_score,
  anchor_rounds,
  anchor_drift
from steadiness
where label_run_id in (select value from json_each(:runs))

-- name: run_list
select
  label_runs.id,
  label_runs.name,
  label_runs.rater,
  label_runs.provider,
  label_runs.model,
  label_runs.image_size,
  label_runs.state,
  label_runs.created_at,
  label_runs.finished_at,
  prompts.name as prompt,
  (select count(*) from label_targets where label_run_id = label_runs.id) as asked,
  (
    select count(burst_answers.question_id)
    from burst_questions
    join burst_answers on burst_answers.question_id = burst_questions.id
    where burst_questions.label_run_id = label_runs.id
      and burst_answers.status = 'ok'
  ) as compared,
  (select count(*) from pending_burst where label_run_id = label_runs.id) as unasked,
  (select cost_usd from burst_costs where label_run_id = label_runs.id) as burst_usd
from label_runs
left join prompts on prompts.id = label_runs.prompt_id
order by label_runs.id

-- name: rated_facets
-- How the photos of each species, or of each place, were rated.
select gallery.species, gallery.location, count(*) as rated, sum(gallery.score) as total, max(gallery.score) as best
from gallery
where score is not null
  and (not :public or held = 0)
group by gallery.species, gallery.location

-- name: facet_names
select id, kind, name, photos
from facets
where kind in ('species', 'location', 'hour', 'step')

-- name: live_steps
-- The last steps from photos to heroes, as they are now.
select
  (select count(distinct image_id) from candidates) as candidates,
  (select count(*) from gallery where score is not null) as rated,
  (select count(*) from gallery where score >= :good) as heroes,
  (select count(*) from label_runs) as runs
