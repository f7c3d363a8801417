-- No score of the trained scorer stands in the run of another rater.
select labels.id, label_runs.name, label_runs.rater
from doubts
join labels on labels.id = doubts.label_id
join label_runs on label_runs.id = labels.label_run_id
where label_runs.rater <> 'scorer'
