-- name: retirements
select distinct retirement from audit.retired order by retirement;

-- name: runs_before
-- Rows of whole months before a day as unbroken runs of each chain's places, each with the hash of its last row. What
-- waits in the default table has no month and does not go.
select chain, min(place) as first, max(place) as last, (array_agg(hash order by place desc))[1] as hash
from (select chain, place, hash, place - row_number() over (partition by chain order by place) as run
      from audit.event
      where at < ($1::date)::timestamp at time zone 'UTC' and tableoid <> 'audit.event_default'::regclass) e
group by chain, run
order by chain, first;

-- name: retired_listed
insert into audit.retired (chain, first, last, hash, retirement)
select chain, first, last, hash, $5::text
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[]) as g(chain, first, last, hash);

-- name: months_retired
select audit.months_retired($1::date) as gone;
