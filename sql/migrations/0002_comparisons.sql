-- Answers beyond one score a photo: which of two is better, and the same question asked again.

create table comparisons ( -- which of two photos a rater finds better
  id integer primary key,
  label_run_id integer not null references label_runs (id),
  first_image_id integer not null references images (id), -- shown first, or on the left
  second_image_id integer not null references images (id), -- shown second, or on the right
  outcome text not null check (outcome in ('first', 'second', 'tie')), -- the better one
  reasoning text, -- in the rater's words
  raw text, -- the reply as it came
  created_at text not null, -- UTC
  check (first_image_id <> second_image_id)
) strict;

create index comparisons_run on comparisons (label_run_id, first_image_id, second_image_id);

create table samples ( -- one of several answers of the same rater on the same photo
  id integer primary key,
  label_run_id integer not null references label_runs (id),
  image_id integer not null references images (id),
  number integer not null, -- from 1, in the order of asking
  kind text not null check (kind in ('sample', 'repeat')), -- sample: the label is their mean; repeat: asked again to see how steady the rater is
  score real not null check (score between 0 and 10),
  reasoning text, -- in the rater's words
  raw text, -- the reply as it came
  created_at text not null, -- UTC
  unique (label_run_id, image_id, kind, number)
) strict;
