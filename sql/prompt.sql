-- Prompts: rubric and form of the reply, never changed once used.

-- name: by_hash
select id
from prompts
where sha256 = :sha256

-- name: add
insert into prompts (name, sha256, rubric, schema, created_at)
values (:name, :sha256, :rubric, :schema, :now)
returning id

-- name: listed
-- Every prompt with how often it was used, the latest of a name first.
select
  prompts.id,
  prompts.name,
  prompts.sha256,
  prompts.rubric,
  prompts.schema,
  prompts.created_at,
  (select count(*) from label_runs where prompt_id = prompts.id) as runs
from prompts
order by prompts.name, prompts.id desc

-- name: latest
select name, rubric, schema
from prompts
where name = :name
order by id desc
limit 1

-- name: row
select name, rubric, schema
from prompts
where id = :prompt
