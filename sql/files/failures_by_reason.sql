-- Failures by reason
-- What did not work: photos, detector results, labels and downloads.
select stage, reason, count(distinct image_id) as photos
from failures
group by stage, reason
order by photos desc, stage, reason
