-- Held back
-- Photos that must not leave the catalog because of a person or vehicle in their burst, or because a file says that they are private, at a location or everywhere.
select
  vetoes.image_id,
  vetoes.reason,
  round(vetoes.confidence, 2) as confidence,
  vetoes.because_image_id,
  images.path,
  images.captured_at
from vetoes
join images on images.id = vetoes.image_id
where vetoes.reason <> 'unchecked'
  and (:location = '' or images.location = :location)
order by vetoes.because_image_id, vetoes.image_id
limit 1000
