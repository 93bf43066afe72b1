"""Reading what a narrowing lets through. Reads by id that arrive together share one trip to the database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import msgspec

from varda.kernel.db import Database, Work
from varda.kernel.sql import named
from varda.kernel.together import Together
from varda.search import letters
from varda.search.compile import COLUMNS, Statement
from varda.search.narrowing import Narrowing
from varda.search.packed import packed, side_by_side, together
from varda.search.reading import AVAILABLE, CHART, ELSEWHERE, EVERYTHING, HISTORY, READ, SOUGHT, VERSION
from varda.store import versions
from varda.store.model import Stored
from varda.store.versions import Versions
from varda.store.writing import type_name, type_number

_SQL = named("varda.store")
_FIRST = datetime.min.replace(tzinfo=UTC)
"""Where what has no date stands; asyncpg writes it as -infinity."""
_MOST_READS = 128
_MOST_SEARCHES = 16
_MOST_SHAPES = 256
_copied = cast("Callable[[Stored], Stored]", Stored.__copy__)  # type: ignore[attr-defined] # a Struct has it, its stub does not


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
        [None if n.types is None else "{" + ",".join(map(str, n.types)) + "}" for _, n in wanted],
        ["{" + ",".join(map(str, n.people)) + "}" for _, n in wanted],
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
        at=row["at"],
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


class Matched(msgspec.Struct, frozen=True):
    """The rows of a search: the items in order, and the columns of all, one sequence each, for `next_page`."""

    stored: list[Stored]
    columns: Sequence[Sequence[Any]]

    def __len__(self) -> int:
        """How many; so that nothing found is false."""
        return len(self.stored)

    @property
    def items(self) -> Sequence[int]:
        """Their keys."""
        return self.columns[1]

    @property
    def born(self) -> Sequence[int]:
        """Their creation numbers."""
        return self.columns[3]

    def row(self, place: int) -> list[Any]:
        """All columns of one of them."""
        return [column[place] for column in self.columns]


NO_MATCH = Matched([], [()] * len(COLUMNS))


async def matched(work: Work, statement: Statement) -> Matched:
    """The rows of a compiled search, whose versions are read anew: inside a transaction, or for the door's own use."""
    page = await work.one(packed(statement.text, statement.columns), *statement.values)
    if page[0] is None:
        return NO_MATCH
    places = _places(page)
    fetched = await versions.fetch(work, places)
    return _whole(page, list(map(fetched.get, places)))


def _places(page: Any) -> list[versions.Place]:
    return list(zip(page[0], page[1], page[2], strict=True))


def _whole(page: Any, stored: Sequence[Stored | None]) -> Matched:
    """A page with what was found of it: what is missing has been destroyed between one statement and the next.

    They are copies, so that what one request parses of them is its own and is not kept.
    """
    if None in stored:
        there = [place for place, one in enumerate(stored) if one is not None]
        stored, page = [stored[n] for n in there], [[column[n] for n in there] for column in page]
    return Matched(list(map(_copied, cast("Sequence[Stored]", stored))), page)


async def total(work: Work, statement: Statement) -> int:
    """How many a compiled count finds."""
    row = await work.one(statement.text, *statement.values)
    return int(row["total"])


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


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries of a person: of these types and units (none: all), dated in [since, until), after a place (date,
    creation number) in the order newest first, with these letters in them (at most four, lower case, a–z and 0–9).
    """

    types: tuple[str, ...]
    needles: tuple[str, ...] = ()
    units: tuple[int, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime | None, int] | None = None


async def sought(
    work: Work, compartments: Sequence[int], wanted: Sought, most: int, narrowing: Narrowing
) -> list[tuple[tuple[datetime | None, int], Stored]]:
    """At most `most` entries, the newest first, each with its place in that order."""
    numbers = [type_number(name) for name in wanted.types]
    needles = [*wanted.needles, "", "", "", ""][:4]
    low, born = wanted.after or (None, None)
    low = low or (_FIRST if wanted.after else None)
    rows = await work.all(
        SOUGHT, list(compartments), numbers, list(wanted.units), wanted.since, wanted.until, born, low, *needles, most,
        list(letters.asked(wanted.needles)), *narrowing.values,
    )  # fmt: skip
    return [((row["low"], row["born"]), stored_from(row)) for row in rows]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """THAT there is more than what is shown, never whose nor what (PDL 4, SVOD 2:4–2:5; RULES A3, A4, A7)."""

    units: bool
    providers: bool
    blocked_units: bool
    blocked_providers: bool

    @property
    def is_any(self) -> bool:
        """Whether there is more anywhere."""
        return self.units or self.providers or self.blocked_units or self.blocked_providers


async def elsewhere(work: Work, compartments: Sequence[int], narrowing: Narrowing) -> Elsewhere:
    """Whether other units of the same provider, and whether other providers, have anything that is not shown."""
    row = await work.one(ELSEWHERE, list(compartments), *narrowing.values)
    return Elsewhere(row["units"], row["providers"], row["blocked_units"], row["blocked_providers"])


async def has_written(work: Work, compartments: Sequence[int], unit: int) -> bool:
    """Whether a unit has ever written about a patient: it has cared for the patient then."""
    row = await work.one(_SQL["has_written"], list(compartments), unit)
    return bool(row["found"])


async def versions_of(work: Work, compartments: Sequence[int], types: Sequence[str]) -> list[tuple[int, bytes]]:
    """The owning unit and the body of every version of a patient's items of some types, entered in error none."""
    rows = await work.all(_SQL["versions_of_types"], list(compartments), [type_number(name) for name in types])
    return [(row["unit"], row["body"]) for row in rows]


async def available_providers(work: Work, compartments: Sequence[int], own: int, now: datetime) -> set[int]:
    """Other providers that have something about a patient which may be made available to others now."""
    return {row["provider"] for row in await work.all(AVAILABLE, list(compartments), own, now)}


class Reads:
    """Reads by id, together: one statement for all that wait."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting = Together(self._read, most=_MOST_READS)

    async def one(self, item: int, narrowing: Narrowing) -> Found:
        """The newest version under an item number. Raises `Unavailable`."""
        return await self._waiting.one((item, narrowing))

    async def _read(self, group: Sequence[tuple[int, Narrowing]]) -> list[Found]:
        async with self._database.connection() as work:
            return await read(work, group)


class Searches:
    """Searches within one patient each, together: those of the same shape differ in their values only.

    They see what is committed, so that versions of it may be kept from one to the next.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._versions = Versions()
        self._opened = database.opened
        self._waiting: dict[str, Together[Statement, Matched]] = {}

    async def one(self, statement: Statement) -> Matched:
        """See `matched`. Raises `Unavailable`."""
        waiting = self._waiting.get(statement.text)
        if waiting is None:
            if len(self._waiting) >= _MOST_SHAPES:
                self._waiting = {text: one for text, one in self._waiting.items() if not one.is_idle}
            waiting = self._waiting[statement.text] = Together(self._matched, most=_MOST_SEARCHES)
        return await waiting.one(statement)

    async def _matched(self, group: Sequence[Statement]) -> list[Matched]:
        async with self._database.connection() as work:
            if self._opened != self._database.opened:
                self._opened = self._database.opened
                self._versions.forget()
            return await self._found(work, group)

    async def _found(self, work: Work, group: Sequence[Statement]) -> list[Matched]:
        text, names = group[0].text, group[0].columns
        pages: list[Any] = [None] * len(group)
        if len(group) == 1:
            pages[0] = await work.one(packed(text, names), *group[0].values)
        else:
            for row in await work.all(together(text, names), *side_by_side(group)):
                pages[row["n"]] = row[1:]
        kept = [self._versions.find(page[1], page[2]) if page[0] is not None else [] for page in pages]
        if any(None in found for found in kept):
            kept = await self._fetched(work, pages, kept)
        return [_whole(page, found) if found else NO_MATCH for page, found in zip(pages, kept, strict=True)]

    async def _fetched(
        self, work: Work, pages: Sequence[Any], kept: Sequence[list[Stored | None]]
    ) -> list[list[Stored | None]]:
        """What was kept, and in its place what was not."""
        lacking = [
            (_places(page), found) if None in found else ([], []) for page, found in zip(pages, kept, strict=True)
        ]
        wanted = [place for places, found in lacking for place, one in zip(places, found, strict=True) if one is None]
        fetched = await self._versions.fetch(work, wanted)
        return [
            [fetched.get(place) if one is None else one for place, one in zip(places, found, strict=True)] or whole
            for (places, found), whole in zip(lacking, kept, strict=True)
        ]
