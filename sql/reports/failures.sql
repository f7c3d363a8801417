-- Failures
-- Everything that did not work, with its reason.
select failures.image_id, failures.stage, failures.source, failures.reason, images.path
from failures
join images on images.id = failures.image_id
order by failures.stage, failures.image_id
limit 1000
