"""Which units work in the system and which on paper, over the county's tree (INTRODUCTION §3: units on paper).

Nothing is said by hand: it is how functions are switched, with what waits on sheets and who has a drill.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from varda.access.organisations import Organisation, Organisations
from varda.catalogue import FUNCTIONS, InForce
from varda.introduction.downtime.drills import Drills
from varda.introduction.downtime.packs import Packs
from varda.introduction.downtime.paper import Paper, Queue
from varda.kernel.db import Database

State = Literal["system", "partly", "paper"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit (HSA-id): in the system, partly or wholly on paper; the functions (numbers) that are on paper or stopped
    there; what waits on sheets; whether it has a drill."""

    unit: str
    name: str
    state: State
    functions: Sequence[str]
    queue: Queue | None
    is_drill: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an organisation with its units, those on paper first."""

    organisation: Organisation
    units: Sequence[Standing]

    @property
    def counts(self) -> Counter[str]:
        """How many units are in each state."""
        return Counter(one.state for one in self.units)


class Board:
    """Of one database, with the functions as they are switched now."""

    def __init__(self, database: Database, in_force: InForce) -> None:
        self._database, self._in_force = database, in_force

    async def units(self, now: datetime, among: Collection[str] | None = None) -> dict[str, Standing]:
        """Every unit where somebody works in care, or those of them that are `among` some, by HSA-id and name."""
        units = [one for one in await Packs(self._database).units(now) if among is None or one in among]
        known = await Organisations(self._database).known(units)
        queues, drills = await Paper(self._database).queues(), await Drills(self._database).everywhere()
        off = self._off()
        found = [
            Standing(one, name, _state(some), some, queues.get(one), one in drills)
            for one in units
            if (name := known[one].name if one in known else one) and (some := self._at(off, one)) is not None
        ]
        return {one.unit: one for one in sorted(found, key=lambda one: one.name)}

    async def overview(self, organisation: str, now: datetime) -> list[Part]:
        """The parts directly below an organisation (HSA-id; empty: the county) that have units, those with most on
        paper first. An organisation without parts is its own only part.
        """
        organisations = Organisations(self._database)
        if organisation:
            below = await organisations.below(organisation)
            parts = [one for one in below if one.above == organisation] or below[:1]
            units = await self.units(now, {one.hsa for one in below})
        else:
            parts, units = await organisations.tops(), await self.units(now)
        of = await organisations.below_each([one.hsa for one in parts])
        told = [Part(one, _ordered(units, of.get(one.hsa, ()))) for one in parts]
        return sorted((one for one in told if one.units), key=lambda one: (-_on_paper(one), one.organisation.name))

    def _off(self) -> dict[str, set[str]]:
        """Functions that are not on, by unit; empty: everywhere."""
        found: dict[str, set[str]] = {}
        for (function, unit), state in self._in_force.states.items():
            if state != "on" and function in FUNCTIONS:
                found.setdefault(unit, set()).add(function)
        return found

    def _at(self, off: Mapping[str, set[str]], unit: str) -> list[str]:
        shut = self._in_force.closed.get(unit, frozenset())
        return sorted((off.get(unit, set()) | off.get("", set())) - shut)


def _state(functions: Sequence[str]) -> State:
    if not functions:
        return "system"
    return "paper" if len(functions) == len(FUNCTIONS) else "partly"


def _ordered(units: Mapping[str, Standing], some: Sequence[str]) -> list[Standing]:
    there = [units[one] for one in some if one in units]
    return sorted(there, key=lambda one: (-len(one.functions), one.name))


def _on_paper(part: Part) -> int:
    return sum(one.state != "system" for one in part.units)
