-- Why a photo must not leave the catalog, a row a reason; a photo without a row may leave.
-- It is a view, so that it is never older than what is known. Every way out asks it (gate.py).
-- A release (by hand, with a reason) lifts the one reason that it names, as it was known then.
select
  images.id as image_id,
  detections.category as reason, -- person or vehicle
  images.id as because_image_id,
  detections.confidence
from images
join detections on detections.image_id = images.id
where detections.category in ('person', 'vehicle')
  and detections.confidence >= (select value from settings where name = 'person_confidence')
  and not exists (
    select 1
    from releases
    where releases.image_id = images.id
      and releases.veto = detections.category
      and releases.because_image_id = images.id
  )
union all
select
  images.id,
  detections.category,
  frames.id,
  detections.confidence
from images
join images as frames on frames.sequence_id = images.sequence_id and frames.id <> images.id
join detections on detections.image_id = frames.id
where detections.category in ('person', 'vehicle')
  and detections.confidence >= (select value from settings where name = 'person_confidence')
  and not exists (
    select 1
    from releases
    where releases.image_id = images.id
      and releases.veto = detections.category
      and releases.because_image_id = frames.id
  )
union all
select
  images.id,
  observations.category, -- what a person or a machine saw, whatever the detector says
  images.id,
  coalesce(observations.score, 1.0)
from images
join observations on observations.image_id = images.id
where observations.category in ('person', 'vehicle')
  and coalesce(observations.score, 1.0) >= (select value from settings where name = 'person_confidence')
  and not exists (
    select 1
    from releases
    where releases.image_id = images.id
      and releases.veto = observations.category
      and releases.because_image_id = images.id
  )
union all
select
  images.id,
  observations.category,
  frames.id,
  coalesce(observations.score, 1.0)
from images
join images as frames on frames.sequence_id = images.sequence_id and frames.id <> images.id
join observations on observations.image_id = frames.id
where observations.category in ('person', 'vehicle')
  and coalesce(observations.score, 1.0) >= (select value from settings where name = 'person_confidence')
  and not exists (
    select 1
    from releases
    where releases.image_id = images.id
      and releases.veto = observations.category
      and releases.because_image_id = frames.id
  )
union all
select
  images.id,
  'private', -- a file says that it is not public
  images.id,
  null
from images
where images.id in (select image_id from private_photos)
  and not exists (
    select 1
    from releases
    where releases.image_id = images.id
      and releases.veto = 'private'
  )
union all
select
  images.id,
  'unchecked', -- no detector has looked at it, or none could
  images.id,
  null
from images
where not exists (
  select 1
  from results
  join sources on sources.id = results.source
  where results.image_id = images.id
    and results.failure is null
    and sources.state = 'done'
)
and not exists (
  select 1
  from releases
  where releases.image_id = images.id
    and releases.veto = 'unchecked'
)
