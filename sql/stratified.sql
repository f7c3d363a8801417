-- The stratified strategy: the method of hero-images, formula for formula. docs/select.md has the
-- formulas in words. Sizes are shares of the photo's area; every score runs from 0 to 1. Which
-- photos may be chosen at all stands in temp.eligible (select.sql), for all photos or for one burst.

-- name: score
-- What the animal boxes of each eligible photo say. The bare columns beside the one max() are those
-- of the row that has it, the largest box: SQLite promises that, and it spares a sort.
create temp table if not exists scored (
  image_id integer primary key,
  sequence integer not null, -- the sequence, or minus the photo where it has none
  source integer not null, -- the detector results that count for it
  num_animals integer not null,
  size real not null,
  confidence real not null, -- of the most confident box, which need not be the largest
  mean_confidence real not null,
  centrality real not null,
  size_score real not null
) strict;
delete from temp.scored;
insert into temp.scored
with boxes as (
  select
    eligible.image_id,
    eligible.sequence,
    eligible.source,
    count(*) as num_animals,
    max(detections.w * detections.h) as size,
    detections.confidence,
    avg(detections.confidence) as mean_confidence,
    detections.x + detections.w / 2 - 0.5 as across,
    detections.y + detections.h / 2 - 0.5 as down
  from temp.eligible as eligible
  cross join detections on detections.image_id = eligible.image_id
  where detections.category = 'animal'
    and detections.confidence >= :animal_confidence
    and detections.x is not null
    and detections.source = eligible.source
  group by eligible.image_id
)
select
  image_id,
  sequence,
  source,
  num_animals,
  size,
  iif(
    num_animals = 1,
    confidence,
    (
      select max(detections.confidence)
      from detections
      where detections.image_id = boxes.image_id
        and detections.category = 'animal'
        and detections.x is not null
        and detections.source = boxes.source
    )
  ),
  mean_confidence,
  1 - sqrt(across * across + down * down),
  0.3 + 0.7 * exp(-(size - 0.25) * (size - 0.25) / (2 * 0.15 * 0.15))
from boxes

-- name: start_named
-- The species that the boxes of each scored photo are taken for.
create temp table if not exists named (
  image_id integer not null,
  species text not null,
  primary key (image_id, species)
) strict, without rowid;
delete from temp.named

-- name: name_all_species
-- Of all photos, in one go through the classifications.
insert or ignore into temp.named (image_id, species)
select scored.image_id, classifications.species
from classifications not indexed
cross join detections on detections.id = classifications.detection_id
cross join temp.scored as scored on scored.image_id = detections.image_id and scored.source = detections.source
where classifications.score >= :species_score
  and detections.category = 'animal'
  and detections.confidence >= :animal_confidence
  and detections.x is not null

-- name: name_species
-- The same of few photos, each looked up.
insert or ignore into temp.named (image_id, species)
select scored.image_id, classifications.species
from temp.scored as scored
cross join classifications on classifications.image_id = scored.image_id
cross join detections on detections.id = classifications.detection_id
where classifications.score >= :species_score
  and detections.category = 'animal'
  and detections.confidence >= :animal_confidence
  and detections.x is not null
  and detections.source = scored.source

-- name: species_hits
-- How often each species is named in all animal boxes, whatever their confidence; rarest first.
select classifications.species, count(*) as hits
from classifications
cross join detections on detections.id = classifications.detection_id
where classifications.score >= :species_score
  and detections.category = 'animal'
group by classifications.species
order by hits, classifications.species

-- name: start_rare
create temp table if not exists rare (species text primary key) strict, without rowid;
delete from temp.rare

-- name: add_rare
insert into temp.rare (species)
values (?)

-- name: start_weights
create temp table if not exists weights (
  category text primary key,
  confidence real not null,
  centrality real not null,
  size real not null,
  mean_confidence real not null,
  animals real not null,
  species real not null
) strict, without rowid;
delete from temp.weights

-- name: add_weights
insert into temp.weights (category, confidence, centrality, size, mean_confidence, animals, species)
values (:category, :confidence, :centrality, :size, :mean_confidence, :animals, :species)

-- name: classify
-- Each scored photo in each class that it belongs to, with what it scores there: one by number and size of
-- its animals, and rare_species or high_action besides.
create temp view if not exists classed as
with counted as (
  select
    scored.*,
    (select count(*) from temp.named where named.image_id = scored.image_id) as num_species
  from temp.scored as scored
),
members as (
  select
    case
      when num_animals > 1 and num_species > 1 then 'multi_different_species'
      when num_animals > 1 then 'multi_same_species'
      when size >= 0.80 then 'single_huge'
      when size >= 0.10 then 'single_optimal'
      when size >= 0.005 then 'single_medium'
      else 'single_tiny'
    end as category,
    *
  from counted
  union all
  select 'rare_species', *
  from counted
  where exists (
    select 1
    from temp.named
    join temp.rare on rare.species = named.species
    where named.image_id = counted.image_id
  )
  union all
  select 'high_action', *
  from counted
  where confidence >= 0.85
    and centrality >= 0.7
    and size between 0.05 and 0.50
),
parts as (
  select
    category,
    image_id,
    sequence,
    confidence,
    centrality,
    size_score as size,
    mean_confidence,
    min(num_animals / 5.0, 1.0) as animals,
    min(num_species / 4.0, 1.0) as species
  from members
)
select
  parts.*,
  parts.confidence * weights.confidence
  + parts.centrality * weights.centrality
  + parts.size * weights.size
  + parts.mean_confidence * weights.mean_confidence
  + parts.animals * weights.animals
  + parts.species * weights.species as quality
from parts
join temp.weights on weights.category = parts.category

-- name: start_ranked
create temp table if not exists ranked (
  category text not null,
  sequence integer not null,
  image_id integer not null,
  quality real not null,
  num_photos integer not null,
  primary key (category, sequence)
) strict, without rowid;
delete from temp.ranked

-- name: rank
-- The best photo of each sequence in each class, and of equals the earlier one.
insert into temp.ranked (category, sequence, image_id, quality, num_photos)
select category, sequence, image_id, quality, 1
from temp.classed
where true
on conflict (category, sequence) do update set
  image_id = iif((excluded.quality, -excluded.image_id) > (quality, -image_id), excluded.image_id, image_id),
  quality = max(excluded.quality, quality),
  num_photos = num_photos + 1

-- name: kept_ranking
-- A contest that was held before under the same conditions.
select id, details
from contests
where strategy = 'stratified'
  and params = :params
  and basis = :basis

-- name: recall
insert into temp.ranked (category, sequence, image_id, quality, num_photos)
select category, sequence, image_id, quality, num_photos
from contenders
where contest_id = :contest

-- name: keep
-- The ranking, for the next selection; one that rests on an older state is of no use any more.
delete from contests
where strategy = 'stratified'
  and (params = :params or basis <> :basis);
insert into contests (strategy, params, basis, details)
values ('stratified', :params, :basis, :details);
insert into contenders (contest_id, category, sequence, image_id, quality, num_photos)
select last_insert_rowid(), category, sequence, image_id, quality, num_photos
from temp.ranked
order by category, sequence

-- name: start_draw
create temp table if not exists drawn (
  category text not null,
  quality real not null,
  lot integer not null,
  sequence integer not null,
  image_id integer not null
) strict;
create index if not exists temp.drawn_best on drawn (category, quality desc, lot);
delete from temp.drawn;
create temp table if not exists chosen (
  sequence integer primary key,
  image_id integer not null,
  category text not null,
  quality real not null,
  lot integer not null
) strict;
delete from temp.chosen

-- name: draw
-- The best of a class, each with a lot by which the seed decides between equals: as many as can come
-- to be asked for.
insert into temp.drawn (category, quality, lot, sequence, image_id)
select category, quality, (image_id * 2654435761 + :seed * 2246822519) % 4294967291 as lot, sequence, image_id
from temp.ranked
where category = :category
order by quality desc, lot
limit :most

-- name: available
-- How many sequences have a photo of each class.
select category, count(*) as sequences
from temp.ranked
group by category

-- name: take
-- The best of a class from sequences that nothing was taken from yet.
insert into temp.chosen (sequence, image_id, category, quality, lot)
select sequence, image_id, category, quality, lot
from temp.drawn
where category = :category
  and not exists (select 1 from temp.chosen where chosen.sequence = drawn.sequence)
order by quality desc, lot
limit :count

-- name: gate_chosen
-- The photos that were chosen, to be scored once more for the parts of their scores.
create temp table if not exists eligible (
  image_id integer primary key,
  sequence integer not null,
  source integer not null
) strict;
delete from temp.eligible;
insert into temp.eligible (image_id, sequence, source)
select
  image_id,
  sequence,
  (
    select max(results.source)
    from results
    join sources on sources.id = results.source
    where results.image_id = chosen.image_id
      and results.failure is null
      and sources.state = 'done'
  )
from temp.chosen

-- name: choices
select
  chosen.category,
  chosen.image_id,
  chosen.quality,
  row_number() over (partition by chosen.category order by chosen.quality desc, chosen.lot) as rank,
  classed.confidence,
  classed.centrality,
  classed.size,
  classed.mean_confidence,
  classed.animals,
  classed.species
from temp.chosen
join temp.classed
  on classed.category = chosen.category
  and classed.sequence = chosen.sequence
  and classed.image_id = chosen.image_id
order by chosen.category, rank

-- name: classes
-- The classes of one photo and what it scored in each, for `herocat explain`.
select *
from temp.classed
where image_id = :image
order by quality desc

-- name: count_eligible
-- Every photo is in one class by number and size, and may be in the two others besides.
select coalesce(sum(num_photos), 0)
from temp.ranked
where category not in ('rare_species', 'high_action')

-- name: count_scored
select count(*)
from temp.scored
