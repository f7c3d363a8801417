-- In results, not on disk
-- Moved, deleted, or on another disk: their results stay.
select images.id as image_id, images.path
from images
where images.bytes is null
  and exists (
    select 1
    from results
    join sources on sources.id = results.source
    where results.image_id = images.id
      and sources.state = 'done'
  )
order by images.id
