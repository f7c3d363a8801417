-- Scores of raters that are not equally strict, on one scale.

-- name: basis
-- What scales are found from: the photos, and the scores of each run. Two scores that change places make
-- another sum, too.
select json_object(
  'gallery', (select basis from gallery_state),
  'scores', (
    select json_group_array(json_array(label_run_id, scores, mark))
    from (
      select label_run_id, count(*) as scores, total(score * image_id) as mark
      from labels
      where score is not null
      group by label_run_id
    )
  )
)

-- name: kept_basis
select scales
from gallery_state

-- name: keep_basis
update gallery_state
set scales = :basis

-- name: raters
-- How many photos have scores of which raters: 1 person + 2 vlm + 4 scorer + 8 baseline.
select raters, count(*) as photos
from gallery
where raters > 0
group by raters

-- name: both
-- What two raters say of photos that both have scored, the means of their runs: of every so many.
select
  avg(labels.score) filter (where label_runs.rater = :rater) as score,
  avg(labels.score) filter (where label_runs.rater = :scale_of) as target
from gallery
cross join labels on labels.image_id = gallery.image_id
join label_runs on label_runs.id = labels.label_run_id
where gallery.raters & :both = :both
  and gallery.image_id * 2654435761 % 4294967291 % :every = 0
  and labels.score is not null
group by gallery.image_id

-- name: given
-- The scores of a rater, and how often it has given each.
select labels.score, count(*) as times
from label_runs
cross join labels on labels.label_run_id = label_runs.id
where label_runs.rater = :rater
  and labels.score is not null
group by labels.score

-- name: kept
select rater, scale_of, made_by, photos
from scales
order by rowid

-- name: steps
select score, stands_for
from scale_steps
where rater = :rater
order by score

-- name: forget
delete from scales

-- name: save
insert into scales (rater, scale_of, made_by, photos)
values (:rater, :scale_of, :made_by, :photos)

-- name: save_step
insert into scale_steps (rater, score, stands_for, rise)
values (?, ?, ?, ?)
