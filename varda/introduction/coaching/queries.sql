-- name: loan_asked
-- Nothing is returned where the same coach is lent to the unit within those days already, or that has been asked for.
insert into coaching.loan (person, name, home, home_name, unit, unit_name, opens, closes, asked_from, asked_by, asked_name)
select $1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::date, $8::date, $9::text, $10::text, $11::text
where not exists (
    select from coaching.loan
    where person = $1 and unit = $5 and opens <= $8 and closes >= $7 and answer <> 'no' and ended_at is null
)
returning loan;

-- name: loan
select loan, person, name, home, home_name, unit, unit_name, opens, closes, asked_from, asked_name, answer, answered_name,
       ended_name
from coaching.loan where loan = $1 and ended_at is null and (home = $2 or unit = $2);

-- name: loan_answered
update coaching.loan set answer = $2, answered_by = $3, answered_name = $4, answered_at = $5
where loan = $1 and answer = '';

-- name: loan_ended
update coaching.loan set ended_by = $2, ended_name = $3, ended_at = $4 where loan = $1 and ended_at is null;

-- name: loans_of
-- From and to a unit, not over: what waits first, then what begins first.
select loan, person, name, home, home_name, unit, unit_name, opens, closes, asked_from, asked_name, answer, answered_name,
       ended_name
from coaching.loan where (home = $1 or unit = $1) and closes >= $2 and ended_at is null
order by answer <> '', opens, loan;

-- name: lent_to
-- Who is lent to some units on a day.
select distinct on (unit, person) person, name, home, unit from coaching.loan
where unit = any($1::text[]) and opens <= $2 and closes >= $2 and answer = 'yes' and ended_at is null
order by unit, person;

-- name: lent_of
select distinct home, unit from coaching.loan
where person = $1 and opens <= $2 and closes >= $2 and answer = 'yes' and ended_at is null;

-- name: walker_sent
insert into coaching.walk (person, name, organisation, opens, closes, given_by, given_name, given_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: walker_ended
update coaching.walk set ended_by = $2, ended_name = $3, ended_at = $4 where walk = $1 and ended_at is null
returning walk, person, name, organisation, opens, closes, given_name;

-- name: walkers
select walk, person, name, organisation, opens, closes, given_name from coaching.walk
where closes >= $1 and ended_at is null
order by name, opens;

-- name: walks_of
select organisation from coaching.walk where person = $1 and opens <= $2 and closes >= $2 and ended_at is null;

-- name: walkers_of
-- Who walks the floors of any of some organisations on a day.
select distinct person from coaching.walk
where organisation = any($1::text[]) and opens <= $2 and closes >= $2 and ended_at is null;

-- name: rested
insert into coaching.rest (person, until, said_at) values ($1, $2, $3)
on conflict (person) do update set until = excluded.until, said_at = excluded.said_at;

-- name: resting
select person, until from coaching.rest where person = any($1::text[]) and until > $2;
