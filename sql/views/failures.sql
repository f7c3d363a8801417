-- Everything that did not work, a row a failure, with its reason.
select id as image_id, 'photo' as stage, null as source, failure as reason
from images
where failure is not null
union all
select image_id, 'detector', cast(source as text), failure
from results
where failure is not null
union all
select labels.image_id, 'label', label_runs.name, labels.error
from labels
join label_runs on label_runs.id = labels.label_run_id
where labels.status <> 'ok'
union all
select image_id, 'fetch', url, failure
from remote_photos
where failure is not null
