-- name: units_known
-- Units as their Organization says; which provider they belong to is found afterwards, by climbing.
insert into access.unit
    (organization, unit, hsa, name, part_of, is_provider, is_social, is_municipal, provider, active, ahead)
select organization, unit, hsa, name, part_of, is_provider, is_social, is_municipal,
       case when is_provider then unit else 0 end, active, ahead
from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::boolean[], $8::boolean[],
            $9::boolean[], $10::interval[])
     as g(organization, unit, hsa, name, part_of, is_provider, is_social, is_municipal, active, ahead)
on conflict (organization) do update
set unit = excluded.unit, hsa = excluded.hsa, name = excluded.name, part_of = excluded.part_of,
    is_provider = excluded.is_provider, is_social = excluded.is_social, is_municipal = excluded.is_municipal,
    provider = excluded.provider, active = excluded.active, ahead = excluded.ahead;

-- name: providers_found
-- The nearest care provider at or above each unit: the region is one, each municipality and each company one.
with recursive climb(unit, provider, up, steps) as (
    select unit, case when is_provider then unit else 0 end, part_of, 0 from access.unit
    union all
    select c.unit, case when u.is_provider then u.unit else 0 end, u.part_of, c.steps + 1
    from climb c join access.unit u on u.organization = c.up
    where c.provider = 0 and c.steps < 12
)
update access.unit u set provider = c.provider
from climb c where c.unit = u.unit and c.provider <> 0 and u.provider <> c.provider;

-- name: organization_of
select unit, organization from access.unit where unit = any($1::bigint[]);

-- name: people_known
insert into access.person (practitioner, hsa, name, sorted, active)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[])
on conflict (practitioner) do update
set hsa = excluded.hsa, name = excluded.name, sorted = excluded.sorted, active = excluded.active;

-- name: licences_gone
-- Before those that people hold now are written.
delete from access.licence where practitioner = any($1::text[]);

-- name: licences_held
insert into access.licence (practitioner, licence, opens, closes)
select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]);

-- name: assignments_known
insert into access.assignment (id, assignment, practitioner, organization, role, purpose, title, opens, closes, active)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                     $8::timestamptz[], $9::timestamptz[], $10::boolean[])
on conflict (id) do update
set assignment = excluded.assignment, practitioner = excluded.practitioner, organization = excluded.organization, role = excluded.role,
    purpose = excluded.purpose, title = excluded.title, opens = excluded.opens, closes = excluded.closes, active = excluded.active;

-- name: units_ended
-- What was deleted, or has lost its HSA-id, gives no rights any more.
update access.unit set active = false where organization = any($1::text[]);

-- name: employed
-- Which of these people have or had an assignment with a provider: whose drafts are that provider's.
select distinct p.hsa
from access.person p
join access.assignment a on a.practitioner = p.practitioner
join access.unit u on u.organization = a.organization
where p.hsa = any($1::text[]) and u.provider = $2::bigint;

-- name: people_ended
update access.person set active = false where practitioner = any($1::text[]);

-- name: assignments_ended
update access.assignment set active = false where id = any($1::text[]);

-- name: assignments_of
-- What one person may choose between right now.
select a.assignment, a.role, a.purpose, a.title, p.practitioner, p.hsa as person, p.name, u.hsa as unit,
       u.name as unit_name, u.organization, u.ahead, v.hsa as provider, v.name as provider_name, v.is_social,
       v.is_municipal,
       array(select l.licence from access.licence l
             where l.practitioner = p.practitioner and l.opens <= $2 and l.closes > $2
             order by l.licence) as licences
from access.person p
join access.assignment a on a.practitioner = p.practitioner and a.active and a.opens <= $2 and a.closes > $2
join access.unit u on u.organization = a.organization and u.active
join access.unit v on v.unit = u.provider
where p.hsa = $1 and p.active
order by u.name, a.assignment;

-- name: assignments_at
-- Everybody who works at a unit now, as `assignments_of` tells each one, in the order of names.
select a.assignment, a.role, a.purpose, a.title, p.practitioner, p.hsa as person, p.name, u.hsa as unit,
       u.name as unit_name, u.organization, u.ahead, v.hsa as provider, v.name as provider_name, v.is_social,
       v.is_municipal, '{}'::text[] as licences
from access.unit u
join access.unit v on v.unit = u.provider
join access.assignment a on a.organization = u.organization and a.active and a.opens <= $2 and a.closes > $2
join access.person p on p.practitioner = a.practitioner and p.active
where u.unit = $1 and u.active
order by p.sorted, a.assignment;

-- name: staffing
-- How many work in each profession at some units now, in care. Somebody with two such assignments counts once. Unit by
-- unit: of all units of a county at once, sorting everybody takes four times as long.
select u.hsa as unit, a.role, a.people
from access.unit u
cross join lateral (
    select a.role, count(distinct a.practitioner)::integer as people
    from access.assignment a
    where a.organization = u.organization and a.active and a.opens <= $2 and a.closes > $2 and a.purpose = 'care'
      and a.practitioner not in (select p.practitioner from access.person p where not p.active)
    group by a.role
) a
where u.unit = any($1::bigint[]) and u.active;

-- name: posts_of
-- Where some people work in care now, and in which professions.
select p.hsa as person, u.hsa as unit, u.name as unit_name, array_agg(distinct a.role) as roles
from access.person p
join access.assignment a on a.practitioner = p.practitioner and a.active and a.opens <= $2 and a.closes > $2
join access.unit u on u.organization = a.organization and u.active
where p.hsa = any($1::text[]) and p.active and a.purpose = 'care'
group by p.hsa, u.hsa, u.name;

-- name: at_work
-- Which of some people have any assignment now.
select distinct p.hsa as person
from access.person p
join access.assignment a on a.practitioner = p.practitioner and a.active and a.opens <= $2 and a.closes > $2
where p.hsa = any($1::text[]) and p.active;

-- name: assignments_everywhere
-- Everybody who works anywhere now, as `assignments_of` tells each one: for whoever plans or looks for all.
select a.assignment, a.role, a.purpose, a.title, p.practitioner, p.hsa as person, p.name, u.hsa as unit,
       u.name as unit_name, u.organization, u.ahead, v.hsa as provider, v.name as provider_name, v.is_social,
       v.is_municipal, '{}'::text[] as licences
from access.assignment a
join access.person p on p.practitioner = a.practitioner and p.active
join access.unit u on u.organization = a.organization and u.active
join access.unit v on v.unit = u.provider
where a.active and a.opens <= $1 and a.closes > $1
order by p.hsa, a.assignment;

-- name: posts_counted
-- How many assignments there are now, by unit, profession and purpose.
select u.hsa as unit, a.role, a.purpose, count(*)::int as posts
from access.assignment a
join access.person p on p.practitioner = a.practitioner and p.active
join access.unit u on u.organization = a.organization and u.active
join access.unit v on v.unit = u.provider
where a.active and a.opens <= $1 and a.closes > $1
group by u.hsa, a.role, a.purpose;

-- name: posts_in
-- The assignments now of some professions and purposes, pair by pair; where a licence is said, of those without it.
select u.hsa as unit, a.role, a.purpose, a.title, p.hsa as person, p.name
from unnest($2::text[], $3::text[], $4::text[]) as asked(role, purpose, licence)
join access.assignment a on a.role = asked.role and a.purpose = asked.purpose
join access.person p on p.practitioner = a.practitioner and p.active
join access.unit u on u.organization = a.organization and u.active
join access.unit v on v.unit = u.provider
where a.active and a.opens <= $1 and a.closes > $1
  and (asked.licence = '' or not exists (
      select from access.licence l
      where l.practitioner = p.practitioner and l.licence = asked.licence and l.opens <= $1 and l.closes > $1
  ))
order by u.hsa, p.sorted, a.assignment;

-- name: people_like
-- Invented staff to sign in as (demo, training and test only), by any part of name, title or unit.
select a.assignment, a.role, a.title, p.hsa as person, p.name, u.name as unit_name, v.name as provider_name
from access.assignment a
join access.person p on p.practitioner = a.practitioner and p.active
join access.unit u on u.organization = a.organization and u.active
join access.unit v on v.unit = u.provider
where a.active and a.opens <= $2 and a.closes > $2
  and (select bool_and(p.sorted || ' ' || lower(a.title) || ' ' || lower(u.name) || ' ' || a.role like '%' || w || '%')
       from unnest($1::text[]) w) is not false
order by p.sorted, u.name
limit $3;

-- name: unit_by_hsa
select u.hsa, u.name, u.organization, u.unit, u.provider, v.hsa as provider_hsa, v.name as provider_name
from access.unit u left join access.unit v on v.unit = u.provider
where u.hsa = $1;

-- name: reach_ended
-- Relations of items that changed, wherever they were mirrored.
delete from access.reach r using unnest($1::bigint[], $2::bigint[]) as g(home, source)
where r.source = g.source
  and (r.compartment = g.home or r.compartment in (select s.other from access.same s where s.compartment = g.home));

-- name: reach_given
insert into access.reach (compartment, grantee, source, home, width, provider, unit, types, consent, opens, closes)
select compartment, grantee, source, compartment, width, provider, unit, types::smallint[], consent, opens, closes
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::timestamptz[], $6::timestamptz[],
            $7::bigint[], $8::bigint[], $9::text[], $10::bigint[])
     as g(compartment, grantee, source, width, opens, closes, provider, unit, types, consent)
on conflict (compartment, grantee, source) do update
set width = excluded.width, provider = excluded.provider, unit = excluded.unit, types = excluded.types,
    consent = excluded.consent, opens = excluded.opens, closes = excluded.closes;

-- name: reach_mirrored
-- Two records of one person are reached together. Distinct: either record may have said the link, or both.
insert into access.reach (compartment, grantee, source, home, width, provider, unit, types, consent, opens, closes)
select distinct s.other, r.grantee, r.source, r.home, r.width, r.provider, r.unit, r.types, r.consent, r.opens, r.closes
from access.same s join access.reach r on r.compartment = s.compartment and r.home = r.compartment
where s.compartment = any($1::bigint[])
on conflict (compartment, grantee, source) do update
set width = excluded.width, provider = excluded.provider, unit = excluded.unit, types = excluded.types,
    consent = excluded.consent, opens = excluded.opens, closes = excluded.closes;

-- name: decisions_made
-- Organizations by their ids; what a decision names and is not known here was refused before.
insert into access.decision (compartment, kind, provider, unit, source, home, opens, closes, since, until,
                             lift_opens, lift_closes)
select g.compartment, g.kind, coalesce(case g.kind when 2 then coalesce(nullif(p.provider, 0), p.unit) else p.unit end, 0),
       case g.kind when 2 then case when p.is_provider then 0 else p.unit end else coalesce(u.unit, 0) end,
       g.source, g.compartment, g.opens, g.closes, g.since, g.until, g.lift_opens, g.lift_closes
from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[],
            $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[])
     as g(compartment, source, kind, provider, unit, opens, closes, since, until, lift_opens, lift_closes)
left join access.unit p on p.organization = g.provider
left join access.unit u on u.organization = g.unit
on conflict do nothing;

-- name: decisions_mirrored
-- What a person has decided holds for every record of that person.
insert into access.decision (compartment, kind, provider, unit, source, home, opens, closes, since, until,
                             lift_opens, lift_closes)
select distinct s.other, d.kind, d.provider, d.unit, d.source, d.home, d.opens, d.closes, d.since, d.until,
       d.lift_opens, d.lift_closes
from access.same s join access.decision d on d.compartment = s.compartment and d.home = d.compartment
where s.compartment = any($1::bigint[])
on conflict do nothing;

-- name: decisions_ended
-- Decisions of Consents that changed, wherever they were mirrored, and what was opened on them.
with opened as (delete from access.reach where consent = any($1::bigint[]) and consent <> 0)
delete from access.decision where source = any($1::bigint[]);

-- name: decided
-- What is in force now for a patient, of some kinds.
select d.kind, d.provider, d.unit, d.source, d.closes, p.hsa as provider_hsa, p.name as provider_name,
       p.is_social, u.hsa as unit_hsa, u.name as unit_name,
       d.lift_opens <= $3 and d.lift_closes > $3 as lifted
from access.decision d
left join access.unit p on p.unit = d.provider
left join access.unit u on u.unit = d.unit and d.unit <> 0
where d.compartment = $1 and d.kind = any($2::smallint[]) and d.opens <= $3 and d.closes > $3
order by provider_name, unit_name;

-- name: places_known
-- Units and providers by HSA-id.
select hsa, unit, name, provider, is_provider, is_social from access.unit where hsa = any($1::text[]) and active;

-- name: providers_named
select unit, hsa, name, is_social from access.unit where unit = any($1::bigint[]) and is_provider order by name;

-- name: request_made
insert into access.request (compartment, patient, provider, asked, person, name, unit, reason)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: requests
-- What other providers ask this one to lift and has no answer yet, the oldest first.
select compartment, request, patient, asked, person, name, unit, reason from access.request
where provider = $1 and answered is null
order by asked
limit 200;

-- name: requests_waiting
select count(*) as waiting from access.request where provider = $1 and answered is null;

-- name: request_answered
update access.request set answered = $4, answer = $5
where compartment = $1 and request = $2 and provider = $3 and answered is null
returning request;

-- name: openings
-- What one assignment has opened behind the walls and may still read; what rested on a consent goes with it.
select c.ground, c.reason, c.width, c.providers, c.units, c.types, c.closes from access.choice c
where c.compartment = any($1::bigint[]) and c.assignment = $2 and c.width > 1 and c.opens <= $4 and c.closes > $4
  and exists (select from access.reach r
              where r.compartment = any($1::bigint[]) and r.grantee = $3 and r.width = c.width and r.closes = c.closes)
order by c.closes, c.choice;

-- name: openings_closed
-- Back behind the walls; the own relation and other units' data stay as they are.
delete from access.reach where compartment = any($1::bigint[]) and grantee = $2 and width > 1;

-- name: requests_made
-- What a unit has asked other providers to lift for a patient, the newest first, with their answers.
select r.asked, r.reason, r.answered, r.answer, p.hsa, p.name from access.request r
left join access.unit p on p.unit = r.provider
where r.compartment = any($1::bigint[]) and r.unit = $2
order by r.asked desc
limit 20;

-- name: decisions_unmirrored
delete from access.decision d
where ((d.compartment = $1 and d.home = any($2::bigint[])) or (d.home = $1 and d.compartment = any($2::bigint[])))
  and not exists (select from access.same s where s.compartment = d.compartment and s.other = d.home);

-- name: organizations_known
select organization, hsa, name, unit, provider, is_provider, is_social from access.unit
where organization = any($1::text[]);

-- name: same_known
insert into access.same (compartment, other, source)
select * from unnest($1::bigint[], $2::bigint[], $3::bigint[])
on conflict do nothing;

-- name: same_of
select distinct compartment, other from access.same where compartment = any($1::bigint[]);

-- name: same_at_last
-- Whom one record is the same person as, also by way of others: a third one linked to the second.
with recursive joined (compartment, other) as (
    select compartment, other from access.same where compartment = any($1::bigint[])
    union
    select j.compartment, s.other from joined j join access.same s on s.compartment = j.other
)
select compartment, other from joined where other <> compartment;

-- name: same_said
-- Whom one Patient itself links to.
select other from access.same where compartment = $1 and source = $1;

-- name: same_unsaid
delete from access.same where source = $1 and (compartment = any($2::bigint[]) or other = any($2::bigint[]));

-- name: reach_unmirrored
-- Neither record is reached through the other any more, unless the other one still says that they are the same.
delete from access.reach r
where ((r.compartment = $1 and r.home = any($2::bigint[])) or (r.home = $1 and r.compartment = any($2::bigint[])))
  and not exists (select from access.same s where s.compartment = r.compartment and s.other = r.home);

-- name: reaches
-- Which of these compartments the grantees reach now.
select distinct r.compartment from access.reach r
where r.compartment = any($1::bigint[]) and r.grantee = any($2::bigint[]) and r.width <= 1
  and r.opens <= $3 and r.closes > $3;

-- name: relation
-- Why this session reaches a patient, widest first; none when it does not.
select r.grantee, r.width, r.closes from access.reach r
where r.compartment = $1 and r.grantee = any($2::bigint[]) and r.width <= 1 and r.opens <= $3 and r.closes > $3
order by r.width desc, r.closes desc
limit 1;

-- name: chosen
insert into access.choice (compartment, assignment, person, ground, reason, consent, width, providers, units, types,
                           opens, closes)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: ticket_made
insert into access.ticket (secret, kind, session, opens, closes, subject, name, people, offered, seen, locked, sid, proof)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $4, false, $10, $11);

-- name: ticket
-- A session of staff lasts no longer than its assignment, its person and its unit, and ends when any of them becomes
-- another one: whoever is moved between units, or gets or loses a licence, chooses anew (PDL 4:2; A2). An app's token is
-- worth nothing once its approval has ended, though it was made at the same moment.
select t.kind, t.session, t.closes, t.subject, t.name, t.people, t.offered, t.seen, t.locked, t.sid, t.proof,
       t.session is not null and (t.session ->> 'kind' <> 'staff' or exists (
           select from access.assignment a
           join access.person p on p.practitioner = a.practitioner and p.active
           join access.unit u on u.organization = a.organization and u.active
           join access.unit v on v.unit = u.provider
           where a.assignment = t.session ->> 'assignment' and a.active and a.opens <= $2 and a.closes > $2
             and p.hsa = t.session ->> 'actor' and a.role = t.session ->> 'role'
             and a.organization = t.session ->> 'organization' and u.hsa = t.session ->> 'unit'
             and v.hsa = t.session ->> 'provider' and a.purpose = t.session ->> 'assignment_purpose'
             and t.session -> 'licences' = to_jsonb(array(
                 select l.licence from access.licence l
                 where l.practitioner = p.practitioner and l.opens <= $2 and l.closes > $2
                 order by l.licence))
       )) and not exists (
           select from access.approval e where e.approval = t.session ->> 'approval' and e.ended is not null
       ) as is_current
from access.ticket t where t.secret = $1 and t.opens <= $2 and t.closes > $2;

-- name: ticket_seen
update access.ticket set seen = $2 where secret = $1 and not locked;

-- name: ticket_locked
update access.ticket set locked = true where secret = $1;

-- name: ticket_unlocked
-- Only for the person whose it is.
update access.ticket set locked = false, seen = $2 where secret = $1 and subject = $3 and closes > $2 returning closes;

-- name: ticket_ended
-- What apps were given for as long as that browser is signed in ends with it.
with a as (update access.approval set ended = $2 where browser = $1 and ended is null returning client, approval),
     b as (delete from access.ticket t using a
           where t.session ->> 'app' = a.client and t.session ->> 'approval' = a.approval)
delete from access.ticket where secret = $1;

-- name: tickets_ended_of
-- Every browser of a person, whichever of the assignments it is signed in with, and tokens in the person's name; of apps,
-- as when one browser ends.
with t as (delete from access.ticket
           where (subject <> '' and subject = $1)
              or (session ->> 'kind' = 'staff' and session ->> 'actor' = any($2::text[]))
           returning secret)
update access.approval a set ended = $3 from t where a.browser = t.secret and a.ended is null;

-- name: tickets_ended_by_provider
-- One sign-in of a provider ($1: how its subjects begin), or every one of a subject; none that began after it said so.
with t as (delete from access.ticket
           where kind = 'browser' and starts_with(subject, $1) and opens <= $4
             and ($2 = '' or subject = $1 || $2) and ($3 = '' or sid = $3) and ($2 <> '' or $3 <> '')
           returning secret),
     a as (update access.approval a set ended = $5 from t where a.browser = t.secret and a.ended is null
           returning a.client, a.approval)
delete from access.ticket b using a where b.session ->> 'app' = a.client and b.session ->> 'approval' = a.approval;

-- name: tickets_expired
delete from access.ticket where closes <= $1;

-- name: once_kept
insert into access.once (secret, kind, body, closes) values ($1, $2, $3, $4);

-- name: once_taken
delete from access.once where secret = $1 and kind = $2 returning body, closes > $3 as is_open;

-- name: once_expired
delete from access.once where closes <= $1;

-- name: guess_due
select due from access.guess where key = $1;

-- name: guess_counted
-- One more of $3 each, if it is due before $4; nothing comes back when it is not.
insert into access.guess as g (key, due) values ($1, $2::timestamptz + $3::interval)
on conflict (key) do update set due = greatest(g.due, $2) + $3 where greatest(g.due, $2) + $3 <= $4::timestamptz
returning due;

-- name: guesses_expired
delete from access.guess where due <= $1;

-- name: assignments_known_of
-- What is known of assignments that somebody is vouched for, in force or not.
select a.assignment, a.purpose, p.hsa as person, u.hsa as unit, v.hsa as provider,
       a.active and p.active and u.active and a.opens <= $2 and a.closes > $2 as is_current
from access.assignment a
join access.person p on p.practitioner = a.practitioner
join access.unit u on u.organization = a.organization
left join access.unit v on v.unit = u.provider
where a.assignment = any($1::text[]);

-- name: names_known
-- What units and people are called, by HSA-id; the HSA-id of a unit, by its key as text.
select hsa as known, name as called from access.unit where hsa = any($1::text[])
union all
select hsa, name from access.person where hsa = any($1::text[])
union all
select unit::text, hsa from access.unit where unit = any($2::bigint[]);

-- name: workers
-- Some people, and everybody with an assignment at some units, each with the unit (empty for none), now or before.
select p.hsa, p.practitioner, coalesce(u.hsa, '') as unit
from access.person p
left join access.assignment a on a.practitioner = p.practitioner
left join access.unit u on u.organization = a.organization
where p.hsa = any($1::text[]) or u.hsa = any($2::text[]);

-- name: app_registered
insert into access.app (client, name, owner, purpose, redirects, launch, scopes, auth, secret, jwks, jwks_url, units, opens)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: app
select * from access.app where client = $1 and opens <= $2 and closes is null;

-- name: apps
select * from access.app order by name, client;

-- name: app_redirects
-- Where apps in use have people come back to.
select distinct unnest(redirects) as redirect from access.app where opens <= $1 and closes is null;

-- name: app_ended
-- Its approvals, and the tokens that it holds, end with it.
with a as (update access.app set closes = $2 where client = $1 and closes is null returning client),
     b as (update access.approval p set ended = $2 from a where p.client = a.client and p.ended is null),
     c as (delete from access.ticket t using a where t.session ->> 'app' = a.client)
select client from a;

-- name: launch_made
insert into access.launch (secret, client, actor, patient, encounter, closes) values ($1, $2, $3, $4, $5, $6);

-- name: launch_taken
-- Good once, also when the wrong app takes it.
delete from access.launch where secret = $1
returning client = $2 and closes > $3 as is_good, actor, patient, encounter;

-- name: launches_expired
delete from access.launch where closes <= $1;

-- name: approval_asked
insert into access.approval (approval, client, request, redirect, scope, state, challenge, nonce, is_launch, patient,
                             encounter, actor, is_used, opens, closes)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, false, $13, $14);

-- name: approval_waiting
select * from access.approval where request = $1 and session is null and ended is null and closes > $2;

-- name: approval_given
update access.approval set session = $2, patient = $3, encounter = $4, browser = $5, code = $6, closes = $7
where request = $1 and session is null and ended is null and closes > $8
returning approval;

-- name: approval_of_code
select * from access.approval where code = $1;

-- name: code_used
-- True for the first that comes, while the code lasts.
update access.approval set is_used = true where approval = $1 and not is_used and ended is null and closes > $2
returning approval;

-- name: approval_ended
-- The tokens that rest on it end with it.
with a as (update access.approval set ended = $2 where approval = $1 returning client, approval)
delete from access.ticket t using a where t.session ->> 'app' = a.client and t.session ->> 'approval' = a.approval;

-- name: approvals_in_use
-- What a person has approved and an app can still use: by a token that works, or by one that can be had.
select a.approval, p.name, p.owner, p.purpose, a.scope, a.opens
from access.approval a join access.app p on p.client = a.client
where a.session ->> 'actor' = any($1::text[]) and a.ended is null and a.is_used
  and (exists (
      select from access.ticket t
      where t.session ->> 'app' = a.client and t.session ->> 'approval' = a.approval and t.closes > $2
  ) or exists (
      select from access.refresh r where r.approval = a.approval and not r.is_used and r.closes > $2
  ) and (a.browser is null or exists (
      select from access.ticket t where t.secret = a.browser and t.closes > $2
  )))
order by a.opens desc, a.approval;

-- name: approval_taken_back
-- By the person who gave it; the tokens that rest on it end with it.
with a as (update access.approval set ended = $3
           where approval = $1 and session ->> 'actor' = any($2::text[]) and ended is null returning client, approval),
     t as (delete from access.ticket t using a
           where t.session ->> 'app' = a.client and t.session ->> 'approval' = a.approval)
select client from a;

-- name: approvals_expired
-- What nobody approved or came back with, and what has neither a token that works nor one that can be had; not before
-- somebody who uses a code at its last moment has the tokens.
delete from access.approval a
where a.closes <= $1::timestamptz - interval '10 minutes'
  and (not a.is_used or not exists (
      select from access.ticket t
      where t.session ->> 'app' = a.client and t.session ->> 'approval' = a.approval and t.closes > $1
  ) and (a.ended is not null or not exists (
      select from access.refresh r where r.approval = a.approval and r.closes > $1
  ) or a.browser is not null and not exists (
      select from access.ticket t where t.secret = a.browser and t.closes > $1
  )));

-- name: refresh_made
insert into access.refresh (secret, approval, is_used, opens, closes) values ($1, $2, false, $3, $4);

-- name: refresh
select r.is_used as was_used, r.closes > $2 as is_lasting, r.closes as until, a.*,
       a.browser is null or exists (
           select from access.ticket t where t.secret = a.browser and t.kind = 'browser' and t.closes > $2
       ) as is_present
from access.refresh r join access.approval a on a.approval = r.approval
where r.secret = $1;

-- name: refresh_used
update access.refresh set is_used = true where secret = $1 and not is_used returning approval;

-- name: assertion_used
insert into access.assertion (client, jti, closes) values ($1, $2, $3) on conflict do nothing returning jti;

-- name: assertions_expired
delete from access.assertion where closes <= $1;

-- name: bearer
select session, opens, closes from access.ticket where secret = $1 and kind = 'bearer' and opens <= $2 and closes > $2;

-- name: organisation_line
-- An organisation and all above it, nearest first. The steps end a tree that somebody has written as a circle.
with recursive climb (hsa, part_of, steps) as (
    select hsa, part_of, 0 from access.unit where unit = $1
    union all
    select u.hsa, u.part_of, c.steps + 1 from climb c join access.unit u on u.organization = c.part_of
    where c.steps < 20
)
select hsa from climb order by steps;

-- name: organisations_by_hsa
select u.hsa, u.name, a.hsa as above, u.is_provider, u.is_social
from access.unit u left join access.unit a on a.organization = u.part_of
where u.unit = any($1::bigint[]);

-- name: organisations_below
with recursive within (organization, steps) as (
    select organization, 0 from access.unit where unit = $1 and active
    union all
    select u.organization, w.steps + 1 from within w join access.unit u on u.part_of = w.organization and u.active
    where w.steps < 20
)
select u.hsa, u.name, a.hsa as above, u.is_provider, u.is_social
from within w join access.unit u on u.organization = w.organization
left join access.unit a on a.organization = u.part_of
order by w.steps > 0, u.name;

-- name: organisations_below_each
-- As `organisations_below`, of several, by the one that was asked for; the HSA-ids alone.
with recursive within (root, organization, steps) as (
    select hsa, organization, 0 from access.unit where unit = any($1::bigint[]) and active
    union all
    select w.root, u.organization, w.steps + 1
    from within w join access.unit u on u.part_of = w.organization and u.active
    where w.steps < 20
)
select w.root, array_agg(u.hsa) as hsas
from within w join access.unit u on u.organization = w.organization
group by w.root;

-- name: organisations_on_top
select hsa, name, null as above, is_provider, is_social from access.unit
where active and part_of = ''
order by name;

-- name: tickets_active
-- Of people: what tries the screens of units is none.
select count(distinct subject)::integer as many from access.ticket
where kind = 'browser' and not locked and seen >= $1 and closes > $2
  and session ->> 'kind' is distinct from 'synthetic';
