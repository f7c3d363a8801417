-- Which file has said where and when a photo was taken, so that it can be taken back with the file; and
-- which bursts were inferred of what is not so any more.

alter table images add column placed_by integer; -- the source that gave location; 0: a pattern of --location-from did; null: none, or one of before this was kept
alter table images add column timed_by integer; -- the source that gave captured_at; 0: one that is no more, so that the header is to be read again; null: none, or one of before this was kept

alter table sequences add column reopened integer not null default 0; -- 1: inferred, and a time or a place in it has changed since: to be inferred again
create index sequences_reopened on sequences (id)
where reopened;
