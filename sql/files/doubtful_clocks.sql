-- Locations with a doubtful clock
-- Times that are not to be trusted, or that run backwards by more than a day while the numbers of a
-- folder's photos go on; by folder where no location is known.
with named as (
  select
    collection_id,
    location,
    rtrim(path, replace(path, '/', '')) as folder,
    rtrim(rtrim(path, replace(path, '.', '')), '.') as stem,
    path,
    time_doubt,
    julianday(captured_at) as moment
  from images
  where captured_at is not null
),
series as (
  select *, rtrim(stem, '0123456789') as series
  from named
),
numbered as (
  select
    *,
    iif(length(stem) - length(series) in (4, 5), cast(substr(stem, length(series) + 1) as integer), null) as number
  from series
),
ordered as (
  select
    *,
    moment < lag(moment) over (partition by collection_id, location, series order by number) - 1
    and number is not null as back
  from numbered
),
-- If that is so between many photos, the names are no numbers that a camera counts by.
judged as (
  select
    *,
    coalesce(back and 3 * sum(back) over of_series <= count(*) over of_series, 0) as wrong
  from ordered
  window of_series as (partition by collection_id, location, series)
)
select
  location,
  iif(location is null, folder, null) as folder,
  count(*) as photos,
  sum(time_doubt is not null) as in_doubt,
  sum(wrong) as backwards,
  min(iif(time_doubt is not null or wrong, path, null)) as first_photo
from judged
group by 1, 2
having in_doubt > 0 or backwards > 0
order by in_doubt + backwards desc, location, 2
