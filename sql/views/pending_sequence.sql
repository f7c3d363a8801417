-- Photos that belong to no burst yet, or to one of which a time or a place has changed since: `herocat
-- sequence` infers one from place and time.
select id as image_id
from images
where sequence_id is null
union all
select images.id
from sequences
cross join images on images.sequence_id = sequences.id
where sequences.reopened
