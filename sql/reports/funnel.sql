-- From photos to heroes
-- How many photos are left after each step.
select 1 as step, 'photos' as what, count(*) as photos from images
union all
select 2, 'on disk and readable', count(*) from images where bytes is not null and failure is null
union all
select 3, 'seen by a detector', count(distinct image_id) from results where failure is null
union all
select 4, 'with an animal', count(distinct image_id) from detections
where category = 'animal'
  and confidence >= (select value from settings where name = 'animal_confidence')
union all
select 5, 'candidates', count(distinct image_id) from candidates
union all
select 6, 'with a score', count(distinct image_id) from labels where status = 'ok'
union all
-- A score is shown with one decimal, rounded up: 6.95 is 7.0.
select 7, 'score of 7 or more', count(*) from heroes where round(score + 1e-9, 1) >= 7
order by step
