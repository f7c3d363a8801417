-- How high cameras hang that give good photos
-- Photos with a score by the height of their camera, in steps of half a metre, where a file gives it.
select
  cast(deployments.height * 2 as integer) / 2.0 as from_m,
  cast(deployments.height * 2 as integer) / 2.0 + 0.5 as to_m,
  count(distinct deployments.id) as deployments,
  count(*) as rated,
  round(avg(gallery.score), 2) as mean_score,
  sum(gallery.score >= 7) as good,
  round(100.0 * avg(gallery.score >= 7), 1) as good_percent
from deployments
join deployment_photos on deployment_photos.deployment_id = deployments.id
join gallery on gallery.image_id = deployment_photos.image_id
where deployments.height is not null
  and +gallery.score is not null
group by from_m
order by from_m
