-- Questions to models, and what they cost.

-- name: send
insert into requests (
  label_run_id,
  image_id,
  batch_id,
  question_id,
  kind,
  state,
  reserved_usd,
  endpoint,
  picture_sha256,
  picture_width,
  picture_height,
  picture_bytes,
  sent_at
)
values (
  :run,
  :image,
  :batch,
  :question,
  :kind,
  'sent',
  :reserved,
  :endpoint,
  :picture_sha256,
  :picture_width,
  :picture_height,
  :picture_bytes,
  :now
)
returning id

-- name: answer
update requests
set
  state = 'answered',
  cost_usd = :cost,
  model_reported = :model_reported,
  stop = :stop,
  read_as = :read_as,
  structured = :structured,
  input_tokens = :input_tokens,
  image_tokens = :image_tokens,
  output_tokens = :output_tokens,
  thinking_tokens = :thinking_tokens,
  latency_ms = :latency_ms,
  error = :error,
  answered_at = :now
where id = :request

-- name: fail
update requests
set state = :state, error = :error, answered_at = :now
where id = :request

-- name: lose
-- What was sent by a process that is gone: nobody will hear of it, and it may have been billed.
update requests
set state = 'lost', error = 'herocat was stopped before the answer came'
where label_run_id = :run
  and state = 'sent'
  and batch_id is null

-- name: spent
-- What a run has cost, where it is not known at the most it can have; jobs under way included.
select
  coalesce(sum(case when state = 'failed' then 0 else coalesce(cost_usd, reserved_usd) end), 0)
  + (
    select coalesce(sum(reserved_usd), 0)
    from batches
    where label_run_id = :run
      -- Of a job whose answers nobody can have any more, all may have been billed.
      and (finished_at is null or (state = 'lost' and remote is not null))
  )
from requests
where label_run_id = :run

-- name: usual_output
-- How many tokens a model's answers have had so far, thinking as much; null: it was never asked so.
select avg(requests.output_tokens)
from requests
join label_runs on label_runs.id = requests.label_run_id
where label_runs.model = :model
  and label_runs.provider = :provider
  and coalesce(json_extract(label_runs.params, '$.thinking'), 'off') = :thinking
  and requests.output_tokens is not null

-- name: models
-- Which models have answered in a run, the latest last.
select model_reported
from requests
where label_run_id = :run
  and model_reported is not null
group by model_reported
order by max(id)

-- name: returned
-- An answer that came back in a job.
insert into requests (
  label_run_id,
  image_id,
  batch_id,
  kind,
  state,
  cost_usd,
  model_reported,
  stop,
  read_as,
  structured,
  input_tokens,
  image_tokens,
  output_tokens,
  thinking_tokens,
  error,
  sent_at,
  answered_at
)
values (
  :run,
  :image,
  :batch,
  'label',
  'answered',
  :cost,
  :model_reported,
  :stop,
  :read_as,
  :structured,
  :input_tokens,
  :image_tokens,
  :output_tokens,
  :thinking_tokens,
  :error,
  :now,
  :now
)
