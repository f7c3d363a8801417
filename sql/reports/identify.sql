-- Please identify
-- Rare species that the latest selection did not believe, each with its surest photo: a person should look.
select
  doubtful_species.species,
  doubtful_species.reason,
  doubtful_species.sequences as bursts,
  doubtful_species.image_id,
  images.path,
  images.location,
  images.captured_at
from doubtful_species
join images on images.id = doubtful_species.image_id
where doubtful_species.selection_id = (select max(id) from selections)
order by doubtful_species.species
