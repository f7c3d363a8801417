-- Where raters disagree
-- Photos that several label runs have scored, the widest apart first: of a species, a location, or at
-- least so many points apart; an empty field asks for all.
select
  labels.image_id,
  count(*) as scores,
  round(min(labels.score), 2) as lowest,
  round(max(labels.score), 2) as highest,
  round(max(labels.score) - min(labels.score), 2) as spread,
  group_concat(label_runs.name || ' ' || round(labels.score, 1), ', ') as by_run,
  subjects.species,
  images.location,
  images.path
from labels
join label_runs on label_runs.id = labels.label_run_id
join images on images.id = labels.image_id
left join subjects on subjects.image_id = images.id
where labels.status = 'ok'
  and (:species = '' or subjects.species = :species)
  and (:location = '' or images.location = :location)
group by labels.image_id
having scores > 1
  and max(labels.score) - min(labels.score) >= cast(:least_spread as real)
order by max(labels.score) - min(labels.score) desc, labels.image_id
limit 500
