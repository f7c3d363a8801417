-- On disk, without results
-- Photos that no detector result covers: they are held back until one does.
select images.id as image_id, images.path
from images
where images.bytes is not null
  and not exists (
    select 1
    from results
    join sources on sources.id = results.source
    where results.image_id = images.id
      and results.failure is null
      and sources.state = 'done'
  )
order by images.id
