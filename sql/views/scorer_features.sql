-- What the trained scorer reads of a photo: measurements and box geometry of the subject, in numbers.
-- No place, time or name is among them, so that it cannot learn which camera a photo is from.
select
  measurements.image_id,
  measurements.monochrome,
  measurements.brightness,
  measurements.colourfulness,
  measurements.subject_brightness,
  measurements.subject_contrast,
  measurements.subject_clipped,
  measurements.subject_sharpness,
  measurements.background_sharpness,
  measurements.separation,
  measurements.subject_height,
  detections.confidence,
  detections.w * detections.h as area,
  detections.w as box_width,
  detections.h as box_height,
  detections.w / max(detections.h, 0.001) as aspect,
  abs(detections.x + detections.w / 2 - 0.5) as off_centre,
  detections.y + detections.h / 2 as down,
  min(detections.x, 1 - detections.x - detections.w) as side_gap,
  detections.y - measurements.content_top as top_gap,
  measurements.content_bottom - detections.y - detections.h as bottom_gap,
  measurements.subject_sharpness / max(measurements.background_sharpness, 0.001) as focus,
  (
    select count(*)
    from detections as boxes
    where boxes.image_id = measurements.image_id
      and boxes.category = 'animal'
      and boxes.source = detections.source
      and boxes.confidence >= (select value from settings where name = 'animal_confidence')
  ) as animals
from measurements
join detections on detections.id = measurements.detection_id
where measurements.subject_sharpness is not null
