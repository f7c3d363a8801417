-- Label runs side by side.

-- name: runs
-- The runs that have scores, with how many and what they look like.
select
  label_runs.id,
  label_runs.name,
  label_runs.rater,
  label_runs.model,
  count(labels.score) as scored,
  count(*) - count(labels.score) as failed,
  avg(labels.score) as mean,
  min(labels.score) as lowest,
  max(labels.score) as highest
from label_runs
join labels on labels.label_run_id = label_runs.id
group by label_runs.id
having count(labels.score) > 0
order by label_runs.id

-- name: histogram
-- How many scores fall from each whole number up to the next; 10 counts with 9.
select min(9, cast(score as integer)) as bin, count(*) as photos
from labels
where label_run_id = :run
  and score is not null
group by bin

-- name: pairs
-- The scores of the photos that both runs have rated.
select one.score, other.score
from labels as one
join labels as other
  on other.label_run_id = :second
  and other.image_id = one.image_id
where one.label_run_id = :first
  and one.score is not null
  and other.score is not null
order by one.image_id
