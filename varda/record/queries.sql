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

-- name: file_parked
-- Beside a draft of the author's own, as long as it has fewer than the most, and less.
insert into record.draft_file (compartment, draft, author, file, name, kind, saved, content)
select $1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::timestamptz, $8::bytea
where exists (select from record.draft d where d.compartment = $1 and d.draft = $2 and d.author = $3)
    and (select count(*) from record.draft_file f where f.compartment = $1 and f.draft = $2) < $9::int
    and (
        select coalesce(sum(octet_length(f.content)), 0) + octet_length($8::bytea)
        from record.draft_file f where f.compartment = $1 and f.draft = $2
    ) <= $10::bigint
returning file;

-- name: files_parked
select d.patient, f.file, f.name, f.kind, octet_length(f.content) size, f.saved
from record.draft_file f join record.draft d on d.compartment = f.compartment and d.draft = f.draft
where f.author = $1 and f.draft = $2
order by f.saved, f.file;

-- name: file_parked_content
select d.patient, f.content
from record.draft_file f join record.draft d on d.compartment = f.compartment and d.draft = f.draft
where f.author = $1 and f.draft = $2 and f.file = $3;

-- name: file_dropped
delete from record.draft_file where author = $1 and draft = $2 and file = $3;

-- name: favourites
select template from record.favourite where person = $1 order by place;

-- name: favourite_kept
insert into record.favourite (person, template) values ($1, $2) on conflict (person, template) do nothing;

-- name: favourite_dropped
delete from record.favourite where person = $1 and template = $2;

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

-- name: import_runs
-- Each run by its reckoning ($1), without what a later reckoning has made good: only patients with a difference are
-- looked for in later ones.
select r.run, max(r.at) as at, bool_or(r.source = $1) as is_over,
       coalesce(sum(d.differing) filter (where r.source = $1), 0)::int as differing,
       coalesce(sum((r.outcome ->> 'rejected')::int) filter (where r.source = $1 and not exists (
           select from record.import n
           where n.source = $1 and n.at > r.at and n.outcome -> 'files' = r.outcome -> 'files')), 0)::int as rejected
from record.import r
cross join lateral (
    select count(*)::int as differing
    from jsonb_object_keys(case when r.source = $1 then r.outcome -> 'differences' else '{}' end) as k(patient)
    where not exists (
        select from record.import n
        where n.source = $1 and n.at > r.at and n.outcome -> 'patients' ? k.patient
          and not n.outcome -> 'differences' ? k.patient)
) d
group by r.run order by max(r.at);

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

-- name: covers
select cover, away, away_name, by, by_name, opens, closes, noted_by from record.cover
where unit = $1 and closes > $2 and ended is null
order by opens, cover;

-- name: cover_noted
insert into record.cover (unit, away, away_name, by, by_name, opens, closes, noted, noted_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: cover_ended
-- By whom it is about, or by whoever leads the unit ($3 empty).
update record.cover set ended = $4::timestamptz
where cover = $1::bigint and unit = $2 and $3::text in ('', away) and ended is null
returning cover;

-- name: memos
select m.*, r.at as read from record.memo m left join record.memo_read r on r.memo = m.memo and r.person = $2
where m.unit = $1 and (m.sender = $2 or m.recipient in ($2, $3))
order by m.sent desc, m.memo desc limit 500;

-- name: memos_waiting
select count(*) as waiting from record.memo m
where m.unit = $1 and m.recipient in ($2, $3) and m.sender <> $2 and m.sent > $4
  and not exists (select from record.memo_read r where r.memo = m.memo and r.person = $2);

-- name: memo_sent
insert into record.memo (thread, unit, sender, sender_name, recipient, recipient_name, text, sent)
values ($1, $2, $3, $4, $5, $6, $7, $8)
returning memo;

-- name: memo_read
-- By whom it is to, and by nobody else.
insert into record.memo_read (memo, person, at)
select m.memo, $2, $5::timestamptz from record.memo m
where m.memo = $4::bigint and m.unit = $1 and m.recipient in ($2, $3) and m.sender <> $2
on conflict do nothing;

-- name: measures_kept
select unit, as_of, cells from record.measure where measure = $1 and unit = any($2::text[]);

-- name: measures_of
select unit from record.measure where measure = $1 and as_of = $2::date;

-- name: measures_claimed
-- Of all processes that serve one has the figures reckoned by night.
select pg_try_advisory_lock(7316457) as is_mine;

-- name: measures_released
select pg_advisory_unlock(7316457) as was_mine;

-- name: measure_kept
-- Once for a month: of two that reckon at once the first one's stands, so that nobody sees both.
insert into record.measure as m (measure, unit, as_of, cells) values ($1, $2, $3::date, $4::jsonb)
on conflict (measure, unit) do update set as_of = excluded.as_of, cells = excluded.cells where m.as_of < excluded.as_of;

-- name: deviation_reported
-- Sent twice it is the one that is there.
insert into record.deviation (unit, unit_name, provider, patient, place, what, severity, happened, reporter,
    reporter_name, reported, slip)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (reporter, slip) do update set slip = excluded.slip
returning deviation;

-- name: deviations
-- Those of the provider that the person reported, handles at the unit, or oversees.
select d.* from record.deviation d
where d.provider = $1 and (d.reporter = $2 or ($4::boolean and d.unit = $3) or $5::boolean)
order by d.deviation desc limit $6;

-- name: deviation
select d.* from record.deviation d
where d.provider = $1 and (d.reporter = $2 or ($4::boolean and d.unit = $3) or $5::boolean) and d.deviation = $6;

-- name: deviation_steps
select deviation, act, said, text, by, by_name, at from record.deviation_step
where deviation = any($1::bigint[]) order by deviation, nth;

-- name: deviation_stepped
-- Nothing where another step was taken since it was read.
insert into record.deviation_step (deviation, nth, act, said, text, by, by_name, at)
select $1, $8::int + 1, $2, $3, $4, $5, $6, $7
where (select count(*) from record.deviation_step s where s.deviation = $1) = $8::int
on conflict (deviation, nth) do nothing
returning step;

-- name: deviation_days
-- How grave those of a unit were, by the Swedish day on which they happened.
select (happened at time zone 'Europe/Stockholm')::date as day, array_agg(distinct severity) as severities
from record.deviation
where unit = $1 and happened >= ($2::date)::timestamp at time zone 'Europe/Stockholm'
  and happened < ($3::date + 1)::timestamp at time zone 'Europe/Stockholm'
group by 1 order by 1;

-- name: safety_day_said
insert into record.safety_day (unit, day, colour, text, follow_up, by, by_name, at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: safety_days
-- The newest word of each day of a unit.
select distinct on (day) day, colour, text, follow_up, by_name, at
from record.safety_day where unit = $1 and day between $2 and $3
order by day, said desc;
