"""One patient's items of a type, owner by owner: between which dates a session may see any of them at all.

A walk through the items newest first would meet every item that a block hides and look the block up for each. So the
rule is asked once for each care unit that has written, and what is left of time between its blocks is walked, in an
index that knows the owner: a block costs the same whether it hides one item or ten thousand (PDL 4:4, SVOD 2:3; A4).
A stretch only leaves out what is hidden; whatever the rule has not settled for the whole of it is asked of each item.
"""

from varda.search.narrowing import INNER, OUTER, Names, ahead, in_force, visible

_MOST_BLOCKS = 8
"""Of each unit; those that reach farthest in time are taken out of it, and earlier ones are met item by item."""


_BEGINNING = "'0001-01-01 00:00:00+00 BC'::timestamptz"


def dated(row: str) -> str:
    """Where an item lies in its unit's time, as the index has it: what has no date comes before all that has one, and
    what has no beginning (minus infinity) just after that.
    """
    return f"case when {row}.low is null then '-infinity'::timestamptz else greatest({row}.low, {_BEGINNING}) end"


def stretches(compartment: str, type_: str, n: Names) -> str:
    """A select of rows provider, unit, opens, closes and `clear`: no block touches what is dated `clear` or later.

    The units are found by leaping from one to the next in the index. `ways` counts whether the unit's items are reached
    if none is blocked, and if all are; where it is both, no block matters. A block of all time hides the dateless too.
    """
    owners = f"select c.provider, c.unit from store.current c where c.compartment = {compartment} and c.type = {type_}"  # noqa: S608 - our own names only
    first = "order by c.provider, c.unit limit 1"
    reached = ahead("p", n, "f.is_blocked", "f.is_blocked")
    return f"""
        with recursive k as (
            ({owners} {first})
            union all
            select x.* from k cross join lateral ({owners} and (c.provider, c.unit) > (k.provider, k.unit) {first}) x
        )
        select p.provider, p.unit, g.opens, g.closes, h.clear
        from (select {compartment} as compartment, {type_} as type, null::bigint[] as also, k.provider, k.unit from k) p
        cross join lateral (
            select count(*) as ways from (values (false), (true)) f(is_blocked) where {reached} having count(*) > 0
        ) w
        cross join lateral (
            select range_agg(tstzrange(b.since, greatest(b.since, b.until))) filter (where b.is_of_unit) as hidden,
                   coalesce(max(b.until) filter (where b.is_of_unit),
                            case when count(*) = {_MOST_BLOCKS} then min(b.until) end, '-infinity') as clear
            from (
                select b.unit in (0, p.unit) as is_of_unit, b.until,
                       case when b.since = '-infinity' and b.until >= '9999-01-01' then b.since
                            else greatest(b.since, {_BEGINNING}) end as since
                from access.decision b
                where b.compartment = p.compartment and b.provider = p.provider and w.ways = 1
                  and b.kind = case when p.provider = {n.provider} then {INNER} else {OUTER} end
                  and {in_force("b", n.now)}
                order by b.until desc limit {_MOST_BLOCKS}
            ) b
        ) h
        cross join lateral (
            select lower(free) as opens, upper(free) - interval '1 microsecond' as closes
            from unnest('{{[-infinity,infinity]}}'::tstzmultirange - coalesce(h.hidden, '{{}}')) free
            limit {_MOST_BLOCKS + 1}
        ) g"""  # noqa: S608 - our own names only


def seen(row: str, n: Names) -> str:
    """The rule, for a row within a stretch `s` of its owner."""
    is_clear = f"{row}.also is null and coalesce({row}.low, {row}.updated) >= s.clear"
    inside = f"{row}.provider = s.provider and {row}.unit = s.unit and {dated(row)} between s.opens and s.closes"
    return f"{inside} and (({is_clear}) or {visible(row, n)})"
