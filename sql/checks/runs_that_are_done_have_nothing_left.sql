-- A label run that is done has a row for every photo and every burst that it was asked about.
select label_runs.id as label_run_id, label_runs.name, count(*) as pending
from label_runs
join (
  select label_run_id
  from pending_label
  union all
  select label_run_id
  from pending_burst
) as pending on pending.label_run_id = label_runs.id
where label_runs.state = 'done'
group by label_runs.id
