-- name: draft_kept
-- Saves only on top of the revision that the writer saw: two windows never overwrite each other unseen.
insert into record.draft (compartment, draft, author, patient, kind, base, revision, saved, content)
select $1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, 1, $8::timestamptz, $9::jsonb
where $7::int = 0 or exists (
    select from record.draft d where d.compartment = $1 and d.draft = $2 and d.author = $3 and d.revision = $7
)
on conflict (compartment, draft) do update
set content = excluded.content, base = excluded.base, saved = excluded.saved, revision = record.draft.revision + 1
where record.draft.author = excluded.author and record.draft.revision = $7::int
returning revision;

-- name: drafts
select draft, patient, kind, base, revision, saved, content from record.draft
where author = $1 and ($2 = '' or patient = $2)
order by saved desc;

-- name: draft_dropped
delete from record.draft where author = $1 and draft = $2;

-- name: stamp
select environment from record.stamp;

-- name: stamped
insert into record.stamp (environment, made) values ($1, $2);

-- name: import_noted
insert into record.import (run, source, at, outcome) values ($1, $2, $3, $4::jsonb)
on conflict (run, source) do update set at = excluded.at, outcome = excluded.outcome;

-- name: imports
select source, at, outcome from record.import where run = $1 order by at;

-- name: conditions_locked
-- One at a time for each condition ("create unless there is one"), in a fixed order so that nobody waits in a circle.
select pg_advisory_xact_lock(condition) from unnest($1::bigint[]) condition;
