"""Figures over many patients, for following care up (PDL 2:4, 4 and 5): the one way by which numbers of people leave.

A measure is declared: what it counts, by which fixed groups, and for which purposes it may be asked. It is reckoned by
a job inside the own care provider, once a month for each unit and the same for whoever asks, so that nobody learns
anything by being somebody else or by asking otherwise. Of what was reckoned only what may be told is kept: a cell tells
no part of fewer than `FEWEST` people, nor what would leave one by subtraction; and what has been told once is told anew
only when at least as many have changed (decision 44).
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from varda.access import reach
from varda.access.session import Session
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Work
from varda.kernel.errors import Refused
from varda.kernel.sql import named
from varda.record import searching
from varda.record.counting import Counting

if TYPE_CHECKING:
    from varda.record.door import Door
    from varda.record.opened import Record

FEWEST = 5
"""Below this a number could tell of somebody."""
_SQL = named("varda.record")
Parts = tuple[int, ...]
"""A group of people in parts that share nobody, in the order in which they are added up."""


@dataclass(frozen=True, slots=True)
class Events:
    """A group of what has happened, in parts, and about how many people each part is."""

    parts: Parts
    people: Parts


@dataclass(frozen=True, slots=True)
class Cell:
    """What is told of a group: how many the first part has, the first two, and so on; None: not told. `of` is how many
    there are together; None where nothing is told. The last part is what is left.
    """

    told: tuple[int | None, ...]
    of: int | None

    @property
    def is_told(self) -> bool:
        """Whether anything is."""
        return self.of is not None


@dataclass(frozen=True, slots=True)
class Measure:
    """`code` names it in the log, `purposes` are those of PDL 2:4 that it serves (quality, administration), `types`
    what it is reckoned of. `where` are search parameters for the Organizations it is of. Who asks reads some of the
    types and asks for the own unit; with `is_open` all staff ask for any unit. With `is_of_months` each cell is of a
    month that is over: it is reckoned once and stands. Cells of the same people have names that begin alike, up to `/`.
    """

    code: str
    purposes: frozenset[str]
    types: tuple[str, ...]
    where: tuple[tuple[str, str], ...]
    reckoned: Callable[[Counting, date], Awaitable[Mapping[str, Parts | Events]]]
    is_open: bool = False
    is_of_months: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """A unit's cells of a measure, by name, as of the beginning of a day."""

    measure: Measure
    as_of: date
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Place:
    """A care unit: HSA-ids of the unit and its care provider, and the id of its Organization."""

    unit: str
    provider: str
    organization: str


# What may be told ----------------------------------------------------------------------------------------------------


def cell(group: Parts | Events) -> Cell:
    """What may be told of a group: its sums, from the first part on, that leave no part of few on either side."""
    parts, people = (group.parts, group.people) if isinstance(group, Events) else (group, group)
    of, told, added = sum(parts), list[int | None](), 0
    is_safe = not _is_few(sum(people))
    for n, part in enumerate(parts):
        added += part
        is_safe = is_safe and not _is_few(people[n])
        left = sum(people[n + 1 :]) if people is parts else max(people[n + 1 :], default=0)
        told.append(added if is_safe and not _is_few(left) else None)
    # A group in one part has no other side; of more, all together say nothing but how many there are.
    said = told if len(parts) == 1 else told[:-1]
    return Cell(tuple(said), of) if any(one is not None for one in said) else Cell((None,) * len(said), None)


def _is_few(people: int) -> bool:
    return 0 < people < FEWEST


def renewed(before: Mapping[str, Cell], now: Mapping[str, Cell]) -> dict[str, Cell]:
    """What is told from now on. Cells whose names begin alike (up to `/`) count the same people, and are told as of the
    same day: where one of them must stand, all do, as the one and the other together would tell who came between.
    """
    shared: dict[str, list[str]] = {}
    for name in now:
        shared.setdefault(name.partition("/")[0], []).append(name)
    found: dict[str, Cell] = {}
    for names in shared.values():
        if any(_stands(before[name], now[name]) for name in names if name in before):
            found |= {name: before[name] if name in before else _untold(now[name]) for name in names}
        else:
            found |= {name: now[name] for name in names}
    return found


def _stands(before: Cell, now: Cell) -> bool:
    """Whether what was told stands: until at least `FEWEST` have changed in it and as much can be told again, so that
    two months side by side tell of no few. It is judged by what was told alone: that it stands tells nothing of what
    was not.
    """
    if not before.is_told:
        return False
    if any(new is None for old, new in zip(before.told, now.told, strict=True) if old is not None):
        return True
    return 0 < _changed(before, now) < FEWEST


def _untold(cell_: Cell) -> Cell:
    return Cell((None,) * len(cell_.told), None)


def _changed(before: Cell, now: Cell) -> int:
    """How many at least must have come, gone, or gone from part to part."""
    shown = [n for n, one in enumerate(before.told) if one is not None]
    old, new = ([0, *(one.told[n] or 0 for n in shown), one.of or 0] for one in (before, now))
    moves = [(d - c) - (b - a) for (a, b), (c, d) in zip(pairwise(old), pairwise(new), strict=True)]
    return max(sum(one for one in moves if one > 0), -sum(one for one in moves if one < 0))


# Reckoning and asking ------------------------------------------------------------------------------------------------


def period(now: datetime) -> date:
    """The first day of the month: what figures are as of, and when they are reckoned anew."""
    return now.astimezone(STOCKHOLM).date().replace(day=1)


async def measured(record: "Record", purpose: str, measure: Measure) -> Figures:
    """See `Record.measured`."""
    session = record.session
    _require(record, purpose, measure)
    if not measure.is_open:
        record.powers.require_reading(*measure.types)
    as_of = period(record.now)
    found = (await _kept(record, measure, [session.unit])).get(session.unit)
    if found is None or found.as_of != as_of:
        await reckon(record.door, measure, Place(session.unit, session.provider, session.organization), as_of)
        found = (await _kept(record, measure, [session.unit]))[session.unit]
    return found


async def compared(record: "Record", purpose: str, measure: Measure, units: Sequence[str]) -> dict[str, Figures]:
    """See `Record.compared`."""
    _require(record, purpose, measure)
    if not measure.is_open:
        raise Refused("These figures are the unit's own.")
    return await _kept(record, measure, units)


def _require(record: "Record", purpose: str, measure: Measure) -> None:
    if record.session.kind != "staff":
        raise Refused("Only staff ask for figures.")
    if purpose not in measure.purposes:
        raise Refused("These figures are not reckoned for that purpose.")


async def reckon(door: "Door", measure: Measure, place: Place, as_of: date) -> None:
    """Reckon for one unit and keep what may be told, with one row of the log. Of two at once the first one's stands."""
    session = Session(
        kind="job", actor="measures", name="measures", unit=place.unit, provider=place.provider,
        organization=place.organization, reach="units", units=((place.unit, place.organization),), scopes=("read",),
    )  # fmt: skip
    async with door.opened(session, min(measure.purposes)) as record:
        before = (await _kept(record, measure, [place.unit])).get(place.unit)
        old = before.cells if before else {}
        groups = await measure.reckoned(Counting(record, measure.types, old if measure.is_of_months else ()), as_of)
        told = renewed(old, {name: cell(some) for name, some in groups.items()})
        if measure.is_of_months:
            told |= old
        work = await record.begun()
        said = {name: [*one.told, one.of] for name, one in told.items()}
        await work.run(_SQL["measure_kept"], measure.code, place.unit, as_of, msgspec.json.encode(said).decode())
        what = f"{measure.code} as of {as_of}"
        record.written.append(record.event("reckon", "done", [], ",".join(measure.types), what, str(session.unit_key)))


@asynccontextmanager
async def claimed(door: "Door") -> AsyncIterator[bool]:
    """Whether this process is the one that has figures reckoned by night, for as long as the block lasts."""
    async with door.database.connection() as work:
        is_mine = bool((await work.one(_SQL["measures_claimed"]))["is_mine"])
        try:
            yield is_mine
        finally:
            if is_mine:
                await work.one(_SQL["measures_released"])


async def due(door: "Door", measure: Measure, now: datetime) -> list[Place]:
    """The units whose figures of this month are not reckoned yet."""
    session = Session(kind="job", actor="measures", name="measures", reach="county", scopes=("read",))
    found: list[Place] = []
    async with door.opened(session, min(measure.purposes)) as record:
        page: str | None = ""
        while page is not None:
            asked = [*measure.where, ("_count", "1000"), *([("_page", page)] if page else [])]
            answer = await searching.asked_for(record, "Organization", asked, record.narrowing)
            async with record.at_work() as work:
                found += await _places(work, [one.id for one in answer.matches])
            page = answer.next
        async with record.at_work() as work:
            rows = await work.all(_SQL["measures_of"], measure.code, period(now))
    done = {row["unit"] for row in rows}
    return [one for one in found if one.unit not in done]


async def _places(work: Work, organizations: Sequence[str]) -> list[Place]:
    known = await reach.organizations(work, organizations)
    providers = {one.key: one.hsa for one in await reach.providers(work, {one.provider for one in known.values()})}
    return [Place(one.hsa, providers[one.provider], id_) for id_, one in known.items() if one.provider in providers]


async def _kept(record: "Record", measure: Measure, units: Sequence[str]) -> dict[str, Figures]:
    async with record.at_work() as work:
        rows = await work.all(_SQL["measures_kept"], measure.code, list(units))
    return {row["unit"]: Figures(measure, row["as_of"], _cells(row["cells"])) for row in rows}


def _cells(said: str) -> dict[str, Cell]:
    return {name: Cell(tuple(some[:-1]), some[-1]) for name, some in msgspec.json.decode(said).items()}
