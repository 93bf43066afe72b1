-- name: fault_told
-- The open fault of this function and category, or a new one. The row is held until the work is done, so that of many
-- who tell it at once each one counts.
insert into command.fault as f (function, category, place, severity, unit, unit_name, first_by, first_at, last_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
on conflict (function, category, place) where closed_at is null do update
set reports = f.reports + 1, last_at = greatest(f.last_at, excluded.last_at),
    severity = greatest(f.severity, excluded.severity)
returning *;

-- name: told
insert into command.telling (fault, severity, unit, unit_name, person, name, words, page, build, patient, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: fault_was
-- Whether the same fault was closed not long ago.
select exists (
    select from command.fault where function = $1 and category = $2 and place = $3 and closed_at >= $4
) as was;

-- name: fault_escalated
update command.fault set escalated_at = $2 where fault = $1 and escalated_at is null returning fault;

-- name: stepped
insert into command.step (fault, act, words, by, name, at) values ($1, $2, $3, $4, $5, $6);

-- name: fault
select * from command.fault where fault = $1;

-- name: fault_taken
update command.fault set owner = $2, owner_name = $3, taken_at = $4 where fault = $1 and closed_at is null and owner <> $2
returning fault;

-- name: fault_closed
update command.fault set closed_at = $2 where fault = $1 and closed_at is null returning fault;

-- name: fault_judged
update command.fault set severity = $2 where fault = $1 and closed_at is null and severity <> $2 returning fault;

-- name: faults_open
-- What has come again first, then the gravest, then what most tell.
select * from command.fault where closed_at is null
order by escalated_at is null, severity desc, reports desc, fault limit $1;

-- name: faults_closed
select * from command.fault where closed_at is not null order by closed_at desc limit $1;

-- name: faults_counted
select severity, count(*)::integer as open, (count(*) filter (where escalated_at is not null))::integer as escalated,
       (count(*) filter (where owner = ''))::integer as unowned
from command.fault where closed_at is null group by severity;

-- name: senders
-- Who told a fault, each once with how often and the newest words: a flood of one sender is one line.
select person, name, unit, unit_name, times, words, build, patient, severity, at, telling
from (
    select t.*, count(*) over (partition by person)::integer as times,
           row_number() over (partition by person order by telling desc) as nth
    from command.telling t where fault = $1
) newest
where nth = 1 order by telling desc limit $2;

-- name: telling
select * from command.telling where telling = $1;

-- name: tellings_of
-- All that one person told of a fault, the newest first.
select * from command.telling where fault = $1 and person = $2 order by telling desc limit $3;

-- name: told_units
-- How many units and people tell it.
select count(distinct unit)::integer as units, count(distinct person)::integer as people
from command.telling where fault = $1;

-- name: steps
select act, words, name, at from command.step where fault = $1 order by step;

-- name: support_asked
-- Nothing is returned where the same person waits with the same words: it is that case.
insert into command.support (asker, asker_name, unit, unit_name, page, words, place, asked_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (asker, md5(words)) where answered_at is null do nothing
returning support;

-- name: support_mine
select * from command.support where asker = $1 and asked_at >= $2 order by asked_at desc limit 20;

-- name: support_waiting
select * from command.support where answered_at is null order by taken_by <> '', asked_at limit $1;

-- name: support_taken
-- One person takes it: of two at the same time the second finds it taken.
update command.support set taken_by = $2, taken_name = $3, taken_at = $4
where support = $1 and taken_by = '' and answered_at is null
returning asker;

-- name: support_left
update command.support set taken_by = '', taken_name = '', taken_at = null
where support = $1 and taken_by = $2 and answered_at is null
returning asker;

-- name: support_answered
update command.support set answer = $4, answered_at = $3
where support = $1 and taken_by = $2 and answered_at is null
returning asker;

-- name: support_by_unit
-- How it stands by unit: who waits now and since when, and in answered cases since a time the seconds until one was taken
-- and answered, the middle and what nine in ten took at most.
select unit, max(unit_name) as unit_name, (count(*) filter (where answered_at is null))::integer as waiting,
       min(asked_at) filter (where answered_at is null) as oldest,
       (count(*) filter (where answered_at is not null))::integer as answered,
       percentile_disc(array[0.5, 0.9]) within group (order by extract(epoch from taken_at - asked_at)::float8)
           filter (where answered_at is not null) as taken_in,
       percentile_disc(array[0.5, 0.9]) within group (order by extract(epoch from answered_at - asked_at)::float8)
           filter (where answered_at is not null) as answered_in
from command.support where answered_at is null or asked_at >= $1
group by unit order by waiting desc, oldest, unit limit $2;
