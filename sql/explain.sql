-- Everything that bears on one photo.

-- name: by_id
select id
from images
where id = :id

-- name: by_path
select id, path
from images
where path = :path
order by id

-- name: by_end
-- The photos whose path ends in what was given, after a separator.
select id, path
from images
where substr(path, -length(:end) - 1) = '/' || :end
order by path
limit 6

-- name: image
select
  images.*,
  sequences.key as sequence_key,
  sequences.origin as sequence_origin,
  sequences.num_frames,
  collections.root,
  collections.scanned_at is not null as was_scanned,
  subjects.species,
  subjects.species_score,
  subjects.confidence
from images
join collections on collections.id = images.collection_id
left join sequences on sequences.id = images.sequence_id
left join subjects on subjects.image_id = images.id
where images.id = :image

-- name: results
select sources.path, results.failure
from results
join sources on sources.id = results.source
where results.image_id = :image
  and sources.state = 'done'
order by results.source desc

-- name: people
-- The most certain person or vehicle in the photo or its burst: detected, or seen by somebody.
with frames as (
  select id, path
  from images
  where id = :image
     or sequence_id = (select sequence_id from images where id = :image)
),
shown as (
  select image_id, category, confidence
  from detections
  where image_id in (select id from frames)
  union all
  select image_id, category, coalesce(score, 1.0)
  from observations
  where image_id in (select id from frames)
)
select shown.category, shown.confidence, frames.id = :image as own, frames.path
from shown
join frames on frames.id = shown.image_id
where shown.category in ('person', 'vehicle')
order by own desc, shown.confidence desc
limit 1

-- name: animals
select count(*) as boxes, max(confidence) as confidence
from detections
where image_id = :image
  and category = 'animal'
  and source = (
    select max(results.source)
    from results
    join sources on sources.id = results.source
    where results.image_id = :image
      and results.failure is null
      and sources.state = 'done'
  )

-- name: copy_of
-- The first photo with the same content that passes the other gates.
select firsts.path
from images
join images as firsts on firsts.sha256 = images.sha256 and firsts.id < images.id
where images.id = :image
  and firsts.failure is null
  and (
    firsts.bytes is not null
    or firsts.collection_id in (select id from collections where scanned_at is null)
  )
  and not exists (
    select 1
    from holds
    where holds.selection_id = :selection
      and holds.image_id = firsts.id
  )
  and exists (
    select 1
    from detections
    join sources on sources.id = detections.source
    where detections.image_id = firsts.id
      and detections.category = 'animal'
      and detections.confidence >= :animal_confidence
      and detections.x is not null
      and sources.state = 'done'
  )
order by firsts.id
limit 1

-- name: candidate
select *
from candidates
where selection_id = :selection
  and image_id = :image

-- name: parts
select candidate_parts.name, candidate_parts.value, candidate_parts.weight
from candidate_parts
where candidate_id = :candidate
order by weight desc, name

-- name: chosen_frame
-- The frame of the photo's burst that the selection chose.
select
  images.id,
  images.path,
  candidates.category,
  candidates.quality_score,
  candidates.rank,
  candidates.strategy_image_id
from candidates
join images on images.id = candidates.image_id
where candidates.selection_id = :selection
  and candidates.sequence_id = (select sequence_id from images where id = :image)

-- name: quota
-- What a class was given, and the quality of the last one that got in.
select
  quotas.wanted,
  quotas.available,
  quotas.chosen,
  (
    select min(quality_score)
    from candidates
    where selection_id = :selection
      and category = :category
  ) as last_quality
from quotas
where selection_id = :selection
  and category = :category

-- name: gate_burst
-- The gates of select.sql for one burst, so that a strategy can score its frames again.
create temp table if not exists eligible (
  image_id integer primary key,
  sequence integer not null,
  source integer not null
) strict;
delete from temp.eligible;
insert into temp.eligible (image_id, sequence, source)
select images.id, coalesce(images.sequence_id, -images.id), max(results.source)
from images
join results on results.image_id = images.id
join sources on sources.id = results.source
where (
    images.id = :image
    or images.sequence_id = (select sequence_id from images where id = :image)
  )
  and sources.state = 'done'
  and results.failure is null
  and images.failure is null
  and not exists (
    select 1
    from holds
    where holds.selection_id = :selection
      and holds.image_id = images.id
  )
group by images.id

-- name: labels
select
  labels.id,
  label_runs.name as run,
  label_runs.rater,
  label_runs.model,
  labels.status,
  labels.score,
  labels.reasoning,
  labels.error
from labels
join label_runs on label_runs.id = labels.label_run_id
where labels.image_id = :image
order by label_runs.id

-- name: subscores
select subscores.name, subscores.value, subscores.weight, subscores.note
from subscores
where label_id = :label
order by weight desc, name

-- name: vetoes
select vetoes.reason, vetoes.confidence, images.path
from vetoes
join images on images.id = vetoes.because_image_id
where vetoes.image_id = :image
order by vetoes.confidence desc, vetoes.reason

-- name: beside_champion
-- What a photo has less than the champion of its burst, part by part.
select
  own.place,
  (
    select count(*)
    from burst_ranks as frames
    where frames.selection_id = :selection
      and frames.sequence_id = own.sequence_id
  ) as frames,
  own.score - best.score as score,
  own.height - best.height as height,
  own.width - best.width as width,
  own.sharpness - best.sharpness as sharpness,
  own.raised - best.raised as raised,
  own.central - best.central as central
from burst_ranks as own
join burst_ranks as best
  on best.selection_id = own.selection_id
  and best.sequence_id = own.sequence_id
  and best.place = 1
where own.selection_id = :selection
  and own.image_id = :image

-- name: standing
-- How a photo stands in its burst, where raters have compared its frames.
select place, wins, ties, losses, frames
from burst_standings
where sequence_id = :sequence
  and image_id = :image

-- name: compared
-- A photo against each frame of its burst that it was compared with: 1 it is better, -1 worse, 0 neither.
with pairs as (
  select other_id as image_id, says, people, answers
  from burst_pairs
  where sequence_id = :sequence
    and image_id = :image
  union all
  select image_id, -says, people, answers
  from burst_pairs
  where sequence_id = :sequence
    and other_id = :image
)
select images.id as image_id, images.path, pairs.says, pairs.people, pairs.answers
from pairs
join images on images.id = pairs.image_id
order by pairs.says desc, images.id

-- name: said_of_burst
-- Every answer about a photo and another frame of its burst: who gave it, in which order, and why.
select
  label_runs.name as run,
  label_runs.rater,
  comparisons.first_image_id,
  comparisons.second_image_id,
  iif(comparisons.first_image_id = :image, comparisons.second_image_id, comparisons.first_image_id) as other_id,
  comparisons.outcome,
  coalesce(comparisons.reasoning, burst_answers.reasoning) as reasoning
from comparisons
join label_runs on label_runs.id = comparisons.label_run_id
left join burst_answers on burst_answers.question_id = comparisons.question_id
where :image in (comparisons.first_image_id, comparisons.second_image_id)
order by comparisons.id

-- name: path
select path
from images
where id = :image
