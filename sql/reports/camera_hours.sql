-- When cameras give good photos
-- Photos with a score by hour of the day, and how many of them are good.
select
  cast(strftime('%H', captured_at) as integer) as hour,
  count(*) as rated,
  round(avg(score), 2) as mean_score,
  sum(score >= 7) as good,
  round(100.0 * avg(score >= 7), 1) as good_percent
from heroes
where captured_at is not null
group by hour
order by hour
