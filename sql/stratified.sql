-- The stratified strategy: the method of hero-images, formula for formula. docs/select.md has the
-- formulas in words. Sizes are shares of the photo's area; every score runs from 0 to 1.

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
insert or ignore into temp.held (image_id, reason, because_image_id, confidence)
select frames.id, held.reason, held.image_id, held.confidence
from temp.held as held
join images on images.id = held.image_id
join images as frames on frames.sequence_id = images.sequence_id
where frames.id <> images.id
order by held.confidence desc, held.image_id

-- name: score
-- Every eligible photo: what its animal boxes say.
create temp table if not exists scored (
  image_id integer primary key,
  sequence integer not null, -- the sequence, or minus the photo where it has none
  animals integer not null,
  size real not null,
  confidence real not null,
  mean_confidence real not null,
  centrality real not null,
  size_score real not null
) strict;
delete from temp.scored;
insert into temp.scored
with boxes as (
  select
    detections.image_id,
    count(*) over whole as animals,
    max(detections.confidence) over whole as confidence,
    avg(detections.confidence) over whole as mean_confidence,
    detections.w * detections.h as size,
    detections.x + detections.w / 2 - 0.5 as across,
    detections.y + detections.h / 2 - 0.5 as down,
    row_number() over (
      partition by detections.image_id
      order by detections.w * detections.h desc, detections.id
    ) as place
  from detections
  where detections.category = 'animal'
    and detections.confidence >= :animal_confidence
    and detections.x is not null
    and detections.source = (
      select max(results.source)
      from results
      join sources on sources.id = results.source
      where results.image_id = detections.image_id
        and results.failure is null
        and sources.state = 'done'
    )
  window whole as (partition by detections.image_id)
)
select
  images.id,
  coalesce(images.sequence_id, -images.id),
  boxes.animals,
  boxes.size,
  boxes.confidence,
  boxes.mean_confidence,
  1 - sqrt(boxes.across * boxes.across + boxes.down * boxes.down),
  0.3 + 0.7 * exp(-(boxes.size - 0.25) * (boxes.size - 0.25) / (2 * 0.15 * 0.15))
from boxes
join images on images.id = boxes.image_id
join collections on collections.id = images.collection_id
where boxes.place = 1
  and images.failure is null
  and (images.bytes is not null or collections.scanned_at is null)
  and not exists (select 1 from temp.held where held.image_id = images.id)
