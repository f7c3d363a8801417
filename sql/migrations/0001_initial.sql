-- The catalog as it began. A comment on each line says what the column holds; it stays in the
-- file, so that `.schema` in any SQLite shell explains the catalog years later.

create table settings ( -- what the whole catalog agrees on, one value by name
  name text primary key, -- such as person_confidence
  value any not null, -- a number or a text
  meaning text not null -- what it does
) strict;

insert into settings (name, value, meaning) values
  ('animal_confidence', 0.3, 'a detection of an animal counts from this confidence on'),
  ('person_confidence', 0.1, 'a detection of a person or vehicle vetoes its photo from this confidence on'),
  ('measure_version', 1, 'a measurement made by older code than this is pending again'),
  ('sequence_gap', 60, 'seconds without a photo that end a burst, where no file gives bursts');

create table collections ( -- a root folder of photos
  id integer primary key,
  root text not null unique, -- the folder: relative to the catalog's own folder if it lies below it, else absolute
  name text not null, -- the folder's last part, to show
  scanned_at text -- when its photos were last looked for on disk, UTC; null: never, known from files alone
) strict;

create table sources ( -- a folder or file that was ingested
  id integer primary key,
  collection_id integer not null references collections (id),
  path text not null, -- the folder or file, written as a collection's root is
  format text not null, -- folder, megadetector, coco
  sha256 text, -- of the file's bytes; null for a folder
  params text not null, -- JSON: the options that change what is kept, such as min_confidence
  info text, -- JSON: what the file says about itself, such as the detector and its version
  state text not null check (state in ('reading', 'done', 'replaced')), -- only rows of a source that is done count
  num_images integer, -- entries for photos in it
  started_at text not null, -- UTC
  finished_at text -- UTC
) strict;

create unique index sources_current on sources (collection_id, path) where state = 'done';

create table sequences ( -- a burst: the frames of one trigger at one location
  id integer primary key,
  collection_id integer not null references collections (id),
  key text not null, -- the id that a file gives; for an inferred one the path of its first frame
  location text, -- where the camera stood
  started_at text, -- the first frame's time, ISO 8601, local
  ended_at text, -- the last frame's
  num_frames integer not null default 0, -- photos that the catalog has of it, whatever a file declares
  origin text not null check (origin in ('given', 'inferred')), -- from a file, or from gaps in time
  source integer references sources (id), -- the file that gives it
  unique (collection_id, origin, key)
) strict;

create table images ( -- one photo, known by its collection and its path below the root
  id integer primary key,
  collection_id integer not null references collections (id),
  path text not null, -- below the root, with / separators, in exact case
  bytes integer, -- size of the file; null: named by a results file, not found on disk
  mtime real, -- when the file was last changed, seconds since 1970; kept when it is gone
  sha256 text, -- of the file's bytes, read by measure; equal ones are the same photo
  width integer, -- pixels, after the rotation that EXIF asks for
  height integer,
  captured_at text, -- ISO 8601 local wall-clock time, as the camera wrote it
  time_from text check (time_from in ('exif', 'given')), -- where captured_at was read: the photo or a file
  time_doubt text, -- why captured_at is not to be trusted; null: no reason seen
  location text, -- where the camera stood, as a file or a folder names it
  sequence_id integer references sequences (id),
  frame_num integer, -- place within the sequence, as a file gives it; order by it, never count on it
  failure text, -- why its pixels cannot be used; null: they can, as far as is known
  introduced_by integer references sources (id), -- the source that named it first
  unique (collection_id, path)
) strict;

create index images_sequence on images (sequence_id) where sequence_id is not null;
create index images_failed on images (id) where failure is not null;

create table results ( -- one photo in one detector results file, whether anything was found or not
  image_id integer not null references images (id),
  source integer not null references sources (id),
  failure text, -- what the detector says went wrong; null: it looked
  primary key (image_id, source)
) strict, without rowid;

create table detections ( -- a box; x, y, w, h are shares of width and height, from the top left, after rotation
  id integer primary key,
  image_id integer not null references images (id),
  source integer not null references sources (id), -- the results file it stands in
  category text not null, -- animal, person, vehicle, or another name that the file gives
  confidence real not null, -- 0..1; negative: struck out by repeat-detection elimination
  x real, -- left edge, 0..1; all four null: the file has no usable box
  y real, -- top edge
  w real, -- width
  h real, -- height
  species text, -- the best classification; all of them are in classifications
  species_score real -- 0..1
) strict;

create index detections_image on detections (image_id);
create index detections_people on detections (category, confidence, image_id)
  where category in ('person', 'vehicle');

create table classifications ( -- a species guess, on a detection or on the whole photo
  image_id integer not null references images (id),
  detection_id integer references detections (id), -- null: the whole photo
  source integer not null references sources (id),
  rank integer not null, -- 1 is the best
  species text not null, -- the name that the file gives
  score real not null -- 0..1
) strict;

create index classifications_image on classifications (image_id);
create index classifications_detection on classifications (detection_id) where detection_id is not null;

create table measurements ( -- what was read from the pixels of a photo; docs/measure.md has the formulas
  image_id integer primary key references images (id),
  version integer not null, -- of the code that read it; an older one is pending again
  detection_id integer, -- the subject: the detection that was measured; null: no animal, the frame alone
  measured_at text not null, -- UTC
  monochrome integer not null, -- 1: infrared or greyscale, no colour in it
  brightness real not null, -- mean luma of the frame, 0..1
  colourfulness real not null, -- of the subject (of the frame without one), 0 grey .. about 1 vivid
  content_top real not null, -- where the picture begins below the camera's strip of text, share of height
  content_bottom real not null, -- where it ends above one
  subject_width integer, -- pixels
  subject_height integer,
  subject_brightness real, -- median luma inside the box, 0..1
  subject_contrast real, -- luma range inside the box, 5th to 95th percentile, 0..1
  subject_clipped real, -- share of its pixels that are pure black or white, 0..1
  subject_sharpness real, -- steepness of its edges at native resolution, 0 blurred .. 1 crisp
  background_sharpness real, -- the same for a ring around the box
  separation real -- how far apart the luma inside and around the box is distributed, 0..1
) strict;

create table thumbnails ( -- small JPEGs, for candidates and their bursts
  image_id integer primary key references images (id),
  width integer not null,
  height integer not null,
  jpeg blob not null
) strict;

create table selections ( -- one run of a strategy
  id integer primary key,
  name text not null unique,
  strategy text not null,
  params text not null, -- JSON: quotas, thresholds, number wanted
  seed integer not null, -- decides between equals
  basis text not null, -- JSON: the state of the catalog that it chose from
  details text not null, -- JSON: what the strategy found on the way, such as which species are rare
  num_candidates integer not null,
  num_eligible integer not null, -- photos that passed every gate
  created_at text not null -- UTC
) strict;

create table candidates ( -- a photo that a selection chose; one per sequence
  id integer primary key,
  selection_id integer not null references selections (id),
  image_id integer not null references images (id),
  sequence_id integer references sequences (id), -- null: the photo is its own sequence
  category text not null, -- the class whose quota it fills, such as single_optimal
  quality_score real not null, -- by the formula of its class, 0..1
  rank integer not null, -- 1 is the best of its class
  unique (selection_id, image_id),
  unique (selection_id, sequence_id)
) strict;

create index candidates_image on candidates (image_id);
create index candidates_sequence on candidates (sequence_id);

create table candidate_parts ( -- the parts of a quality score: value times weight, they add up to it
  candidate_id integer not null references candidates (id),
  name text not null, -- such as centrality
  value real not null, -- 0..1
  weight real not null,
  primary key (candidate_id, name)
) strict, without rowid;

create table quotas ( -- what a selection wanted of each class, and got
  selection_id integer not null references selections (id),
  category text not null,
  share real not null, -- of the number wanted
  wanted integer not null, -- share times number
  available integer not null, -- sequences that have a photo of this class
  chosen integer not null, -- candidates; more than wanted where it took over what others could not fill
  primary key (selection_id, category)
) strict, without rowid;

create table holds ( -- a photo that a selection held back because of a person or vehicle
  selection_id integer not null references selections (id),
  image_id integer not null references images (id),
  reason text not null, -- person or vehicle
  because_image_id integer not null references images (id), -- the frame that shows it: this one, or another of its sequence
  confidence real not null, -- of that detection
  threshold real not null, -- that it reached
  primary key (selection_id, image_id)
) strict, without rowid;

create index holds_image on holds (image_id);
create index holds_because on holds (because_image_id);

create table prompts ( -- a rubric and the reply that it asks for; never changed once used
  id integer primary key,
  name text not null,
  sha256 text not null unique, -- of rubric and schema
  rubric text not null,
  schema text not null, -- JSON Schema of the reply
  created_at text not null -- UTC
) strict;

create table label_runs ( -- one rater with one model, prompt, image preparation and parameters: comparable scores
  id integer primary key,
  name text not null unique,
  rater text not null check (rater in ('vlm', 'person', 'baseline', 'scorer')),
  provider text not null,
  model text not null,
  prompt_id integer references prompts (id),
  params text not null, -- JSON: everything else that changes the answer
  image_size integer, -- longest side sent, pixels; null: the original was read
  state text not null check (state in ('running', 'done')), -- done: nothing of what it was asked is left
  created_at text not null, -- UTC
  finished_at text -- UTC
) strict;

create table label_targets ( -- what a label run was asked to label
  label_run_id integer not null references label_runs (id),
  image_id integer not null references images (id),
  position integer not null, -- in which order, from 1
  primary key (label_run_id, image_id)
) strict, without rowid;

create index label_targets_image on label_targets (image_id);

create table labels ( -- one score, or one failure with its reason, of one photo in one label run
  id integer primary key,
  label_run_id integer not null references label_runs (id),
  image_id integer not null references images (id),
  status text not null, -- ok, or what went wrong: failed, ...
  score real check (score between 0 and 10), -- 0..10; null unless status is ok
  reasoning text, -- in the rater's words
  error text, -- why there is no score
  raw text, -- the reply as it came
  model_reported text, -- the model that says it answered
  input_tokens integer,
  output_tokens integer, -- thinking included
  cost_usd real,
  latency_ms real,
  attempts integer not null default 1,
  created_at text not null, -- UTC
  unique (label_run_id, image_id),
  check ((status = 'ok') = (score is not null)),
  check ((status = 'ok') = (error is null))
) strict;

create index labels_image on labels (image_id);

create table subscores ( -- the parts that a label's score was made of, where the rater gives them
  label_id integer not null references labels (id),
  name text not null, -- such as sharpness
  value real not null, -- 0..1 for the baseline
  weight real, -- of the part in the whole; null: the rater does not say
  note text, -- what it was read from
  primary key (label_id, name)
) strict, without rowid;
