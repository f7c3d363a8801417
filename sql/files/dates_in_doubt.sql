-- Dates in doubt
-- Photos whose time is not to be trusted: the clock was not set, the future, a date alone, or one in a file that cannot be read.
select id as image_id, path, captured_at, time_doubt as doubt
from images
where time_doubt is not null
order by id
