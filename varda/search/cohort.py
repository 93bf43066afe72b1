"""Entries of many patients at once, each one's since a day of its own: what a list over whole records is made of.

Whose entry may be seen is asked of each, by the rule of every other statement; whether the unit reaches a patient at
all is asked once of each patient. Each compartment is walked by itself (`offset 0`): the planner would read all that
the unit has ever written, or put indexes of the whole county together.
"""

from varda.search.narrowing import Names, counted_if, reached_at_all, visible_if

_RULE = Names.bound(7)

_PEOPLE = f"""(
    select u.compartment, u.since, {reached_at_all("u.compartment", _RULE)} as is_reached
    from unnest($1::text::bigint[], $2::text::timestamptz[]) as u(compartment, since)
    offset 0
) p"""  # noqa: S608 - built from our own names only


def _entries(may: str) -> str:
    """Those asked for of one of the people, where the clause is true."""
    return f"""(
    select c.* from store.current c
    where c.compartment = p.compartment and c.type = any($3::smallint[])
      and (c.type = any($4::smallint[]) or c.low >= p.since)
      and (c.type <> all($5::smallint[]) or c.tokens && $6::bigint[])
      and {may}
    offset 0
) c"""  # noqa: S608 - built from our own names only


_SEEN = _entries(visible_if("p.is_reached", "c", _RULE))
_STAMP = "hashint8extended(c.item, c.version)"

STAMPS = f"""
select p.compartment, s.number, s.stamp, s.is_own, s.others
from {_PEOPLE}
cross join lateral (
    select count(*) as number, bit_xor({_STAMP}) as stamp, bool_or(c.unit = {_RULE.unit}) as is_own,
           array_agg(distinct c.unit) filter (where c.unit <> {_RULE.unit}) as others
    from {_SEEN}
) s
"""  # noqa: S608 - built from our own names only
"""Of each compartment ($1) how many entries may be seen, a number that changes with them and their versions, and whose
they are: of types ($3), from the compartment's own day on ($2) or of all time ($4); some types only with one of some
tokens ($5, $6).
"""


def _named(entries: str) -> str:
    return f"""
select array_agg(c.home) as homes, array_agg(c.item) as items, array_agg(c.version) as versions,
       array_agg(c.compartment) as compartments, array_agg({_STAMP}) as stamps
from {_PEOPLE}
cross join lateral {entries}
"""  # noqa: S608 - built from our own names only


NAMED = _named(_SEEN)
"""The same entries by name, each with its part of the stamp. One row of arrays."""
COUNTED = _named(_entries(counted_if("p.is_reached", "c", _RULE)))
"""The same of what the care provider may count for the unit (PDL 2:4)."""
