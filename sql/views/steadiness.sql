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
    -- Each anchor's last score against its first: what failed is passed over.
    select avg(later.score - first.score)
    from controls as first
    join controls as later
      on later.label_run_id = first.label_run_id
      and later.kind = 'anchor'
      and later.name = first.name
      and later.number > first.number
    where first.label_run_id = label_runs.id
      and first.kind = 'anchor'
      and first.number = (
        select min(number)
        from controls
        where label_run_id = first.label_run_id
          and kind = 'anchor'
          and name = first.name
          and score is not null
      )
      and later.number = (
        select max(number)
        from controls
        where label_run_id = first.label_run_id
          and kind = 'anchor'
          and name = first.name
          and score is not null
      )
  ) as anchor_drift,
  (
    select count(distinct controls.number)
    from controls
    where controls.label_run_id = label_runs.id
      and controls.kind = 'anchor'
      and controls.score is not null
  ) as anchor_rounds
from label_runs
where exists (select 1 from controls where controls.label_run_id = label_runs.id)
   or exists (
    select 1
    from samples
    where samples.label_run_id = label_runs.id
      and samples.kind = 'repeat'
  )
