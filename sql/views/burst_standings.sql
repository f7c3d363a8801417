-- How the frames of a burst stand when they were compared: a win is a point, a tie half a point, and so
-- is a pair that nobody was asked about. The first alone is the champion of its burst.
with sides as (
  select sequence_id, image_id, says, people, answers
  from burst_pairs
  union all
  select sequence_id, other_id, -says, people, answers
  from burst_pairs
),
totals as (
  select
    sequence_id,
    image_id,
    sum((1 + says) / 2.0) as points,
    count(*) as pairs,
    sum(says = 1) as wins,
    sum(says = 0) as ties,
    sum(says = -1) as losses,
    sum(people > 0) as people,
    sum(answers) as answers
  from sides
  group by sequence_id, image_id
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
window burst as (partition by sequence_id)
