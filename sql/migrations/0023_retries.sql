-- A failure that is tried again leaves its row here: its reason, and what it cost, are not forgotten.

create table past_failures ( -- a failure of a label run that was made pending again
  id integer primary key,
  label_run_id integer not null references label_runs (id),
  image_id integer not null references images (id), -- of a question about a burst: the photo shown first
  question_id integer references burst_questions (id), -- null: a label
  status text not null, -- as of a label
  error text, -- why there was no score
  raw text, -- the reply as it came
  model_reported text, -- the model that said it answered
  input_tokens integer,
  output_tokens integer,
  cost_usd real, -- of everything that had been asked about it until then
  latency_ms real,
  attempts integer not null,
  created_at text not null, -- UTC: when it failed
  retried_at text not null -- UTC: when it was made pending again
) strict;

create index past_failures_run on past_failures (label_run_id);
create index past_failures_image on past_failures (image_id);
create index past_failures_question on past_failures (question_id) where question_id is not null;
