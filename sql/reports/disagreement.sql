-- Where raters disagree
-- Photos that several label runs have scored, the widest apart first.
select
  labels.image_id,
  count(*) as scores,
  round(min(labels.score), 2) as lowest,
  round(max(labels.score), 2) as highest,
  round(max(labels.score) - min(labels.score), 2) as spread,
  images.path
from labels
join images on images.id = labels.image_id
where labels.status = 'ok'
group by labels.image_id
having scores > 1
order by max(labels.score) - min(labels.score) desc, labels.image_id
limit 500
