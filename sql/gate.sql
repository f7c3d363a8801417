-- Who may leave the catalog. Only gate.py asks.

-- name: reason
-- The weightiest reason why a photo must stay; no row: it may leave.
select image_id, reason, because_image_id, confidence
from vetoes
where image_id = :image
order by confidence desc
limit 1
