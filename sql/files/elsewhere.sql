-- Elsewhere, not fetched
-- Photos that are at an address and not on disk.
select images.id as image_id, images.path, remote_photos.url, remote_photos.failure
from remote_photos
join images on images.id = remote_photos.image_id
where images.bytes is null
order by images.id
