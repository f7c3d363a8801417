-- What each label run was asked to label and has no row for yet, in the order to take it: a failure
-- is a row too. This is the only place that decides what "done" means.
select label_targets.label_run_id, label_targets.image_id, label_targets.position
from label_targets
where not exists (
  select 1
  from labels
  where labels.label_run_id = label_targets.label_run_id
    and labels.image_id = label_targets.image_id
)
