-- Run under varda_keeper only: the one place where anything written is taken away (PDL 8:4).

-- name: locked_to_go
-- Nobody writes a new version while the old ones go. Always in the same order, as writers do.
select item, compartment from store.place where item = any($1::bigint[]) order by item for update;

-- name: last_words
-- What is left of each item: its last version's owner and patients, never what it said.
select distinct on (v.item) v.item, v.compartment, v.version, v.type, v.id, v.provider, v.unit, v.also, v.withheld,
       case when v.deleted then v.body end as body
from store.version v
join unnest($1::bigint[], $2::bigint[]) as g(compartment, item) on v.compartment in (g.compartment, 0) and v.item = g.item
order by v.item, v.version desc;

-- name: everywhere
-- Every compartment in which an item has or had rows: its patients by any version.
select distinct v.item, p.compartment
from store.version v
join unnest($1::bigint[], $2::bigint[]) as g(compartment, item) on v.compartment in (g.compartment, 0) and v.item = g.item
cross join lateral unnest(array[v.compartment, g.compartment, 0::bigint] || coalesce(v.also, '{}')) as p(compartment);

-- name: destroyed
-- Every version and every index row.
with gone as (select * from unnest($1::bigint[], $2::bigint[]) as g(compartment, item)),
     a as (delete from store.current x using gone g where x.compartment = g.compartment and x.item = g.item),
     b as (delete from store.moment x using gone g where x.compartment = g.compartment and x.item = g.item),
     c as (delete from store.amount x using gone g where x.compartment = g.compartment and x.item = g.item),
     d as (delete from store.word x using gone g where x.compartment = g.compartment and x.item = g.item),
     e as (delete from store.dangling x using gone g where x.compartment = g.compartment and x.item = g.item)
delete from store.version x using gone g where x.compartment = g.compartment and x.item = g.item;

-- name: tombstone_added
-- A last version, as of a deletion, that tells by whose decision.
insert into store.version
    (compartment, item, version, type, id, at, dated, dated_until, deleted, provider, unit, also, withheld, author, body)
values ($1, $2, $3, $4, $5, $6, $7, $8, true, $9, $10, $11, $12, $13, $14);
