-- How cameras are tilted that give good photos
-- Photos with a score by the tilt of their camera, in steps of ten degrees (below zero: down), where a
-- file gives it.
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
  cast((deployments.tilt + 90) / 10 as integer) * 10 - 90 as from_degrees,
  cast((deployments.tilt + 90) / 10 as integer) * 10 - 80 as to_degrees,
  count(*) as deployments,
  sum(rated.photos) as rated,
  round(sum(rated.total) / sum(rated.photos), 2) as mean_score,
  sum(rated.good) as good,
  round(100.0 * sum(rated.good) / sum(rated.photos), 1) as good_percent
from rated
join deployments on deployments.id = rated.deployment_id
where deployments.tilt is not null
group by from_degrees
order by from_degrees
