"""Statements that read by id or by patient. Their text is fixed; the rule inside is the one of `narrowing`."""

from varda.search.narrowing import Names, visible_or_all

_ASKED = Names("q.everything", "q.unit", "q.provider", "q.grantees::bigint[]", "q.now", "q.owned::bigint[]")

_VERSION = "v.compartment, v.item, v.type, v.id, v.version, v.at, v.deleted, v.provider, v.unit, v.also, v.body"

READ = f"""
select q.n, p.compartment as place, v.also as named, {_VERSION}
from unnest($1::int[], $2::bigint[], $3::boolean[], $4::bigint[], $5::bigint[], $6::text[], $7::timestamptz[],
            $8::text[])
     as q(n, item, everything, unit, provider, grantees, now, owned)
join store.place p on p.item = q.item
left join lateral (
    select x.* from store.version x
    where x.compartment = p.compartment and x.item = p.item
    order by x.version desc limit 1
) v on {visible_or_all("v", _ASKED)}
"""  # noqa: S608 - built from our own names only
"""Newest versions of many items, each for its own narrowing: a row for what exists, a body for what may be seen."""

_RULE = Names.bound(4)

CHART = f"""
select {_VERSION}
from unnest($2::smallint[], $3::int[]) as t(type, most)
cross join lateral (
    select c.home, c.item, c.version, c.low, c.born
    from store.current c
    where c.compartment = any($1::bigint[]) and c.type = t.type and {visible_or_all("c", _RULE)}
    order by c.low desc nulls last, c.born desc
    limit t.most
) x
join store.version v on v.compartment = x.home and v.item = x.item and v.version = x.version
order by v.type, x.low desc nulls last, x.born desc
"""  # noqa: S608 - built from our own names only
"""For each type the newest of the compartments ($1) by main date, at most `most` of each, as far as may be seen."""

_ELSE = Names.bound(2)

ELSEWHERE = f"""
select exists (
    select from store.current c
    where c.compartment = any($1::bigint[]) and c.provider = {_ELSE.provider} and c.unit <> {_ELSE.unit}
      and not {visible_or_all("c", _ELSE)}
) as units, exists (
    select from store.current c
    where c.compartment = any($1::bigint[]) and c.provider not in (0, {_ELSE.provider})
      and not {visible_or_all("c", _ELSE)}
) as providers
"""  # noqa: S608 - built from our own names only
"""THAT there is more than what is shown, never whose nor what."""

_ALL = Names.bound(6)

EVERYTHING = f"""
select {_VERSION}, m.born
from (
    select c.home, c.item, c.version, c.born
    from store.current c
    where c.compartment = any($1::bigint[]) and c.item <> all($1::bigint[]) and c.born > $2
      and ($4::smallint[] = '{{}}' or c.type = any($4::smallint[]))
      and ($5::timestamptz is null or c.updated >= $5::timestamptz) and {visible_or_all("c", _ALL)}
    order by c.born limit $3
) m
join store.version v on v.compartment = m.home and v.item = m.item and v.version = m.version
order by m.born
"""  # noqa: S608 - built from our own names only
"""Items of a person's compartments in the order of their making, from one on; not the Patients themselves."""

_EACH = Names.bound(4)

HISTORY = f"""
select {_VERSION}
from store.version v
where v.compartment in ($1::bigint, 0) and v.item = $2::bigint and v.version < $3::int and {visible_or_all("v", _EACH)}
order by v.version desc
limit 1000
"""  # noqa: S608 - built from our own names only
"""Versions of one item below a number, newest first, each by its own owner and patients: those may have changed."""

_ONE = Names.bound(4)

VERSION = f"""
select {_VERSION}
from store.version v
where v.compartment in ($1::bigint, 0) and v.item = $2::bigint and v.version = $3::int and {visible_or_all("v", _ONE)}
"""  # noqa: S608 - built from our own names only
"""One version by number. Versions from before an item belonged to a patient lie in compartment 0."""
