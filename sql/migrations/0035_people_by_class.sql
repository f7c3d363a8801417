-- People and vehicles that only a classifier saw, in files that were ingested before its word counted.

insert into observations (image_id, source, category, level, made_by, score)
with named (image_id, source, species, score) as (
  select image_id, source, species, species_score
  from detections
  where category not in ('person', 'vehicle')
  union
  select image_id, source, species, score
  from predictions
  union
  select image_id, source, species, score
  from classifications
  where rank = 1
), people as (
  select
    image_id,
    source,
    case
      when lower(species) in ('vehicle', 'vehicles', 'car', 'motorcycle') then 'vehicle'
      else 'person'
    end as category,
    score
  from named
  where lower(species) in ('vehicle', 'vehicles', 'car', 'motorcycle', 'human', 'humans', 'person', 'persons', 'people')
     or lower(species) = 'homo'
     or lower(species) glob 'homo [a-z]*'
     or species in (select name from taxa where lower(genus) = 'homo')
)
select image_id, source, category, 'photo', 'machine', nullif(max(coalesce(score, 2)), 2)
from people
where not exists (
  select 1
  from observations
  where observations.image_id = people.image_id
    and observations.source = people.source
    and observations.category = people.category
)
group by image_id, source, category;
