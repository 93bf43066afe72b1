"""Statements that read by id or by patient. Their text is fixed; the rule inside is the one of `narrowing`."""

from varda.search import narrowing
from varda.search.letters import NUMBERS
from varda.search.narrowing import (
    INNER,
    OUTER,
    Names,
    ahead,
    blocked_inside,
    blocked_outside,
    in_force,
    informed,
    visible_or_all,
)

_ASKED = Names(
    "q.everything",
    "q.unit",
    "q.provider",
    "q.grantees::bigint[]",
    "q.now",
    "q.owned::bigint[]",
    "q.types::smallint[]",
    "q.people::bigint[]",
)

_VERSION = "v.compartment, v.item, v.type, v.id, v.version, v.at, v.deleted, v.provider, v.unit, v.also, v.body"

READ = f"""
select q.n, p.compartment as place, v.also as named, {_VERSION}
from unnest($1::int[], $2::bigint[], $3::boolean[], $4::bigint[], $5::bigint[], $6::text[], $7::timestamptz[],
            $8::text[], $9::text[], $10::text[])
     as q(n, item, everything, unit, provider, grantees, now, owned, types, people)
join store.place p on p.item = q.item
left join lateral (
    select x.* from store.version x
    where x.compartment = p.compartment and x.item = p.item
    order by x.version desc limit 1
) v on {visible_or_all("v", _ASKED, narrowing.VERSION)}
"""  # noqa: S608 - built from our own names only
"""Newest versions of many items, each for its own narrowing: a row for what exists, a body for what may be seen."""

_RULE = Names.bound(4)

CHART = f"""
select {_VERSION}
from unnest($2::smallint[], $3::int[]) as t(type, most)
cross join lateral (
    select n.* from unnest($1::bigint[]) as p(compartment)
    cross join lateral (
        select c.home, c.item, c.version, c.low, c.born
        from store.current c
        where c.compartment = p.compartment and c.type = t.type and {visible_or_all("c", _RULE)}
        order by c.low desc nulls last, c.born desc
        limit t.most
    ) n
    order by n.low desc nulls last, n.born desc
    limit t.most
) x
join store.version v on v.compartment = x.home and v.item = x.item and v.version = x.version
order by v.type, x.low desc nulls last, x.born desc
"""  # noqa: S608 - built from our own names only
"""For each type the newest of the compartments ($1) by main date, at most `most` of each, as far as may be seen.

Each compartment is walked by itself, newest first in its index: a long record costs no more than what is shown of it.
"""

_SEEKING = Names.bound(14)
_HAS = " and ".join(f"c.letters[{n}] & ($13::bigint[])[{n}] = ($13::bigint[])[{n}]" for n in range(1, NUMBERS + 1))

SOUGHT = f"""
select n.home as compartment, n.item, n.type, n.id, n.version, n.at, n.deleted, n.provider, n.unit, n.also, n.body,
       n.low, n.born
from unnest($1::bigint[]) as p(compartment)
cross join unnest($2::smallint[]) as t(type)
cross join lateral (
    select x.* from (
        select c.*, v.at, v.deleted, v.body
        from store.current c
        join store.version v on v.compartment = c.home and v.item = c.item and v.version = c.version
        cross join lateral (select lower(convert_from(v.body, 'UTF8') collate "C") as said offset 0) s
        where c.compartment = p.compartment and c.type = t.type
          and ($3::bigint[] = '{{}}' or c.unit = any($3::bigint[]))
          and ($4::timestamptz is null or c.low >= $4::timestamptz)
          and ($5::timestamptz is null or c.low < $5::timestamptz)
          and ($6::bigint is null or (coalesce(c.low, '-infinity'), c.born) < ($7::timestamptz, $6::bigint))
          and (c.letters is null or ({_HAS}))
          and position($8::text in s.said) > 0 and position($9::text in s.said) > 0
          and position($10::text in s.said) > 0 and position($11::text in s.said) > 0
        order by c.low desc nulls last, c.born desc
        offset 0
    ) x
    where {visible_or_all("x", _SEEKING)}
    limit $12::int
) n
order by n.low desc nulls last, n.born desc
limit $12::int
"""  # noqa: S608 - built from our own names only
"""Entries of one person's compartments ($1) in whose words these letters are ($8–$11; empty: any), newest first from a
place on ($7, $6). Those whose `letters` ($13) cannot have them are passed over. Only letters without accents are looked
for, so that case and escapes do not matter; whether the words fit, the caller sees. Each type is walked newest first in
its index, so that what many entries say is soon found; the rule is asked of what is left, and `offset 0` keeps it
there: it costs more than the letters.
"""

_ELSE = Names.bound(2)


def _block(kind: int) -> str:
    return f"""exists (
        select from access.decision b
        where b.compartment = k.compartment and b.kind = {kind} and b.provider = k.provider and b.unit in (0, k.unit)
          and {in_force("b", _ELSE.now)}
    )"""


def _exists(owner: str, is_blocked: str) -> str:
    """Whether there is anything hidden in groups of such owners that is blocked, or is not, as is said of item `c`."""
    return f"""exists (
        select from g
        join store.current c on c.compartment = g.compartment and c.type = g.type and c.provider = g.provider
                            and c.unit = g.unit
        where {owner} and {is_blocked} and not {visible_or_all("c", _ELSE)}
    )"""


_IN_OWN = f"g.provider = {_ELSE.provider}"
_IN_OTHERS = f"g.provider <> {_ELSE.provider}"
_NOT_BLOCKED = "(not g.is_reached or c.also is not null) and not (g.has_block and {block})"
_BLOCKED = "g.has_block and {block}"
_INSIDE, _OUTSIDE = blocked_inside("c", _ELSE.now), blocked_outside("c", _ELSE.now)

ELSEWHERE = f"""
with recursive k as (
    select x.* from unnest($1::bigint[]) as p(compartment)
    cross join lateral (
        select c.compartment, c.type, c.provider, c.unit from store.current c where c.compartment = p.compartment
        order by c.type, c.provider, c.unit limit 1
    ) x
    union all
    select x.* from k
    cross join lateral (
        select c.compartment, c.type, c.provider, c.unit from store.current c
        where c.compartment = k.compartment and (c.type, c.provider, c.unit) > (k.type, k.provider, k.unit)
        order by c.type, c.provider, c.unit limit 1
    ) x
), g as materialized (
    select k.*, {ahead("k", _ELSE, "false", "false")} as is_reached,
           case when k.provider = {_ELSE.provider} then {_block(INNER)} else {_block(OUTER)} end as has_block
    from (select k.*, null::bigint[] as also from k) k
    where ({_ELSE.types} is null or k.type = any({_ELSE.types}))
      and k.provider <> 0 and (k.provider <> {_ELSE.provider} or k.unit <> {_ELSE.unit})
)
select {_exists(_IN_OWN, _NOT_BLOCKED.format(block=_INSIDE))} as units,
       {_exists(_IN_OWN, _BLOCKED.format(block=_INSIDE))} as blocked_units,
       {_exists(_IN_OTHERS, f"{informed('c', _ELSE.now)} and " + _NOT_BLOCKED.format(block=_OUTSIDE))} as providers,
       {_exists(_IN_OTHERS, _BLOCKED.format(block=_OUTSIDE))} as blocked_providers
"""  # noqa: S608 - built from our own names only
"""THAT there is more than what is shown, never whose nor what.

Owners are found by leaping from one to the next in the index. Of an owner whose items are reached only what is blocked,
or names others too, can be hidden; of one without a block nothing is blocked: so no item is looked at without need.
"""

AVAILABLE = f"""
select distinct c.provider from store.current c
where c.compartment = any($1::bigint[]) and c.provider not in (0, $2::bigint)
  and {informed("c", "$3::timestamptz")} and not {blocked_outside("c", "$3::timestamptz")}
"""  # noqa: S608 - built from our own names only
"""Whose data about a patient may be made available to another provider ($2) at this instant ($3)."""

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
where v.compartment in ($1::bigint, 0) and v.item = $2::bigint and v.version < $3::int
  and {visible_or_all("v", _EACH, narrowing.VERSION)}
order by v.version desc
limit 1000
"""  # noqa: S608 - built from our own names only
"""Versions of one item below a number, newest first, each by its own owner and patients: those may have changed."""

_ONE = Names.bound(4)

VERSION = f"""
select {_VERSION}
from store.version v
where v.compartment in ($1::bigint, 0) and v.item = $2::bigint and v.version = $3::int
  and {visible_or_all("v", _ONE, narrowing.VERSION)}
"""  # noqa: S608 - built from our own names only
"""One version by number. Versions from before an item belonged to a patient lie in compartment 0."""

VERSIONS = """
select array_agg(q.home), array_agg(v.item), array_agg(v.type), array_agg(v.id), array_agg(v.version),
       array_agg(v.provider), array_agg(v.unit), array_agg(v.body), array_agg(v.compartment), array_agg(v.also::text)
from unnest($1::text::bigint[], $2::text::bigint[], $3::text::int[]) as q(home, item, version)
join store.version v on v.compartment = q.home and v.item = q.item and v.version = q.version
"""
"""Versions that a narrowed statement has just named, as one row of arrays. An array in an array travels as text, for
arrays of arrays would have to be rectangles.
"""
