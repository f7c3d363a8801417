-- The animal that each photo is about: its largest animal box of some confidence by the result that
-- counts; where none is confident, the most confident one. It is no join, so that joining it to a
-- photo looks at that photo's detections only.
select
  image_id,
  id as detection_id,
  confidence,
  x,
  y,
  w,
  h,
  species,
  species_score
from detections
where id = (
  select boxes.id
  from detections as boxes
  where boxes.image_id = detections.image_id
    and boxes.category = 'animal'
    and boxes.confidence > 0
    and boxes.x is not null
    and boxes.source = (
      select max(results.source)
      from results
      join sources on sources.id = results.source
      where results.image_id = detections.image_id
        and results.failure is null
        and sources.state = 'done'
    )
  order by
    boxes.confidence >= (select value from settings where name = 'animal_confidence') desc,
    iif(
      boxes.confidence >= (select value from settings where name = 'animal_confidence'),
      boxes.w * boxes.h,
      boxes.confidence
    ) desc,
    boxes.id
  limit 1
)
