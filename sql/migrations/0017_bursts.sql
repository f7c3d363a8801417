-- Bursts decided by comparison: what raters are asked, what became of it, which frame stands for a burst.

create table burst_questions ( -- frames of one burst, shown in one order: which is the best of them?
  id integer primary key,
  label_run_id integer not null references label_runs (id),
  sequence_id integer not null, -- the burst, as it was when this was written down
  image_id integer not null references images (id), -- shown first
  frames text not null, -- JSON: the photos in the order in which they are shown
  unique (label_run_id, frames)
) strict;

create index burst_questions_image on burst_questions (image_id);
create index burst_questions_burst on burst_questions (label_run_id, sequence_id);

create table burst_answers ( -- what became of such a question; what it says of each two frames is in comparisons
  question_id integer primary key references burst_questions (id),
  status text not null check (status in ('ok', 'failed', 'invalid', 'truncated', 'blocked', 'refused')), -- as of a label
  best text, -- JSON: the photos, best first, those that are equal in a list of their own; null unless status is ok
  reasoning text, -- in the rater's words
  error text, -- why there is no answer
  raw text, -- the reply as it came
  model_reported text, -- the model that says it answered
  input_tokens integer,
  output_tokens integer,
  cost_usd real, -- of everything that was asked about it
  latency_ms real,
  attempts integer not null,
  created_at text not null, -- UTC
  check ((status = 'ok') = (best is not null))
) strict;

alter table comparisons add column question_id integer references burst_questions (id); -- the question whose answer says so; null: asked on its own

alter table requests add column question_id integer references burst_questions (id); -- of a question about a burst

alter table selections add column champions text not null default 'strategy' check (champions in ('strategy', 'comparisons')); -- who decides which frame of a burst is the candidate

alter table candidates add column strategy_image_id integer references images (id); -- the frame that the strategy chose, where comparisons have put another in its place

create index comparisons_images on comparisons (first_image_id, second_image_id);
create index comparisons_second on comparisons (second_image_id);
create index comparisons_question on comparisons (question_id) where question_id is not null;
create index requests_question on requests (question_id) where question_id is not null;
create index candidates_strategy on candidates (strategy_image_id) where strategy_image_id is not null;
