-- The month and the hour in which each photo was taken, as far as its clock is to be trusted: a date
-- without a time has no hour.
select
  id as image_id,
  iif(
    time_doubt is null or time_doubt = 'a date without a time',
    cast(strftime('%m', captured_at) as integer),
    null
  ) as month,
  iif(time_doubt is null, cast(strftime('%H', captured_at) as integer), null) as hour
from images
