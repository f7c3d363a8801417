-- When cameras give good photos
-- Photos with a score by hour of the day, and how many of them are good.
select
  moment / 3600 % 24 as hour,
  count(*) as rated,
  round(avg(score), 2) as mean_score,
  sum(score >= 7) as good,
  round(100.0 * avg(score >= 7), 1) as good_percent
from gallery
where +score is not null
  and moment > 0
group by hour
order by hour
