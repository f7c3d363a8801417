-- Locations with a doubtful clock
-- Times that are not to be trusted, or that run backwards by more than a day while the names of a
-- folder's photos go on.
with ordered as (
  select
    location,
    path,
    time_doubt,
    julianday(captured_at) as moment,
    lag(julianday(captured_at)) over (
      partition by collection_id, location, rtrim(path, replace(path, '/', ''))
      order by path
    ) as before
  from images
  where location is not null
    and captured_at is not null
)
select
  location,
  count(*) as photos,
  sum(time_doubt is not null) as in_doubt,
  sum(moment < before - 1) as backwards,
  min(iif(time_doubt is not null or moment < before - 1, path, null)) as first_photo
from ordered
group by location
having in_doubt > 0 or backwards > 0
order by in_doubt + backwards desc, location
