-- Jobs that a server works off within a day.

-- name: add
insert into batches (
  label_run_id,
  display_name,
  endpoint,
  state,
  reserved_usd,
  input_usd,
  output_usd,
  num_items,
  created_at
)
values (:run, :name, :endpoint, :state, :reserved, :input_usd, :output_usd, :num_items, :now)
returning id

-- name: add_item
insert into batch_items (batch_id, image_id)
values (?, ?)

-- name: intents
-- Jobs of a run of which nobody knows whether a server has created them.
select *
from batches
where label_run_id = :run
  and state = 'intent'
  and finished_at is null
  and (endpoint is null or endpoint = :endpoint)

-- name: open
-- Jobs of a run that are in a server's hands.
select *
from batches
where label_run_id = :run
  and remote is not null
  and finished_at is null
  and (endpoint is null or endpoint = :endpoint)
order by id

-- name: elsewhere
-- Jobs of a run that are in another server's hands.
select *
from batches
where label_run_id = :run
  and finished_at is null
  and endpoint <> :endpoint
order by id

-- name: in_hand
-- What jobs of a run have in hand: photos without an answer, and the most that the jobs can cost.
select
  coalesce(sum((select count(*) from batch_items where batch_id = batches.id and not done)), 0) as photos,
  coalesce(sum(reserved_usd), 0.0) as set_aside
from batches
where label_run_id = :run
  and finished_at is null

-- name: unfinished
select id
from batches
where label_run_id = :run
  and finished_at is null
  and (endpoint is null or endpoint = :endpoint)

-- name: row
select *
from batches
where id = :batch

-- name: listed
-- Every job with its run and how many of its photos have an answer.
select
  batches.*,
  label_runs.name as run,
  label_runs.provider,
  label_runs.model,
  (select count(*) from batch_items where batch_id = batches.id and done) as answered
from batches
join label_runs on label_runs.id = batches.label_run_id
order by batches.id

-- name: submitted
update batches
set
  remote = :remote,
  endpoint = :endpoint,
  submitted_at = coalesce(submitted_at, :now)
where id = :batch

-- name: checked
update batches
set state = :state, remote_state = :remote_state, checked_at = :now
where id = :batch

-- name: finish
update batches
set
  state = :state,
  error = :error,
  num_ok = (
    select count(*)
    from batch_items
    join labels on labels.image_id = batch_items.image_id and labels.label_run_id = batches.label_run_id
    where batch_items.batch_id = batches.id
      and batch_items.done
      and labels.status = 'ok'
  ),
  num_failed = (
    select count(*)
    from batch_items
    join labels on labels.image_id = batch_items.image_id and labels.label_run_id = batches.label_run_id
    where batch_items.batch_id = batches.id
      and batch_items.done
      and labels.status <> 'ok'
  ),
  num_missing = (
    select count(*)
    from batch_items
    where batch_items.batch_id = batches.id
      and not batch_items.done
      -- Another job, or a question of its own, may have brought a label meanwhile.
      and not exists (
        select 1
        from labels
        where labels.label_run_id = batches.label_run_id
          and labels.image_id = batch_items.image_id
      )
  ),
  num_unknown = :unknown,
  num_duplicate = :duplicate,
  checked_at = :now,
  finished_at = :now
where id = :batch

-- name: item
-- The place of a photo in a job, in the latest where it is not known which, and how its label stands.
-- A job that is finished takes answers, too: a file of them may come in parts.
select
  batch_items.batch_id,
  batch_items.image_id,
  batch_items.done and batches.finished_at is not null as taken_before,
  batches.reserved_usd / batches.num_items as share,
  labels.status
from batch_items
join batches on batches.id = batch_items.batch_id
left join labels
  on labels.label_run_id = batches.label_run_id
  and labels.image_id = batch_items.image_id
where batch_items.image_id = :image
  and batches.label_run_id = :run
  and (:batch is null or batches.id = :batch)
order by batches.id desc
limit 1

-- name: item_done
update batch_items
set done = 1
where batch_id = :batch
  and image_id = :image

-- name: run
select *
from label_runs
where id = :run
