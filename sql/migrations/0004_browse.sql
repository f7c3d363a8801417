-- What the pages in the browser filter, sort and search by. All of it can be made again from the
-- other tables: `herocat browse` does, where they have changed.

create table facets ( -- what photos can be counted by, with how many photos there are of each
  id integer primary key,
  kind text not null, -- species, location, hour of the day, step from photos to heroes, or state: all, held, failed, night, day
  name text not null, -- as the files give it
  photos integer not null default 0, -- that have it, when the gallery was last brought up to date
  unique (kind, name)
) strict;

create table gallery ( -- every photo as the pages in the browser filter and sort it
  image_id integer primary key references images (id) on delete cascade,
  species integer references facets (id), -- of its subject; null: not named
  location integer references facets (id), -- where the camera stood
  moment integer not null, -- captured_at in seconds since 1970, as if it were UTC; 0: unknown
  name_order integer not null, -- its place among all photos in the order of their paths
  night integer, -- 1: infrared or greyscale, 0: in colour; null: not measured
  held integer not null default 1, -- 1: a veto keeps it from leaving the catalog
  failed integer not null default 0, -- 1: the photo cannot be read, or its detector failed
  score real, -- the one that counts, as in the view heroes; null: nobody has rated it. Kept by triggers on labels
  spread real, -- its highest score minus its lowest, over all label runs; null: fewer than two
  raters integer not null default 0 -- who has scored it: 1 person + 2 vlm + 4 scorer + 8 baseline
) strict;

create index gallery_moment on gallery (moment, name_order);
create index gallery_name on gallery (name_order);
create index gallery_species_moment on gallery (species, moment);
create index gallery_species_name on gallery (species, name_order);
create index gallery_location_moment on gallery (location, moment);
create index gallery_location_name on gallery (location, name_order);
create index gallery_held_moment on gallery (held, moment);
create index gallery_held_name on gallery (held, name_order);
create index gallery_night_moment on gallery (night, moment) where night is not null;
create index gallery_night_name on gallery (night, name_order) where night is not null;
create index gallery_failed_moment on gallery (moment) where failed = 1;
create index gallery_failed_name on gallery (name_order) where failed = 1;
create index gallery_score on gallery (score) where score is not null;
create index gallery_spread on gallery (spread) where spread is not null;
create index gallery_rated_moment on gallery (moment) where score is not null;
create index gallery_rated_facets on gallery (species, location, score, held) where score is not null;
create index gallery_rated_name on gallery (name_order) where score is not null;

create table gallery_state ( -- what the gallery was last brought up to date with
  id integer primary key check (id = 1), -- there is one row at most
  basis text not null, -- JSON: the state of the catalog then; when it differs now, the gallery is behind
  made_at text not null -- UTC
) strict;

create index labels_scores on labels (label_run_id, score, image_id) where score is not null;
create index labels_pairs on labels (label_run_id, image_id, score) where score is not null;
create index labels_costs on labels (label_run_id, status, cost_usd, latency_ms);

create virtual table labels_fts using fts5 (reasoning, content = 'labels', content_rowid = 'id', tokenize = 'porter unicode61');

create virtual table images_fts using fts5 (path, content = 'images', content_rowid = 'id');

insert into labels_fts (labels_fts) values ('rebuild');

create trigger labels_rated after insert on labels begin
  insert into labels_fts (rowid, reasoning)
  select new.id, new.reasoning
  where new.reasoning is not null;
  update gallery
  set (score, spread, raters) = (
    select
      coalesce(
        avg(labels.score) filter (where label_runs.rater = 'person'),
        avg(labels.score) filter (where label_runs.rater = 'vlm'),
        avg(labels.score) filter (where label_runs.rater = 'scorer'),
        avg(labels.score) filter (where label_runs.rater = 'baseline')
      ),
      iif(count(*) > 1, max(labels.score) - min(labels.score), null),
      coalesce(max(label_runs.rater = 'person'), 0) + 2 * coalesce(max(label_runs.rater = 'vlm'), 0)
      + 4 * coalesce(max(label_runs.rater = 'scorer'), 0) + 8 * coalesce(max(label_runs.rater = 'baseline'), 0)
    from labels
    join label_runs on label_runs.id = labels.label_run_id
    where labels.image_id = new.image_id
      and labels.score is not null
  )
  where gallery.image_id = new.image_id
    and new.score is not null;
end;

create trigger labels_unrated after delete on labels begin
  insert into labels_fts (labels_fts, rowid, reasoning)
  select 'delete', old.id, old.reasoning
  where old.reasoning is not null;
  update gallery
  set (score, spread, raters) = (
    select
      coalesce(
        avg(labels.score) filter (where label_runs.rater = 'person'),
        avg(labels.score) filter (where label_runs.rater = 'vlm'),
        avg(labels.score) filter (where label_runs.rater = 'scorer'),
        avg(labels.score) filter (where label_runs.rater = 'baseline')
      ),
      iif(count(*) > 1, max(labels.score) - min(labels.score), null),
      coalesce(max(label_runs.rater = 'person'), 0) + 2 * coalesce(max(label_runs.rater = 'vlm'), 0)
      + 4 * coalesce(max(label_runs.rater = 'scorer'), 0) + 8 * coalesce(max(label_runs.rater = 'baseline'), 0)
    from labels
    join label_runs on label_runs.id = labels.label_run_id
    where labels.image_id = old.image_id
      and labels.score is not null
  )
  where gallery.image_id = old.image_id
    and old.score is not null;
end;

create trigger labels_rerated after update of score, reasoning on labels begin
  insert into labels_fts (labels_fts, rowid, reasoning)
  select 'delete', old.id, old.reasoning
  where old.reasoning is not null;
  insert into labels_fts (rowid, reasoning)
  select new.id, new.reasoning
  where new.reasoning is not null;
  update gallery
  set (score, spread, raters) = (
    select
      coalesce(
        avg(labels.score) filter (where label_runs.rater = 'person'),
        avg(labels.score) filter (where label_runs.rater = 'vlm'),
        avg(labels.score) filter (where label_runs.rater = 'scorer'),
        avg(labels.score) filter (where label_runs.rater = 'baseline')
      ),
      iif(count(*) > 1, max(labels.score) - min(labels.score), null),
      coalesce(max(label_runs.rater = 'person'), 0) + 2 * coalesce(max(label_runs.rater = 'vlm'), 0)
      + 4 * coalesce(max(label_runs.rater = 'scorer'), 0) + 8 * coalesce(max(label_runs.rater = 'baseline'), 0)
    from labels
    join label_runs on label_runs.id = labels.label_run_id
    where labels.image_id = new.image_id
      and labels.score is not null
  )
  where gallery.image_id = new.image_id;
end;
