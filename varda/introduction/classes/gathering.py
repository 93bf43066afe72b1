"""What a proposal is reckoned from: who needs what, what is planned already, and what is in the way (decision 39)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from varda.access.organisations import Organisations
from varda.access.people import People
from varda.introduction.classes.holidays import is_holiday
from varda.introduction.classes.model import DAYS, Period, Room, at
from varda.introduction.classes.need import Need, needed
from varda.introduction.classes.planning import SQL, Planning
from varda.introduction.classes.shifts import Shifts, Times
from varda.introduction.classes.standing import Stands
from varda.introduction.classes.taken import Class, Taken
from varda.introduction.classes.weeks import Setting
from varda.introduction.programme import Participants
from varda.introduction.training import Course, Learning
from varda.kernel.db import Database, Row


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a proposal is reckoned from; `people` are what they are called, `standing` the classes with free seats."""

    need: Need
    setting: Setting
    taken: Taken
    people: Mapping[str, str]
    standing: tuple[Stands, ...] = ()


class Gathering:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, period: Period, courses: Mapping[str, Course], learning: Learning, now: datetime) -> Gathered:
        """Who needs what, and what is in the way, for a period."""
        starts, ends = at(period.opens, 0), at(period.closes, 0)
        sessions = await People(self._database).everywhere(now)
        seats = await self._database.all(SQL["seats_in"], now)
        ahead = {(row["person"], row["course"]): row["ends"] for row in seats}
        need = needed(courses, sessions, await learning.standing(now), await self._areas(), ahead).within(period.area)
        cells = {one.actor: (one.unit, one.role) for one in reversed(sessions)}
        here = [row for row in seats if row["person"] in cells and starts <= row["starts"] < ends]
        need = replace(
            need, seated=Counter((cells[row["person"]], period.week(row["starts"])) for row in here), ahead=ahead
        )
        busy = await self._database.all(SQL["busy"], starts, ends)
        away = [*seats, *await self._database.all(SQL["away_in"], starts, ends)]
        rooms = await Planning(self._database).rooms()
        rooms = [one for one in rooms if not period.area or one.area in ("", period.area)]
        teach = {who for by in need.teachers.values() for some in by.values() for who in some}
        shifts = await Shifts(self._database).of({one.person for one in need.people} | teach, starts, ends)
        return Gathered(
            need, Setting(period, tuple(rooms), courses, _passes_taken(period, rooms, busy)),
            Taken(_rooms_taken(rooms, busy), _people_taken(away, busy), shifts),
            {one.actor: one.name for one in sessions}, tuple(await self._standing(period, courses, now)),
        )  # fmt: skip

    async def _standing(self, period: Period, courses: Mapping[str, Course], now: datetime) -> list[Stands]:
        """Those that are not full, of courses that are in use: whose own they are, is who may come there."""
        found = await self._database.all(SQL["free_seats"], max(now, at(period.opens, 0)), at(period.closes, 0))
        rows = [row for row in found if row["course"] in courses and not courses[row["course"]].is_withdrawn]
        below = await Organisations(self._database).below_each({row["organisation"] for row in rows} - {""})
        return [
            Stands(
                Class(
                    row["occasion"], row["course"], period.week(row["starts"]), row["starts"], row["ends"], row["free"],
                    row["room"] or 0, "",
                ),
                row["area"],
                _units(row, below),
            )
            for row in rows
        ]  # fmt: skip

    async def _areas(self) -> dict[str, str]:
        """The area of each unit: that of the organisation above it which takes part, the nearest."""
        found: dict[str, str] = {}
        organisations = Organisations(self._database)
        taking_part = (await Participants(self._database).all()).values()
        below = [(one.area, await organisations.below(one.organisation)) for one in taking_part]
        for area, units in sorted(below, key=lambda each: -len(each[1])):
            found.update(dict.fromkeys([unit.hsa for unit in units], area))
        return found


def _units(row: Row, below: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Whose units may send to a class; empty: all."""
    if row["unit"]:
        return frozenset([row["unit"]])
    return frozenset(below.get(row["organisation"], [row["organisation"]])) if row["organisation"] else frozenset()


def _people_taken(away: Iterable[Row], busy: Iterable[Row]) -> dict[str, list[Times]]:
    found: dict[str, list[Times]] = defaultdict(list)
    for row in away:
        found[row["person"]].append((row["starts"], row["ends"]))
    for row in busy:
        for person in row["teachers"]:
            found[person].append((row["starts"], row["ends"]))
    return found


def _rooms_taken(rooms: Iterable[Room], busy: Iterable[Row]) -> dict[int, list[Times]]:
    known, found = {one.number for one in rooms}, defaultdict[int, list[Times]](list)
    for row in busy:
        if row["room"] in known:
            found[row["room"]].append((row["starts"], row["ends"]))
    return found


def _passes_taken(period: Period, rooms: Sequence[Room], busy: Iterable[Row]) -> Counter[tuple[int, int]]:
    """Passes that are taken, or days off, by (room, week)."""
    known, found = {one.number for one in rooms}, Counter[tuple[int, int]]()
    for row in busy:
        if row["room"] in known:
            week = period.week(row["starts"])
            found[row["room"], week] += _passes(period, week, row["starts"], row["ends"])
    for week, monday in enumerate(period.weeks):
        off = sum(is_holiday(monday + timedelta(days=day)) for day in range(DAYS)) * len(period.passes)
        found.update({(number, week): off for number in known if off})
    return found


def _passes(period: Period, week: int, starts: datetime, ends: datetime) -> int:
    """How many passes of a week a class takes."""
    monday = period.opens + timedelta(weeks=week)
    begins = [at(monday + timedelta(days=day), minute) for day in range(DAYS) for minute in period.passes]
    return sum(starts < begin + timedelta(hours=3) and begin < ends for begin in begins)
