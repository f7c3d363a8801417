-- The detector result that counts for each photo: of the results files that were read to the end,
-- the one ingested last. A later success outranks an earlier one; a failure never outranks it.
select
  results.image_id,
  max(results.source) as source
from results
join sources on sources.id = results.source
where sources.state = 'done'
  and results.failure is null
group by results.image_id
