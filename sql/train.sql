-- The scorer's rows: what is known of a photo in numbers, and what was said of it.

-- name: rows
-- The photos that have a score to learn from, measured: numbers, score, place, burst.
select
  coalesce(images.location, rtrim(rtrim(images.path, replace(images.path, '/', '')), '/')) as place,
  coalesce(images.sequence_id, -images.id) as sequence,
  avg(labels.score) as score,
  scorer_features.*
from labels
join label_runs on label_runs.id = labels.label_run_id
join images on images.id = labels.image_id
join scorer_features on scorer_features.image_id = labels.image_id
where labels.score is not null
  and label_runs.id in (select value from json_each(:runs))
group by labels.image_id
order by labels.image_id

-- name: sources
-- The runs that a scorer may learn from, each with how many of its photos it can.
select
  label_runs.id,
  label_runs.name,
  label_runs.rater,
  sum(exists (select 1 from scorer_features where scorer_features.image_id = labels.image_id)) as photos
from label_runs
join labels on labels.label_run_id = label_runs.id
where label_runs.rater in ('person', 'vlm', 'baseline')
  and labels.score is not null
group by label_runs.id
order by label_runs.id

-- name: measured
-- What was measured of some photos.
select measurements.*
from json_each(:images) as wanted
join measurements on measurements.image_id = wanted.value
order by wanted.key

-- name: measure_version
select value
from settings
where name = 'measure_version'

-- name: names_like
select name
from scorers
where name = :name
   or name glob :name || '-[0-9]*'

-- name: save
insert into scorers (
  name, state, learned_from, target, settings, seed, features, measure_version, made_with, num_photos,
  num_places, spearman, spearman_low, spearman_high, error, error_low, error_high, baseline_spearman,
  geometry_spearman, beats_baseline, beats_geometry, fitted_to, encoder_id, grouped_by, made_at
)
values (
  :name, :state, :learned_from, :target, :settings, :seed, :features, :measure_version, :made_with,
  :num_photos, :num_places, :spearman, :spearman_low, :spearman_high, :error, :error_low, :error_high,
  :baseline_spearman, :geometry_spearman, :beats_baseline, :beats_geometry, :fitted_to, :encoder, :grouped_by, :now
)

-- name: same
-- The scorer that was made of the same.
select *
from scorers
where learned_from = :learned_from
  and settings = :settings
  and seed = :seed
  and features = :features
  and fitted_to = :fitted_to
order by id desc
limit 1

-- name: examine_again
-- What a scorer is worth beside what needs no training, as it is told now.
update scorers
set
  state = :state,
  num_photos = :num_photos,
  num_places = :num_places,
  grouped_by = :grouped_by,
  spearman = :spearman,
  spearman_low = :spearman_low,
  spearman_high = :spearman_high,
  error = :error,
  error_low = :error_low,
  error_high = :error_high,
  baseline_spearman = :baseline_spearman,
  geometry_spearman = :geometry_spearman,
  beats_baseline = :beats_baseline,
  beats_geometry = :beats_geometry
where id = :scorer
