-- What is in the catalog, and what each stage has left.

-- name: counts
select
  (select count(*) from collections) as collections,
  (select count(*) from images) as photos,
  (select count(*) from images where bytes is not null) as on_disk,
  (select count(*) from images where failure is not null) as unreadable,
  (select count(*) from sources where state = 'done' and format <> 'folder') as files,
  (select count(*) from sources where state = 'reading') as half_read,
  (select count(*) from current_results) as with_results,
  (select count(*) from detections) as detections,
  (select count(*) from sequences where num_frames > 0) as sequences,
  (select count(*) from pending_sequence) as pending_sequence,
  (select count(*) from measurements) as measured,
  (select count(*) from thumbnails) as thumbnails,
  (select count(*) from pending_measure) as pending_measure,
  (select count(*) from selections) as selections,
  (select count(*) from candidates) as candidates,
  (select count(*) from label_runs) as label_runs,
  (select count(*) from labels where status = 'ok') as labels,
  (select count(*) from labels where status <> 'ok') as failed_labels,
  (select count(*) from pending_label) as pending_label

-- name: latest_selection
-- The latest selection, how many of its candidates nobody has tried to label, and whether it is of the present state.
select
  selections.name,
  selections.num_candidates,
  selections.basis,
  (
    select count(*)
    from candidates
    where candidates.selection_id = selections.id
      and not exists (
        select 1
        from labels
        where labels.image_id = candidates.image_id
      )
  ) as unlabeled
from selections
order by selections.id desc
limit 1

-- name: runs
select
  label_runs.name,
  label_runs.rater,
  label_runs.model,
  label_runs.state,
  (select count(*) from labels where label_run_id = label_runs.id and status = 'ok') as labeled,
  (
    select count(*)
    from burst_questions
    join burst_answers on burst_answers.question_id = burst_questions.id
    where burst_questions.label_run_id = label_runs.id
      and burst_answers.status = 'ok'
  ) as compared,
  (select count(*) from labels where label_run_id = label_runs.id and status <> 'ok')
  + (
    select count(*)
    from burst_questions
    join burst_answers on burst_answers.question_id = burst_questions.id
    where burst_questions.label_run_id = label_runs.id
      and burst_answers.status <> 'ok'
  ) as failed,
  (select count(*) from pending_label where label_run_id = label_runs.id)
  + (select count(*) from pending_burst where label_run_id = label_runs.id) as left_over
from label_runs
order by label_runs.id

-- name: count_rows
-- How many rows a query of sql/files has; reports.py puts it in the place of the braces.
select count(*) as count
from (
  {query}
)

-- name: first_rows
select *
from (
  {query}
)
limit 3
