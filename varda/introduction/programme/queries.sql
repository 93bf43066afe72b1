-- name: mandate_given
insert into programme.mandate (person, name, role, organisation, opens, closes, reason, given_by, given_name, given_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
returning mandate;

-- name: mandate_ended
-- Nothing is returned when it was ended before.
insert into programme.mandate_end (mandate, ends, reason, ended_by, ended_name)
values ($1, $2, $3, $4, $5)
on conflict do nothing
returning mandate;

-- name: mandate
select m.mandate, m.person, m.name, m.role, m.organisation, m.opens, least(m.closes, e.ends) as closes, m.reason,
       m.given_name, m.given_at, coalesce(e.reason, '') as end_reason, coalesce(e.ended_name, '') as ended_name
from programme.mandate m left join programme.mandate_end e on e.mandate = m.mandate
where m.mandate = $1;

-- name: mandates_of
-- What a person is appointed to now.
select m.mandate, m.person, m.name, m.role, m.organisation, m.opens, least(m.closes, e.ends) as closes, m.reason,
       m.given_name, m.given_at, coalesce(e.reason, '') as end_reason, coalesce(e.ended_name, '') as ended_name
from programme.mandate m left join programme.mandate_end e on e.mandate = m.mandate
where m.person = $1 and m.opens <= $2 and (m.closes is null or m.closes > $2) and (e.ends is null or e.ends > $2)
order by m.mandate;

-- name: mandates_at
-- Everybody who has been appointed at some organisations, those in force or to come first.
select m.mandate, m.person, m.name, m.role, m.organisation, m.opens, least(m.closes, e.ends) as closes, m.reason,
       m.given_name, m.given_at, coalesce(e.reason, '') as end_reason, coalesce(e.ended_name, '') as ended_name
from programme.mandate m left join programme.mandate_end e on e.mandate = m.mandate
where m.organisation = any($1::text[])
order by least(m.closes, e.ends) is not null, m.mandate
limit $2;

-- name: mandates_in_force
-- Everybody who is appointed to anything now.
select m.mandate, m.person, m.name, m.role, m.organisation, m.opens, least(m.closes, e.ends) as closes, m.reason,
       m.given_name, m.given_at, coalesce(e.reason, '') as end_reason, coalesce(e.ended_name, '') as ended_name
from programme.mandate m left join programme.mandate_end e on e.mandate = m.mandate
where m.opens <= $1 and (m.closes is null or m.closes > $1) and (e.ends is null or e.ends > $1)
order by m.mandate;

-- name: participants
-- How each organisation takes part now.
select distinct on (organisation) organisation, revision, area, kind, options, pioneers, active, changed_name, changed_at
from programme.participant
order by organisation, revision desc;

-- name: participants_since
-- When each that takes part now began to: for the first time, or again after it had left.
select p.organisation, min(p.changed_at) as since
from programme.participant p
where p.revision > coalesce((select max(e.revision) from programme.participant e
                             where e.organisation = p.organisation and not e.active), 0)
group by p.organisation;

-- name: participant_kept
insert into programme.participant (organisation, revision, area, kind, options, pioneers, active, changed_by,
                                   changed_name, changed_at)
select g.organisation, 1 + coalesce((select max(revision) from programme.participant p where p.organisation = g.organisation), 0),
       g.area, g.kind, string_to_array(g.options, ' '), string_to_array(g.pioneers, ' '), g.active, $7, $8, $9
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[])
     as g(organisation, area, kind, options, pioneers, active);

-- name: plan_proposed
insert into programme.plan (based_on, content, reason, reopens, proposed_by, proposed_name, proposed_at)
values ($1, $2::text::jsonb, $3, $4, $5, $6, $7)
returning plan;

-- name: plan_decided
-- Nothing is returned when it was decided before.
insert into programme.plan_decision (plan, proposed_by, based_on, approved, minutes, decided_by, decided_name, decided_at)
select p.plan, p.proposed_by, p.based_on, $2, $3, $4, $5, $6 from programme.plan p where p.plan = $1
on conflict (plan) do nothing
returning plan;

-- name: plan_in_force
-- The newest that was approved.
select p.plan, p.based_on, p.content::text as content, p.reason, p.reopens, p.proposed_by, p.proposed_name, p.proposed_at,
       d.approved, d.minutes, d.decided_name, d.decided_at
from programme.plan_decision d join programme.plan p on p.plan = d.plan
where d.approved
order by d.decided_at desc, d.plan desc
limit 1;

-- name: plan
select p.plan, p.based_on, p.content::text as content, p.reason, p.reopens, p.proposed_by, p.proposed_name, p.proposed_at,
       d.approved, d.minutes, d.decided_name, d.decided_at
from programme.plan p left join programme.plan_decision d on d.plan = p.plan
where p.plan = $1;

-- name: plans
-- All that was ever proposed, what waits first, then newest first.
select p.plan, p.based_on, '[]' as content, p.reason, p.reopens, p.proposed_by, p.proposed_name, p.proposed_at,
       d.approved, d.minutes, d.decided_name, d.decided_at
from programme.plan p left join programme.plan_decision d on d.plan = p.plan
order by d.decided_at is not null, p.plan desc;

-- name: work
-- The detailed plan as it is.
select w.code, w.organisation, w.content::text as content from (
    select distinct on (code) code, organisation, content, active from programme.work order by code, revision desc
) w where w.active;

-- name: work_kept
insert into programme.work (code, revision, organisation, content, active, reason, changed_by, changed_name, changed_at)
select g.code, 1 + coalesce((select max(revision) from programme.work w where w.code = g.code), 0),
       g.organisation, g.content::jsonb, $4, $5, $6, $7, $8
from unnest($1::text[], $2::text[], $3::text[]) as g(code, organisation, content);

-- name: progress
select distinct on (code) code, begun, finished from programme.progress order by code, revision desc;

-- name: progress_said
insert into programme.progress (code, revision, begun, finished, said_by, said_name, said_at)
select g.code, 1 + coalesce((select max(revision) from programme.progress p where p.code = g.code), 0),
       g.begun, g.finished, $4, $5, $6
from unnest($1::text[], $2::date[], $3::date[]) as g(code, begun, finished);

-- name: plan_revision
-- Changes whenever anything that the plan is reckoned of has been added.
select (select count(*) from programme.plan_decision) as decided,
       (select count(*) from programme.work) as work, (select count(*) from programme.progress) as progress,
       (select max(state) from programme.state) as state;

-- name: pauses
-- How deliveries have stood, the oldest first.
select delivery, said, decided_at from programme.state order by state;

-- name: state_history
-- Every decision on how a delivery stands, the newest first.
select delivery, said, reason, minutes, decided_name, decided_at from programme.state
order by state desc;

-- name: states
-- How each delivery stands now.
select distinct on (delivery) delivery, said, reason, minutes, decided_name, decided_at
from programme.state
order by delivery, state desc;

-- name: state_said
insert into programme.state (delivery, said, reason, minutes, decided_by, decided_name, decided_at)
values ($1, $2, $3, $4, $5, $6, $7);

-- name: evidence_given
insert into programme.evidence (delivery, gateway, criterion, criteria, kind, is_met, said, reference, build, fingerprint,
                                given_by, given_name, given_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: evidence
-- All that was given for a gateway's criteria, the newest first.
select criterion, criteria, kind, is_met, said, reference, build, fingerprint, given_name, given_at
from programme.evidence where delivery = $1 and gateway = $2
order by evidence desc
limit 500;

-- name: override_given
insert into programme.override (delivery, gateway, criterion, reason, opens, closes, given_by, given_name)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: override_confirmed
-- Nothing is returned when it was confirmed before.
insert into programme.override_second (override, given_by, confirmed_by, confirmed_name, confirmed_at)
select o.override, o.given_by, $2, $3, $4 from programme.override o where o.override = $1
on conflict (override) do nothing
returning override;

-- name: overrides
select o.override as number, o.criterion, o.reason, o.opens, o.closes, o.given_by, o.given_name,
       coalesce(s.confirmed_name, '') as confirmed_name, s.confirmed_at
from programme.override o left join programme.override_second s on s.override = o.override
where o.delivery = $1 and o.gateway = $2
order by o.override desc;

-- name: first_key
insert into programme.first_key (delivery, gateway, criteria, stood, side, passed, reason, turned_by, turned_name, turned_at)
values ($1, $2, $3, $4::text::jsonb, $5, $6, $7, $8, $9, $10)
returning decision;

-- name: second_key
-- Nothing is returned when it was turned before.
insert into programme.second_key (decision, first_by, first_side, side, stood, passed, reason, turned_by, turned_name, turned_at)
select f.decision, f.turned_by, f.side, $2, $3::text::jsonb, $4, $5, $6, $7, $8
from programme.first_key f where f.decision = $1
on conflict (decision) do nothing
returning decision;

-- name: keys
-- Every decision of every gateway, the newest first.
select f.decision, f.delivery, f.gateway, f.criteria, f.side, f.passed, f.reason, f.turned_by, f.turned_name, f.turned_at,
       s.passed as second_passed, s.reason as second_reason, s.turned_name as second_name, s.turned_at as second_at,
       coalesce(s.stood, f.stood)::text as stood
from programme.first_key f left join programme.second_key s on s.decision = f.decision
order by f.decision desc;

-- name: reopened
insert into programme.reopening (delivery, gateway, reason, opened_by, opened_name, opened_at)
select one, $2, $3, $4, $5, $6 from unnest($1::text[]) as g(one);

-- name: reopenings
select delivery, gateway, reason, opened_name, opened_at from programme.reopening order by reopening desc;

-- name: report_sent
insert into programme.report (organisation, period, content, sent_by, sent_name, sent_at)
values ($1, $2, $3::text::jsonb, $4, $5, $6);

-- name: reports_of
select distinct on (period) organisation, period, content::text as content, sent_name, sent_at
from programme.report where organisation = $1
order by period desc, report desc;

-- name: first_reported
select min(period) as period from programme.report;

-- name: reports_within
select distinct on (organisation) organisation, period, content::text as content, sent_name, sent_at
from programme.report where period = $1
order by organisation, report desc;
