-- The photos whose pixels can be read, and whether they were: measured is 0 where a measurement is
-- missing, was made by older code, or is of another subject than the present one.
select
  images.id as image_id,
  measurements.image_id is not null
    and measurements.version >= (select value from settings where name = 'measure_version')
    and measurements.detection_id is subjects.detection_id as measured
from images
left join measurements on measurements.image_id = images.id
left join subjects on subjects.image_id = images.id
where images.bytes is not null
  and images.failure is null
