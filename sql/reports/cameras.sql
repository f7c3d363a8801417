-- Cameras
-- Which places give good photos: how many, how good, how often, for next season's placement. A place is
-- expected to go on like all of them until its own photos say otherwise: ten average ones are added.
-- Of the photos that the gallery has, and with raters on one scale, as herocat browse and herocat export
-- bring both up to date.
with rated as not materialized (
  select
    comparable_scores.location,
    -- Photos without a location go by their folder.
    iif(comparable_scores.location is null, rtrim(rtrim(images.path, replace(images.path, '/', '')), '/'), null) as folder,
    coalesce(images.sequence_id, -images.id) as burst,
    nullif(comparable_scores.moment, 0) / 86400 as day,
    comparable_scores.comparable as score
  from comparable_scores
  cross join images on images.id = comparable_scores.image_id
),
named as not materialized (
  select
    iif(
      location is null,
      (select id from facets where facets.kind = 'location' and facets.name = folder),
      location
    ) as place,
    *
  from rated
),
places as materialized (
  select
    place as location,
    iif(place is null, folder, null) as folder,
    count(*) as rated,
    count(distinct burst) as bursts,
    count(distinct day) as days,
    avg(score) as mean,
    max(score) as best,
    sum(score >= 7) as good
  from named
  group by place, iif(place is null, folder, null)
)
select
  coalesce(facets.name, places.folder) as place,
  rated,
  bursts,
  days,
  round(mean, 2) as mean_score,
  round(best, 2) as best_score,
  good,
  round(100.0 * good / rated, 1) as good_percent,
  round(
    100.0 * (good + 10.0 * (select sum(good) from places) / (select sum(rated) from places)) / (rated + 10),
    1
  ) as expected_percent
from places
left join facets on facets.id = places.location
order by expected_percent desc, mean desc, place
