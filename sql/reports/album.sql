-- Album
-- The photos of an album, the newest where none is named, each with the reason and the closest one that was not taken.
select
  album_photos.position,
  album_photos.image_id,
  round(album_photos.score, 2) as score,
  album_photos.reason,
  images.path,
  album_photos.rival_image_id,
  round(album_photos.rival_less, 3) as rival_less,
  album_photos.rival_reason,
  album_photos.pinned
from album_photos
join images on images.id = album_photos.image_id
where album_photos.album_id = (
  select id
  from albums
  where :album = ''
    or name = :album
  order by made_at desc, id desc
  limit 1
)
order by album_photos.position
