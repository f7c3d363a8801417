-- Why a photo must not leave the catalog, a row a reason; a photo without a row may leave.
-- It is a view, so that it is never older than what is known. Every way out asks it (gate.py).
select
  images.id as image_id,
  detections.category as reason, -- person or vehicle
  images.id as because_image_id,
  detections.confidence
from images
join detections on detections.image_id = images.id
where detections.category in ('person', 'vehicle')
  and detections.confidence >= (select value from settings where name = 'person_confidence')
union all
select
  images.id,
  detections.category,
  frames.id,
  detections.confidence
from images
join images as frames on frames.sequence_id = images.sequence_id and frames.id <> images.id
join detections on detections.image_id = frames.id
where detections.category in ('person', 'vehicle')
  and detections.confidence >= (select value from settings where name = 'person_confidence')
union all
select
  images.id,
  'unchecked', -- no detector has looked at it, or none could
  images.id,
  null
from images
where not exists (
  select 1
  from results
  join sources on sources.id = results.source
  where results.image_id = images.id
    and results.failure is null
    and sources.state = 'done'
)
