-- Selections: who may be chosen, and what was. How to choose is the business of a strategy.

-- name: hold_people
-- Photos that show a person or a vehicle, and the other frames of their bursts.
create temp table if not exists held (
  image_id integer primary key,
  reason text not null,
  because_image_id integer not null,
  confidence real not null
) strict;
delete from temp.held;
insert into temp.held (image_id, reason, because_image_id, confidence)
select image_id, category, image_id, max(confidence)
from detections
where category in ('person', 'vehicle')
  and confidence >= :person_confidence
group by image_id;
-- What somebody saw counts whatever the detector says; a person's word has no score.
insert into temp.held (image_id, reason, because_image_id, confidence)
select image_id, category, image_id, max(coalesce(score, 1.0))
from observations
where category in ('person', 'vehicle')
  and coalesce(score, 1.0) >= :person_confidence
group by image_id
on conflict (image_id) do update
set reason = excluded.reason, confidence = excluded.confidence
where excluded.confidence > held.confidence;
insert into temp.held (image_id, reason, because_image_id, confidence)
select frames.id, shown.reason, shown.because_image_id, shown.confidence
from (
  -- The bare columns beside the one max() are those of the row that has it.
  select
    images.sequence_id,
    held.reason,
    held.image_id as because_image_id,
    max(held.confidence) as confidence
  from temp.held
  join images on images.id = held.image_id
  where images.sequence_id is not null
  group by images.sequence_id
) as shown
join images as frames on frames.sequence_id = shown.sequence_id
where true
on conflict (image_id) do nothing

-- name: gate
-- Every photo that may be chosen: it shows an animal, a detector has looked at it, it is readable, on disk
-- (or of a collection that was never looked for on disk), and not held. Most photos are blank, so those
-- that show an animal are found first, in one go through the detections.
create temp table if not exists shown (image_id integer primary key) strict;
delete from temp.shown;
insert or ignore into temp.shown (image_id)
select image_id
from detections not indexed
where category = 'animal'
  and confidence >= :animal_confidence
  and x is not null;
create temp table if not exists eligible (
  image_id integer primary key,
  sequence integer not null, -- the sequence, or minus the photo where it has none
  source integer not null -- the detector results that count for it
) strict;
delete from temp.eligible;
insert into temp.eligible (image_id, sequence, source)
select images.id, coalesce(images.sequence_id, -images.id), max(results.source)
from temp.shown
cross join images on images.id = shown.image_id
cross join results on results.image_id = shown.image_id
where results.source in (select id from sources where state = 'done')
  and results.failure is null
  and images.failure is null
  and (
    images.bytes is not null
    or images.collection_id in (select id from collections where scanned_at is null)
  )
  and not exists (select 1 from temp.held where held.image_id = images.id)
group by results.image_id;
-- Of photos with the same content, as far as they are measured, the first may be chosen.
delete from temp.eligible
where image_id in (
    select copies.id
    from (
      select images.sha256, min(images.id) as first
      from (
        select sha256
        from images
        where sha256 is not null
        group by sha256
        having count(*) > 1
      ) as shared
      cross join images on images.sha256 = shared.sha256
      cross join temp.eligible on eligible.image_id = images.id
      group by images.sha256
    ) as alike
    cross join images as copies on copies.sha256 = alike.sha256
    where copies.id > alike.first
  )

-- name: basis
-- The state of the catalog that a selection is made from: what changes this, may change the choice.
-- Copies are named where there are any: a selection of before they were looked for is still the same.
select json_patch(
  json_object(
    'sources', (select count(*) from sources where state = 'done'),
    'newest', (select max(id) from sources where state = 'done'),
    'changed', (select max(finished_at) from sources where state = 'done'),
    'photos', (select max(id) from images),
    'sequences', (select max(id) from sequences),
    'bursts', (select count(*) from sequences),
    'gap', (select value from settings where name = 'sequence_gap'),
    'unreadable', (select count(*) from images where failure is not null)
  ),
  json_object(
    'copies', (
      select sum(photos - 1)
      from (
        select count(*) as photos
        from images
        where sha256 is not null
        group by sha256
        having photos > 1
      )
    )
  )
)

-- name: latest
select *
from selections
order by id desc
limit 1

-- name: by_name
select *
from selections
where name = :name

-- name: same
-- The latest selection that was made in the same way.
select *
from selections
where strategy = :strategy
  and params = :params
  and seed = :seed
order by id desc
limit 1

-- name: names_like
select name
from selections
where name = :name
   or name glob :name || '-[0-9]*'

-- name: add_selection
insert into selections (name, strategy, params, seed, basis, details, num_candidates, num_eligible, created_at)
values (:name, :strategy, :params, :seed, :basis, :details, :num_candidates, :num_eligible, :now)
returning id

-- name: add_candidate
insert into candidates (selection_id, image_id, sequence_id, category, quality_score, rank)
select :selection, :image, sequence_id, :category, :quality, :rank
from images
where id = :image
returning id

-- name: add_doubtful
insert into doubtful_species (selection_id, species, image_id, sequences, reason)
values (?, ?, ?, ?, ?)

-- name: doubtful
-- Rare species that a selection did not believe, with the surest photo of each.
select species, image_id, sequences, reason
from doubtful_species
where selection_id = :selection
order by species

-- name: add_part
insert into candidate_parts (candidate_id, name, value, weight)
values (?, ?, ?, ?)

-- name: add_quota
insert into quotas (selection_id, category, share, wanted, available, chosen)
values (:selection, :category, :share, :wanted, :available, :chosen)

-- name: add_holds
insert into holds (selection_id, image_id, reason, because_image_id, confidence, threshold)
select :selection, image_id, reason, because_image_id, confidence, :threshold
from temp.held

-- name: count_held
select count(*)
from temp.held

-- name: person_confidence
select value
from settings
where name = 'person_confidence'

-- name: animal_confidence
select value
from settings
where name = 'animal_confidence'

-- name: count_holds
select count(*)
from holds
where selection_id = :selection

-- name: quotas
select category, share, wanted, available, chosen
from quotas
where selection_id = :selection
order by share desc, category

-- name: any_result
select exists (select 1 from results)

-- name: burst_frames
-- The frames that may be chosen of bursts that have several, with what was measured of each; no
-- sharpness: nobody has read its pixels yet.
select eligible.sequence, subjects.x, subjects.y, subjects.w, subjects.h, measurements.*, eligible.image_id
from temp.eligible as eligible
join subjects on subjects.image_id = eligible.image_id
left join measurements
  on measurements.image_id = eligible.image_id
  and measurements.detection_id = subjects.detection_id
where eligible.sequence in (
    select sequence
    from temp.eligible
    group by sequence
    having count(*) > 1
  )
  and subjects.confidence >= :animal_confidence
order by eligible.sequence, eligible.image_id

-- name: animals
-- The confident animal boxes of a photo, its subject first.
select detections.x, detections.y, detections.w, detections.h
from subjects
join detections
  on detections.image_id = subjects.image_id
  and detections.source = (select source from detections where id = subjects.detection_id)
where subjects.image_id = :image
  and detections.category = 'animal'
  and detections.x is not null
  and (
    detections.id = subjects.detection_id
    or detections.confidence >= (select value from settings where name = 'animal_confidence')
  )
order by detections.id = subjects.detection_id desc, detections.w * detections.h desc, detections.id

-- name: count_measured
-- What is measured decides which bursts can be compared: frames with a confident animal.
select count(*)
from measurements
join detections on detections.id = measurements.detection_id
where detections.confidence >= (select value from settings where name = 'animal_confidence')

-- name: start_ranks
create temp table if not exists ranks (
  image_id integer primary key,
  sequence integer not null,
  place integer not null,
  worth real not null,
  score real not null,
  height real not null,
  width real not null,
  sharpness real not null,
  raised real not null,
  central real not null
) strict;
delete from temp.ranks

-- name: add_rank
insert into temp.ranks (
  image_id, sequence, place, worth, score, height, width, sharpness, raised, central
)
values (
  :image, :sequence, :place, :worth, :score, :height, :width, :sharpness, :raised, :central
)

-- name: keep_champions
-- Of each burst that was compared, the best frame alone may be chosen.
delete from temp.eligible
where sequence in (select sequence from temp.ranks)
  and image_id not in (select image_id from temp.ranks where place = 1)

-- name: add_burst_ranks
-- How the frames of the chosen bursts compare.
insert into burst_ranks (
  selection_id, image_id, sequence_id, place, worth, score, height, width, sharpness, raised, central
)
select
  :selection, ranks.image_id, ranks.sequence, ranks.place, ranks.worth, ranks.score, ranks.height,
  ranks.width, ranks.sharpness, ranks.raised, ranks.central
from temp.ranks as ranks
where ranks.sequence in (
  select sequence_id
  from candidates
  where selection_id = :selection
)
