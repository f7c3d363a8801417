-- The quotas of a selection add up to its candidates.
select
  selections.id as selection_id,
  selections.num_candidates,
  (select count(*) from candidates where candidates.selection_id = selections.id) as candidates,
  (select sum(chosen) from quotas where quotas.selection_id = selections.id) as chosen
from selections
where num_candidates is not candidates
   or num_candidates is not chosen
