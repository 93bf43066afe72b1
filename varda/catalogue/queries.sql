-- name: proposed
-- One person's proposal. It changes nothing until another one approves it.
insert into catalogue.change (role, what, act, granted, course, opens, closes, reason, proposed_by, proposed_name, proposed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
returning change;

-- name: decided
-- The other person's word. Nothing is returned when it was decided before.
insert into catalogue.decision (change, proposed_by, approved, decided_by, decided_name, decided_at)
select c.change, c.proposed_by, $2, $3, $4, $5 from catalogue.change c where c.change = $1
on conflict do nothing
returning change;

-- name: proposer
select proposed_by, closes from catalogue.change where change = $1;

-- name: in_effect
-- Approved changes that last or will, oldest approval first: of two on the same right the later one stands.
select c.change, c.role, c.what, c.act, c.granted, c.course, c.opens, c.closes, c.reason, c.proposed_by,
       c.proposed_name, d.decided_by, d.decided_name
from catalogue.change c join catalogue.decision d on d.change = c.change and d.approved
where c.closes is null or c.closes > $1
order by d.decided_at, c.change;

-- name: changes
-- All that was ever proposed, newest first, with what became of it.
select c.change, c.role, c.what, c.act, c.granted, c.course, c.opens, c.closes, c.reason, c.proposed_by,
       c.proposed_name, c.proposed_at, d.decided_by, d.decided_name, d.decided_at, d.approved
from catalogue.change c left join catalogue.decision d on d.change = c.change
order by d.decided_at is not null, c.change desc
limit $1;

-- name: states
-- How each function stands where a switch is in effect, and by whose word.
select distinct on (function, unit) function, unit, state, reason, opens, closes, routine, way_back, entry, set_by, set_name,
       is_safety, set_at
from catalogue.switch
where opens <= $1 and (closes is null or closes > $1)
order by function, unit, switch desc;

-- name: next_switch
-- When something begins or ends next; null when nothing does.
select min(e.at) as at
from (select opens as at from catalogue.switch union all select closes from catalogue.switch) e
where e.at > $1;

-- name: switched
insert into catalogue.switch (function, unit, state, reason, opens, closes, routine, way_back, entry, set_by, set_name,
    is_safety, set_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: switches
-- The history of a unit and of everywhere, newest first.
select function, unit, state, reason, opens, closes, routine, way_back, entry, set_by, set_name, is_safety, set_at
from catalogue.switch where unit in ($1, '')
order by switch desc
limit $2;

-- name: switches_coming
-- Stops from a day to come, unless a newer word of the same function and place holds on that day.
select s.function, s.unit, s.state, s.reason, s.opens, s.closes, s.routine, s.way_back, s.entry, s.set_by, s.set_name,
       s.is_safety, s.set_at
from catalogue.switch s
where s.unit in ($1, '') and s.opens > $2 and s.state <> 'on' and not exists (
    select from catalogue.switch n
    where n.function = s.function and n.unit = s.unit and n.switch > s.switch
      and n.opens <= s.opens and (n.closes is null or n.closes > s.opens)
)
order by s.opens, s.switch;

-- name: closed
insert into catalogue.closing (organisation, functions, set_by, set_at)
select g.organisation, string_to_array(g.functions, ' '), $3, $4
from unnest($1::text[], $2::text[]) as g(organisation, functions);

-- name: closings
-- What is closed for each organisation now: the newest row of each, where it closes anything.
select n.organisation, n.functions from (
    select distinct on (organisation) organisation, functions from catalogue.closing order by organisation, closing desc
) n where n.functions <> '{}';

-- name: passes
-- What a person may show in place of a course: that it is finished, or an exception at a unit.
select course, opens, closes, '' as unit, '' as reason, '' as given_by
from catalogue.finished_course where person = $1 and (closes is null or closes > $2)
union all
select course, opens, closes, unit, reason, given_name
from catalogue.exception where person = $1 and closes > $2;

-- name: course_finished
insert into catalogue.finished_course (person, course, opens, closes)
select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[])
on conflict (person, course, opens) do nothing;

-- name: excepted
insert into catalogue.exception (person, name, unit, course, opens, closes, reason, given_by, given_name, given_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: exceptions
-- A unit's exceptions, those that last first.
select person, name, unit, course, opens, closes, reason, given_by, given_name, given_at
from catalogue.exception where unit = $1
order by closes desc, exception desc
limit $2;

-- name: declaration_proposed
-- One person's proposal of the county's own declaration. Nothing follows from it until another one approves it.
insert into catalogue.declaration (kind, code, content, opens, reason, proposed_by, proposed_name, proposed_at)
values ($1, $2, $3::text::jsonb, $4, $5, $6, $7, $8)
returning declaration;

-- name: declaration_decided
-- The other person's word. Nothing is returned when it was decided before.
insert into catalogue.declaration_decision (declaration, proposed_by, approved, decided_by, decided_name, decided_at)
select c.declaration, c.proposed_by, $2, $3, $4, $5 from catalogue.declaration c where c.declaration = $1
on conflict do nothing
returning declaration;

-- name: declaration_overtaken
-- Whether another of the same code, for a later day, has taken effect before this one was approved.
select 1 as overtaken from catalogue.declaration c
where c.declaration = $1 and exists (
    select from catalogue.declaration o join catalogue.declaration_decision d on d.declaration = o.declaration and d.approved
    where o.kind = c.kind and o.code = c.code and o.opens > c.opens and o.opens <= $2
);

-- name: declaration_proposer
select proposed_by from catalogue.declaration where declaration = $1 and kind = $2;

-- name: declarations_in_effect
-- Approved declarations in the order in which they take effect, those to come too: of two of a code the later one stands.
-- None takes effect before it is approved.
select c.kind, c.code, c.content::text as content, greatest(c.opens, d.decided_at) as opens
from catalogue.declaration c join catalogue.declaration_decision d on d.declaration = c.declaration and d.approved
order by greatest(c.opens, d.decided_at), d.decided_at, c.declaration;

-- name: declarations
-- All of a kind that was ever proposed, what waits first, then newest first, with what became of it.
select c.declaration, c.kind, c.code, c.content::text as content, c.opens, c.reason, c.proposed_by, c.proposed_name,
       c.proposed_at, d.decided_name, d.decided_at, d.approved
from catalogue.declaration c left join catalogue.declaration_decision d on d.declaration = c.declaration
where c.kind = $1
order by d.decided_at is not null, c.declaration desc
limit $2;
