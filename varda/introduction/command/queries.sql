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
select severity, count(*)::integer as open from command.fault where closed_at is null group by severity;

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

-- name: measured
-- What was measured now takes the place of what was; of a unit that is no more among them nothing stands.
insert into command.figure (figure, place, value, at)
select $1::text, place, value, $4::timestamptz from unnest($2::text[], $3::float8[]) as m (place, value)
on conflict (figure, place) do update set value = excluded.value, at = excluded.at;

-- name: measured_no_more
delete from command.figure where figure = $1 and place <> all($2::text[]);

-- name: measuring_done
insert into command.measuring (figure, at, tried) values ($1, $2, $2)
on conflict (figure) do update set at = excluded.at, tried = excluded.tried, failure = '';

-- name: measuring_failed
insert into command.measuring (figure, tried, failure) values ($1, $2, $3)
on conflict (figure) do update set tried = excluded.tried, failure = excluded.failure;

-- name: measurings
select figure, at, tried, failure from command.measuring;

-- name: figures
select figure, place, value, at from command.figure;

-- name: pointed
-- One point a minute.
insert into command.point (figure, at, value) values ($1, date_trunc('minute', $2::timestamptz), $3)
on conflict (figure, at) do update set value = greatest(command.point.value, excluded.value);

-- name: points_forgotten
delete from command.point where at < $1;

-- name: points
select figure, at, value from command.point where at >= $1 order by figure, at;

-- name: alarms_raised
-- Those that are new are returned; of those that go on the worst is kept.
insert into command.alarm as a (figure, place, opened_at, value, worst)
select $1::text, place, $4::timestamptz, value, value from unnest($2::text[], $3::float8[]) as m (place, value)
on conflict (figure, place) where ended_at is null do update
set value = excluded.value, worst = greatest(a.worst, excluded.value)
returning alarm, opened_at = $4 as is_new;

-- name: alarms_ended
update command.alarm set ended_at = $3 where figure = $1 and place <> all($2::text[]) and ended_at is null returning alarm;

-- name: alarms
-- What goes on of the figures that are declared: what nobody has taken first, the county's before units', then the oldest.
select * from command.alarm where ended_at is null and figure = any($1::text[])
order by taken_by <> '', place <> '', opened_at limit $2;

-- name: alarms_over
select * from command.alarm where ended_at is not null and figure = any($1::text[]) order by ended_at desc limit $2;

-- name: alarm
select * from command.alarm where alarm = $1;

-- name: alarm_taken
update command.alarm set taken_by = $2, taken_name = $3, taken_at = $4
where alarm = $1 and ended_at is null and taken_by = '' returning alarm;

-- name: support_oldest
select unit, min(asked_at) as since from command.support where answered_at is null and taken_by = '' group by unit;

-- name: faults_unowned
select count(*)::integer as many from command.fault
where closed_at is null and escalated_at is not null and owner = '';
