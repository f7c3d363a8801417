-- Photos that belong to no burst yet: `herocat sequence` infers one from place and time.
select id as image_id
from images
where sequence_id is null
