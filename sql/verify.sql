-- What SQLite itself can check of the file.

-- name: integrity
select integrity_check
from pragma_integrity_check(20)
where integrity_check <> 'ok'

-- name: foreign_keys
select "table", rowid, parent
from pragma_foreign_key_check
limit 20
