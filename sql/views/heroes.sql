-- Every photo that anybody has rated: what it shows, its score by each kind of rater (the mean over
-- their runs), the one that counts (a person's before a model's), and why it must not leave.
select
  images.id as image_id,
  images.path,
  images.location,
  images.captured_at,
  images.sequence_id,
  subjects.species,
  subjects.confidence,
  coalesce(
    avg(labels.score) filter (where label_runs.rater = 'person'),
    avg(labels.score) filter (where label_runs.rater = 'vlm'),
    avg(labels.score) filter (where label_runs.rater = 'scorer'),
    avg(labels.score) filter (where label_runs.rater = 'baseline')
  ) as score,
  avg(labels.score) filter (where label_runs.rater = 'person') as person_score,
  avg(labels.score) filter (where label_runs.rater = 'vlm') as vlm_score,
  avg(labels.score) filter (where label_runs.rater = 'scorer') as scorer_score,
  avg(labels.score) filter (where label_runs.rater = 'baseline') as baseline_score,
  (select group_concat(distinct vetoes.reason) from vetoes where vetoes.image_id = images.id) as veto
from labels
join label_runs on label_runs.id = labels.label_run_id
join images on images.id = labels.image_id
left join subjects on subjects.image_id = images.id
where labels.status = 'ok'
group by images.id
