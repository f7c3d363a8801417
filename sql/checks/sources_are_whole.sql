-- No results file is half read: `herocat ingest` with any file or folder tidies it away.
select id as source_id, path, format
from sources
where state = 'reading'
