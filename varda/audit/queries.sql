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
