-- How label runs order photos, two at a time
-- Every pair of photos that two label runs have scored: how many both put in the same order, within a burst and otherwise. Slow for more than a few thousand photos.
with paired as (
  select
    one.label_run_id as first_run,
    other.label_run_id as second_run,
    one.image_id,
    one.score as x,
    other.score as y,
    coalesce(images.sequence_id, -images.id) as sequence
  from labels as one
  join labels as other
    on other.image_id = one.image_id
    and other.label_run_id > one.label_run_id
  join images on images.id = one.image_id
  where one.score is not null
    and other.score is not null
),
signs as (
  select
    one.first_run,
    one.second_run,
    one.sequence = other.sequence as within,
    sign(one.x - other.x) as x,
    sign(one.y - other.y) as y
  from paired as one
  join paired as other
    on other.first_run = one.first_run
    and other.second_run = one.second_run
    and other.image_id > one.image_id
)
select
  first.name as first,
  second.name as second,
  count(*) as pairs,
  round(
    sum(x * y) / nullif(sqrt(1.0 * sum(x <> 0) * sum(y <> 0)), 0),
    4
  ) as kendall,
  round(
    avg((1 + x * y) / 2.0) filter (where within and y <> 0),
    4
  ) as accuracy_within,
  round(
    avg((1 + x * y) / 2.0) filter (where not within and y <> 0),
    4
  ) as accuracy_across
from signs
join label_runs as first on first.id = signs.first_run
join label_runs as second on second.id = signs.second_run
group by first.id, second.id
order by first.id, second.id
