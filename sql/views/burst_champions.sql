-- The frame that raters put first in its burst, for every burst whose questions are all answered; null
-- where several share the first place: a tie is for a person to decide.
with firsts as (
  select
    sequence_id,
    image_id,
    frames,
    sum(people) over burst > 0 as people,
    count(*) over burst as first_places,
    row_number() over (
      partition by sequence_id
      order by image_id
    ) as number
  from burst_standings
  where place = 1
  window burst as (partition by sequence_id)
)
select
  sequence_id,
  iif(first_places = 1, image_id, null) as image_id,
  first_places,
  frames,
  people
from firsts
where number = 1
  and not exists (
    select 1
    from images
    cross join pending_burst on pending_burst.image_id = images.id
    where images.sequence_id = firsts.sequence_id
  )
