-- name: statements_put
insert into exchange.statement (id, body, made, due)
select id::uuid, body, $3::timestamptz, $3::timestamptz from unnest($1::text[], $2::text[]) as s (id, body)
on conflict (id) do nothing;

-- name: heard
select until from exchange.heard where source = $1;

-- name: hear
insert into exchange.heard (source, until) values ($1, $2)
on conflict (source) do update set until = greatest(exchange.heard.until, excluded.until);

-- name: statements_taken
-- What is due, oldest first, held until $2: another sender passes it by, and a sender that dies gives it up.
update exchange.statement set due = $2, tries = tries + 1
where id in (
    select id from exchange.statement
    where due <= $1 and sent is null and parked is null
    order by due, made limit $3
    for update skip locked
)
returning id, body, tries, made;

-- name: statements_sent
update exchange.statement set sent = $2, body = '', reason = '' where id = any($1::text[]::uuid[]);

-- name: statements_cleared
delete from exchange.statement where sent < $1;

-- name: statement_parked
update exchange.statement set parked = $3, reason = $2 where id = $1::text::uuid;

-- name: statements_again
update exchange.statement set due = $2, reason = $3 where id = any($1::text[]::uuid[]);

-- name: statements_unparked
update exchange.statement set parked = null, due = $1, tries = 0, reason = '' where parked is not null
returning id;

-- name: statements_waiting
-- How many wait, since when, and why the last try of any of them failed.
select count(*)::integer as waiting, min(made) as oldest, max(reason) filter (where reason <> '') as trouble
from exchange.statement where sent is null and parked is null;

-- name: statements_parked
select reason, count(*)::integer as many from exchange.statement where parked is not null
group by reason order by many desc limit 20;
