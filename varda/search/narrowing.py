"""The access rule as data, and as the one SQL clause that is written into every statement that touches care data.

Nothing is fetched and then hidden: what the clause does not let through is never found, counted or paged
(PDL 4:1–4:5, SVOD 2–3, HSLF-FS 2016:40 ch. 4; RULES A1–A13).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from varda.search.within import Within

# What a row of access.reach opens; the same numbers stand in its column `width`.
OWN_UNIT, OWN_PROVIDER, OTHERS, OTHERS_WITHOUT_RELATION, BLOCKED_UNIT = range(5)
INFORMATION, INNER, OUTER = 1, 3, 4  # kinds of access.decision


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What one session can see. `unit` and `provider` are keys of HSA-ids; `grantees` whom relations are given to,
    the unit itself first.

    `owned` are units whose every item is seen, whoever the patient: a registered system that serves those units.
    `types` are the resource types that the role may read, by number; None: all. `people` are the compartments that a
    citizen may read, less what care withholds from them.
    `within` are the limits of an app's token, which the compiler adds to all this; None: not an app's.
    """

    everything: bool
    unit: int
    provider: int
    grantees: tuple[int, ...]
    now: datetime
    owned: tuple[int, ...] = ()
    types: tuple[int, ...] | None = None
    people: tuple[int, ...] = ()
    within: tuple[Within, ...] | None = None

    @property
    def values(self) -> tuple[Any, ...]:
        """The values in the order of `Names`, to bind."""
        types = None if self.types is None else list(self.types)
        lists = [list(self.grantees), list(self.owned), list(self.people)]
        return (self.everything, self.unit, self.provider, lists[0], self.now, lists[1], types, lists[2])

    def without_limit(self) -> "Narrowing":
        """The rule of the door's own questions, whose answers it tells only in part."""
        return replace(self, everything=True, types=None)

    def allows(self, type_number: int) -> bool:
        """Whether the role may read this resource type at all."""
        return self.types is None or type_number in self.types


class Names(NamedTuple):
    """SQL expressions that stand for the values: parameters, or columns where many narrowings share a trip."""

    everything: str
    unit: str
    provider: str
    grantees: str
    now: str
    owned: str = ""
    types: str = ""
    people: str = ""

    @classmethod
    def bound(cls, first: int) -> "Names":
        """Parameters $first … $first+7, in the order of `Narrowing.values`."""
        types = ("boolean", "bigint", "bigint", "bigint[]", "timestamptz", "bigint[]", "smallint[]", "bigint[]")
        return cls(*(f"${first + n}::{type_}" for n, type_ in enumerate(types)))


class Dates(NamedTuple):
    """SQL for the first instant of an item, and for the first one after its last: equal when it was but an instant."""

    first: str
    after: str


CURRENT = Dates("coalesce({row}.low, {row}.updated)", "coalesce({row}.high, {row}.updated)")
"""When an item is dated, for blocks of a period: its main date, else when it was written. Of store.current."""
VERSION = Dates("{row}.dated", "{row}.dated_until")
"""The same, of store.version."""


def visible(row: str, n: Names, dated: Dates = CURRENT) -> str:
    """The clause for one row with columns compartment, unit, provider, type and also.

    An item is seen through a row of access.reach that lasts now: the own unit's and the county's by any relation or
    choice; those of the provider's other units by a choice of width 1 unless an inner block stands before them; other
    providers' as SVOD allows: opened, made available, and behind no outer block. An item that names several patients
    needs this of each of them, and another provider's is not shown. What belongs to no patient (compartment 0) is
    reached by every unit. The clause is a plain conjunction with `exists`, so that the planner may start from the few
    patients that are reached. `everything` must be decided before: by leaving the clause out, or by `visible_or_all`.
    """
    return ahead(row, n, blocked_inside(row, n.now, dated), blocked_outside(row, n.now, dated))


def ahead(row: str, n: Names, inner: str, outer: str) -> str:
    """The clause where the caller says, in SQL, whether an inner or outer block stands before the row."""
    return f"""exists (
        select from access.reach r
        where r.compartment = {row}.compartment and {_lasting("r", n)} and (
            (r.width <= {OWN_PROVIDER} and {row}.unit in (0, {n.unit}) and {_all_reached(row, n, OWN_UNIT)})
            or (r.width = {OWN_PROVIDER} and {_other_unit(row, n)} and not {inner}
                and {_all_reached(row, n, OWN_PROVIDER)})
            or (r.width = {BLOCKED_UNIT} and {_other_unit(row, n)} and {row}.unit = r.unit and {_fits(row)}
                and {row}.also is null)
            or (r.width in ({OTHERS}, {OTHERS_WITHOUT_RELATION}) and {_other_provider(row, n)}
                and r.provider in (0, {row}.provider) and r.unit in (0, {row}.unit) and {_fits(row)}
                and {row}.also is null and {informed(row, n.now)} and not {outer}
                and (r.width = {OTHERS_WITHOUT_RELATION} or {_related(row, n)}))
        )
    )"""


def arms(row: str, n: Names) -> list[str]:
    """Conditions that let through all that `visible` does, no row twice: the own unit's, the county's, other units'.

    Each has an index of its own that gives its items newest first. One clause for all has none: the planner
    would walk the whole county's items and probe each for a relation. `is true` keeps the relations from becoming a
    join: the planner would think that hardly any of the unit's items are about its own patients, and sort them all.
    What was opened by choice is of few patients: they are found first, and the whole rule is asked of their items.
    """
    reached = f"({row}.compartment in ({_reached(n, OWN_UNIT)})) is true"
    opened = f"{row}.compartment = any(array({_opened(n)})) and {visible(row, n)}"
    return [
        f"{row}.unit = {n.unit} and {reached} and {_all_reached(row, n, OWN_UNIT)}",
        f"{row}.unit = 0 and {n.unit} <> 0 and {reached} and {_all_reached(row, n, OWN_UNIT)}",
        f"{row}.unit not in (0, {n.unit}) and {opened}",
    ]


def visible_or_all(row: str, n: Names, dated: Dates = CURRENT) -> str:
    """The clause where only the row of values tells whether everything is seen (reads by id of many sessions)."""
    types = f"({n.types} is null or {row}.type = any({n.types}))"
    any_of = [n.everything, f"{row}.unit = any({n.owned})", citizen(row, n.people), f"({visible(row, n, dated)})"]
    return f"({types} and ({' or '.join(any_of)}))"


def visible_if(reached: str, row: str, n: Names) -> str:
    """As `visible_or_all`, where the caller has asked `reached_at_all` of the patient: of what the own unit and the
    county own nothing more is asked.
    """
    types = f"({n.types} is null or {row}.type = any({n.types}))"
    own = f"({row}.unit in (0, {n.unit}) and {reached} and {_all_reached(row, n, OWN_UNIT)})"
    others = f"({row}.unit not in (0, {n.unit}) and {visible(row, n)})"
    any_of = [own, others, n.everything, f"{row}.unit = any({n.owned})", citizen(row, n.people)]
    return f"({types} and ({' or '.join(any_of)}))"


def counted_if(reached: str, row: str, n: Names) -> str:
    """What a care provider counts for one of its units to follow care up (PDL 2:4): what the provider and the county
    own about whom the unit reaches, less what an inner block keeps from the unit (PDL 4:4). For a job that serves the
    unit alone, and only where nobody is shown.
    """
    job = f"(not {n.everything} and {n.unit} = any({n.owned}) and {n.people} = '{{}}')"
    types = f"({n.types} is null or {row}.type = any({n.types}))"
    own = f"({row}.unit in (0, {n.unit}) and {_all_reached(row, n, OWN_UNIT)})"
    others = f"({_other_unit(row, n)} and {row}.also is null and not {blocked_inside(row, n.now)})"
    return f"({job} and {types} and {reached} and ({own} or {others}))"


def reached_at_all(compartment: str, n: Names) -> str:
    """Whether a relation or choice opens what the own unit and the county own about a patient."""
    widths = f"r.width in ({OWN_UNIT}, {OWN_PROVIDER})"
    return (
        f"exists (select from access.reach r where r.compartment = {compartment} and {widths} and {_lasting('r', n)})"
    )


def owned(row: str, n: Names) -> str:
    """The clause for a session that sees all that its units own."""
    return f"{row}.unit = any({n.owned})"


def left(row: str, n: Names) -> str:
    """That neither a relation nor a choice reaches the patient of the row: what was left when a contact ended."""
    reached = f"r.compartment = {row}.compartment and r.width in ({OWN_UNIT}, {OWN_PROVIDER}) and {_lasting('r', n)}"
    return f"({row}.compartment <> 0 and not exists (select from access.reach r where {reached}))"


def citizen(row: str, people: str) -> str:
    """The clause for a citizen: the own record less what care withholds, and who works where (PDL 5:5; A17)."""
    return (
        f"({people} <> '{{}}' and ({row}.compartment = any({people}) or ({row}.compartment = 0 and {row}.unit = 0)) "
        f"and not {row}.withheld and ({row}.also is null or {row}.also <@ {people}))"
    )


def blocked(row: str, kind: int, now: str, dated: Dates = CURRENT) -> str:
    """Whether a block of the kind stands before the row at this instant: of all, or of a period that the item's own
    touches, be it by a day (PDL 4:4: what is partly of the blocked time tells of it).
    """
    first, after = (date.format(row=row) for date in dated)
    return f"""exists (
        select from access.decision b
        where b.compartment = {row}.compartment and b.kind = {kind} and b.provider = {row}.provider
          and b.unit in (0, {row}.unit) and {in_force("b", now)}
          and b.until > {first} and (b.since <= {first} or b.since < {after})
    )"""


def blocked_inside(row: str, now: str, dated: Dates = CURRENT) -> str:
    """Whether an inner block hides the row from the provider's other units."""
    return blocked(row, INNER, now, dated)


def blocked_outside(row: str, now: str, dated: Dates = CURRENT) -> str:
    """Whether an outer block hides the row from other providers."""
    return blocked(row, OUTER, now, dated)


def in_force(block: str, now: str) -> str:
    """Whether a block holds at this instant and nobody has lifted it for a time."""
    return (
        f"{block}.opens <= {now} and {block}.closes > {now} "
        f"and not ({block}.lift_opens <= {now} and {block}.lift_closes > {now})"
    )


def informed(row: str, now: str) -> str:
    """Whether the patient was told that this provider's data can be made available (SVOD 2:2; A6)."""
    return (
        f"exists (select from access.decision i where i.compartment = {row}.compartment and i.kind = {INFORMATION} "
        f"and i.provider = {row}.provider and i.opens <= {now} and i.closes > {now})"
    )


def _other_unit(row: str, n: Names) -> str:
    return f"{row}.provider = {n.provider} and {row}.unit not in (0, {n.unit})"


def _other_provider(row: str, n: Names) -> str:
    return f"{row}.provider not in (0, {n.provider})"


def _fits(row: str) -> str:
    return f"(r.types is null or {row}.type = any(r.types))"


def _related(row: str, n: Names) -> str:
    """A care relation of the unit itself lasts now; a choice of somebody's own is none."""
    return (
        f"exists (select from access.reach w where w.compartment = {row}.compartment and w.width = {OWN_UNIT} "
        f"and w.grantee = ({n.grantees})[1] and w.opens <= {n.now} and w.closes > {n.now})"
    )


def _reached(n: Names, width: int) -> str:
    wide = f"r.width in ({OWN_UNIT}, {OWN_PROVIDER})" if width == OWN_UNIT else f"r.width = {width}"
    return f"select r.compartment from access.reach r where {_lasting('r', n)} and {wide}"  # noqa: S608 - our own names only


def _opened(n: Names) -> str:
    return f"select r.compartment from access.reach r where {_lasting('r', n)} and r.width >= {OWN_PROVIDER}"  # noqa: S608 - our own names only


def _all_reached(row: str, n: Names, width: int) -> str:
    """That everybody else whom the item names is reached too. The array is made once, and only if one is met, so that
    it weighs nothing in a plan. Who has an inner block in force is not among those whose other units are read so.
    """
    reached = _reached(n, width)
    if width == OWN_PROVIDER:
        reached += (
            f" and not exists (select from access.decision b where b.compartment = r.compartment "
            f"and b.kind = {INNER} and b.provider = {n.provider} and b.opens <= {n.now} and b.closes > {n.now})"
        )
    return f"({row}.also is null or {row}.also <@ array({reached}))"


def _lasting(reach: str, n: Names) -> str:
    return f"{reach}.grantee = any({n.grantees}) and {reach}.opens <= {n.now} and {reach}.closes > {n.now}"
