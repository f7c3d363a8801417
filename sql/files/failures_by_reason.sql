-- Failures by reason
-- What did not work: photos, detector results, labels and downloads.
select stage, reason, count(*) as photos
from failures
group by stage, reason
order by photos desc, stage, reason
