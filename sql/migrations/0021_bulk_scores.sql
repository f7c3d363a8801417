-- Scores that come by the hundred thousand are not looked up again one by one: whoever writes them takes
-- the row of gallery_state away, the gallery is behind then, and is brought up to date as a whole. As long
-- as the row is there, the gallery's scores are never behind.

drop trigger labels_rated;

create trigger labels_reasoned after insert on labels
when new.reasoning is not null
begin
  insert into labels_fts (rowid, reasoning)
  values (new.id, new.reasoning);
end;

create trigger labels_rated after insert on labels
when new.score is not null
  and exists (select 1 from gallery_state)
begin
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
