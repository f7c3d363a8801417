-- Cameras
-- Which places give good photos: how many, how good, how often, for next season's placement.
with rated as (
  select
    coalesce(location, rtrim(rtrim(path, replace(path, '/', '')), '/')) as place,
    image_id,
    sequence_id,
    captured_at,
    score
  from heroes
)
select
  place,
  count(*) as rated,
  count(distinct coalesce(sequence_id, -image_id)) as bursts,
  count(distinct date(captured_at)) as days,
  round(avg(score), 2) as mean_score,
  round(max(score), 2) as best_score,
  sum(score >= 7) as good,
  round(100.0 * avg(score >= 7), 1) as good_percent
from rated
group by place
order by avg(score >= 7) desc, avg(score) desc, place
