-- Names almost the same
-- Photos not on disk that differ only in case from one that is: most likely the same photo.
with there as materialized (
  select collection_id, lower(path) as plain, path
  from images
  where bytes is not null
)
select images.id as image_id, images.path, there.path as on_disk
from images
join there
  on there.plain = lower(images.path)
  and there.collection_id = images.collection_id
where images.bytes is null
order by images.id
