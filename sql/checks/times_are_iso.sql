-- Times are ISO 8601, so that they sort.
select id as image_id, captured_at
from images
where captured_at is not null
  and captured_at not glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]'
