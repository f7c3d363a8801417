-- Confidences and boxes lie within their range.
select id as detection_id, image_id, confidence, x, y, w, h
from detections
where confidence not between -1 and 1
   or x < 0
   or y < 0
   or w <= 0
   or h <= 0
   or x + w > 1.000001
   or y + h > 1.000001
