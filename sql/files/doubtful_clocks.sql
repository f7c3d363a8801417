-- Locations with a doubtful clock
-- Times that are not to be trusted, or that run backwards by more than a day while the names of a
-- folder's photos go on; by folder where no location is known.
with named as (
  select
    collection_id,
    location,
    rtrim(path, replace(path, '/', '')) as folder,
    path,
    time_doubt,
    julianday(captured_at) as moment
  from images
  where captured_at is not null
),
ordered as (
  select
    *,
    lag(moment) over (partition by collection_id, location, folder order by path) as before
  from named
)
select
  location,
  iif(location is null, folder, null) as folder,
  count(*) as photos,
  sum(time_doubt is not null) as in_doubt,
  sum(moment < before - 1) as backwards,
  min(iif(time_doubt is not null or moment < before - 1, path, null)) as first_photo
from ordered
group by 1, 2
having in_doubt > 0 or backwards > 0
order by in_doubt + backwards desc, location, 2
