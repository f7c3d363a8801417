-- What a person rates next, and what became of it.

-- name: run_of
-- The label run of a person.
select id, name
from label_runs
where rater = 'person'
  and provider = 'person'
  and model = :name
order by id
limit 1

-- name: add_run
insert into label_runs (name, rater, provider, model, params, state, created_at)
values (:run, 'person', 'person', :name, '{}', 'running', :now)
returning id

-- name: people
-- The people who have rated, and how far each has come.
select
  label_runs.name,
  label_runs.model as person,
  (select count(*) from label_targets where label_run_id = label_runs.id) as asked,
  (select count(*) from labels where label_run_id = label_runs.id and score is not null) as rated,
  (select count(*) from comparisons where label_run_id = label_runs.id) as compared
from label_runs
where rater = 'person'
order by label_runs.id

-- name: pool
-- The photos that a person may be asked about: the candidates of a selection, or else whatever has
-- scores; readable, and not asked about before. `noise` is how far a rater's own samples lie apart, or the
-- models in the scorer's bag (two standard deviations), whichever is more.
select
  gallery.image_id,
  gallery.score,
  gallery.spread,
  nullif(
    max(
      coalesce(
        (
          select max(samples.score) - min(samples.score)
          from samples
          where samples.image_id = gallery.image_id
            and samples.kind = 'sample'
        ),
        0
      ),
      coalesce(
        (
          select 2 * doubts.spread
          from labels
          join doubts on doubts.label_id = labels.id
          where labels.image_id = gallery.image_id
          order by labels.id desc
          limit 1
        ),
        0
      )
    ),
    0
  ) as noise
from (
    select image_id
    from candidates
    where selection_id = :selection
    union
    select image_id
    from gallery
    where :selection is null
      and score is not null
  ) as wanted
cross join gallery on gallery.image_id = wanted.image_id
join images on images.id = wanted.image_id
where images.failure is null
  and (
    images.bytes is not null
    or exists (select 1 from thumbnails where thumbnails.image_id = images.id)
  )
  and not exists (
    select 1
    from label_targets
    where label_targets.label_run_id = :run
      and label_targets.image_id = wanted.image_id
  )
order by gallery.image_id

-- name: pending
-- What a person was asked for and has not answered, in order.
select pending_label.image_id, images.mtime, images.width, images.height
from pending_label
join images on images.id = pending_label.image_id
where pending_label.label_run_id = :run
order by pending_label.position
limit :count

-- name: due_repeat
-- A photo that this person has rated a while ago, to be asked again unannounced: one for every tenth
-- answer, never one of the last eight, the oldest first.
select labels.image_id, images.mtime, images.width, images.height
from labels
join images on images.id = labels.image_id
where labels.label_run_id = :run
  and labels.score is not null
  and labels.id <= (
    select id
    from labels
    where label_run_id = :run
    order by id desc
    limit 1 offset 8
  )
  and not exists (
    select 1
    from samples
    where samples.label_run_id = :run
      and samples.image_id = labels.image_id
      and samples.kind = 'repeat'
  )
  and not exists (
    select 1
    from skips
    where skips.label_run_id = :run
      and skips.image_id = labels.image_id
      and skips.other_id is null
  )
  and (select count(*) from labels where label_run_id = :run and score is not null) / 10
    > (select count(*) from samples where label_run_id = :run and kind = 'repeat')
    + (select count(*) from skips where label_run_id = :run and other_id is null)
order by labels.id
limit 1

-- name: progress
select
  (select count(*) from label_targets where label_run_id = :run) as asked,
  (select count(*) from labels where label_run_id = :run) as answered,
  (select count(*) from labels where label_run_id = :run and score is not null) as rated,
  (select count(*) from samples where label_run_id = :run and kind = 'repeat') as repeats,
  (select count(*) from comparisons where label_run_id = :run) as compared

-- name: last_answers
-- The latest answers of a person, so that they can be taken back after the page was closed; within a second
-- those to photos that were asked about again count as later.
select image_id, again
from (
  select image_id, 0 as again, created_at, id
  from labels
  where label_run_id = :run
  union all
  select image_id, 1, created_at, id
  from samples
  where label_run_id = :run
    and kind = 'repeat'
  union all
  select image_id, 1, created_at, id
  from skips
  where label_run_id = :run
    and other_id is null
)
order by created_at desc, again desc, id desc
limit 20

-- name: is_asked
select 1
from label_targets
where label_run_id = :run
  and image_id = :image

-- name: answer_of
select score
from labels
where label_run_id = :run
  and image_id = :image

-- name: save
-- An answer; the same photo again changes it.
insert into labels (label_run_id, image_id, status, score, error, latency_ms, created_at)
values (:run, :image, :status, :score, :error, :latency_ms, :now)
on conflict (label_run_id, image_id) do update set
  status = excluded.status,
  score = excluded.score,
  error = excluded.error,
  latency_ms = excluded.latency_ms,
  created_at = excluded.created_at

-- name: save_repeat
insert into samples (label_run_id, image_id, number, kind, score, created_at)
select :run, :image, 1 + count(*), 'repeat', :score, :now
from samples
where label_run_id = :run
  and image_id = :image
  and kind = 'repeat'

-- name: skip
-- Pass over a photo that was asked about again, or a pair; once, on however many pages it stands.
insert into skips (label_run_id, image_id, other_id, created_at)
select :run, :image, :other, :now
where not exists (
  select 1
  from skips
  where label_run_id = :run
    and image_id = :image
    and other_id is :other
)

-- name: forget
delete from labels
where label_run_id = :run
  and image_id = :image

-- name: forget_repeat
delete from samples
where id = (
    select id
    from samples
    where label_run_id = :run
      and image_id = :image
      and kind = 'repeat'
    order by number desc
    limit 1
  );
delete from skips
where label_run_id = :run
  and image_id = :image
  and other_id is null

-- name: save_comparison
insert into comparisons (label_run_id, first_image_id, second_image_id, outcome, created_at)
values (:run, :first, :second, :outcome, :now)

-- name: is_compared
select 1
from comparisons
where label_run_id = :run
  and (first_image_id, second_image_id) in (values (:first, :second), (:second, :first))

-- name: forget_comparison
delete from comparisons
where label_run_id = :run
  and (first_image_id, second_image_id) in (values (:first, :second), (:second, :first));
delete from skips
where label_run_id = :run
  and (image_id, other_id) in (values (:first, :second), (:second, :first))

-- name: last_pairs
-- The latest pairs that a person has compared or passed over, as they were shown, so that they can be taken
-- back after the page was closed; within a second those that were passed over count as later.
select first_image_id, second_image_id
from (
  select first_image_id, second_image_id, 0 as skipped, created_at, id
  from comparisons
  where label_run_id = :run
  union all
  select image_id, other_id, 1, created_at, id
  from skips
  where label_run_id = :run
    and other_id is not null
)
order by created_at desc, skipped desc, id desc
limit 20
