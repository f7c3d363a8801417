-- Best photos
-- Every photo that anybody has rated, the best first: of a label run, a species, a location, or with a
-- lowest score; an empty field asks for all.
select
  heroes.image_id,
  round(heroes.score, 2) as score,
  round(labels.score, 2) as score_of_run,
  heroes.species,
  heroes.location,
  heroes.captured_at,
  heroes.path,
  heroes.veto
from heroes
left join labels
  on labels.image_id = heroes.image_id
  and labels.label_run_id = (select id from label_runs where name = :run)
where (:run = '' or labels.score is not null)
  and (:species = '' or heroes.species = :species)
  and (:location = '' or heroes.location = :location)
  and heroes.score >= cast(:lowest_score as real)
order by coalesce(labels.score, heroes.score) desc, heroes.image_id
limit 500
