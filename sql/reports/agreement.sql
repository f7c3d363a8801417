-- How label runs agree
-- Every two label runs on the photos that both have scored: what herocat compare reports, without its intervals.
with paired as (
  select
    one.label_run_id as first_run,
    other.label_run_id as second_run,
    one.score as x,
    other.score as y,
    round(one.score) as whole_x,
    round(other.score) as whole_y
  from labels as one
  join labels as other
    on other.image_id = one.image_id
    and other.label_run_id > one.label_run_id
  where one.score is not null
    and other.score is not null
),
ranked as (
  select
    *,
    rank() over (partition by first_run, second_run order by x)
    + (count(*) over (partition by first_run, second_run, x) - 1) / 2.0 as rank_x,
    rank() over (partition by first_run, second_run order by y)
    + (count(*) over (partition by first_run, second_run, y) - 1) / 2.0 as rank_y,
    rank() over (partition by first_run, second_run order by x desc) - 1 as above_x,
    rank() over (partition by first_run, second_run order by y desc) - 1 as above_y,
    count(*) over (partition by first_run, second_run, x) as equal_x,
    count(*) over (partition by first_run, second_run, y) as equal_y,
    count(*) over (partition by first_run, second_run) as photos
  from paired
),
-- The best tenth; a half is rounded to the even number. Photos with equal scores at its edge count in part.
topped as (
  select
    *,
    min(max(top - above_x, 0), equal_x) * 1.0 / equal_x as in_top_x,
    min(max(top - above_y, 0), equal_y) * 1.0 / equal_y as in_top_y
  from (
    select
      *,
      max(1, iif(photos % 10 = 5, photos / 10 + photos / 10 % 2, (photos + 5) / 10)) as top
    from ranked
  )
),
sums as (
  select
    first_run,
    second_run,
    count(*) as n,
    avg(x) as x,
    avg(y) as y,
    avg(x * x) - avg(x) * avg(x) as var_x,
    avg(y * y) - avg(y) * avg(y) as var_y,
    avg(x * y) - avg(x) * avg(y) as covariance,
    avg(abs(x - y)) as error,
    avg(rank_x * rank_x) - avg(rank_x) * avg(rank_x) as var_rank_x,
    avg(rank_y * rank_y) - avg(rank_y) * avg(rank_y) as var_rank_y,
    avg(rank_x * rank_y) - avg(rank_x) * avg(rank_y) as rank_covariance,
    avg((whole_x - whole_y) * (whole_x - whole_y)) as apart,
    avg(whole_x * whole_x) + avg(whole_y * whole_y) - 2 * avg(whole_x) * avg(whole_y) as by_chance,
    sum((x - y) * (x - y)) as squares_apart,
    sum(x * x + y * y) as squares,
    sum(x + y) as total,
    sum(in_top_x * in_top_y) / top as top_overlap
  from topped
  group by first_run, second_run
)
select
  first.name as first,
  second.name as second,
  sums.n,
  round(rank_covariance / nullif(sqrt(var_rank_x * var_rank_y), 0), 4) as spearman,
  round(covariance / nullif(sqrt(var_x * var_y), 0), 4) as pearson,
  round(1 - apart / nullif(by_chance, 0), 4) as kappa,
  round(1 - squares_apart * (2 * n - 1) / nullif(2 * n * squares - total * total, 0), 4) as alpha,
  round(top_overlap, 4) as top_overlap,
  round(error, 4) as mean_absolute_error,
  round(x - y, 4) as mean_difference
from sums
join label_runs as first on first.id = sums.first_run
join label_runs as second on second.id = sums.second_run
order by first.id, second.id
