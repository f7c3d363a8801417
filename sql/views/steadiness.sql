-- How steady each label run's rater is, where it was watched (--controls): how far apart two answers
-- on the same photo are, what blank pictures get, and how far the anchors have moved within the run.
select
  label_runs.id as label_run_id,
  label_runs.name,
  (
    select count(*)
    from samples
    where samples.label_run_id = label_runs.id
      and samples.kind = 'repeat'
  ) as repeats,
  (
    select avg(abs(samples.score - labels.score))
    from samples
    join labels
      on labels.label_run_id = samples.label_run_id
      and labels.image_id = samples.image_id
    where samples.label_run_id = label_runs.id
      and samples.kind = 'repeat'
  ) as repeat_difference,
  (
    select avg(controls.score)
    from controls
    where controls.label_run_id = label_runs.id
      and controls.kind = 'blank'
  ) as blank_score,
  (
    select avg(controls.score)
    from controls
    where controls.label_run_id = label_runs.id
      and controls.kind = 'anchor'
  ) as anchor_score,
  (
    select avg(later.score - first.score)
    from controls as later
    join controls as first
      on first.label_run_id = later.label_run_id
      and first.kind = 'anchor'
      and first.name = later.name
      and first.number = 1
    where later.label_run_id = label_runs.id
      and later.kind = 'anchor'
      and later.number > 1
      and later.number = (select max(number) from controls where label_run_id = label_runs.id)
  ) as anchor_drift
from label_runs
where exists (select 1 from controls where controls.label_run_id = label_runs.id)
   or exists (
    select 1
    from samples
    where samples.label_run_id = label_runs.id
      and samples.kind = 'repeat'
  )
