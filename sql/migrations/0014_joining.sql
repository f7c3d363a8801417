-- Results may name photos by the MD5 of their content.

create table hashes ( -- the MD5 of photos, taken only when a file names photos by it
  image_id integer primary key references images (id),
  mtime real not null, -- of the file when it was read
  md5 text not null -- in hexadecimal
) strict;

create index hashes_md5 on hashes (md5);
