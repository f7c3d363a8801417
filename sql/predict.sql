-- The scorer's run: every measured photo that it has not scored yet.

-- name: scorer
select *
from scorers
where :name is null and state = 'good'
   or name = :name
order by id desc
limit 1

-- name: refused
-- Whether the newest scorer was no good.
select name
from scorers
where state = 'refused'
order by id desc
limit 1

-- name: run
-- A scorer's own run: another rater's may have its name.
select id, name
from label_runs
where rater = 'scorer'
  and json_extract(params, '$.scorer') = :scorer

-- name: add_run
insert into label_runs (name, rater, provider, model, params, state, created_at)
values (:name, 'scorer', 'scorer', :scorer, :params, 'running', :now)
returning id

-- name: close_run
update label_runs
set state = 'done', finished_at = :now
where id = :run

-- name: rows
-- What is known of the photos that the run has no score of, in numbers.
select *
from scorer_features
where image_id > :after
  and not exists (
    select 1
    from labels
    where labels.label_run_id = :run
      and labels.image_id = scorer_features.image_id
  )
order by image_id
limit :limit

-- name: next_label
select coalesce(max(id), 0) + 1
from labels

-- name: save
insert into labels (id, label_run_id, image_id, status, score, created_at)
values (?, ?, ?, 'ok', ?, ?)

-- name: save_doubt
insert into doubts (label_id, spread)
values (?, ?)

-- name: scored
select count(*)
from labels
where label_run_id = :run
