"""When people work: shifts from the county's planning of work, by a text file, so that nobody is given a class outside
their working time (F202).

A file is compared with what is here between its first and its last shift. One that lacks much of what a unit had there
is more often cut off than true: it stops and asks.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from varda.exchange.staff import FEWEST, HSA_ID, MOST_GONE, Bad, table
from varda.introduction.classes.planning import SQL
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database
from varda.kernel.errors import Conflict, Problem

Times = tuple[datetime, datetime]
COLUMNS = ("person", "unit", "from", "to")
LONGEST = timedelta(hours=36)
_NEAR = timedelta(weeks=5)
_AT_ONCE = 5000


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """Somebody's working time at a unit (HSA-ids)."""

    person: str
    unit: str
    starts: datetime
    ends: datetime


@dataclass(slots=True)
class File:
    """What a file says, and the lines that were left out."""

    shifts: set[Shift] = field(default_factory=set)
    bad: list[Bad] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a file would change."""

    new: tuple[Shift, ...]
    gone: tuple[Shift, ...]
    same: int


def understood(raw: bytes, units: Callable[[str], bool]) -> File:
    """A file with a header and the columns of `COLUMNS`; times as 2026-01-31 07:00, of the Swedish clock. `units` says
    whether a unit is here. Raises `Malformed` for what is no such table.
    """
    found = File()
    for line, said in table("shifts", raw, COLUMNS, needed=COLUMNS):
        starts, ends = _instant(said["from"]), _instant(said["to"])
        wrong = [] if HSA_ID.fullmatch(said["person"]) else [f"person: {said['person'] or 'nothing'} is no HSA-id."]
        wrong += [] if units(said["unit"]) else [f"unit: {said['unit'] or 'nothing'} is not here."]
        for name, instant in (("from", starts), ("to", ends)):
            wrong += [] if instant else [f"{name}: {said[name] or 'nothing'} is no time such as 2026-01-31 07:00."]
        if starts and ends and not timedelta() < ends - starts <= LONGEST:
            wrong.append("The shift ends after it begins, within 36 hours.")
        if wrong or not starts or not ends:
            found.bad.append(Bad("shifts", line, tuple(wrong)))
        else:
            found.shifts.add(Shift(said["person"], said["unit"], starts, ends))
    return found


def difference(before: Collection[Shift], found: File) -> Difference:
    """What a file changes. A line that was not understood takes nothing away."""
    gone = () if found.bad else sorted(set(before) - found.shifts)
    return Difference(tuple(sorted(found.shifts - set(before))), tuple(gone), len(found.shifts & set(before)))


def require_believable(before: Collection[Shift], found: Difference) -> None:
    """Raises `Conflict`, naming units, where a file takes away more than a tenth of a unit's shifts. A shift at another
    time of the same day is moved, not taken away.
    """
    kept = {(one.person, one.unit, one.starts.astimezone(STOCKHOLM).date()) for one in found.new}
    had = Counter(one.unit for one in before)
    lost = Counter(
        one.unit for one in found.gone if (one.person, one.unit, one.starts.astimezone(STOCKHOLM).date()) not in kept
    )
    much = sorted(unit for unit, count in lost.items() if had[unit] >= FEWEST and count / had[unit] > MOST_GONE)
    if much:
        told = [Problem(f"{unit} would lose {lost[unit]} of {had[unit]} shifts.", unit) for unit in much]
        raise Conflict(
            "The file would take away more than a tenth of a unit's shifts, so nothing was done. If that is true and "
            "not a cut-off file, run it again with --even-so.", told,
        )  # fmt: skip


def works(shifts: Sequence[Times], starts: datetime, ends: datetime) -> bool | None:
    """Whether a time is within somebody's shifts; None: not known, for it is not between the first of them and the
    last, whole weeks counted.
    """
    if not shifts or not _monday(shifts[0][0]) <= starts <= ends <= _monday(shifts[-1][0]) + timedelta(weeks=1):
        return None
    after = bisect_right(shifts, starts, key=lambda one: one[0])
    return any(ends <= finishes for _, finishes in shifts[max(0, after - 3) : after])


class Shifts:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def between(self, found: File) -> set[Shift]:
        """What is here from the day of a file's first shift to that of its last."""
        if not found.shifts:
            return set()
        days = sorted(_day(one.starts) for one in found.shifts)
        rows = await self._database.all(SQL["shifts_between"], days[0], _day(days[-1] + timedelta(hours=30)))
        return {Shift(**dict(row)) for row in rows}

    async def take(self, found: Difference, told: Callable[[int], None] = lambda _: None) -> None:
        """Write a difference, as one piece of work."""
        async with self._database.transaction() as work:
            for name, some in (("shifts_gone", found.gone), ("shifts_taken", found.new)):
                for first in range(0, len(some), _AT_ONCE):
                    rows = [(one.person, one.unit, one.starts, one.ends) for one in some[first : first + _AT_ONCE]]
                    await work.run(SQL[name], *map(list, zip(*rows, strict=True)))
                    told(len(rows))

    async def of(self, people: Iterable[str], starts: datetime, ends: datetime) -> dict[str, list[Times]]:
        """The shifts of some people around a time, and some weeks beside it, by time."""
        found: dict[str, list[Times]] = defaultdict(list)
        for row in await self._database.all(SQL["shifts_of"], list(people), starts - _NEAR, ends + _NEAR):
            found[row["person"]].append((row["starts"], row["ends"]))
        return found

    async def off(self, people: Iterable[str], starts: datetime, ends: datetime) -> set[str]:
        """Those of some people who do not work then, as far as it is known: it warns, and does not hinder."""
        shifts: Mapping[str, Sequence[Times]] = await self.of(people, starts, ends)
        return {person for person, some in shifts.items() if works(some, starts, ends) is False}


def _day(instant: datetime) -> datetime:
    """When its Swedish day begins."""
    return instant.astimezone(STOCKHOLM).replace(hour=0, minute=0, second=0, microsecond=0)


def _monday(instant: datetime) -> datetime:
    day = _day(instant)
    return day - timedelta(days=day.weekday())


def _instant(said: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=STOCKHOLM)
