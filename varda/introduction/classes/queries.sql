-- name: room_kept
insert into classes.room (name, place, area, organisation, seats) values ($1, $2, $3, $4, $5)
returning room;

-- name: room_closed
update classes.room set is_open = false where room = $1;

-- name: room
select room, name, place, area, organisation, seats from classes.room where room = $1 and is_open;

-- name: rooms
select room, name, place, area, organisation, seats from classes.room where is_open order by area, place, name;

-- name: period_kept
insert into classes.period (name, area, opens, closes, passes, share, teaches, remote, made_by, made_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
returning period;

-- name: periods
select period, name, area, opens, closes, passes, share, teaches, remote from classes.period order by opens, period;

-- name: occasion_planned
insert into classes.occasion (course, kind, room, unit, address, organisation, during, seats, state, proposal)
values ($1, $2, $3, $4, $5, $6, tstzrange($7, $8), $9, $10, $11)
returning occasion;

-- name: teaching
insert into classes.teaching (occasion, person, name, during, is_on) values ($1, $2, $3, tstzrange($4, $5), true);

-- name: occasion_moved
update classes.occasion set during = tstzrange($2, $3), room = $4, seats = $5, kind = $6, unit = $7, address = $8 where occasion = $1;

-- name: occasion_told
update classes.occasion set state = $2, is_on = $2 <> 'cancelled' where occasion = $1;

-- name: occasion_locked
-- The class as it is, held until the end of the transaction: seats are counted by one at a time.
select occasion, course, seats, state, lower(during) as starts, upper(during) as ends from classes.occasion
where occasion = $1 for update;

-- name: occasions_locked
-- Several, in the order of their numbers.
select occasion from classes.occasion where occasion = any($1::bigint[]) order by occasion for update;

-- name: occasions_by
-- Some classes by number, with who teaches and how many are booked and wait.
select o.occasion, o.course, o.kind, o.room, r.name as room_name, r.place, o.unit, o.address, o.organisation,
       lower(o.during) as starts, upper(o.during) as ends, o.seats, o.state, o.proposal,
       array(select t.person || ' ' || t.name from classes.teaching t where t.occasion = o.occasion order by t.name) as teach,
       (select count(*) from classes.booking b where b.occasion = o.occasion and b.state = 'booked') as booked,
       (select count(*) from classes.booking b where b.occasion = o.occasion and b.state = 'waiting') as waiting
from classes.occasion o left join classes.room r on r.room = o.room
where o.occasion = any($1::bigint[])
order by lower(o.during), o.occasion;

-- name: occasions_ahead
-- The numbers of classes that are to be, of some courses (none said: of all), from an instant on: those near some
-- organisations ($5) or in the area of theirs ($6) first, then by time.
select o.occasion from classes.occasion o left join classes.room r on r.room = o.room
where o.is_on and lower(o.during) >= $1 and lower(o.during) < $2 and ($3::text[] = '{}' or o.course = any($3))
order by o.organisation = any($5::text[]) or o.unit = any($5) or coalesce(r.organisation = any($5), false)
         or coalesce(r.area = $6 and r.area <> '', false) desc,
         lower(o.during), o.occasion
limit $4 offset $7;

-- name: taught_by
select t.occasion from classes.teaching t where t.person = $1 and t.is_on and upper(t.during) >= $2
order by lower(t.during);

-- name: taken_by_others
-- What hinders a class: one in the same room, or of the same teacher, at the same time.
select o.occasion, o.course, lower(o.during) as starts, upper(o.during) as ends, coalesce(r.name, '') as room_name,
       coalesce(t.name, '') as teacher
from classes.occasion o
left join classes.room r on r.room = o.room
left join classes.teaching t on t.occasion = o.occasion and t.person = any($4::text[])
where o.is_on and o.during && tstzrange($1, $2) and o.occasion <> $5 and (o.room = $3 or t.person is not null)
limit 1;

-- name: busy
-- What is planned in a time already, for whoever reckons a proposal around it.
select o.room, lower(o.during) as starts, upper(o.during) as ends,
       array(select t.person from classes.teaching t where t.occasion = o.occasion) as teachers
from classes.occasion o where o.is_on and o.during && tstzrange($1, $2);

-- name: booked
insert into classes.booking (occasion, person, name, unit, course, state, booked_at, booked_by, proposal)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
returning booking;

-- name: room_of
select room from classes.occasion where occasion = $1;

-- name: places_locked
-- The rooms and the instructors of classes that are about to be planned, held until the end of the transaction. Taken before
-- any class and in the order of the numbers: the constraints alone would let two who plan at once wait for each other.
select pg_advisory_xact_lock(number)
from (select distinct hashtextextended(place, 1) as number from unnest($1::text[]) as place order by number) p;

-- name: people_locked
-- Whose bookings are read and added to, held until the end of the transaction: two classes at once are asked one after the
-- other, and beside a proposal that is accepted nobody is. Taken after the class's own lock and in the order of the numbers,
-- so that nobody waits in a ring.
select pg_advisory_xact_lock_shared(hashtextextended('everybody', 2)), count(pg_advisory_xact_lock(number))
from (select distinct hashtextextended(person, 0) as number from unnest($1::text[]) as person order by number) p;

-- name: everybody_locked
-- Everybody's bookings, for thousands at once: a lock for each would be more than the server has room for.
select pg_advisory_xact_lock(hashtextextended('everybody', 2));

-- name: seats_taken
select count(*) as taken from classes.booking where occasion = $1 and state = 'booked';

-- name: booking_ended
-- Nothing is returned when there was none.
update classes.booking set state = 'cancelled', ended_by = $3, ended_at = $4, why = $5
where occasion = $1 and person = $2 and state <> 'cancelled'
returning booking, person, state;

-- name: bookings_ended
update classes.booking set state = 'cancelled', ended_by = $2, ended_at = $3, why = $4
where occasion = $1 and state <> 'cancelled';

-- name: moved_up
update classes.booking set state = 'booked' where booking = $1;

-- name: bookings_at
-- Who is booked and who waits, in their order, and whether they came.
select b.booking, b.person, b.name, b.unit, b.course, b.state, b.occasion, lower(o.during) as starts,
       upper(o.during) as ends,
       (select a.was_here from classes.attendance a where a.occasion = b.occasion and a.person = b.person
        order by a.word desc limit 1) as was_here
from classes.booking b join classes.occasion o on o.occasion = b.occasion
where b.occasion = $1 and b.state <> 'cancelled'
order by b.state, b.booking;

-- name: bookings_of
-- What some people are booked at or wait for, and whether they came, with the time of each.
select b.occasion, b.person, b.name, b.unit, b.course, b.state, lower(o.during) as starts, upper(o.during) as ends,
       (select a.was_here from classes.attendance a where a.occasion = b.occasion and a.person = b.person
        order by a.word desc limit 1) as was_here
from classes.booking b join classes.occasion o on o.occasion = b.occasion
where b.person = any($1::text[]) and b.state <> 'cancelled' and upper(o.during) >= $2
order by lower(o.during), b.booking;

-- name: ended_for
-- What somebody else has taken from a person since a time: the class was cancelled, or the booking.
select b.occasion, b.course, lower(o.during) as starts, b.why, b.ended_at
from classes.booking b join classes.occasion o on o.occasion = b.occasion
where b.person = $1 and b.state = 'cancelled' and b.ended_by <> b.person and b.ended_at >= $2
order by b.ended_at;

-- name: attended
insert into classes.attendance (occasion, person, name, unit, course, minutes, was_here, how, said_by, said_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: here_at
-- Who came, by the latest word of each.
select person, name, unit, how, said_at from (
    select distinct on (person) person, name, unit, how, said_at, was_here from classes.attendance
    where occasion = $1 order by person, word desc
) a where a.was_here order by name;

-- name: attended_by
-- The minutes of class that some people have attended of each course.
select person, course, sum(minutes)::bigint as minutes from (
    select distinct on (occasion, person) person, course, minutes, was_here, said_at from classes.attendance
    where person = any($1::text[]) order by occasion, person, word desc
) a where a.was_here and ($2::timestamptz is null or a.said_at > $2) group by person, course;

-- name: away_said
insert into classes.away (person, during, why, said_by, said_at) values ($1, tstzrange($2, $3), $4, $5, $6)
returning away;

-- name: away_ended
update classes.away set is_on = false where away = $1 and person = $2;

-- name: away_of
select away, person, lower(during) as starts, upper(during) as ends, why from classes.away
where person = any($1::text[]) and is_on and during && tstzrange($2, $3)
order by lower(during);

-- name: word
insert into classes.word (occasion, did, person, why, said_by, said_at) values ($1, $2, $3, $4, $5, $6);

-- name: moved_from
-- When some classes were to be before they were moved last.
select occasion, why from (
    select distinct on (occasion) occasion, why, said_at from classes.word
    where occasion = any($1::bigint[]) and did = 'moved' order by occasion, word desc
) w where $2::timestamptz is null or said_at >= $2;

-- name: seats_in
-- Everybody who has a seat or waits for one in a time, for whoever reckons around it.
select b.person, b.course, lower(o.during) as starts, upper(o.during) as ends
from classes.booking b join classes.occasion o on o.occasion = b.occasion
where b.state <> 'cancelled' and o.is_on and upper(o.during) > $1;

-- name: free_seats
-- Classes that are to be held in a time and are not full, with the seats that are free; whoever waits comes before.
select o.occasion, o.course, o.room, o.unit, o.organisation, coalesce(r.area, '') as area, lower(o.during) as starts,
       upper(o.during) as ends, o.seats - b.booked as free
from classes.occasion o left join classes.room r on r.room = o.room
cross join lateral (
    select count(*)::integer as booked from classes.booking b where b.occasion = o.occasion and b.state <> 'cancelled'
) b
where o.state in ('planned', 'confirmed') and lower(o.during) > $1 and lower(o.during) < $2 and o.seats > b.booked
order by lower(o.during), o.occasion;

-- name: away_in
select person, lower(during) as starts, upper(during) as ends from classes.away
where is_on and during && tstzrange($1, $2);

-- name: proposal_kept
insert into classes.proposal (period, kind, content, made_at, made_by) values ($1, $2, $3::text::jsonb, $4, $5)
returning proposal;

-- name: proposals
select p.proposal, p.period, e.name as period_name, p.kind, p.made_at, p.state, p.decided_name, p.decided_at,
       (p.content->>'people')::integer as people, (p.content->>'seats')::integer as seats,
       (p.content->>'lacks')::integer as lacks, (p.content->>'cost')::float8 as cost,
       (p.content->>'bound')::float8 as bound
from classes.proposal p join classes.period e on e.period = p.period
order by p.proposal desc limit 50;

-- name: proposal
select proposal, period, kind, content::text as content, made_at, state, decided_name, decided_at from classes.proposal
where proposal = $1;

-- name: proposal_decided
-- Nothing is returned when somebody has decided before.
update classes.proposal set state = $2, decided_by = $3, decided_name = $4, decided_at = $5
where proposal = $1 and state = 'draft'
returning kind;

-- name: seats_given
-- Those of a proposal who have no seat in the course by now, where the class is when it was to be ($6) and has seats left; what
-- people have booked stays as it is.
insert into classes.booking (occasion, person, name, unit, course, state, booked_at, booked_by, proposal)
select g.occasion, g.person, g.name, g.unit, g.course, 'booked', $7, $8, $9
from (
    select g.*, n.seats, row_number() over (partition by g.occasion order by g.turn) as turn_there
    from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
         with ordinality as g(occasion, person, name, unit, course, starts, turn)
    join classes.occasion n on n.occasion = g.occasion and n.is_on and lower(n.during) = g.starts and g.starts > $7
    where not exists (
        select 1 from classes.booking b join classes.occasion o on o.occasion = b.occasion
        where b.person = g.person and b.state <> 'cancelled'
          and (b.course = g.course and upper(o.during) > $7 or o.during && n.during)
    )
) g
where g.turn_there <= g.seats - (select count(*) from classes.booking b where b.occasion = g.occasion and b.state <> 'cancelled')
returning booking;

-- name: shifts_between
-- What a file that is brought in is compared with.
select person, unit, lower(during) as starts, upper(during) as ends from classes.shift
where lower(during) >= $1 and lower(during) < $2;

-- name: shifts_taken
insert into classes.shift (person, unit, during)
select person, unit, tstzrange(starts, ends)
from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) as s(person, unit, starts, ends)
on conflict do nothing;

-- name: shifts_gone
delete from classes.shift s
using unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) as g(person, unit, starts, ends)
where s.person = g.person and s.unit = g.unit and s.during = tstzrange(g.starts, g.ends);

-- name: shifts_of
select person, lower(during) as starts, upper(during) as ends from classes.shift
where person = any($1::text[]) and lower(during) >= $2 and lower(during) < $3
order by person, lower(during);

-- name: weeks_of_unit
-- How many of each role of a unit go to each course in which week, by the newest county proposal that was accepted of each
-- period that is not over.
select p.opens + 7 * (l->>'week')::integer as monday, l->'cell'->>1 as role, l->>'course' as course,
       sum((l->>'count')::integer)::integer as count
from (
    select distinct on (p.period) p.content, e.opens from classes.proposal p join classes.period e on e.period = p.period
    where p.kind = 'county' and p.state = 'accepted' and e.closes > $2
    order by p.period, p.decided_at desc
) p, jsonb_array_elements(p.content->'parts') part, jsonb_array_elements(part->'loads') l
where l->'cell'->>0 = $1 and p.opens + 7 * (l->>'week')::integer > $2::date - 7
group by 1, 2, 3 order by 1, 2, 3;
