-- Failures that were asked about again: the row in labels or burst_answers gives way to the new answer.

create table past_failures ( -- what went wrong before it was tried again, and what it cost
  id integer primary key,
  label_run_id integer not null references label_runs (id),
  image_id integer not null references images (id), -- the first frame, of a burst
  frames text, -- JSON: the photos of a question about a burst; null: of one photo
  status text not null, -- as of a label
  error text, -- why there was no score
  raw text, -- the reply as it came
  cost_usd real,
  attempts integer not null,
  created_at text not null -- UTC
) strict;

create index past_failures_run on past_failures (label_run_id, image_id);
create index past_failures_image on past_failures (image_id);
