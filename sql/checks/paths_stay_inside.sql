-- Paths are relative to their collection, and do not lead out of it.
select id as image_id, path
from images
where path glob '/*'
   or path glob '*\*'
   or '/' || path || '/' glob '*/../*'
