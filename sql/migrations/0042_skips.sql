-- What a person passes over is not asked again.

create table skips ( -- what a person was asked and would not answer, beyond photos (these are labels with the status skipped)
  id integer primary key,
  label_run_id integer not null references label_runs (id),
  image_id integer not null references images (id), -- asked about again; of a pair: on the left
  other_id integer references images (id), -- of a pair: on the right; null: no pair
  created_at text not null -- UTC
) strict;

create index skips_run on skips (label_run_id, image_id, other_id);
create index skips_image on skips (image_id);
create index skips_other on skips (other_id) where other_id is not null;
