-- The most expensive part of choosing, kept: who is the best of each burst in each class.

create table contests ( -- a ranking of every burst's photos, good as long as what it rests on stays as it is
  id integer primary key,
  strategy text not null,
  params text not null, -- JSON: the thresholds that it depends on; not the number, quotas or seed
  basis text not null, -- JSON: the state of the catalog that it was made from
  details text not null, -- JSON: what the strategy found on the way
  unique (strategy, params)
) strict;

create table contenders ( -- the best photo of each burst in each class
  contest_id integer not null references contests (id) on delete cascade,
  category text not null, -- the class
  sequence integer not null, -- the sequence; minus the photo where it has none
  image_id integer not null,
  quality real not null, -- by the formula of its class, 0..1
  num_photos integer not null, -- of the burst in this class
  primary key (contest_id, category, sequence)
) strict, without rowid;
