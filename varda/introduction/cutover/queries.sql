-- name: book_made
insert into cutover.book (delivery, kind, starts, content, build, configuration, made_by, made_name, made_at)
values ($1, $2, $3, $4::text::jsonb, $5, $6, $7, $8, $9)
returning book;

-- name: units_placed
insert into cutover.wave_unit (book, unit, wave) select $1, * from unnest($2::text[], $3::text[]);

-- name: books
-- Every run-book, the newest first, with how it ended.
select b.book, b.delivery, b.kind, b.starts, b.content::text as content, b.build, b.configuration, b.made_name, b.made_at,
       c.is_done, c.reason, c.closed_name, c.closed_at
from cutover.book b left join cutover.closing c on c.book = b.book
order by b.book desc;

-- name: book
select b.book, b.delivery, b.kind, b.starts, b.content::text as content, b.build, b.configuration, b.made_name, b.made_at,
       c.is_done, c.reason, c.closed_name, c.closed_at
from cutover.book b left join cutover.closing c on c.book = b.book
where b.book = $1;

-- name: events
-- All that was said of the steps of some run-books, in the order in which it was said of each.
select book, step, nth, kind, at, note, person, name, said_by, said_name, said_at
from cutover.event where book = any($1::integer[])
order by book, step, nth;

-- name: said
-- Nothing is returned when somebody said something of the step meanwhile.
insert into cutover.event (book, step, nth, kind, at, note, person, name, said_by, said_name, said_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (book, step, nth) do nothing
returning nth;

-- name: closed
-- Nothing is returned when it was closed before.
insert into cutover.closing (book, is_done, reason, closed_by, closed_name, closed_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (book) do nothing
returning book;

-- name: wave_units
-- The units of a run-book by wave, and whether each is switched on, since when and by whom.
select u.unit, u.wave, coalesce(s.is_on, false) as is_on, s.at, coalesce(s.said_name, '') as said_name
from cutover.wave_unit u
left join lateral (
    select is_on, at, said_name from cutover.switched
    where book = u.book and unit = u.unit
    order by switched desc limit 1
) s on true
where u.book = $1
order by u.wave, u.unit;

-- name: wave_switched
insert into cutover.switched (book, unit, is_on, at, said_by, said_name)
select $1, unit, $3, $4, $5, $6 from cutover.wave_unit where book = $1 and wave = $2;

-- name: started
-- When a unit began to work in the system by a start's run-book; nothing where it has not, or no longer does.
select s.book, s.at from cutover.switched s join cutover.book b on b.book = s.book and b.kind = 'start'
where s.unit = $1 and s.is_on and not exists (
    select from cutover.switched l where l.book = s.book and l.unit = s.unit and l.switched > s.switched
)
order by s.switched desc limit 1;

-- name: told
-- What each was last told of each step of some run-books.
select distinct on (book, step, person) book, step, person, forecast, told_at
from cutover.told where book = any($1::integer[])
order by book, step, person, told_at desc;

-- name: tell
insert into cutover.told (book, step, person, forecast, told_at)
select one.book, one.step, $1, one.forecast, $2
from unnest($3::integer[], $4::text[], $5::timestamptz[]) as one(book, step, forecast)
on conflict do nothing;

-- name: attest
insert into cutover.attestation (book, wave, criterion, is_met, said, said_by, said_name, said_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: attestation_confirmed
-- Nothing is returned when it was confirmed before.
insert into cutover.attestation_second (attestation, said_by, confirmed_by, confirmed_name, confirmed_at)
select a.attestation, a.said_by, $2, $3, $4 from cutover.attestation a where a.attestation = $1
on conflict (attestation) do nothing
returning attestation;

-- name: attested
select a.attestation as number, a.criterion, a.is_met, a.said, a.said_by, a.said_name, a.said_at,
       coalesce(s.confirmed_name, '') as confirmed_name, s.confirmed_at
from cutover.attestation a left join cutover.attestation_second s on s.attestation = a.attestation
where a.book = $1 and a.wave = $2
order by a.attestation desc;
