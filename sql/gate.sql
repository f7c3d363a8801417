-- Who may leave the catalog. Only gate.py asks.

-- name: reasons
-- Why each of some photos must stay; a photo without a row may leave.
select
  asked.value as image_id,
  vetoes.reason,
  vetoes.because_image_id,
  vetoes.confidence
from json_each(:images) as asked
cross join vetoes on vetoes.image_id = asked.value
order by asked.value, vetoes.confidence desc
