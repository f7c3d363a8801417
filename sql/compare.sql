-- Label runs side by side.

-- name: runs
-- The runs that have scores, with how many and what they look like.
select
  label_runs.id,
  label_runs.name,
  label_runs.rater,
  label_runs.model,
  count(labels.score) as scored,
  count(*) - count(labels.score) as failed,
  avg(labels.score) as mean,
  min(labels.score) as lowest,
  max(labels.score) as highest
from label_runs
join labels on labels.label_run_id = label_runs.id
group by label_runs.id
having count(labels.score) > 0
order by label_runs.id

-- name: sided
-- The runs that have compared photos side by side, with scores or without.
select name
from label_runs
where exists (select 1 from comparisons where comparisons.label_run_id = label_runs.id)
order by id

-- name: histogram
-- How many scores fall from each whole number up to the next; 10 counts with 9.
select min(9, cast(score as integer)) as bin, count(*) as photos
from labels
where label_run_id = :run
  and score is not null
group by bin

-- name: pairs
-- The scores of the photos that both runs have rated, each with its place (a location, or else a
-- folder) and its burst.
select
  one.image_id,
  one.score as first,
  other.score as second,
  coalesce(images.location, rtrim(rtrim(images.path, replace(images.path, '/', '')), '/')) as place,
  coalesce(images.sequence_id, -images.id) as sequence
from labels as one
join labels as other
  on other.label_run_id = :second
  and other.image_id = one.image_id
join images on images.id = one.image_id
where one.label_run_id = :first
  and one.score is not null
  and other.score is not null
order by one.image_id

-- name: scores
-- Every score of the runs that are compared, with its photo and place.
select
  labels.image_id,
  labels.score,
  coalesce(images.location, rtrim(rtrim(images.path, replace(images.path, '/', '')), '/')) as place
from labels
join images on images.id = labels.image_id
where labels.score is not null
  and labels.label_run_id in (select value from json_each(:runs))
order by labels.image_id, labels.label_run_id

-- name: beside_people
-- The scores of a run beside what people say of the same photos: the mean of their runs, but never
-- the run itself.
select
  labels.image_id,
  labels.score,
  (
    select avg(theirs.score)
    from labels as theirs
    join label_runs on label_runs.id = theirs.label_run_id
    where theirs.image_id = labels.image_id
      and label_runs.rater = 'person'
      and label_runs.id <> :run
  ) as people,
  coalesce(images.location, rtrim(rtrim(images.path, replace(images.path, '/', '')), '/')) as place,
  coalesce(images.sequence_id, -images.id) as sequence
from labels
join images on images.id = labels.image_id
where labels.label_run_id = :run
  and labels.score is not null
  and exists (
    select 1
    from labels as theirs
    join label_runs on label_runs.id = theirs.label_run_id
    where theirs.image_id = labels.image_id
      and theirs.score is not null
      and label_runs.rater = 'person'
      and label_runs.id <> :run
  )
order by labels.image_id

-- name: repeats
-- The same question asked again: the first answer, the later one, and the days between them.
select
  samples.image_id,
  labels.score as first,
  samples.score as again,
  julianday(samples.created_at) - julianday(labels.created_at) as days,
  coalesce(images.location, rtrim(rtrim(images.path, replace(images.path, '/', '')), '/')) as place
from samples
join labels
  on labels.label_run_id = samples.label_run_id
  and labels.image_id = samples.image_id
join images on images.id = samples.image_id
where samples.label_run_id = :run
  and samples.kind = 'repeat'
  and labels.score is not null
order by samples.image_id, samples.number

-- name: controls
-- What a rater has said of the pictures that watch it.
select blank_score, anchor_score, anchor_rounds, anchor_drift
from steadiness
where label_run_id = :run

-- name: costs
-- What a run has cost, failures included, and how long its answers took.
select sum(cost_usd) as cost_usd, avg(latency_ms) as latency_ms
from (
  select cost_usd, latency_ms
  from labels
  where label_run_id = :run
    and (status <> 'ok' or cost_usd is not null or latency_ms is not null)
  union all
  select cost_usd, null
  from retried_costs
  where label_run_id = :run
    and question_id is null
)

-- name: runs_with_scores
select name
from label_runs
where exists (
    select 1
    from labels
    where labels.label_run_id = label_runs.id
      and labels.score is not null
  )
order by id

-- name: in_bursts
-- How each run has judged frames of one burst that it was shown in both orders; and of those that people
-- have judged too, where neither says equal, how many it judges as they do.
with said as (
  select
    comparisons.label_run_id,
    one.sequence_id,
    min(one.id, other.id) as image_id,
    max(one.id, other.id) as other_id,
    one.id < other.id as in_order,
    case
      when comparisons.outcome = 'tie' then 0
      when (comparisons.outcome = 'first') = (one.id < other.id) then 1
      else -1
    end as says
  from comparisons
  join images as one on one.id = comparisons.first_image_id
  join images as other on other.id = comparisons.second_image_id
  where one.sequence_id = other.sequence_id
),
judged as (
  select
    said.label_run_id,
    label_runs.rater,
    said.sequence_id,
    said.image_id,
    said.other_id,
    count(distinct said.in_order) = 2 as both,
    min(said.says) = max(said.says) as consistent,
    iif(label_runs.rater = 'person' or min(said.says) = max(said.says), sign(sum(said.says)), 0) as says
  from said
  join label_runs on label_runs.id = said.label_run_id
  group by said.label_run_id, said.image_id, said.other_id
),
people as materialized (
  select image_id, other_id, sign(sum(says)) as says
  from judged
  where rater = 'person'
  group by image_id, other_id
)
select
  label_runs.name as run,
  count(distinct judged.sequence_id) as bursts,
  count(*) as pairs,
  sum(judged.consistent) as consistent,
  coalesce(sum(people.says <> 0 and judged.says <> 0), 0) as beside_people,
  coalesce(sum(people.says <> 0 and judged.says = people.says), 0) as as_people,
  (select cost_usd from burst_costs where label_run_id = judged.label_run_id) as usd
from judged
join label_runs on label_runs.id = judged.label_run_id
left join people on people.image_id = judged.image_id and people.other_id = judged.other_id
where judged.rater <> 'person'
  and judged.both
group by judged.label_run_id
order by judged.label_run_id
