-- Which way cameras look that give good photos
-- Photos with a score by where their camera looked, in eighths of the compass, where a file gives it.
with rated as materialized (
  select
    deployment_photos.deployment_id,
    count(*) as photos,
    sum(comparable_scores.comparable) as total,
    sum(comparable_scores.comparable >= 7) as good
  from deployment_photos
  cross join comparable_scores on comparable_scores.image_id = deployment_photos.image_id
  group by deployment_photos.deployment_id
)
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
  count(*) as deployments,
  sum(rated.photos) as rated,
  round(sum(rated.total) / sum(rated.photos), 2) as mean_score,
  sum(rated.good) as good,
  round(100.0 * sum(rated.good) / sum(rated.photos), 1) as good_percent
from rated
join deployments on deployments.id = rated.deployment_id
where deployments.heading is not null
group by direction
order by cast((min(deployments.heading) + 22.5) / 45 as integer) % 8
