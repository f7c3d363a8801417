-- Which way cameras look that give good photos
-- Photos with a score by where their camera looked, in eighths of the compass, where a file gives it.
select
  case cast((deployments.heading + 22.5) / 45 as integer) % 8
    when 0 then 'north'
    when 1 then 'north-east'
    when 2 then 'east'
    when 3 then 'south-east'
    when 4 then 'south'
    when 5 then 'south-west'
    when 6 then 'west'
    else 'north-west'
  end as direction,
  count(distinct deployments.id) as deployments,
  count(*) as rated,
  round(avg(gallery.score), 2) as mean_score,
  sum(gallery.score >= 7) as good,
  round(100.0 * avg(gallery.score >= 7), 1) as good_percent
from deployments
join deployment_photos on deployment_photos.deployment_id = deployments.id
join gallery on gallery.image_id = deployment_photos.image_id
where deployments.heading is not null
  and +gallery.score is not null
group by direction
order by cast((min(deployments.heading) + 22.5) / 45 as integer) % 8
