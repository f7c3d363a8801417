-- A job is looked for where it was submitted, wherever its run is gone on with.

alter table batches add column endpoint text; -- the server that has it; null: a file, or a job of an older herocat
