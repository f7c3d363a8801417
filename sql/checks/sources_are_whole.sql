-- No file is half read: `herocat ingest` with the same file again reads it to its end.
select id as source_id, path, format
from sources
where state = 'reading'
