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

-- name: called
-- Nothing is returned where the person has an open call: it is that one.
insert into coaching.call (caller, caller_name, unit, unit_name, page, words, place, nearest, told, called_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)
on conflict (caller) where answered_at is null and withdrawn_at is null do nothing
returning *;

-- name: calls_lapsed
-- A call that nobody took in a shift is no call any more.
update coaching.call set withdrawn_at = $2
where caller = $1 and answered_at is null and withdrawn_at is null and called_at <= $3;

-- name: call_mine
select * from coaching.call
where caller = $1 and answered_at is null and withdrawn_at is null and called_at > $2;

-- name: call
select * from coaching.call where call = $1 and answered_at is null and withdrawn_at is null;

-- name: call_withdrawn
update coaching.call set withdrawn_at = $2
where caller = $1 and answered_at is null and withdrawn_at is null
returning call;

-- name: calls_any
-- Whether any call waits anywhere for somebody else (most often none does, and nothing more is asked), and who comes to
-- the own one.
select exists (
    select from coaching.call
    where answered_at is null and withdrawn_at is null and taken_by = '' and caller <> $1 and called_at > $2
) as any, (
    select taken_name from coaching.call
    where caller = $1 and answered_at is null and withdrawn_at is null and called_at > $2
) as comes;

-- name: calls_open
-- Those of some units, and those that somebody has taken wherever they are.
select * from coaching.call
where answered_at is null and withdrawn_at is null and called_at > $3 and (unit = any($1::text[]) or taken_by = $2);

-- name: call_taken
-- One person takes it: of two at the same time the second finds it taken.
update coaching.call set taken_by = $2, taken_name = $3, taken_at = coalesce(taken_at, $4)
where call = $1 and taken_by in ('', $2) and answered_at is null and withdrawn_at is null
returning call;

-- name: call_left
-- It waits again, from when it was called.
update coaching.call set taken_by = '', taken_name = '', taken_at = null
where call = $1 and taken_by = $2 and answered_at is null and withdrawn_at is null
returning call;

-- name: call_answered
update coaching.call set answered_at = $3, category = $4
where call = $1 and taken_by = $2 and answered_at is null and withdrawn_at is null
returning call;

-- name: calls_widened
-- Calls whose next ring is to be told now. Each is returned once, whichever process asks.
update coaching.call set told = case when called_at <= $2 then 2 else 1 end
where answered_at is null and withdrawn_at is null and taken_by = '' and called_at > $3
  and ((told < 1 and called_at <= $1) or (told < 2 and called_at <= $2))
returning unit, told;

-- name: calls_forgotten
update coaching.call
set caller = '', caller_name = '', words = '', place = '', taken_by = '', taken_name = '',
    withdrawn_at = case when answered_at is null then coalesce(withdrawn_at, called_at) end
where caller <> '' and called_at < $1;

-- name: calls_by_week
-- Seconds until somebody took it and until it was answered: the middle, and what nine in ten took at most.
select date_trunc('week', called_at at time zone 'Europe/Stockholm')::date as week, count(*)::integer as calls,
       count(taken_at)::integer as n_taken, count(answered_at)::integer as n_answered,
       percentile_disc(array[0.5, 0.9]) within group (order by extract(epoch from taken_at - called_at)::float8)
           filter (where taken_at is not null) as taken,
       percentile_disc(array[0.5, 0.9]) within group (order by extract(epoch from answered_at - called_at)::float8)
           filter (where answered_at is not null) as answered
from coaching.call
where unit = $1 and called_at >= $2
group by 1
having count(*) >= $3
order by 1 desc;

-- name: asked_by_page
-- Of a unit only in the weeks that are told: else what a week hides would be what is left.
select page as code, count(*)::integer as times from coaching.call
where ($1 = '' or unit = $1) and called_at >= $2
  and ($1 = '' or date_trunc('week', called_at at time zone 'Europe/Stockholm') in (
      select date_trunc('week', w.called_at at time zone 'Europe/Stockholm') from coaching.call w
      where w.unit = $1 and w.called_at >= $2 group by 1 having count(*) >= $3))
group by page having count(*) >= $3
order by times desc, page;

-- name: asked_by_category
-- As by page.
select category as code, count(*)::integer as times from coaching.call
where ($1 = '' or unit = $1) and called_at >= $2 and category <> ''
  and ($1 = '' or date_trunc('week', called_at at time zone 'Europe/Stockholm') in (
      select date_trunc('week', w.called_at at time zone 'Europe/Stockholm') from coaching.call w
      where w.unit = $1 and w.called_at >= $2 group by 1 having count(*) >= $3))
group by category having count(*) >= $3
order by times desc, category;

-- name: calls_taken_within
select count(*) filter (where taken_at is not null or withdrawn_at is null or withdrawn_at > called_at + $3)::integer as calls,
       count(*) filter (where taken_at <= called_at + $3)::integer as taken
from coaching.call
where unit = any($1::text[]) and called_at >= $2;

-- name: calls_oldest
select unit, min(called_at) as since from coaching.call
where answered_at is null and withdrawn_at is null and taken_by = '' and called_at > $1 group by unit;
