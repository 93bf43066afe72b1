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

-- name: phrases
-- The unit's before the person's own, so that the own wins where both have the word.
select owner, word, text, by_name from record.phrase where owner in ($1, $2) order by owner = $1, word;

-- name: phrase_kept
insert into record.phrase (owner, word, text, by_name) values ($1, $2, $3, $4)
on conflict (owner, word) do update set text = excluded.text, by_name = excluded.by_name;

-- name: phrase_dropped
delete from record.phrase where owner = $1 and word = $2;

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

-- name: destruction_asked
insert into record.destruction
    (compartment, patient, provider, case_number, authority, decided, reason, is_whole, entries, asked, asked_by, asked_name)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
returning destruction;

-- name: destructions
select * from record.destruction where provider = $1 order by asked desc, destruction desc;

-- name: destruction
select * from record.destruction where destruction = $1::bigint and provider = $2;

-- name: destruction_withdrawn
update record.destruction set withdrawn = $2::timestamptz, withdrawn_by = $3
where destruction = $1::bigint and ordered is null and withdrawn is null
returning destruction;

-- name: destruction_ordered
-- By another person than who asked: the table refuses it otherwise. From here on what goes is settled.
update record.destruction set entries = $2::text[], ordered = $3::timestamptz, ordered_by = $4, ordered_name = $5
where destruction = $1::bigint and ordered is null and withdrawn is null
returning *;

-- name: destructions_unfinished
select destruction from record.destruction where ordered is not null and finished is null order by destruction;

-- name: copy_noted
insert into record.copy (compartment, patient, provider, unit_name, at, by, name, way, recipient, entries, reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: copies
select * from record.copy where compartment = any($1::bigint[]) and provider = $2 order by at desc, copy desc;

-- name: changed
-- Heard by every process that listens, once this is committed; never if it is not.
select pg_notify($1::text, word) from unnest($2::text[]) word;

-- name: looked
-- A look long after the last one begins a new sitting; within one the time before it stays.
insert into record.look as l (compartment, person, latest) values ($1, $2, $3::timestamptz)
on conflict (compartment, person) do update
set before = case when l.latest < $4::timestamptz then l.latest else l.before end,
    latest = greatest(l.latest, excluded.latest)
returning before;

-- name: looks_forgotten
delete from record.look where latest < $1::timestamptz;
