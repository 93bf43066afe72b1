-- name: risk_raised
insert into office.risk (organisation, area, raised_by, raised_name, raised_at)
values ($1, $2, $3, $4, $5)
returning risk;

-- name: risk_said
insert into office.risk_said (risk, revision, kind, words, probability, consequence, owner, owner_name, measures, due,
                              level, level_since, state, reason, changed_by, changed_name, changed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17);

-- name: risks
-- Each as it is now, the gravest first; of one organisation ($1) or, empty, of all; what is closed only when asked for.
select * from (
    select distinct on (r.risk) r.risk, r.organisation, r.area, r.raised_name, r.raised_at, s.revision, s.kind, s.words,
           s.probability, s.consequence, s.owner, s.owner_name, s.measures, s.due, s.level, s.level_since, s.state,
           s.reason, s.changed_name, s.changed_at
    from office.risk r join office.risk_said s on s.risk = r.risk
    where $1 = '' or r.organisation = $1
    order by r.risk, s.revision desc
) newest
where (state = 'closed') = $2
order by greatest(probability, case kind when 'problem' then 5 else 0 end) * consequence desc, raised_at, risk;

-- name: risk_history
-- Every revision of one, the newest first.
select r.risk, r.organisation, r.area, r.raised_name, r.raised_at, s.revision, s.kind, s.words, s.probability, s.consequence,
       s.owner, s.owner_name, s.measures, s.due, s.level, s.level_since, s.state, s.reason, s.changed_name, s.changed_at
from office.risk r join office.risk_said s on s.risk = r.risk
where r.risk = $1
order by s.revision desc;

-- name: document_opened
-- Nothing is returned where the number is taken.
insert into office.document (number, organisation, opened_by, opened_name, opened_at)
values ($1, $2, $3, $4, $5)
on conflict (number) do nothing
returning document;

-- name: document_written
insert into office.document_version (document, version, title, issuer, opens, link, kind, name, content, author,
                                     author_name, written_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: documents
-- Every version of every document, by number and the newest first, without what it says.
select d.document, d.number, d.organisation, v.version, v.title, v.issuer, v.opens, v.link, v.kind, v.name,
       length(v.content) as size, v.author, v.author_name, v.written_at, s.approved, coalesce(s.reason, '') as reason,
       coalesce(s.decided_name, '') as decided_name, s.decided_at, coalesce(e.reason, '') as withdrawn,
       coalesce(e.withdrawn_name, '') as withdrawn_name, e.withdrawn_at
from office.document d
join office.document_version v on v.document = d.document
left join office.document_decision s on s.document = v.document and s.version = v.version
left join office.document_end e on e.document = d.document
where $1::bigint is null or d.document = $1
order by d.number, d.document, v.version desc;

-- name: document_content
select content from office.document_version where document = $1 and version = $2;

-- name: document_decided
-- Nothing is returned when it was decided before.
insert into office.document_decision (document, version, author, approved, reason, decided_by, decided_name, decided_at)
select v.document, v.version, v.author, $3, $4, $5, $6, $7
from office.document_version v where v.document = $1 and v.version = $2
on conflict (document, version) do nothing
returning version;

-- name: document_withdrawn
-- Nothing is returned when it was withdrawn before.
insert into office.document_end (document, reason, withdrawn_by, withdrawn_name, withdrawn_at)
values ($1, $2, $3, $4, $5)
on conflict do nothing
returning document;

-- name: decision_written
insert into office.decision (title, body, taken_on, alternatives, measured, decided, dissent, minutes, follows, plan,
                             gateway, risk, written_by, written_name, written_at)
values ($1, $2, $3, $4::text::jsonb, $5::text::jsonb, $6, $7::text::jsonb, $8, $9, $10, $11, $12, $13, $14, $15)
returning decision;

-- name: decision
select decision, title, body, taken_on, alternatives::text as alternatives, measured::text as measured, decided,
       dissent::text as dissent, minutes, follows, plan, gateway, risk, written_name, written_at
from office.decision where decision = $1;

-- name: decisions
select decision, title, body, taken_on, minutes from office.decision
order by taken_on desc, decision desc;

-- name: note_written
insert into office.note (forum, held_on, roles, points, written_by, written_name, written_at)
values ($1, $2, $3, $4, $5, $6, $7)
returning note;

-- name: action_taken
insert into office.action (note, words, owner, owner_name, due)
select $1, g.words, g.owner, g.owner_name, g.due
from unnest($2::text[], $3::text[], $4::text[], $5::date[]) as g(words, owner, owner_name, due);

-- name: notes
-- Of one forum ($1) or, empty, of all; the latest meeting first, and only those before another note ($2; 0: all).
select note, forum, held_on, roles, points, written_name, written_at from office.note
where ($1 = '' or forum = $1)
  and ($2 = 0 or (held_on, note) < (select o.held_on, o.note from office.note o where o.note = $2))
order by held_on desc, note desc
limit $3;

-- name: actions
-- Those of some notes ($1), every one (limit null), or all that are open (null); whose day comes first, first.
select a.action, a.note, n.forum, n.held_on, a.words, a.owner, a.owner_name, a.due, e.is_done,
       coalesce(e.said, '') as said, coalesce(e.ended_name, '') as ended_name, e.ended_at
from office.action a join office.note n on n.note = a.note left join office.action_end e on e.action = a.action
where case when $1::bigint[] is null then e.action is null else a.note = any($1) end
order by a.due, a.action
limit $2;

-- name: action_owner
select owner from office.action where action = $1;

-- name: action_ended
-- Nothing is returned when it was ended before.
insert into office.action_end (action, is_done, said, ended_by, ended_name, ended_at)
values ($1, $2, $3, $4, $5, $6)
on conflict do nothing
returning action;

-- name: reminded
insert into office.reminder (person, organisation, period, is_overdue, name, told_at)
select $1, g.organisation, g.period, g.is_overdue, $2, $3
from unnest($4::text[], $5::date[], $6::boolean[]) as g(organisation, period, is_overdue)
on conflict do nothing;

-- name: reminders
-- Who was told of the reports of a period, the latest first.
select person, organisation, period, is_overdue, name, told_at from office.reminder where period = $1
order by told_at desc, name;
