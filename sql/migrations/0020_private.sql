-- Photos that a file says are not public: they must not leave, whatever a detector says.

create table private_photos ( -- a photo that a file says is not public
  image_id integer not null references images (id) on delete cascade,
  source integer not null references sources (id), -- the file
  primary key (image_id, source)
) strict, without rowid;

create index private_photos_source on private_photos (source);
