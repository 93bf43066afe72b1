"""Reading what a narrowing lets through. Reads by id that arrive together share one trip to the database."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from varda.kernel.db import Database, Work
from varda.kernel.sql import named
from varda.search.compile import Statement
from varda.search.narrowing import Narrowing
from varda.search.reading import CHART, ELSEWHERE, EVERYTHING, HISTORY, READ, VERSION
from varda.store.model import Stored
from varda.store.writing import type_name, type_number

_SQL = named("varda.store")
_MOST_AT_ONCE = 128


@dataclass(frozen=True, slots=True)
class Found:
    """What there is under one id for one narrowing. `stored` is None when it may not be seen (or is not there)."""

    exists: bool
    compartment: int
    stored: Stored | None


_NOTHING = Found(exists=False, compartment=0, stored=None)


async def read(work: Work, wanted: Sequence[tuple[int, Narrowing]]) -> list[Found]:
    """The newest version under each item number, as each one's narrowing allows. One statement for all."""
    rows = await work.all(READ, *_asked(wanted))
    found = {row["n"]: _found(row) for row in rows}
    return [found.get(n, _NOTHING) for n in range(len(wanted))]


def _asked(wanted: Sequence[tuple[int, Narrowing]]) -> list[list[Any]]:
    return [
        list(range(len(wanted))),
        [item for item, _ in wanted],
        [n.everything for _, n in wanted],
        [n.unit for _, n in wanted],
        [n.provider for _, n in wanted],
        ["{" + ",".join(map(str, n.grantees)) + "}" for _, n in wanted],
        [n.now for _, n in wanted],
        ["{" + ",".join(map(str, n.owned)) + "}" for _, n in wanted],
    ]


def _found(row: Any) -> Found:
    stored = stored_from(row) if row["body"] is not None else None
    return Found(True, row["place"], stored)


def stored_from(row: Any) -> Stored:
    """One row of store.version as a value."""
    return Stored(
        type=type_name(row["type"]),
        id=row["id"],
        version=row["version"],
        updated=row["at"],
        deleted=row["deleted"],
        provider=row["provider"],
        unit=row["unit"],
        body=row["body"],
        compartment=row["compartment"],
        also=tuple(row["also"] or ()),
    )


async def version(work: Work, compartment: int, item: int, number: int, narrowing: Narrowing) -> Stored | None:
    """One version by number, as far as it may be seen."""
    row = await work.maybe(VERSION, compartment, item, number, *narrowing.values)
    return stored_from(row) if row else None


async def history(work: Work, compartment: int, item: int, before: int, narrowing: Narrowing) -> list[Stored]:
    """At most 1,000 versions below a number (0: from the newest), newest first, as far as they may be seen."""
    below = before or 2**31 - 1
    return [stored_from(row) for row in await work.all(HISTORY, compartment, item, below, *narrowing.values)]


async def chart(
    work: Work, compartments: Sequence[int], wanted: Mapping[str, int], narrowing: Narrowing
) -> dict[str, list[Stored]]:
    """For each type the newest by its main date, at most as many as wanted, in one trip."""
    numbers = [type_number(name) for name in wanted]
    rows = await work.all(CHART, list(compartments), numbers, list(wanted.values()), *narrowing.values)
    found: dict[str, list[Stored]] = {name: [] for name in wanted}
    for row in rows:
        found[type_name(row["type"])].append(stored_from(row))
    return found


@dataclass(frozen=True, slots=True)
class Match:
    """One row of a search: the item, and what `next_page` and `reverse_included` want to know of it."""

    stored: Stored
    item: int
    row: Any


async def matched(work: Work, statement: Statement) -> list[Match]:
    """The rows of a compiled search."""
    rows = await work.all(statement.text, *statement.values)
    return [Match(stored_from(row), row["item"], row) for row in rows]


async def total(work: Work, statement: Statement) -> int:
    """How many a compiled count finds."""
    row = await work.one(statement.text, *statement.values)
    return int(row["total"])


async def newest(work: Work) -> int:
    """The creation number that the newest item can have."""
    row = await work.one(_SQL["newest_birth"])
    return int(row["born"])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items of a compartment: made after a creation number, of these types (none: all), changed since."""

    after: int = 0
    types: frozenset[str] = frozenset()
    since: datetime | None = None


async def everything(
    work: Work, compartments: Sequence[int], wanted: Wanted, most: int, narrowing: Narrowing
) -> list[tuple[int, Stored]]:
    """Items of one person's compartments, oldest first, each with its own creation number."""
    numbers = [type_number(name) for name in sorted(wanted.types)]
    rows = await work.all(EVERYTHING, list(compartments), wanted.after, most, numbers, wanted.since, *narrowing.values)
    return [(row["born"], stored_from(row)) for row in rows]


async def elsewhere(work: Work, compartments: Sequence[int], narrowing: Narrowing) -> tuple[bool, bool]:
    """Whether other units of the same provider, and whether other providers, have anything that is not shown."""
    row = await work.one(ELSEWHERE, list(compartments), *narrowing.values)
    return row["units"], row["providers"]


class Reads:
    """Gathers reads by id that wait at the same moment, so that 64 clients cost one statement and not 64."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[int, Narrowing, asyncio.Future[Found]]] = []
        self._running = 0

    async def one(self, item: int, narrowing: Narrowing) -> Found:
        """The newest version under an item number. Raises `Unavailable`."""
        answer: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, narrowing, answer))
        if self._running < 2:  # two in flight keep the database busy; more would make the groups smaller
            self._running += 1
            task = asyncio.create_task(self._drain())
            task.add_done_callback(lambda done: done.exception())
        return await answer

    async def _drain(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:_MOST_AT_ONCE], self._waiting[_MOST_AT_ONCE:]
                try:
                    async with self._database.connection() as work:
                        answers = await read(work, [(item, narrowing) for item, narrowing, _ in group])
                except Exception as failed:
                    _refuse(group, failed)
                else:
                    for (_, _, answer), found in zip(group, answers, strict=True):
                        if not answer.done():
                            answer.set_result(found)
        finally:
            self._running -= 1


def _refuse(group: Sequence[tuple[int, Narrowing, "asyncio.Future[Found]"]], failed: Exception) -> None:
    for _, _, answer in group:
        if not answer.done():
            answer.set_exception(failed)
