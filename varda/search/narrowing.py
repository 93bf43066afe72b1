"""The access rule as data, and as the one SQL clause that is written into every statement that touches care data.

Nothing is fetched and then hidden: what the clause does not let through is never found, counted or paged
(PDL 4:1, HSLF-FS 2016:40 ch. 4; RULES A1–A3, A13).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What one session can see. `unit` and `provider` are keys of HSA-ids; `grantees` whom relations are given to.

    `owned` are units whose every item is seen, whoever the patient: a registered system that serves those units.
    """

    everything: bool
    unit: int
    provider: int
    grantees: tuple[int, ...]
    now: datetime
    owned: tuple[int, ...] = ()

    @property
    def values(self) -> tuple[Any, ...]:
        """The values in the order of `Names`, to bind."""
        return (self.everything, self.unit, self.provider, list(self.grantees), self.now, list(self.owned))


class Names(NamedTuple):
    """SQL expressions that stand for the six values: parameters, or columns where many narrowings share a trip."""

    everything: str
    unit: str
    provider: str
    grantees: str
    now: str
    owned: str = ""

    @classmethod
    def bound(cls, first: int) -> "Names":
        """Parameters $first … $first+5, in the order of `Narrowing.values`."""
        types = ("boolean", "bigint", "bigint", "bigint[]", "timestamptz", "bigint[]")
        return cls(*(f"${first + n}::{type_}" for n, type_ in enumerate(types)))


def visible(row: str, n: Names, also: str = "") -> str:
    """The clause for one row with columns compartment, unit, provider and also (or `also` given as an expression).

    An item is seen through a reach that lasts now: items of the own unit and the county's by any, those of the
    provider's other units only by one of width 1. An item that names several patients needs a reach to each of them.
    What belongs to no patient (compartment 0) is reached by every unit. The clause is a plain conjunction with
    `exists`, so that the planner may start from the few patients that are reached; the array is made once, and only if
    an item of several patients is met, so that it weighs nothing in a plan. `everything` must be decided
    before: by leaving the clause out, or by `visible_or_all`.
    """
    return f"""exists (
        select from access.reach r
        where r.compartment = {row}.compartment and {_lasting("r", n)}
          and ({row}.unit in (0, {n.unit}) or (r.width >= 1 and {row}.provider = {n.provider}))
    ) and {_all_reached(also or f"{row}.also", n)}"""


def arms(row: str, n: Names) -> list[str]:
    """Conditions that let through all that `visible` does, no row twice: the own unit's, the county's, other units'.

    Each has an index of its own that gives its items newest first. One clause for all three has none: the planner
    would walk the whole county's items and probe each for a relation. `is true` keeps the relations from becoming a
    join: the planner would think that hardly any of the unit's items are about its own patients, and sort them all.
    """
    reached = f"({row}.compartment in ({_reached(n)})) is true"
    others = f"{row}.provider = {n.provider} and {row}.compartment = any(array({_reached(n)} and r.width >= 1))"
    walks = [
        f"{row}.unit = {n.unit} and {reached}",
        f"{row}.unit = 0 and {n.unit} <> 0 and {reached}",
        f"{row}.unit not in (0, {n.unit}) and {others}",
    ]
    return [f"{walk} and {_all_reached(f'{row}.also', n)}" for walk in walks]


def visible_or_all(row: str, n: Names, also: str = "") -> str:
    """The clause where only the row of values tells whether everything is seen (reads by id of many sessions)."""
    return f"({n.everything} or {row}.unit = any({n.owned}) or ({visible(row, n, also)}))"


def owned(row: str, n: Names) -> str:
    """The clause for a session that sees all that its units own."""
    return f"{row}.unit = any({n.owned})"


def _reached(n: Names) -> str:
    return f"select r.compartment from access.reach r where {_lasting('r', n)}"  # noqa: S608 - our own names only


def _all_reached(also: str, n: Names) -> str:
    return f"({also} is null or {also} <@ array({_reached(n)}))"


def _lasting(reach: str, n: Names) -> str:
    return f"{reach}.grantee = any({n.grantees}) and {reach}.opens <= {n.now} and {reach}.closes > {n.now}"
