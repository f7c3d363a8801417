-- Strategies beside the stratified one, on what stratified.sql has scored; and which rare species to believe.

-- name: pool
-- The best photo of each sequence by box geometry, with what diversity counts by. The seed decides
-- between equals.
create temp table if not exists pool (
  image_id integer primary key,
  sequence integer not null,
  lot integer not null,
  quality real not null,
  size real not null,
  centrality real not null,
  confidence real not null,
  species text not null,
  location text not null,
  season integer not null, -- 0 December to February, ... 3; -1: no time is known
  night integer not null
) strict;
delete from temp.pool;
insert into temp.pool (
  image_id, sequence, lot, quality, size, centrality, confidence, species, location, season, night
)
with drawn as (
  select
    *,
    :size * size_score + :centrality * centrality + :confidence * confidence as quality,
    (image_id * 2654435761 + :seed * 2246822519) % 4294967291 as lot
  from temp.scored
),
placed as (
  select *, row_number() over (partition by sequence order by quality desc, lot) as place
  from drawn
)
select
  placed.image_id,
  placed.sequence,
  placed.lot,
  placed.quality,
  placed.size_score,
  placed.centrality,
  placed.confidence,
  coalesce((select min(species) from temp.named where named.image_id = placed.image_id), ''),
  coalesce(images.location, rtrim(images.path, replace(images.path, '/', ''))),
  coalesce(known_times.month % 12 / 3, -1),
  coalesce(measurements.monochrome, known_times.hour not between 6 and 19, 0)
from placed
join images on images.id = placed.image_id
join known_times on known_times.image_id = placed.image_id
left join measurements on measurements.image_id = placed.image_id
where placed.place = 1

-- name: disbelieve
-- Photos are not taken for a rare species that nobody believes.
delete from temp.named
where species in (select value from json_each(:species))

-- name: by_quality
select image_id, sequence, quality, size, centrality, confidence
from temp.pool
order by quality desc, lot

-- name: by_chance
select image_id, sequence, quality, size, centrality, confidence
from temp.pool
order by lot, image_id

-- name: by_variety
-- Every species has its turn, and within a species every place, season and time of day: the best of
-- each first, then the second best ...
with cells as (
  select
    *,
    row_number() over (
      partition by species, location, season, night
      order by quality desc, lot
    ) as place
  from temp.pool
),
turns as (
  select *, row_number() over (partition by species order by place, quality desc, lot) as turn
  from cells
)
select image_id, sequence, quality, size, centrality, confidence
from turns
order by turn, quality desc, lot

-- name: by_scorer
-- The best photo of each sequence by the trained scorer.
with scored as (
  select
    scored.image_id,
    scored.sequence,
    labels.score / 10 as quality,
    row_number() over (partition by scored.sequence order by labels.score desc, scored.image_id) as place
  from temp.scored as scored
  join labels on labels.image_id = scored.image_id
  where labels.label_run_id = :run
    and labels.score is not null
)
select image_id, sequence, quality
from scored
where place = 1
order by quality desc, (image_id * 2654435761 + :seed * 2246822519) % 4294967291

-- name: scorer_run
-- The newest run of the trained scorer.
select id, name
from label_runs
where rater = 'scorer'
  and (:name is null or name = :name)
order by id desc
limit 1

-- name: in_pool
select image_id, sequence, quality, size, centrality, confidence
from temp.pool
where image_id = :image

-- name: scorer_says
select score / 10 as quality
from labels
where label_run_id = :run
  and image_id = :image
  and score is not null

-- name: votes
-- For each rare species: how many independent bursts take it for that (the species that is named
-- most in a burst wins its vote), its most certain photo, and whether a person has said so.
with suspects as (
  select value as species
  from json_each(:species)
),
hits as (
  select
    coalesce(images.sequence_id, -images.id) as sequence,
    classifications.image_id,
    classifications.species,
    classifications.score
  from classifications
  cross join detections on detections.id = classifications.detection_id
  cross join images on images.id = classifications.image_id
  where classifications.species in (select species from suspects)
    and classifications.score >= :species_score
    and detections.category = 'animal'
),
doubted as (
  select distinct sequence
  from hits
),
frames as (
  select doubted.sequence, images.id as image_id
  from doubted
  cross join images on images.sequence_id = doubted.sequence
  union all
  select sequence, -sequence
  from doubted
  where sequence < 0
),
votes as (
  select
    frames.sequence,
    classifications.species,
    row_number() over (
      partition by frames.sequence
      order by sum(classifications.score) desc, classifications.species
    ) as place
  from frames
  cross join classifications on classifications.image_id = frames.image_id
  cross join detections on detections.id = classifications.detection_id
  where classifications.score >= :species_score
    and detections.category = 'animal'
  group by frames.sequence, classifications.species
)
select
  suspects.species,
  (
    select count(*)
    from votes
    where votes.species = suspects.species
      and votes.place = 1
  ) as sequences,
  (
    select hits.image_id
    from hits
    where hits.species = suspects.species
    order by hits.score desc, hits.image_id
    limit 1
  ) as image_id,
  exists (
    select 1
    from observations
    where observations.species = suspects.species
      and observations.made_by = 'person'
  ) as confirmed,
  exists (
    select 1
    from predictions
    where predictions.species = suspects.species
      and predictions.made_from like '%rollup%'
  ) as rolled_up,
  taxa.class,
  taxa."order",
  taxa.family,
  taxa.genus,
  taxa.species as epithet,
  taxa.common
from suspects
left join taxa on taxa.name = suspects.species
order by suspects.species
