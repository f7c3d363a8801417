-- Bursts whose frames are compared: what is asked about them, what came back, who stands for them.

-- name: list_selection
-- The bursts of a selection's candidates: those whose candidates are rated best first, then by rank.
create temp table if not exists bursts (
  sequence_id integer primary key,
  position integer not null
) strict;
delete from temp.bursts;
insert into temp.bursts (sequence_id, position)
select
  sequence_id,
  row_number() over (
    order by
      (
        select
          coalesce(
            avg(labels.score) filter (where label_runs.rater = 'person'),
            avg(labels.score) filter (where label_runs.rater = 'vlm'),
            avg(labels.score) filter (where label_runs.rater = 'scorer'),
            avg(labels.score) filter (where label_runs.rater = 'baseline')
          )
        from labels
        join label_runs on label_runs.id = labels.label_run_id
        where labels.image_id = candidates.image_id
      ) desc nulls last,
      rank,
      category
  )
from candidates
where selection_id = :selection
  and sequence_id is not null

-- name: list_images
-- The bursts of some photos, in the order of the photos.
create temp table if not exists bursts (
  sequence_id integer primary key,
  position integer not null
) strict;
delete from temp.bursts;
insert into temp.bursts (sequence_id, position)
select images.sequence_id, min(listed.key)
from json_each(:images) as listed
join images on images.id = listed.value
where images.sequence_id is not null
group by images.sequence_id

-- name: list_pending
-- The next bursts that a run has open questions about.
create temp table if not exists bursts (
  sequence_id integer primary key,
  position integer not null
) strict;
delete from temp.bursts;
insert into temp.bursts (sequence_id, position)
select sequence_id, min(question_id)
from pending_burst
where label_run_id = :run
group by sequence_id
order by min(question_id)
limit :limit

-- name: listed
select sequence_id
from temp.bursts
order by position

-- name: list_unmeasured
-- Frames of these bursts that show an animal, and that nobody has measured yet.
insert into temp.to_measure (image_id, measurement, thumbnail)
select readable.image_id, 1, 1
from temp.bursts as bursts
cross join images on images.sequence_id = bursts.sequence_id
join readable on readable.image_id = images.id
join subjects on subjects.image_id = images.id
where not readable.measured
  and subjects.confidence >= (select value from settings where name = 'animal_confidence')

-- name: frames
-- The frames of these bursts that show an animal and can be read, with what was measured of each.
select bursts.sequence_id as sequence, subjects.x, subjects.y, subjects.w, subjects.h, measurements.*
from temp.bursts as bursts
cross join images on images.sequence_id = bursts.sequence_id
join subjects on subjects.image_id = images.id
join measurements
  on measurements.image_id = images.id
  and measurements.detection_id = subjects.detection_id
where images.failure is null
  and images.bytes is not null
  and measurements.subject_sharpness is not null
  and subjects.confidence >= (select value from settings where name = 'animal_confidence')
order by bursts.position, images.id

-- name: add_question
insert into burst_questions (label_run_id, sequence_id, image_id, frames)
values (:run, :sequence, :image, :frames)
on conflict (label_run_id, frames) do nothing

-- name: retry_failures
-- So that they are pending again; what they were, and cost, is kept.
insert into past_failures (
  label_run_id,
  image_id,
  question_id,
  status,
  error,
  raw,
  model_reported,
  input_tokens,
  output_tokens,
  cost_usd,
  latency_ms,
  attempts,
  created_at,
  retried_at
)
select
  burst_questions.label_run_id,
  burst_questions.image_id,
  burst_questions.id,
  burst_answers.status,
  burst_answers.error,
  burst_answers.raw,
  burst_answers.model_reported,
  burst_answers.input_tokens,
  burst_answers.output_tokens,
  burst_answers.cost_usd,
  burst_answers.latency_ms,
  burst_answers.attempts,
  burst_answers.created_at,
  :now
from burst_questions
join burst_answers on burst_answers.question_id = burst_questions.id
where burst_questions.label_run_id = :run
  and burst_answers.status <> 'ok';
delete from burst_answers
where status <> 'ok'
  and question_id in (select id from burst_questions where label_run_id = :run)

-- name: reopen
update label_runs
set state = 'running', finished_at = null
where id = :run
  and exists (select 1 from pending_burst where label_run_id = :run)

-- name: close
update label_runs
set state = 'done', finished_at = :now
where id = :run
  and state <> 'done'
  and not exists (select 1 from pending_burst where label_run_id = :run)

-- name: list_work
-- The frames of the bursts that are to be asked about in this go, burst by burst.
create temp table if not exists to_label (
  position integer primary key,
  image_id integer not null
) strict;
delete from temp.to_label;
insert into temp.to_label (position, image_id)
with next_bursts as (
  select sequence_id, min(question_id) as first_question
  from pending_burst
  where label_run_id = :run
  group by sequence_id
  order by first_question
  limit :limit
)
select row_number() over (order by next_bursts.first_question, frame.value), frame.value
from next_bursts
join pending_burst
  on pending_burst.label_run_id = :run
  and pending_burst.sequence_id = next_bursts.sequence_id
join json_each(pending_burst.frames) as frame
group by next_bursts.first_question, frame.value

-- name: count_work
-- How many questions this go has, about how many bursts and photos.
select
  count(*) as questions,
  count(distinct sequence_id) as bursts,
  (select count(*) from temp.to_label) as photos
from pending_burst
where label_run_id = :run
  and image_id in (select image_id from temp.to_label)

-- name: pending
-- The questions of a run that are open.
select question_id, sequence_id, frames
from pending_burst
where label_run_id = :run
order by question_id

-- name: save_answer
-- What it cost is what all questions about it cost. Once there is an answer, it stays.
insert into burst_answers (
  question_id,
  status,
  best,
  reasoning,
  error,
  raw,
  model_reported,
  input_tokens,
  output_tokens,
  cost_usd,
  latency_ms,
  attempts,
  created_at
)
select
  :question,
  :status,
  :best,
  :reasoning,
  :error,
  :raw,
  :model_reported,
  sum(requests.input_tokens),
  sum(requests.output_tokens),
  sum(
    case
      when requests.state = 'lost' then coalesce(requests.cost_usd, requests.reserved_usd)
      else requests.cost_usd
    end
  ),
  :latency_ms,
  :attempts,
  :now
from (select 1)
left join requests on requests.question_id = :question
where true -- tells SQLite that no further join follows
on conflict (question_id) do nothing
returning question_id

-- name: save_comparison
insert into comparisons (label_run_id, first_image_id, second_image_id, outcome, question_id, created_at)
values (:run, :first, :second, :outcome, :question, :now)

-- name: progress
select
  count(*) as asked,
  count(distinct burst_questions.sequence_id) as bursts,
  coalesce(sum(burst_answers.status = 'ok'), 0) as answered,
  coalesce(sum(burst_answers.status <> 'ok'), 0) as failed,
  coalesce(sum(burst_answers.status is null), 0) as left_over
from burst_questions
left join burst_answers on burst_answers.question_id = burst_questions.id
where label_run_id = :run

-- name: verdicts
-- What became of the bursts that a run was asked about.
select
  coalesce(sum(burst_champions.image_id is not null), 0) as decided,
  coalesce(sum(burst_champions.image_id is null), 0) as ties
from burst_champions
where burst_champions.sequence_id in (
  select sequence_id
  from burst_questions
  where label_run_id = :run
)

-- name: follow
-- From now on comparisons decide which frame of a burst is the candidate of this selection.
update selections
set champions = 'comparisons'
where id = :selection

-- name: of_run
-- The bursts that a run was asked about.
select distinct sequence_id
from burst_questions
where label_run_id = :run
order by sequence_id

-- name: uncrown
-- Where comparisons decide nothing, or nothing any more, the strategy's frame is the candidate.
update candidates
set image_id = strategy_image_id, strategy_image_id = null
where sequence_id = :sequence
  and strategy_image_id is not null
  and not exists (
    select 1
    from burst_champions
    where sequence_id = :sequence
      and image_id is not null
  )

-- name: crown
-- Let the frame that comparisons prefer be the candidate of its burst.
update candidates
set
  strategy_image_id = nullif(coalesce(candidates.strategy_image_id, candidates.image_id), champion.image_id),
  image_id = champion.image_id
from (
  select image_id
  from burst_champions
  where sequence_id = :sequence
    and image_id is not null
) as champion
where candidates.sequence_id = :sequence
  and candidates.image_id <> champion.image_id
  and candidates.selection_id in (select id from selections where champions = 'comparisons')

-- name: find_ties
-- What a person is to decide about a burst: which of two that share the first place is better.
delete from burst_ties
where sequence_id = :sequence;
insert into burst_ties (sequence_id, image_id, other_id)
with firsts as materialized (
  select image_id
  from burst_standings
  where sequence_id = :sequence
    and place = 1
    and exists (select 1 from burst_champions where sequence_id = :sequence and image_id is null)
)
select :sequence, one.image_id, other.image_id
from firsts as one
join firsts as other on other.image_id > one.image_id
where not exists (
  select 1
  from burst_pairs
  where sequence_id = :sequence
    and burst_pairs.image_id = one.image_id
    and burst_pairs.other_id = other.image_id
    and burst_pairs.people > 0
)

-- name: changed
-- How many candidates of a selection are another frame than the strategy chose.
select count(*)
from candidates
where selection_id = :selection
  and strategy_image_id is not null

-- name: sequence_of_pair
-- The burst that two photos are of; null: of different ones.
select one.sequence_id
from images as one
join images as other on other.sequence_id = one.sequence_id
where one.id = :first
  and other.id = :second

-- name: ties
-- What a person is to decide, the bursts whose frames are rated best first.
select image_id, other_id
from burst_ties
order by
  (
    select max(score)
    from labels
    where labels.image_id in (burst_ties.image_id, burst_ties.other_id)
  ) desc nulls last,
  image_id,
  other_id
