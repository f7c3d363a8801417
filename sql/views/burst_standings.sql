-- How the frames of a burst stand when they were compared: a win is a point, a tie half a point, and so
-- is a pair that nobody was asked about. The first alone is the champion of its burst.
with sides as (
  select sequence_id, image_id, other_id, says, people, answers
  from burst_pairs
  union all
  select sequence_id, other_id, image_id, -says, people, answers
  from burst_pairs
),
totals as (
  select
    sequence_id,
    image_id,
    sum((1 + says) / 2.0) over frame as points,
    count(*) over frame as pairs,
    sum(says = 1) over frame as wins,
    sum(says = 0) over frame as ties,
    sum(says = -1) over frame as losses,
    sum(people > 0) over frame as people,
    sum(answers) over frame as answers,
    row_number() over (
      partition by sequence_id, image_id
      order by other_id
    ) as number
  from sides
  window frame as (partition by sequence_id, image_id)
)
select
  sequence_id,
  image_id,
  points + (count(*) over burst - 1 - pairs) / 2.0 as points,
  wins,
  ties,
  losses,
  people, -- pairs that people have judged
  answers,
  count(*) over burst as frames,
  rank() over (
    partition by sequence_id
    order by points - pairs / 2.0 desc
  ) as place
from totals
where number = 1
window burst as (partition by sequence_id)
