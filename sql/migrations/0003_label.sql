-- What asking a model leaves behind: every question that is paid for or was answered, jobs that run
-- elsewhere, pictures that watch the rater, and folders that somebody vouches for.

create table run_prices ( -- what a token cost when a label run was last gone on with; no row: nothing, or nobody knows
  label_run_id integer primary key references label_runs (id),
  input_usd real not null, -- for a million tokens
  output_usd real not null, -- for a million tokens, thinking included
  as_of text not null, -- the day on which somebody read the price
  source text not null -- where
) strict;

create table batches ( -- a job of many questions that a server answers within a day
  id integer primary key,
  label_run_id integer not null references label_runs (id),
  display_name text not null unique, -- ours: by it a job is found again that nobody knows whether it was created
  state text not null check (state in ('intent', 'waiting', 'running', 'done', 'failed', 'expired', 'cancelled', 'lost')), -- intent: written down, perhaps not created
  remote text, -- the server's name for it
  remote_state text, -- the server's word for its state
  error text,
  reserved_usd real not null default 0, -- the most that it can cost
  num_items integer not null,
  num_ok integer, -- labels that came of it
  num_failed integer, -- answers that gave no score
  num_missing integer, -- photos that it has no answer for: they are pending again
  num_unknown integer, -- answers with a key that nobody asked for
  num_duplicate integer, -- answers beyond the first for the same key
  created_at text not null, -- UTC
  submitted_at text, -- UTC
  checked_at text, -- UTC
  finished_at text -- UTC; null: it is still in the server's hands
) strict;

create index batches_open on batches (label_run_id) where finished_at is null;

create table batch_items ( -- a photo in a batch: not asked about by other means until the batch is finished
  batch_id integer not null references batches (id),
  image_id integer not null references images (id),
  done integer not null default 0 check (done in (0, 1)), -- 1: an answer came
  primary key (batch_id, image_id)
) strict, without rowid;

create index batch_items_image on batch_items (image_id);

create table requests ( -- a question to a model: one that costs money is written down before it is sent
  id integer primary key,
  label_run_id integer not null references label_runs (id),
  image_id integer references images (id), -- null: of a control
  batch_id integer references batches (id), -- null: it was sent on its own
  kind text not null check (kind in ('label', 'sample', 'repeat', 'control', 'comparison')), -- what the answer is for
  state text not null check (state in ('sent', 'answered', 'failed', 'lost')), -- sent: not heard of yet; lost: perhaps billed, and never heard of
  reserved_usd real not null default 0, -- the most that it can cost; counted until the cost is known
  cost_usd real, -- what it did cost; null: not known, or nobody knows the price
  endpoint text, -- the server, without any secret
  model_reported text, -- the model that says it answered
  stop text, -- why it stopped writing: done, truncated, blocked, refused, and the server's word
  read_as text, -- how the score was read: strict, fenced, found, coerced, thoughts
  structured text, -- how the form of the reply was asked for: schema, json, none
  input_tokens integer,
  image_tokens integer, -- of the input
  output_tokens integer, -- thinking included
  thinking_tokens integer, -- of the output
  latency_ms real,
  picture_sha256 text, -- of the JPEG that was sent; of the first, if several
  picture_width integer,
  picture_height integer,
  picture_bytes integer, -- of all pictures sent
  error text,
  sent_at text not null, -- UTC
  answered_at text -- UTC
) strict;

create index requests_image on requests (image_id, label_run_id);
create index requests_batch on requests (batch_id) where batch_id is not null;
create index requests_open on requests (label_run_id) where state in ('sent', 'lost');
create index requests_paid on requests (label_run_id, cost_usd, reserved_usd, state);

create table controls ( -- a picture that is the same in every run: it watches the rater, not the animals
  id integer primary key,
  label_run_id integer not null references label_runs (id),
  kind text not null check (kind in ('blank', 'anchor')), -- blank: nothing to see; anchor: a fixed picture, to see a rater drift
  name text not null, -- of the picture
  number integer not null, -- from 1: how often it was asked about in this run
  sha256 text not null, -- of the JPEG that was sent
  status text not null, -- as of a label
  score real check (score between 0 and 10), -- null unless status is ok
  reasoning text, -- in the rater's words
  error text, -- why there is no score
  raw text, -- the reply as it came
  created_at text not null, -- UTC
  unique (label_run_id, kind, name, number)
) strict;

create table vouchers ( -- a folder that no detector has looked at, and that somebody vouches for: nobody is in its photos
  id integer primary key,
  collection_id integer not null references collections (id),
  path text not null, -- the folder below the collection's root, with a / at its end; empty: all of it
  reason text not null, -- in the words of who vouches
  vouched_by text not null, -- the name of the account
  created_at text not null, -- UTC
  unique (collection_id, path)
) strict;
