-- Choosing well: the best frame of a burst, and species that are too unlikely to count as rare.

create table burst_ranks ( -- how the frames of a candidate's burst compare side by side; the first is the champion
  selection_id integer not null references selections (id),
  image_id integer not null references images (id),
  sequence_id integer not null references sequences (id),
  place integer not null, -- 1 is the champion
  worth real not null, -- sum of the parts below; only differences inside a burst mean anything
  score real not null, -- logarithm of the baseline's score
  height real not null, -- of the animal's box against the burst's tallest: heads are up
  width real not null, -- against the widest: not turned away
  sharpness real not null, -- against the sharpest
  raised real not null, -- how high the box stands, against the highest
  central real not null, -- how near the middle, against the nearest
  primary key (selection_id, image_id)
) strict, without rowid;

create index burst_ranks_image on burst_ranks (image_id);
create index burst_ranks_sequence on burst_ranks (sequence_id);

create table doubtful_species ( -- a rare species that a selection did not believe: please identify
  selection_id integer not null references selections (id),
  species text not null, -- the name that the classifier gives
  image_id integer not null references images (id), -- its most certain photo
  sequences integer not null, -- independent bursts whose vote is for it
  reason text not null, -- why it was not believed
  primary key (selection_id, species)
) strict, without rowid;

create index doubtful_species_image on doubtful_species (image_id);
