-- Albums edited by hand: the order that a person gave, and who pinned and banned.

create table album_order ( -- the order that a person gave the photos of an album
  album text not null, -- its name
  place integer not null, -- from 1
  image_id integer not null references images (id), -- one that has left since passes its place on to the next that came
  primary key (album, place),
  unique (album, image_id)
) strict, without rowid;

create index album_order_image on album_order (image_id);

alter table album_marks add column marked_by text; -- who did so in the browser; null: on the command line

-- Reasons named places; those of the next making do not.
update album_photos set reason = printf('score %.1f', score), rival_reason = null;
