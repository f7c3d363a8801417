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
  -- The view vetoes, spelt out for one photo: SQLite would list all of them for each row.
  coalesce(
    (
      select detections.category
      from images as frames
      cross join detections on detections.image_id = frames.id
      where (frames.id = images.id or frames.sequence_id = images.sequence_id)
        and detections.category in ('person', 'vehicle')
        and detections.confidence >= (select value from settings where name = 'person_confidence')
        and not exists (
          select 1
          from releases
          where releases.image_id = images.id
            and releases.veto = detections.category
            and releases.because_image_id = frames.id
        )
      order by detections.confidence desc
      limit 1
    ),
    (
      select observations.category
      from images as frames
      cross join observations on observations.image_id = frames.id
      where (frames.id = images.id or frames.sequence_id = images.sequence_id)
        and observations.category in ('person', 'vehicle')
        and coalesce(observations.score, 1.0) >= (select value from settings where name = 'person_confidence')
        and not exists (
          select 1
          from releases
          where releases.image_id = images.id
            and releases.veto = observations.category
            and releases.because_image_id = frames.id
        )
      order by observations.score desc
      limit 1
    ),
    iif(
      exists (
        select 1
        from private_photos
        where private_photos.image_id = images.id
      )
      and not exists (
        select 1
        from releases
        where releases.image_id = images.id
          and releases.veto = 'private'
      ),
      'private',
      null
    ),
    iif(
      exists (
        select 1
        from results
        join sources on sources.id = results.source
        where results.image_id = images.id
          and results.failure is null
          and sources.state = 'done'
      )
      or exists (
        select 1
        from releases
        where releases.image_id = images.id
          and releases.veto = 'unchecked'
      ),
      null,
      'unchecked'
    )
  ) as veto
from labels
join label_runs on label_runs.id = labels.label_run_id
join images on images.id = labels.image_id
left join subjects on subjects.image_id = images.id
where labels.status = 'ok'
group by images.id
