-- What goes into exports. Whether it may, is asked of gate.py.

-- name: runs
-- The label runs that have anything to show, as they were begun.
select
  label_runs.id,
  label_runs.name,
  label_runs.rater,
  label_runs.provider,
  label_runs.model,
  label_runs.params,
  label_runs.created_at
from label_runs
where exists (select 1 from labels where labels.label_run_id = label_runs.id)
order by label_runs.id

-- name: labels
-- The labels of a run that were asked for: the best first and failures last, or by path.
select labels.id, labels.image_id, labels.score
from labels
join images on images.id = labels.image_id
where labels.label_run_id = :run
  and (:failures or labels.score is not null)
  and (:low is null or labels.score >= :low)
  and (:high is null or labels.score <= :high)
order by
  iif(:by_name, images.path, labels.score is null),
  labels.score desc,
  images.id

-- name: label
select id, image_id, score, reasoning, error, latency_ms, raw
from labels
where id = :label

-- name: best
-- Photos by the score that counts: a person's before a model's, over the runs that were asked for.
select
  labels.image_id,
  coalesce(
    avg(labels.score) filter (where label_runs.rater = 'person'),
    avg(labels.score) filter (where label_runs.rater = 'vlm'),
    avg(labels.score) filter (where label_runs.rater = 'scorer'),
    avg(labels.score) filter (where label_runs.rater = 'baseline')
  ) as score
from labels
join label_runs on label_runs.id = labels.label_run_id
where labels.status = 'ok'
  and (:runs is null or label_runs.name in (select value from json_each(:runs)))
group by labels.image_id
having (:low is null or score >= :low)
   and (:high is null or score <= :high)
order by score desc, labels.image_id

-- name: passes
-- Whether a photo passes the filters of the gallery; what is null filters nothing.
select exists (
  select 1
  from images
  where images.id = :image
    and (:since is null or images.captured_at >= :since)
    and (:until is null or images.captured_at <= :until)
    and (:location is null or images.location in (select value from json_each(:location)))
    and (
      :species is null
      or exists (
        select 1
        from subjects
        where subjects.image_id = images.id
          and lower(subjects.species) in (select value from json_each(:species))
      )
    )
    and (
      :night is null
      or exists (
        select 1
        from measurements
        where measurements.image_id = images.id
          and measurements.monochrome = :night
      )
    )
    and (
      coalesce(:category, :selection) is null
      or exists (
        select 1
        from candidates
        join selections on selections.id = candidates.selection_id
        where candidates.image_id = images.id
          and (:category is null or candidates.category in (select value from json_each(:category)))
          and (:selection is null or selections.name = :selection)
      )
    )
    and (
      :album is null
      or exists (
        select 1
        from album_photos
        join albums on albums.id = album_photos.album_id
        where album_photos.image_id = images.id
          and albums.name = :album
      )
    )
)

-- name: unknown_names
-- The names that were asked for and that nothing in the catalog has.
select 'location' as kind, value as name
from json_each(:location)
where not exists (select 1 from images where location = value)
union all
select 'species', value
from json_each(:species)
where not exists (select 1 from detections where lower(species) = value)
union all
select 'category', value
from json_each(:category)
where not exists (select 1 from candidates where category = value)
union all
select 'selection', :selection
where :selection is not null
  and not exists (select 1 from selections where name = :selection)
union all
select 'album', :album
where :album is not null
  and not exists (select 1 from albums where name = :album)

-- name: known_names
-- Some of what the names of a kind can be.
select name
from (
  select distinct location as name from images where :kind = 'location' and location is not null
  union all
  select distinct lower(species) from detections where :kind = 'species' and species is not null
  union all
  select distinct category from candidates where :kind = 'category'
  union all
  select name from selections where :kind = 'selection'
  union all
  select name from albums where :kind = 'album'
)
order by name
limit 13

-- name: photo
-- What is known of one photo.
select
  images.path,
  images.width,
  images.height,
  images.location,
  images.captured_at,
  images.bytes is not null as on_disk,
  images.mtime,
  images.sequence_id,
  images.frame_num,
  sequences.num_frames,
  collections.root,
  collections.name as collection,
  subjects.species
from images
join collections on collections.id = images.collection_id
left join sequences on sequences.id = images.sequence_id
left join subjects on subjects.image_id = images.id
where images.id = :image

-- name: is_view
select exists (select 1 from sqlite_schema where type = 'view' and name = :name)

-- name: strips
-- Where the camera's strips of text end on a photo: as read from it, or as on several of the photos beside
-- it that were taken at the same place, if that is more. At night a dark strip is hard to see.
with near as materialized (
  select images.id, measurements.content_top, measurements.content_bottom
  from images as this
  join images
    on images.id between this.id - 50 and this.id + 50
    and images.collection_id = this.collection_id
    and coalesce(images.location, rtrim(rtrim(images.path, replace(images.path, '/', '')), '/'))
    = coalesce(this.location, rtrim(rtrim(this.path, replace(this.path, '/', '')), '/'))
  join measurements on measurements.image_id = images.id
  where this.id = :image
),
tops as (
  select max(content_top) as place
  from near
  where content_top > 0
  group by round(content_top, 2)
  having count(*) >= 3
  order by count(*) desc
  limit 1
),
bottoms as (
  select min(content_bottom) as place
  from near
  where content_bottom < 1
  group by round(content_bottom, 2)
  having count(*) >= 3
  order by count(*) desc
  limit 1
),
own as (
  select max(content_top) as top, min(content_bottom) as bottom
  from near
  where id = :image
)
select
  max(coalesce(own.top, 0), coalesce((select place from tops), 0)) as content_top,
  min(coalesce(own.bottom, 1), coalesce((select place from bottoms), 1)) as content_bottom
from own

-- name: reasoning
-- The words of the rater whose score counts most.
select labels.reasoning, label_runs.name
from labels
join label_runs on label_runs.id = labels.label_run_id
where labels.image_id = :image
  and labels.status = 'ok'
  and (:runs is null or label_runs.name in (select value from json_each(:runs)))
order by
  case label_runs.rater when 'person' then 1 when 'vlm' then 2 when 'scorer' then 3 else 4 end,
  label_runs.id desc
limit 1

-- name: boxes
-- What the detector result that counts says of one photo, boxes only.
select
  detections.id,
  detections.category,
  detections.confidence,
  detections.x,
  detections.y,
  detections.w,
  detections.h,
  detections.species,
  detections.species_score
from detections
where detections.image_id = :image
  and detections.x is not null
  and detections.confidence > 0
  and detections.source = (
    select max(results.source)
    from results
    join sources on sources.id = results.source
    where results.image_id = :image
      and results.failure is null
      and sources.state = 'done'
  )
order by detections.confidence desc, detections.id

-- name: subscores
select name, value, weight, note
from subscores
where label_id = :label
order by weight desc, name

-- name: thumbnail
select jpeg, width, height
from thumbnails
where image_id = :image

-- name: seconds
-- How long a photo took a run on average; nothing where it is no time to speak of.
select avg(latency_ms) / 1000
from labels
where label_run_id = :run
  and latency_ms is not null
having avg(latency_ms) >= 50

-- name: collections
select id, root, name
from collections
order by id

-- name: scores_of_places
-- Every score that counts of some places, with its burst.
select
  coalesce(facets.name, rtrim(rtrim(images.path, replace(images.path, '/', '')), '/')) as place,
  coalesce(images.sequence_id, -images.id) as burst,
  comparable_scores.comparable as score
from comparable_scores
join images on images.id = comparable_scores.image_id
left join facets on facets.id = comparable_scores.location
where (
    comparable_scores.location in (select id from facets where kind = 'location' and name in (select value from json_each(:places)))
    or comparable_scores.location is null
    and rtrim(rtrim(images.path, replace(images.path, '/', '')), '/') in (select value from json_each(:places))
  )
order by comparable_scores.image_id

-- name: all_places
-- Every photo's place.
select id, coalesce(location, rtrim(rtrim(path, replace(path, '/', '')), '/')) as place
from images

-- name: image_at
select id
from images
where collection_id = :collection
  and path = :path

-- name: setting
select value
from settings
where name = :name

-- name: content
-- Where the picture begins and ends between the camera's strips of text.
select content_top, content_bottom
from measurements
where image_id = :image

-- name: movement
-- Where the animal stands in each frame of a burst, from the left, in the order they were taken.
select images.id as image_id, subjects.x + subjects.w / 2 as middle
from images
join subjects on subjects.image_id = images.id
where images.sequence_id = :sequence
order by images.captured_at, images.frame_num, images.id

-- name: monochrome
select monochrome
from measurements
where image_id = :image

-- name: image_by_url
select image_id
from remote_photos
where url = :url

-- name: package
-- The Camtrap DP package that was ingested last.
select path
from sources
where format = 'camtrap-dp'
  and state = 'done'
order by id desc
limit 1

-- name: download
-- The Wildlife Insights download that was ingested last.
select path
from sources
where format = 'wildlife-insights'
  and state = 'done'
order by id desc
limit 1

-- name: selection
-- A selection by name, or the latest.
select id, created_at
from selections
where :name is null or name = :name
order by id desc
limit 1

-- name: candidates
select image_id, category, quality_score
from candidates
where selection_id = :selection
order by category, rank, image_id

-- name: checked
-- The photos that a detector has looked at, some at a time.
select images.id as image_id
from images
where images.id > :after
  and exists (select 1 from results where results.image_id = images.id and results.failure is null)
order by images.id
limit 1000

-- name: scorers
-- Every scorer with its card, but for the rows that it was fitted to.
select
  scorers.name,
  scorers.state,
  scorers.learned_from,
  scorers.target,
  scorers.settings,
  scorers.seed,
  scorers.features,
  scorers.measure_version,
  scorers.made_with,
  scorers.num_photos,
  scorers.num_places,
  scorers.grouped_by,
  scorers.spearman,
  scorers.spearman_low,
  scorers.spearman_high,
  scorers.error,
  scorers.error_low,
  scorers.error_high,
  scorers.baseline_spearman,
  scorers.geometry_spearman,
  scorers.beats_baseline,
  scorers.beats_geometry,
  encoders.sha256 as encoder,
  scorers.made_at
from scorers
left join encoders on encoders.id = scorers.encoder_id
order by scorers.id

-- name: album
-- The photos of an album, in the order in which they were chosen.
select album_photos.image_id, album_photos.score
from album_photos
join albums on albums.id = album_photos.album_id
where albums.name = :name
order by album_photos.position
