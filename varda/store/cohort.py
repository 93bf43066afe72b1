"""Reading entries of many patients in few trips."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from varda.kernel.db import Database, Work
from varda.search.cohort import COUNTED, NAMED, STAMPS
from varda.search.narrowing import Narrowing
from varda.store import versions
from varda.store.model import Stored
from varda.store.writing import type_number

_AT_ONCE = 2_000
"""Bodies of a trip: what waits behind it waits some ten milliseconds."""

Stamp = tuple[int, int]
"""How many entries there are, and a number made of all their names and versions."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Entries of types from a day on, of each compartment its own; those of `whole` of all time. Those of `having` only
    with one of the tokens.
    """

    since: Mapping[int, datetime]
    types: tuple[str, ...]
    whole: tuple[str, ...] = ()
    having: tuple[str, ...] = ()
    tokens: tuple[int, ...] = ()

    @property
    def values(self) -> tuple[Any, ...]:
        """To bind, before the rule. Long lists of numbers travel as text."""
        days = ",".join(f'"{day.isoformat()}"' for day in self.since.values())
        types = ([type_number(one) for one in some] for some in (self.types, self.whole, self.having))
        return ("{" + ",".join(map(str, self.since)) + "}", "{" + days + "}", *types, list(self.tokens))


@dataclass(frozen=True, slots=True)
class Named:
    """Which versions may be seen, each with the compartment that it was found in, and that compartment's stamp."""

    compartments: Sequence[int]
    places: Sequence[versions.Place]
    stamps: Mapping[int, Stamp]


async def stamped(work: Work, asked: Asked, rule: Narrowing) -> tuple[dict[int, Stamp], set[int]]:
    """The stamp of each compartment that has anything to be seen, and the units that it is of."""
    found, units = {}, set[int]()
    for compartment, number, stamp, is_own, others in await work.all(STAMPS, *asked.values, *rule.values):
        if number:
            found[compartment] = (number, stamp)
            units.update([rule.unit] if is_own else (), others or ())
    return found, units


async def named(work: Work, asked: Asked, rule: Narrowing, *, is_counted: bool = False) -> Named:
    """Which entries there are to read; `is_counted`: those that the care provider may count for the rule's unit."""
    row = await work.one(COUNTED if is_counted else NAMED, *asked.values, *rule.values)
    if row["homes"] is None:
        return Named([], [], {})
    stamps: dict[int, Stamp] = {}
    for compartment, part in zip(row["compartments"], row["stamps"], strict=True):
        number, stamp = stamps.get(compartment, (0, 0))
        stamps[compartment] = (number + 1, stamp ^ part)
    places = list(zip(row["homes"], row["items"], row["versions"], strict=True))
    return Named(row["compartments"], places, stamps)


async def fetched(work: Work, places: Sequence[versions.Place]) -> AsyncIterator[tuple[versions.Place, Stored]]:
    """What these versions say, in pieces; what has been destroyed since it was named is missing."""
    for first in range(0, len(places), _AT_ONCE):
        for one in (await versions.fetch(work, places[first : first + _AT_ONCE])).items():
            yield one


class Kept:
    """What has been made of somebody's entries, kept in this process: what versions say never changes (decision 27).

    Which of them are to be seen is asked each time anew, and is the name by which it is found. What is asked for stays;
    when there is too much, what has not been asked for since the last time goes.
    """

    def __init__(self, database: Database, most: int = 10_000) -> None:
        self._database, self._opened, self._most = database, database.opened, most
        self._young: dict[Any, Any] = {}
        self._old: dict[Any, Any] = {}

    def find(self, read: Any, names: Iterable[Any]) -> dict[Any, Any]:
        """What `read` has made of those that it has met."""
        if self._opened != self._database.opened:  # it may have come back without its last commits
            self._opened, self._young, self._old = self._database.opened, {}, {}
        found = {}
        for one in names:
            name = (read, one)
            if name in self._young:
                found[one] = self._young[name]
            elif name in self._old:
                found[one] = self._young[name] = self._old[name]
        return found

    def keep(self, read: Any, made: Mapping[Any, Any]) -> None:
        """Keep what it has made now."""
        if len(self._young) > self._most:
            self._young, self._old = {}, self._young
        self._young |= {(read, name): one for name, one in made.items()}
