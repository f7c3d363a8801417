-- When cameras give good photos
-- Photos with a score by hour of the day, and how many of them are good; those whose clock is in doubt
-- are left out.
select
  moment / 3600 % 24 as hour,
  count(*) as rated,
  round(avg(comparable), 2) as mean_score,
  sum(comparable >= 7) as good,
  round(100.0 * avg(comparable >= 7), 1) as good_percent
from comparable_scores
where moment > 0
  and image_id not in (select id from images where time_doubt is not null)
group by hour
order by hour
