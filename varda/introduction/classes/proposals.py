"""Proposals: read what is needed, reckon, keep as a draft, and accept – which plans the classes and books the seats.

Nothing that people have booked is moved: who has a seat is not reckoned with, and who has got one since the proposal
was made keeps it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from varda.access.organisations import Organisations
from varda.access.people import People
from varda.introduction.classes.county import Held, Load, Reckoned, Setting, Told, reason, reckoned
from varda.introduction.classes.holidays import is_holiday
from varda.introduction.classes.model import DAYS, Period, Room, Wanted, at
from varda.introduction.classes.need import Cell, Need, needed
from varda.introduction.classes.persons import Class, Taken, placed
from varda.introduction.classes.planning import SQL, Planning, planned
from varda.introduction.classes.shifts import Shifts, Times
from varda.introduction.programme import Participants
from varda.introduction.training import Course, Learning
from varda.kernel.db import Clashed, Database
from varda.kernel.errors import Absent, Conflict

Kind = Literal["county", "people"]
OUTDATED = "A room or an instructor has got another class since this was reckoned. Reckon a new proposal."


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a proposal is reckoned from."""

    need: Need
    setting: Setting
    taken: Taken
    people: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """An area of a plan: of each course and week how many go."""

    area: str
    cost: int
    bound: float
    loads: tuple[Load, ...]
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Lack:
    """So many of a cell find no seat in a course, and why; `person` in a proposal by person."""

    cell: Cell
    course: str
    count: int
    why: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A proposal as it is kept. `people` and `seats` are how many need classes and how many seats were found, `lacks`
    how many were not; `cost`, `bound`: see `Reckoned`; `seconds` it took. `given` are (person, number of the class),
    `cells` those of its people, `names` of people and units; of `unknown` people no shift is known."""

    people: int
    seats: int
    lacks: int
    cost: int
    bound: float
    seconds: float
    is_stopped: bool
    parts: tuple[Part, ...] = ()
    lacking: tuple[Lack, ...] = ()
    classes: tuple[Class, ...] = ()
    given: tuple[tuple[str, int], ...] = ()
    cells: Mapping[str, Cell] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    unknown: int = 0

    @property
    def gap(self) -> float:
        """How far it may be from the best: a share of its cost."""
        return max(0.0, self.cost - self.bound) / self.cost if self.cost else 0.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal and what became of it."""

    number: int
    period: int
    kind: Kind
    content: Content
    made_at: datetime
    state: Literal["draft", "accepted", "declined"]
    decided_name: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A proposal in a list."""

    proposal: int
    period: int
    period_name: str
    kind: Kind
    made_at: datetime
    state: str
    decided_name: str
    decided_at: datetime | None
    people: int
    seats: int
    lacks: int
    cost: float
    bound: float


@dataclass(frozen=True, slots=True)
class UnitWeek:
    """How many of a unit's role go to a course in a week, as it was accepted for the county."""

    monday: date
    role: str
    course: str
    count: int


class Proposals:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def gathered(
        self, period: Period, courses: Mapping[str, Course], learning: Learning, now: datetime
    ) -> Gathered:
        """Who needs what, and what is in the way, for a period."""
        starts, ends = at(period.opens, 0), at(period.closes, 0)
        sessions = await People(self._database).everywhere(now)
        areas = await self._areas()
        seats = await self._database.all(SQL["seats_in"], now)
        booked = {(row["person"], row["course"]) for row in seats}
        need = needed(courses, sessions, await learning.standing(now), areas, booked).within(period.area)
        cells = {one.actor: (one.unit, one.role) for one in reversed(sessions)}
        seated = Counter(
            (cells[row["person"]], (row["starts"] - starts) // timedelta(weeks=1))
            for row in seats
            if row["person"] in cells and starts <= row["starts"] < ends
        )
        need = replace(need, seated=seated)
        away: dict[str, list[Times]] = defaultdict(list)
        for row in [*seats, *await self._database.all(SQL["away_in"], starts, ends)]:
            away[row["person"]].append((row["starts"], row["ends"]))
        rooms = await Planning(self._database).rooms()
        rooms = [one for one in rooms if not period.area or one.area in ("", period.area)]
        known = {one.number for one in rooms}
        occupied: dict[int, list[Times]] = defaultdict(list)
        busy: Counter[tuple[int, int]] = Counter()
        for row in await self._database.all(SQL["busy"], starts, ends):
            for person in row["teachers"]:
                away[person].append((row["starts"], row["ends"]))
            if row["room"] in known:
                occupied[row["room"]].append((row["starts"], row["ends"]))
                week = (row["starts"] - starts) // timedelta(weeks=1)
                busy[row["room"], week] += _passes(period, week, row["starts"], row["ends"])
        for week, monday in enumerate(period.weeks):
            off = sum(is_holiday(monday + timedelta(days=day)) for day in range(DAYS)) * len(period.passes)
            busy.update({(number, week): off for number in known if off})
        names = {one.actor: one.name for one in sessions}
        teach = {who for by in need.teachers.values() for some in by.values() for who in some}
        shifts = await Shifts(self._database).of({one.person for one in need.people} | teach, starts, ends)
        return Gathered(need, Setting(period, tuple(rooms), courses, busy), Taken(occupied, away, shifts), names)

    async def _areas(self) -> dict[str, str]:
        """The area of each unit: that of the organisation above it which takes part, the nearest."""
        found: dict[str, str] = {}
        organisations = Organisations(self._database)
        taking_part = (await Participants(self._database).all()).values()
        below = [(one.area, await organisations.below(one.organisation)) for one in taking_part]
        for area, units in sorted(below, key=lambda each: -len(each[1])):
            found.update(dict.fromkeys([unit.hsa for unit in units], area))
        return found

    async def keep(self, period: Period, kind: Kind, content: Content, by: str, now: datetime) -> int:
        """Keep a draft; gives its number."""
        said = msgspec.json.encode(content).decode()
        return int((await self._database.one(SQL["proposal_kept"], period.number, kind, said, now, by))["proposal"])

    async def all(self) -> list[Listed]:
        """The newest first."""
        return [Listed(**dict(row)) for row in await self._database.all(SQL["proposals"])]

    async def weeks_of(self, unit: str, today: date) -> list[UnitWeek]:
        """The weeks of a unit (HSA-id) that have been accepted for the county and are not over, by week."""
        return [UnitWeek(**dict(row)) for row in await self._database.all(SQL["weeks_of_unit"], unit, today)]

    async def one(self, number: int) -> Proposal:
        """One. Raises `Absent`."""
        row = await self._database.maybe(SQL["proposal"], number)
        if row is None:
            raise Absent("There is no such proposal.")
        values = dict(row) | {"content": msgspec.json.decode(row["content"], type=Content)}
        return Proposal(number=values.pop("proposal"), **values)

    async def decide(
        self, number: int, by: tuple[str, str], now: datetime, *, accepted: bool, address: str = ""
    ) -> int:
        """Accept or decline; gives how many were booked. `by` is (HSA-id, name), `address` where classes at a distance
        meet. Raises `Conflict` when somebody has decided, or something is in the way: then nothing was planned."""
        one = await self.one(number)
        state = "accepted" if accepted else "declined"
        try:
            async with self._database.transaction() as work:
                if await work.maybe(SQL["proposal_decided"], number, state, *by, now) is None:
                    raise Conflict("Somebody has decided on this proposal already.")
                if not accepted or one.kind != "people":
                    return 0
                content, numbers = one.content, {}
                for made in content.classes:
                    kind: Literal["room", "remote"] = "room" if made.room else "remote"
                    wanted = Wanted(
                        made.course, kind, made.starts, made.ends, made.seats, made.room or None,
                        address="" if made.room else address,
                        teachers=((made.teacher, content.names.get(made.teacher, made.teacher)),),
                    )  # fmt: skip
                    numbers[made.number] = await planned(work, wanted, by[0], now, number)
                courses = {made.number: made.course for made in content.classes}
                rows = [
                    (numbers[seat], person, content.names.get(person, person), content.cells[person][0], courses[seat])
                    for person, seat in content.given
                ]
                await work.run(SQL["people_locked"], [person for person, _ in content.given])
                columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], [], []]
                return len(await work.all(SQL["seats_given"], *columns, now, by[0], number))
        except Clashed as clashed:
            raise Conflict(OUTDATED) from clashed


def reckon(
    gathered: Gathered, kind: Kind, seconds: float, told: Told, placing: Callable[[int, int], None]
) -> tuple[Content, tuple[Reckoned, ...]]:
    """Reckon a proposal within so many seconds."""
    need, areas = gathered.need, Counter(one.area for one in gathered.need.people)
    setting = replace(gathered.setting, rooms=_dealt(gathered.setting.rooms, areas))
    some = tuple(
        reckoned(need, area, setting, seconds * count / len(need.people), told) for area, count in sorted(areas.items())
    )
    asked = sum(len(one.courses) for one in need.people)
    parts = tuple(Part(one.area, one.cost, one.bound, one.loads, one.held) for one in some)
    lacking = [
        Lack(key[0], key[2], count, reason(one, need, setting, key))
        for one in some
        for key, count in one.lacking.items()
    ]
    cost, bound = sum(one.cost for one in some), sum(one.bound for one in some)
    left = sum(one.count for one in lacking)
    stopped = any(one.is_stopped for one in some)
    content = Content(
        len(need.people), asked - left, left, cost, bound, 0.0, stopped, parts, _most_first(lacking), names=need.names
    )
    if kind == "county":
        return content, some
    wave = placed(need, some, setting, gathered.taken, placing)
    people = {one.person: one for one in need.people}
    lacks = tuple(Lack(people[who].cell, course, 1, why, who) for who, course, why in wave.lacking)
    known = {*people, *(one.teacher for one in wave.classes)}
    content = replace(
        content, seats=len(wave.seats), lacks=len(lacks), cost=wave.cost, bound=wave.bound, lacking=lacks,
        classes=wave.classes, given=wave.seats, cells={one: people[one].cell for one, _ in wave.seats},
        names={**need.names, **{one: gathered.people.get(one, one) for one in known}},
        unknown=sum(one not in gathered.taken.shifts for one in people),
    )  # fmt: skip
    return content, some


def _dealt(rooms: Sequence[Room], areas: Mapping[str, int]) -> tuple[Room, ...]:
    """Rooms that are anybody's dealt to the areas, by how many each trains: no two reckon with the same room."""
    given = Counter[str]()
    for one in rooms:
        given[one.area] += one.seats
    found = []
    for one in rooms:
        if one.area in areas or not areas:
            found.append(one)
        elif not one.area or len(areas) == 1:
            area = max(areas, key=lambda area: areas[area] / (1 + given[area]))
            given[area] += one.seats
            found.append(replace(one, area=area))
    return tuple(found)


def _most_first(lacking: Sequence[Lack]) -> tuple[Lack, ...]:
    return tuple(sorted(lacking, key=lambda one: -one.count))


def _passes(period: Period, week: int, starts: datetime, ends: datetime) -> int:
    """How many passes of a week a class takes."""
    monday = period.opens + timedelta(weeks=week)
    begins = [at(monday + timedelta(days=day), minute) for day in range(DAYS) for minute in period.passes]
    return sum(starts < begin + timedelta(hours=3) and begin < ends for begin in begins)
