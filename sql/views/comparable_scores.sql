-- The score that counts of every photo in the gallery, whose it is, and what it stands for on one scale:
-- raters are not equally strict (scales, scale_steps). Where no scale is known, it stands as it is.
select
  rated.image_id,
  rated.location,
  rated.moment,
  rated.held,
  rated.rater,
  rated.score,
  coalesce(scale_steps.stands_for + scale_steps.rise * (rated.score - scale_steps.score), rated.score) as comparable
from (
  select
    *,
    case
      when raters & 1 then 'person'
      when raters & 2 then 'vlm'
      when raters & 4 then 'scorer'
      else 'baseline'
    end as rater
  from gallery
  where +score is not null
) as rated
left join scale_steps
  on scale_steps.rater = rated.rater
  and scale_steps.score = cast(rated.score as integer)
