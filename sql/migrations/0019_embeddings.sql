-- Image embeddings: vectors of photos from an encoder of the user's, that a scorer may learn from.

create table encoders ( -- an image encoder in an .onnx file, with how pictures are prepared for it
  id integer primary key,
  sha256 text not null, -- of the file
  preparation text not null, -- JSON: size in pixels, mean and standard deviation of colours
  path text not null, -- where the file was last; beside or below the catalog it is relative to it
  dimensions integer not null, -- of its vectors
  unique (sha256, preparation)
) strict;

create table embeddings ( -- a photo's vector: of the subject with its surroundings
  id integer primary key,
  encoder_id integer not null references encoders (id),
  image_id integer not null references images (id) on delete cascade,
  vector blob not null, -- float16, little-endian, of length 1
  unique (encoder_id, image_id)
) strict;

create index embeddings_image on embeddings (image_id);

alter table scorers add column encoder_id integer references encoders (id); -- whose vectors it reads too; null: none
alter table scorers add column grouped_by text not null default 'place'; -- what was held out in turn: place, or burst where all photos are of one place

create index scorers_encoder on scorers (encoder_id) where encoder_id is not null;
