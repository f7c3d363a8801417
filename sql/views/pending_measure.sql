-- Photos worth measuring that are not measured, or whose thumbnail is missing.
select
  readable.image_id,
  not readable.measured as measurement,
  worth_measuring.thumbnail and thumbnails.image_id is null as thumbnail
from worth_measuring
join readable on readable.image_id = worth_measuring.image_id
left join thumbnails on thumbnails.image_id = readable.image_id
where not readable.measured
   or (worth_measuring.thumbnail and thumbnails.image_id is null)
