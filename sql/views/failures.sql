-- Everything that did not work, a row a failure, with its reason; of a detector, where it did not work in
-- another file either.
select id as image_id, 'photo' as stage, null as source, failure as reason
from images
where failure is not null
union all
select results.image_id, 'detector', cast(results.source as text), results.failure
from results
cross join sources on sources.id = results.source
where results.failure is not null
  and sources.state = 'done'
  and not exists (
    select 1
    from results as others
    cross join sources as theirs on theirs.id = others.source
    where others.image_id = results.image_id
      and others.failure is null
      and theirs.state = 'done'
  )
union all
select labels.image_id, 'label', label_runs.name, labels.error
from labels
join label_runs on label_runs.id = labels.label_run_id
where labels.status <> 'ok'
union all
select image_id, 'fetch', url, failure
from remote_photos
where failure is not null
