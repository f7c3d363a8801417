-- Duplicates by content
-- Photos on disk whose content another photo has, too; as far as they are measured.
select images.id as image_id, images.path, firsts.path as same_as
from images
join (
  select sha256, min(id) as id
  from images
  where sha256 is not null
    and bytes is not null
  group by sha256
  having count(*) > 1
) as copies on copies.sha256 = images.sha256 and copies.id <> images.id
join images as firsts on firsts.id = copies.id
where images.bytes is not null
order by images.id
