-- No candidate is a photo that its own selection held back for a person or vehicle.
select candidates.selection_id, candidates.image_id, holds.reason
from candidates
join holds
  on holds.selection_id = candidates.selection_id
  and holds.image_id = candidates.image_id
