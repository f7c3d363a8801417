-- The animal that each photo is about: its largest animal box of some confidence by the result that
-- counts; where none is confident, the most confident one.
select
  images.id as image_id,
  detections.id as detection_id,
  detections.confidence,
  detections.x,
  detections.y,
  detections.w,
  detections.h,
  detections.species,
  detections.species_score
from images
join detections on detections.id = (
  select boxes.id
  from detections as boxes
  join (select value as threshold from settings where name = 'animal_confidence')
  where boxes.image_id = images.id
    and boxes.category = 'animal'
    and boxes.confidence > 0
    and boxes.x is not null
    and boxes.source = (
      select max(results.source)
      from results
      join sources on sources.id = results.source
      where results.image_id = images.id
        and results.failure is null
        and sources.state = 'done'
    )
  order by
    boxes.confidence >= threshold desc,
    iif(boxes.confidence >= threshold, boxes.w * boxes.h, boxes.confidence) desc,
    boxes.id
  limit 1
)
