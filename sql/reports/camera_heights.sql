-- How high cameras hang that give good photos
-- Photos with a score by the height of their camera, in steps of half a metre, where a file gives it.
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
  cast(deployments.height * 2 as integer) / 2.0 as from_m,
  cast(deployments.height * 2 as integer) / 2.0 + 0.5 as to_m,
  count(*) as deployments,
  sum(rated.photos) as rated,
  round(sum(rated.total) / sum(rated.photos), 2) as mean_score,
  sum(rated.good) as good,
  round(100.0 * sum(rated.good) / sum(rated.photos), 1) as good_percent
from rated
join deployments on deployments.id = rated.deployment_id
where deployments.height is not null
group by from_m
order by from_m
