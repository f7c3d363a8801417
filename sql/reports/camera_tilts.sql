-- How cameras are tilted that give good photos
-- Photos with a score by the tilt of their camera, in steps of ten degrees (below zero: down), where a
-- file gives it.
select
  cast((deployments.tilt + 90) / 10 as integer) * 10 - 90 as from_degrees,
  cast((deployments.tilt + 90) / 10 as integer) * 10 - 80 as to_degrees,
  count(distinct deployments.id) as deployments,
  count(*) as rated,
  round(avg(gallery.score), 2) as mean_score,
  sum(gallery.score >= 7) as good,
  round(100.0 * avg(gallery.score >= 7), 1) as good_percent
from deployments
join deployment_photos on deployment_photos.deployment_id = deployments.id
join gallery on gallery.image_id = deployment_photos.image_id
where deployments.tilt is not null
  and +gallery.score is not null
group by from_degrees
order by from_degrees
