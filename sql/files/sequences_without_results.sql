-- In sequences, without results
-- Photos in bursts of a file that no detector result covers.
select images.id as image_id, images.path, sequences.key as sequence
from images
join sequences on sequences.id = images.sequence_id
where sequences.origin = 'given'
  and not exists (
    select 1
    from results
    join sources on sources.id = results.source
    where results.image_id = images.id
      and results.failure is null
      and sources.state = 'done'
  )
order by images.id
