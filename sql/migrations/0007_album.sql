-- Albums: small sets of good and different photos, pinned and banned by hand.

create table albums ( -- one set
  id integer primary key,
  name text not null unique,
  params text not null, -- JSON: how many, what counts, how many of one value
  worth real not null, -- of the set: qualities, and what each facet's values add
  bound real not null, -- no set that obeys the rules is worth more
  made_at text not null -- UTC
) strict;

create table album_photos ( -- a photo of an album, in the order in which it was chosen
  album_id integer not null references albums (id),
  position integer not null, -- from 1
  image_id integer not null references images (id),
  score real not null, -- 0..10, the one that counted
  gain real not null, -- what it added to the worth
  parts text not null, -- JSON: the gain, by quality and facet
  pinned integer not null, -- 1: by hand
  reason text not null, -- in words
  rival_image_id integer references images (id), -- the closest one that was not taken in its place
  rival_reason text, -- why not, in words
  primary key (album_id, position),
  unique (album_id, image_id)
) strict, without rowid;

create index album_photos_image on album_photos (image_id);
create index album_photos_rival on album_photos (rival_image_id) where rival_image_id is not null;

create table album_marks ( -- what a person wants of an album
  album text not null, -- its name; the album need not be made yet
  image_id integer not null references images (id),
  mark text not null check (mark in ('pin', 'ban')), -- pin: in any case; ban: never
  marked_at text not null, -- UTC
  primary key (album, image_id)
) strict, without rowid;

create index album_marks_image on album_marks (image_id);

create table fingerprints ( -- what a photo looks like, roughly: near-duplicates differ in few bits
  image_id integer primary key references images (id),
  dhash integer not null -- 64 bits: whether each of 8 x 8 cells of the thumbnail is darker than its right neighbour
) strict;
