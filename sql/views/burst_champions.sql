-- The frame that raters put first in its burst, for every burst whose questions are all answered; null
-- where several share the first place: a tie is for a person to decide.
select
  sequence_id,
  iif(sum(place = 1) = 1, max(iif(place = 1, image_id, null)), null) as image_id,
  sum(place = 1) as first_places,
  max(frames) as frames,
  max(people) > 0 as people
from burst_standings
where not exists (
  select 1
  from images
  cross join pending_burst on pending_burst.image_id = images.id
  where images.sequence_id = burst_standings.sequence_id
)
group by sequence_id
