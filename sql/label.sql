-- Label runs: what they were asked, what is left, what came back.

-- name: run
select *
from label_runs
where name = :name

-- name: runs_of
-- The runs that have the same identity, the latest first.
select *
from label_runs
where rater = :rater
  and provider = :provider
  and model = :model
  and params = :params
  and image_size is :image_size
  and prompt_id is :prompt_id
order by id desc

-- name: names_like
select name
from label_runs
where name = :name
   or name glob :name || '-[0-9]*'

-- name: add_run
insert into label_runs (name, rater, provider, model, prompt_id, params, image_size, state, created_at)
values (:name, :rater, :provider, :model, :prompt_id, :params, :image_size, 'running', :now)

-- name: target_selection
-- Ask for the candidates of a selection: the best of every class first, then the second best ...
insert or ignore into label_targets (label_run_id, image_id, position)
select
  :run,
  image_id,
  (select coalesce(max(position), 0) from label_targets where label_run_id = :run)
  + row_number() over (order by rank, category)
from candidates
where selection_id = :selection

-- name: target_image
insert or ignore into label_targets (label_run_id, image_id, position)
select
  :run,
  :image,
  1 + (select coalesce(max(position), 0) from label_targets where label_run_id = :run)

-- name: best_candidates
select image_id
from candidates
where selection_id = :selection
order by rank, category

-- name: image_by_path
select id
from images
where collection_id = :collection
  and path = :path

-- name: images_below
select id
from images
where collection_id = :collection
  and bytes is not null
  and substr(path, 1, length(:below)) = :below
order by path

-- name: reopen
update label_runs
set state = 'running', finished_at = null
where id = :run
  and exists (select 1 from pending_label where label_run_id = :run)

-- name: close
update label_runs
set state = 'done', finished_at = :now
where id = :run
  and state <> 'done'
  and not exists (select 1 from pending_label where label_run_id = :run)

-- name: list_work
-- What is to be labeled in this go, in order.
create temp table if not exists to_label (
  position integer primary key,
  image_id integer not null
) strict;
delete from temp.to_label;
insert into temp.to_label (position, image_id)
select position, image_id
from pending_label
where label_run_id = :run
  -- What a batch job has in hand is not asked about by other means.
  and not exists (
    select 1
    from batch_items
    join batches on batches.id = batch_items.batch_id
    where batch_items.image_id = pending_label.image_id
      and batches.label_run_id = :run
      and batches.finished_at is null
  )
order by position
limit :limit

-- name: list_repeats
-- The first photos that have a score in this run and were not asked about a second time.
create temp table if not exists to_label (
  position integer primary key,
  image_id integer not null
) strict;
delete from temp.to_label;
insert into temp.to_label (position, image_id)
select label_targets.position, label_targets.image_id
from label_targets
join labels
  on labels.label_run_id = label_targets.label_run_id
  and labels.image_id = label_targets.image_id
where label_targets.label_run_id = :run
  and labels.status = 'ok'
  and label_targets.position <= (
    select max(position)
    from (select position from label_targets where label_run_id = :run order by position limit :limit)
  )
  and not exists (
    select 1
    from samples
    where samples.label_run_id = :run
      and samples.image_id = label_targets.image_id
      and samples.kind = 'repeat'
  )
order by label_targets.position

-- name: count_listed
select count(*)
from temp.to_label

-- name: cut_list
delete from temp.to_label
where position >= :position

-- name: feed
-- Where the next photos to be labeled are, and the subject of each.
select
  to_label.position,
  to_label.image_id,
  images.sequence_id,
  collections.root,
  images.path,
  subjects.x,
  subjects.y,
  subjects.w,
  subjects.h
from temp.to_label
join images on images.id = to_label.image_id
join collections on collections.id = images.collection_id
left join subjects on subjects.image_id = images.id
where to_label.position > :after
order by to_label.position
limit :count

-- name: work
-- What is known of the next photos to be labeled.
select
  to_label.position,
  images.id as image_id,
  images.bytes is not null as on_disk,
  images.failure,
  measurements.*
from temp.to_label
join images on images.id = to_label.image_id
left join measurements on measurements.image_id = images.id
where to_label.position > :after
order by to_label.position
limit :count

-- name: save
insert into labels (label_run_id, image_id, status, score, reasoning, error, latency_ms, created_at)
values (:run, :image, :status, :score, :reasoning, :error, :latency_ms, :now)
returning id

-- name: save_answer
-- A model's label; what it cost is what all questions about the photo cost. Once there is one, it stays.
insert into labels (
  label_run_id,
  image_id,
  status,
  score,
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
  :run,
  :image,
  :status,
  :score,
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
left join requests
  on requests.label_run_id = :run
  and requests.image_id = :image
  and requests.kind in ('label', 'sample')
where true -- tells SQLite that no further join follows
on conflict (label_run_id, image_id) do nothing
returning id

-- name: save_sample
insert into samples (label_run_id, image_id, number, kind, score, reasoning, raw, created_at)
values (:run, :image, :number, :kind, :score, :reasoning, :raw, :now)
on conflict (label_run_id, image_id, kind, number) do nothing

-- name: samples_so_far
-- How many answers a photo has, their mean, and the reason of the one that is nearest to it.
with mine as (
  select score, reasoning
  from samples
  where label_run_id = :run
    and image_id = :image
    and kind = 'sample'
)
select
  (select count(*) from mine) as number,
  (select avg(score) from mine) as mean,
  (select reasoning from mine order by abs(score - (select avg(score) from mine)) limit 1) as reasoning

-- name: sample_numbers
select number
from samples
where label_run_id = :run
  and image_id = :image
  and kind = 'sample'

-- name: save_control
insert into controls (label_run_id, kind, name, number, sha256, status, score, reasoning, error, raw, created_at)
values (:run, :kind, :name, :number, :sha256, :status, :score, :reasoning, :error, :raw, :now)
on conflict (label_run_id, kind, name, number) do nothing

-- name: control_number
-- How often the controls were asked about in a run.
select coalesce(max(number), 0)
from controls
where label_run_id = :run

-- name: burst_of
-- A photo and the other frames of its burst.
select id
from images
where id = :image
   or sequence_id = (select sequence_id from images where id = :image)

-- name: rated_by_people
-- Photos that people have rated, with the mean of their scores; the latest rated first.
select labels.image_id, avg(labels.score) as score, max(labels.id) as latest
from labels
join label_runs on label_runs.id = labels.label_run_id
where label_runs.rater = 'person'
  and labels.status = 'ok'
group by labels.image_id
order by latest desc
limit 1000

-- name: list_images
-- Some photos by their ids, for another purpose than to label them.
create temp table if not exists to_label (
  position integer primary key,
  image_id integer not null
) strict;
delete from temp.to_label;
insert into temp.to_label (position, image_id)
select key + 1, value
from json_each(:images)

-- name: save_price
insert into run_prices (label_run_id, input_usd, output_usd, as_of, source)
values (:run, :input, :output, :as_of, :source)
on conflict (label_run_id) do update
set
  input_usd = excluded.input_usd,
  output_usd = excluded.output_usd,
  as_of = excluded.as_of,
  source = excluded.source

-- name: save_subscore
insert into subscores (label_id, name, value, weight, note)
values (?, ?, ?, ?, ?)

-- name: retry_failures
-- So that they are pending again, all or that of one photo; what they were, and cost, is kept.
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
  label_run_id,
  image_id,
  null,
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
  :now
from labels
where label_run_id = :run
  and status <> 'ok'
  and (:image is null or image_id = :image);
delete from labels
where label_run_id = :run
  and status <> 'ok'
  and (:image is null or image_id = :image)

-- name: progress
select
  (select count(*) from label_targets where label_run_id = :run) as asked,
  (select count(*) from labels where label_run_id = :run and status = 'ok') as labeled,
  (select count(*) from labels where label_run_id = :run and status <> 'ok') as failed,
  (select count(*) from pending_label where label_run_id = :run) as left_over,
  (select avg(score) from labels where label_run_id = :run) as mean
