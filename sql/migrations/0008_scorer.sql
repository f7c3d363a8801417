-- The trained scorer: what it learned from, how well it does, and what it was kept for.

create table scorers ( -- a model that was trained, or refused, with its card
  id integer primary key,
  name text not null unique,
  state text not null check (state in ('good', 'refused')), -- refused: no better than what needs no training
  learned_from text not null, -- JSON: the label runs, by name, with how many photos of each
  target text not null check (target in ('people', 'models')), -- whose scores it learned
  settings text not null, -- JSON: of the trees, the bag and the folds
  seed integer not null,
  features text not null, -- JSON: the names of the numbers that it reads
  measure_version integer not null, -- of the measurements that it was fitted to
  made_with text not null, -- JSON: versions of the libraries
  num_photos integer not null,
  num_places integer not null, -- held out in turn
  spearman real, -- with the scores, on places that it had not seen
  spearman_low real, -- 95 % interval over places
  spearman_high real,
  error real, -- mean absolute, points, on places that it had not seen
  error_low real,
  error_high real,
  baseline_spearman real, -- of the baseline, on the same photos
  geometry_spearman real, -- of box geometry, on the same photos
  beats_baseline real not null, -- share of resampled places on which it is better
  beats_geometry real not null,
  fitted_to blob not null, -- numpy archive without objects: the rows; the model is fitted to them again when needed
  made_at text not null -- UTC
) strict;

create table doubts ( -- how unsure the scorer is of a score: what to rate next
  label_id integer primary key references labels (id) on delete cascade,
  spread real not null -- standard deviation among its models, points
) strict;
