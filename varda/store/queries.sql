-- name: births
-- Creation numbers for new items, in one trip.
select nextval('store.birth') as born from generate_series(1, $1::int);

-- name: whereabouts
-- Where items are now, if anywhere: to see which patient a reference leads to. Nothing of their content.
select item, compartment from store.place where item = any($1::bigint[]);

-- name: claimed
-- Take places for new items. A place that is taken already is not returned: somebody else was first.
insert into store.place (item, compartment)
select * from unnest($1::bigint[], $2::bigint[])
on conflict (item) do nothing
returning item;

-- name: locked
-- Lock items before they change, always in the same order so that two pieces of work cannot wait for each other. What
-- they are is read afterwards: a statement that waits for a lock sees what was before.
select item from store.place where item = any($1::bigint[]) order by item for update;

-- name: kept
-- Wait for whoever changes these items, and let nobody change them until this transaction has ended.
select item from store.place where item = any($1::bigint[]) order by item for share;

-- name: held
-- What locked items are. A deleted item has no current row. `viewed` is the body where the patient's view is noted on it.
select p.item, p.compartment, v.version, v.deleted, v.provider, v.unit, v.type, v.id, c.born, v.also, v.viewed
from store.place p
join lateral (
    select version, deleted, provider, unit, also, type, id,
           case when position('/StructureDefinition/patient-view"'::bytea in body) > 0 then body end as viewed
    from store.version
    where compartment = p.compartment and item = p.item
    order by version desc limit 1
) v on true
left join store.current c on c.compartment = p.compartment and c.item = p.item
where p.item = any($1::bigint[]);

-- name: annotated
-- A new version that differs from a locked item's newest one in what was noted on it: owner, patients and dates stay, and
-- of the index only the tokens change.
with written as (
    insert into store.version
        (compartment, item, version, type, id, at, dated, dated_until, deleted, provider, unit, withheld, also, author, body)
    select compartment, item, version + 1, type, id, $4::timestamptz, dated, dated_until, false, provider, unit, withheld,
           also, $5, $6
    from store.version where compartment = $1 and item = $2 and version = $3
    returning compartment, also
)
update store.current c set version = $3 + 1, updated = $4::timestamptz, tokens = $7::bigint[], letters = $8::bigint[]
from written w where c.item = $2 and c.compartment = any(array[w.compartment] || coalesce(w.also, '{}'));

-- name: moved
-- An item that named no patient now names one: its place follows, its old versions stay where they were written.
update store.place set compartment = $2 where item = $1;

-- name: words_forgotten
-- An item is not found by its words any more; new ones follow in the next statement.
delete from store.word where compartment = any($1::bigint[]) and item = $2;

-- name: found_by
-- An item that has not changed itself is found by other words and tokens than before.
with c as (update store.current set tokens = $3::bigint[] where compartment = any($1::bigint[]) and item = $2)
insert into store.word (compartment, item, param, place, word)
select p, $2::bigint, w.param, w.place, w.word
from unnest($1::bigint[]) p, unnest($4::bigint[], $5::smallint[], $6::text[]) as w(param, place, word);

-- name: forgotten
-- Take items out of every index before they are written anew, or because they are deleted.
with gone as (select * from unnest($1::bigint[], $2::bigint[]) as g(compartment, item)),
     a as (delete from store.current x using gone g where x.compartment = g.compartment and x.item = g.item),
     b as (delete from store.moment x using gone g where x.compartment = g.compartment and x.item = g.item),
     c as (delete from store.amount x using gone g where x.compartment = g.compartment and x.item = g.item),
     d as (delete from store.word x using gone g where x.compartment = g.compartment and x.item = g.item)
delete from store.dangling x using gone g where x.compartment = g.compartment and x.item = g.item;

-- name: versions_added
-- The bodies, once and for all.
insert into store.version
    (compartment, item, version, type, id, at, dated, dated_until, deleted, provider, unit, withheld, also, author, body)
select compartment, item, version, type, id, at, dated, dated_until, deleted, provider, unit, withheld, also::bigint[], author, body
from unnest(
    $1::bigint[], $2::bigint[], $3::int[], $4::smallint[], $5::text[], $6::timestamptz[], $7::timestamptz[],
    $8::timestamptz[], $9::boolean[], $10::bigint[], $11::bigint[], $12::boolean[], $13::text[], $14::text[], $15::bytea[]
) as g(compartment, item, version, type, id, at, dated, dated_until, deleted, provider, unit, withheld, also, author, body);

-- name: indexed
-- Index rows of any number of items in one statement: one trip, one plan. Arrays inside rows travel as text.
with c as (
    insert into store.current
        (compartment, item, home, type, version, born, provider, unit, withheld, updated, low, high, also, tokens, id,
         letters)
    select compartment, item, home, type, version, born, provider, unit, withheld, updated, low, high,
           also::bigint[], tokens::bigint[], id, letters::bigint[]
    from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::int[], $6::bigint[], $7::bigint[], $8::bigint[],
        $9::boolean[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::text[], $15::text[],
        $38::text[]
    ) as g(compartment, item, home, type, version, born, provider, unit, withheld, updated, low, high, also, tokens, id,
           letters)
), m as (
    insert into store.moment (compartment, item, param, place, low, high)
    select * from unnest($16::bigint[], $17::bigint[], $18::bigint[], $19::smallint[], $20::timestamptz[],
                         $21::timestamptz[])
), a as (
    insert into store.amount (compartment, item, param, place, low, high, system, code)
    select * from unnest($22::bigint[], $23::bigint[], $24::bigint[], $25::smallint[], $26::numeric[], $27::numeric[],
                         $28::bigint[], $29::bigint[])
), w as (
    insert into store.word (compartment, item, param, place, word)
    select * from unnest($30::bigint[], $31::bigint[], $32::bigint[], $33::smallint[], $34::text[])
)
insert into store.dangling (compartment, item, target)
select * from unnest($35::bigint[], $36::bigint[], $37::text[]);

-- name: has_written
-- Whether a unit has ever written about a patient; what was destroyed is no evidence of it.
select exists (
    select from store.version where compartment = any($1::bigint[]) and unit = $2::bigint and not deleted
) as found;

-- name: versions_of_types
-- Every version of a patient's items of some types, less those that were entered in error.
select v.unit, v.body
from store.current c
join store.version n on n.compartment = c.home and n.item = c.item and n.version = c.version
join store.version v on v.compartment = c.home and v.item = c.item and not v.deleted
where c.compartment = any($1::bigint[]) and c.type = any($2::smallint[])
  and position('"entered-in-error"'::bytea in n.body) = 0;

-- name: all_held
-- Every item at home here, newest version, without what it says: for the choice of what a decision is about.
select distinct on (v.item) v.item, v.compartment, v.type, v.id, v.version, v.at, v.provider, v.unit, v.also,
       case when v.deleted then v.body end as body
from store.version v
join store.place p on p.item = v.item and p.compartment = v.compartment
where v.compartment = any($1::bigint[])
order by v.item, v.version desc;

-- name: last_deletions
-- The newest version of each item that is a deletion, to tell a tombstone.
select p.item, v.body
from store.place p
cross join lateral (
    select deleted, body from store.version where compartment = p.compartment and item = p.item
    order by version desc limit 1
) v
where p.item = any($1::bigint[]) and v.deleted;
