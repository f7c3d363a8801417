-- How cameras were set up, where a file says so: for the report on which placing gives good photos.

create table deployments ( -- a camera at a place for some time, as a file describes it
  id integer primary key,
  source integer not null references sources (id), -- the file
  key text not null, -- what the file calls it
  location text, -- where the camera stood
  started_at text, -- as the file gives it
  ended_at text,
  height real, -- of the camera above the ground, metres
  heading real, -- where it looked, degrees clockwise from north
  tilt real, -- degrees; below zero it looked down
  unique (source, key)
) strict;

create table deployment_photos ( -- which deployment a photo is from
  image_id integer primary key references images (id) on delete cascade,
  deployment_id integer not null references deployments (id)
) strict;

create index deployment_photos_deployment on deployment_photos (deployment_id);
