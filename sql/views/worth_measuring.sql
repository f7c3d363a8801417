-- The photos whose pixels are worth reading: once anything was selected, the candidates and the other
-- frames of their bursts (they get thumbnails too); before that, every photo with an animal in it.
select frames.id as image_id, 1 as thumbnail
from candidates
join images as frames on frames.sequence_id = candidates.sequence_id
union
select image_id, 1
from candidates
union
select images.id, 0
from images
where not exists (select 1 from candidates)
  and exists (
    select 1
    from detections
    where detections.image_id = images.id
      and detections.category = 'animal'
      and detections.confidence >= (select value from settings where name = 'animal_confidence')
  )
