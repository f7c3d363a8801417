-- Failures
-- Everything that did not work, with its reason: of a label run, or everything where none is named.
select failures.image_id, failures.stage, failures.source, failures.reason, images.path
from failures
join images on images.id = failures.image_id
where :run = ''
  or failures.source = :run
order by failures.stage, failures.image_id
limit 1000
