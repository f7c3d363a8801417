-- A label run that is done has a row for every photo that it was asked to label.
select label_runs.id as label_run_id, label_runs.name, count(*) as pending
from label_runs
join pending_label on pending_label.label_run_id = label_runs.id
where label_runs.state = 'done'
group by label_runs.id
