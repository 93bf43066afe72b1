-- Run under varda_keeper only.

-- name: destruction_to_do
-- Locked, so that two runs of the same one do not meet. Nothing unless somebody has ordered it.
select * from record.destruction
where destruction = $1::bigint and ordered is not null and finished is null
for update;

-- name: drafts_destroyed
-- What goes on with a destroyed entry, whoever's it is; of a whole record what the provider's people had begun.
delete from record.draft
where compartment = any($1::bigint[]) and (base = any($2::text[]) or author = any($3::text[]));

-- name: looks_destroyed
-- Who has looked into a record that is no more.
delete from record.look where compartment = any($1::bigint[]);

-- name: drafting
-- Who has drafts about a patient.
select distinct author from record.draft where compartment = any($1::bigint[]);

-- name: destruction_finished
-- The reason may tell what the record said: it goes too. The case number leads to the decision.
update record.destruction set finished = $2::timestamptz, reason = '' where destruction = $1::bigint;
