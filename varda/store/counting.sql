-- name: counted
-- How many of these items are here now, by patient: an import compares it with its source.
select c.compartment, count(*) as items
from store.current c
join unnest($1::bigint[], $2::bigint[]) as g(compartment, item) on g.compartment = c.compartment and g.item = c.item
group by c.compartment;

-- name: dangling_of
-- References of these patients' items to what was not here when they were written.
select compartment, item, target from store.dangling where compartment = any($1::bigint[]);

-- name: dangling_found
-- What they pointed to has come since.
delete from store.dangling d
using unnest($1::bigint[], $2::bigint[], $3::text[]) as g(compartment, item, target)
where d.compartment = g.compartment and d.item = g.item and d.target = g.target;
