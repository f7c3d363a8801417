-- Photos on disk whose measurement is missing, was made by older code, or is of another subject than
-- the present one; or whose thumbnail is missing.
select
  images.id as image_id,
  measurements.image_id is null
    or measurements.version < (select value from settings where name = 'measure_version')
    or measurements.detection_id is not subjects.detection_id as measurement,
  worth_measuring.thumbnail and thumbnails.image_id is null as thumbnail
from worth_measuring
join images on images.id = worth_measuring.image_id
left join measurements on measurements.image_id = images.id
left join thumbnails on thumbnails.image_id = images.id
left join subjects on subjects.image_id = images.id
where images.bytes is not null
  and images.failure is null
  and (
    measurements.image_id is null
    or measurements.version < (select value from settings where name = 'measure_version')
    or measurements.detection_id is not subjects.detection_id
    or (worth_measuring.thumbnail and thumbnails.image_id is null)
  )
