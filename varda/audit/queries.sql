-- name: chain_opened
-- A new chain for a writer of this process.
insert into audit.chain (opened, process, build) values ($1, $2, $3) returning chain;

-- name: events_added
-- Any number of rows in one trip; a prepared statement is faster than a small COPY, whose client asks the catalogue.
insert into audit.event (chain, place, at, action, outcome, actor, on_behalf, role, assignment, unit, provider, purpose,
                         patients, category, origin, what, build, request, hash)
select $1::bigint, g.place, g.at, g.action, g.outcome, g.actor, g.on_behalf, g.role, g.assignment, g.unit, g.provider,
       g.purpose, g.patients::bigint[], g.category, g.origin, g.what, $2::text, g.request, g.hash
from unnest($3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
            $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[],
            $19::bytea[])
     as g(place, at, action, outcome, actor, on_behalf, role, assignment, unit, provider, purpose, patients, category,
          origin, what, request, hash);

-- name: seal_locked
-- One process seals at a time.
select pg_advisory_xact_lock(7316453);

-- name: last_seal
select place, hash from audit.seal order by place desc limit 1;

-- name: sealed
insert into audit.seal (place, at, hash) values ($1, $2, $3);

-- name: heads_sealed
insert into audit.head (chain, place, seal, hash)
select chain, place, $1::bigint, hash from unnest($2::bigint[], $3::bigint[], $4::bytea[]) as g(chain, place, hash);

-- name: grown_chains
-- The newest row of each chain of this process that has grown since it was last sealed.
select c.chain, e.place, e.hash
from unnest($1::bigint[]) as c(chain)
join lateral (select place, hash from audit.event where chain = c.chain order by place desc limit 1) e on true
where e.place > coalesce((select max(h.place) from audit.head h where h.chain = c.chain), 0)
order by c.chain;

-- name: chains_unsealed
-- Chains whose end is not sealed, left behind by processes that were killed.
select c.chain
from audit.chain c
join lateral (select place from audit.event where chain = c.chain order by place desc limit 1) e on true
where not exists (select from audit.head h where h.chain = c.chain and h.place >= e.place);

-- name: seals
-- Every seal in order, for verification.
select place, at, hash from audit.seal where place > $1 order by place limit $2;

-- name: seal_hashes
-- Some seals by place, to compare with what was noted of them outside.
select place, hash from audit.seal where place = any($1::bigint[]);

-- name: heads_of_seals
select seal, chain, place, hash from audit.head where seal between $1 and $2 order by seal, chain;

-- name: heads_without_seal
-- Seals cut from the end of the common chain leave their heads behind.
select distinct h.seal from audit.head h
where h.seal > $1 and not exists (select from audit.seal s where s.place = h.seal)
order by h.seal;

-- name: heads_of_chain
select place, hash from audit.head where chain = $1 and place > $2 and place <= $3;

-- name: heads_beyond
-- Sealed rows after the newest one that is there.
select place from audit.head where chain = $1 and place > $2 order by place;

-- name: retired
select chain, first, last, hash, retirement from audit.retired order by retirement, chain, first;

-- name: retirements_said
select what from audit.event where action = 'retire';

-- name: event_hash
select hash from audit.event where chain = $1 and place = $2;

-- name: chains
select chain from audit.chain order by chain;

-- name: chain_events
-- One chain from a place on, in order, a slice at a time.
select place, at, action, outcome, actor, on_behalf, role, assignment, unit, provider, purpose, patients, category,
       origin, what, build, request, hash
from audit.event
where chain = $1 and place > $2
order by place
limit $3;

-- name: stray_chains
-- Rows whose chain was never opened: inserted behind the writers' backs, or their chain's row was removed.
select distinct e.chain from audit.event e
where not exists (select from audit.chain c where c.chain = e.chain)
order by e.chain;

-- name: month_made
select audit.month_made($1::date) as made;

-- name: months_waiting
-- Months of rows that came before their table.
select distinct date_trunc('month', at at time zone 'UTC')::date as month from audit.event_default order by month;

-- name: rows_about
select coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint as rows
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'audit.event'::regclass;

-- name: events_of_patients
-- A page of what was shown of some patients, newest first.
select chain, place, at, action, outcome, actor, on_behalf, role, assignment, unit, provider, purpose, patients, category,
       origin, what, build, request
from audit.event
where patients && $10::bigint[] and at >= $1 and at < $2
  and ($3::text = '' or actor = $3) and ($4::text = '' or unit = $4) and ($5::text = '' or provider = $5)
  and (at, chain, place) < ($6::timestamptz, $7::bigint, $8::bigint)
order by at desc, chain desc, place desc
limit $9;

-- name: events_between
-- The same about anybody.
select chain, place, at, action, outcome, actor, on_behalf, role, assignment, unit, provider, purpose, patients, category,
       origin, what, build, request
from audit.event
where at >= $1 and at < $2
  and ($3::text = '' or actor = $3) and ($4::text = '' or unit = $4) and ($5::text = '' or provider = $5)
  and (at, chain, place) < ($6::timestamptz, $7::bigint, $8::bigint)
order by at desc, chain desc, place desc
limit $9;

-- name: events_in_order
-- All of a time, oldest first.
select chain, place, at, action, outcome, actor, on_behalf, role, assignment, unit, provider, purpose, patients, category,
       origin, what, build, request
from audit.event
where at >= $1 and at < $2
order by at, chain, place;

-- name: deeds_by_unit
-- What log review looks at on a day, and the choices before it that still opened something.
select chain, place, at, action, outcome, actor, role, assignment, unit, provider, patients
from audit.event
where at >= $1 and at < $3 and (at >= $2 or action = 'choice') and role <> ''
order by unit, at, chain, place;

-- name: events_named
select e.chain, e.place, e.at, e.action, e.outcome, e.actor, e.on_behalf, e.role, e.assignment, e.unit, e.provider,
       e.purpose, e.patients, e.category, e.origin, e.what, e.build, e.request
from unnest($1::bigint[], $2::bigint[]) as g(chain, place)
join audit.event e on e.chain = g.chain and e.place = g.place
order by e.at, e.chain, e.place;

-- name: review_begun
-- One process at a time, until the end of its transaction.
select pg_try_advisory_xact_lock(7316455) as is_mine;

-- name: night_claimed
-- Of all processes that serve one starts the review by night.
select pg_try_advisory_lock(7316456) as is_mine;

-- name: night_released
select pg_advisory_unlock(7316456) as was_mine;

-- name: days_due
-- Days from the log's first one, or from $1 when that is later, to $2 that nobody has looked at.
select d::date as day
from generate_series(greatest($1::date, coalesce((select min(opened at time zone 'Europe/Stockholm')::date
                                                  from audit.chain), $2::date + 1)), $2::date, interval '1 day') d
where not exists (select from audit.run r where r.day = d::date)
order by d;

-- name: run_of
select day, at, seed, share, events, drawn, opened from audit.run where day = $1;

-- name: ran
insert into audit.run (day, at, seed, share, events, drawn, opened) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (day) do nothing;

-- name: matters_opened
-- A run that is done again opens nothing twice.
insert into audit.matter (opened, day, rule, provider, unit, actor, patient, places)
select $1::timestamptz, $2::date, rule, provider, unit, actor, patient, places::bigint[]
from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[])
     as g(rule, provider, unit, actor, patient, places)
on conflict (day, rule, unit, actor, patient) do nothing
returning matter;

-- name: sampled
-- The same rows for the same seed, whoever draws and whenever: the order is a digest of seed, chain and place.
select provider, unit, actor, chain, place
from (select provider, unit, actor, chain, place, count(*) over (partition by unit) as of_unit,
             row_number() over (partition by unit order by sha256(convert_to($1::text || ' ' || chain || ' ' || place, 'UTF8')))
                 as turn
      from audit.event
      where at >= ($3::date)::timestamp at time zone 'UTC' and at < ($4::date)::timestamp at time zone 'UTC'
        and role <> '' and outcome = 'given' and patients <> '{}'
        and action in ('read', 'vread', 'history', 'search', 'chart', 'everything')) e
where turn <= greatest(1, ceil($2::numeric * of_unit))
order by unit, turn;

-- name: matters
select matter, opened, day, rule, provider, unit, actor, patient, places, reviewer, outcome, note, closed
from audit.matter
where ($1::text = '' or unit = $1) and ($2::text = '' or provider = $2) and (closed is null) = $3::boolean
order by day desc, matter desc
limit 200;

-- name: matter
select matter, opened, day, rule, provider, unit, actor, patient, places, reviewer, outcome, note, closed
from audit.matter where matter = $1;

-- name: judged
update audit.matter set reviewer = $2, outcome = $3, note = $4, closed = $5
where matter = $1 and closed is null
returning matter;

-- name: year
select unit, rule, count(*) as opened, count(closed) as closed,
       count(*) filter (where outcome = 'justified') as justified,
       count(*) filter (where outcome = 'questioned') as questioned,
       count(*) filter (where outcome = 'unjustified') as unjustified,
       count(*) filter (where outcome = 'reported') as reported
from audit.matter
where ($1::text = '' or unit = $1) and ($2::text = '' or provider = $2) and day >= $3 and day < $4
group by unit, rule
order by unit, rule;

-- name: denials
-- What staff asked in a time and what of it was denied, by unit, and of how many people: counts and nobody's name.
select unit, count(*)::integer as asked, (count(*) filter (where outcome = 'refused'))::integer as denied,
       count(distinct actor)::integer as people
from audit.event where at >= $1 and at < $2 and role <> '' and unit <> ''
group by unit;
