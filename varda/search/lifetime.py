"""One person's whole life: entries of some sorts, newest first from a place on, and how many there are each year.

The page walks each type in its index and asks the rule of each entry that is met. Counting meets them all, so it asks
the rule unit by unit, as a search within a patient does (`stretches`).
"""

from varda.search.kinds import token
from varda.search.narrowing import Names, visible_or_all
from varda.search.parameters import meanings
from varda.search.stretches import seen, stretches

_OF = """
      and (o.has = '{}' or c.tokens && o.has::bigint[])
      and (o.lacks = '{}' or not c.tokens && o.lacks::bigint[])
      and ($5::bigint[] = '{}' or c.unit = any($5::bigint[]))"""
_SORTS = "unnest($2::smallint[], $3::text[], $4::text[]) as o(type, has, lacks)"
_RULE, _COUNTING = Names.bound(11), Names.bound(7)

LIFE = f"""
select v.compartment, v.item, v.type, v.id, v.version, v.at, v.deleted, v.provider, v.unit, v.also, v.body,
       x.low, x.born
from (
    select n.* from unnest($1::bigint[]) as p(compartment)
    cross join {_SORTS}
    cross join lateral (
        select c.home, c.item, c.version, c.low, c.born
        from store.current c
        where c.compartment = p.compartment and c.type = o.type {_OF}
          and ($6::timestamptz is null or c.low >= $6::timestamptz)
          and ($7::timestamptz is null or c.low < $7::timestamptz)
          and ($8::bigint is null or (coalesce(c.low, '-infinity'), c.born) < ($9::timestamptz, $8::bigint))
          and {visible_or_all("c", _RULE)}
        order by c.low desc nulls last, c.born desc
        limit $10::int
    ) n
    order by n.low desc nulls last, n.born desc
    limit $10::int
) x
join store.version v on v.compartment = x.home and v.item = x.item and v.version = x.version
order by x.low desc nulls last, x.born desc
"""  # noqa: S608 - built from our own names only
"""At most $10 entries of one person's compartments ($1), of types ($2) with one of some tokens ($3) and none of others
($4), of units ($5), dated in [$6, $7), after a place ($9, $8) in the order newest first.
"""

YEARS = f"""
select c.unit, o.kind, extract(year from c.low at time zone 'Europe/Stockholm')::int as year, count(*)::int as entries
from unnest($1::bigint[]) as p(compartment)
cross join unnest($2::smallint[], $3::text[], $4::text[], $6::text[]) as o(type, has, lacks, kind)
cross join lateral ({stretches("p.compartment", "o.type", _COUNTING)}) s
join store.current c on c.compartment = p.compartment and c.type = o.type {_OF}
     and ({_COUNTING.types} is null or c.type = any({_COUNTING.types})) and {seen("c", _COUNTING)}
where not {_COUNTING.everything} and {_COUNTING.owned} = '{{}}' and {_COUNTING.people} = '{{}}'
group by 1, 2, 3
"""  # noqa: S608 - built from our own names only
"""How many entries a session of staff may see, by unit, kind ($6, for each type) and Swedish year (null: no date)."""


def coded(type_: str, parameter: str, *codes: str) -> tuple[int, ...]:
    """The tokens of some codes, of whatever system, of a search parameter."""
    return tuple(one for code in codes for one in token.wanted(meanings(type_)[parameter], "", code))
