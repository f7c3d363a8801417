-- What files say beyond boxes and bursts: what people saw, what a classifier concluded, names of
-- species in full, judgements that exist already, and photos that are elsewhere.

create table observations ( -- what a file says is in a photo or its burst, by a person or a machine
  id integer primary key,
  image_id integer not null references images (id),
  source integer not null references sources (id), -- the file that says so
  category text not null, -- animal, person, vehicle, blank, unknown
  species text, -- the name that the file gives
  count integer, -- how many of it
  level text not null check (level in ('photo', 'sequence')), -- sequence: said of the whole burst, not of each of its photos
  made_by text check (made_by in ('person', 'machine')), -- null: the file does not say
  score real, -- how sure, 0..1; null: the file does not say
  x real, -- left edge of its box, as in detections; all four null: none is given
  y real, -- top edge
  w real, -- width
  h real, -- height
  details text -- JSON: what else the file says of it, such as sex, lifeStage, behavior, young_present
) strict;

create index observations_image on observations (image_id);
create index observations_source on observations (source);

create table predictions ( -- what an ensemble of detector, classifier and range map concludes
  id integer primary key,
  image_id integer not null references images (id),
  detection_id integer references detections (id), -- null: of the whole photo
  source integer not null references sources (id),
  species text not null, -- the name, or a wider group such as a family
  score real, -- 0..1; of a wider group it is a sum
  made_from text -- such as classifier, detector, classifier+geofence+rollup_to_family
) strict;

create index predictions_image on predictions (image_id);
create index predictions_detection on predictions (detection_id) where detection_id is not null;

create table taxa ( -- the names in detections, classifications and observations, in full where a file says so
  name text primary key, -- as it stands there
  uuid text, -- of the taxonomy of SpeciesNet and Wildlife Insights
  class text, -- such as mammalia
  "order" text, -- such as carnivora
  family text, -- such as felidae
  genus text, -- such as lynx
  species text, -- the epithet, or what the file calls the species
  common text -- the common name
) strict;

create table imported_labels ( -- which labels were read from a file, and from which
  label_id integer primary key references labels (id) on delete cascade,
  source integer not null references sources (id)
) strict;

create index imported_labels_source on imported_labels (source);

create table unmatched ( -- what a file says of a photo that was not found, or not for certain
  id integer primary key,
  source integer not null references sources (id),
  path text not null, -- as the file names it
  reason text not null -- why it was not put to a photo
) strict;

create index unmatched_source on unmatched (source);

create table remote_photos ( -- photos that are elsewhere, by their address
  image_id integer primary key references images (id),
  url text not null, -- http(s), s3 or gs
  fetched_at text, -- UTC; null: not here yet
  failure text -- why the last try failed
) strict;
