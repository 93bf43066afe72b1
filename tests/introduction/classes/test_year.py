"""The whole cascade over a year in an invented county: instructors, coaches, everybody; people who are ill when their
class is, instructors too; and a forecast each week that is held against what came (F202, F203, F204).
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from tests.support.door import BUILD, opened_door
from varda.access import Session
from varda.access.people import People
from varda.introduction import training
from varda.introduction.classes import (
    Bookings,
    Forecast,
    Gathering,
    Occasion,
    Period,
    Planning,
    Proposals,
    Room,
    at,
    followed,
    forecast,
    reckon,
)  # fmt: skip
from varda.introduction.training import Learning
from varda.kernel.sql import named
from varda.record import Door
from varda.region import fill

pytestmark = pytest.mark.anyio

BEGINS = date(2026, 11, 2)  # a Monday; the clocks change twice before the year is over
WEEKS = 52
FIRST_PLAN = 6
ILL = 0.06
INSTRUCTORS, COACHES = 1 / 80, 1 / 15
COURSES = training.shipped()
_SQL = named("varda.introduction.training")
WEEK = timedelta(weeks=1)


@dataclass
class Year:
    """A county on its way. `told` are the forecasts, by week."""

    door: Door
    chance: random.Random
    sessions: Sequence[Session] = ()
    told: list[Forecast] = field(default_factory=list)
    ready: list[int] = field(default_factory=list)
    held: int = 0
    cancelled: int = 0

    def __post_init__(self) -> None:
        database = self.door.database
        self.planning, self.proposals, self.bookings = Planning(database), Proposals(database), Bookings(database)
        self.learning = Learning(database, self.door.catalogue, BUILD)

    async def begins(self) -> None:
        """Instructors and coaches are appointed; one instructor of each profession, and a third of them all, taught
        before.
        """
        await fill.fill_society(self.door, fill.Shared(1, at(BEGINS, 0)), {})
        taught: set[str] = set()  # somebody has to be the first of each profession
        self.sessions = await People(self.door.database).everywhere(at(BEGINS, 420))
        for one in {one.actor: one for one in self.sessions if one.assignment_purpose == "care"}.values():
            if one.role not in ("nurse", "physician", "assistant-nurse", "physiotherapist", "medical-secretary"):
                continue
            drawn = self.chance.random()
            duty = "instructor" if drawn < INSTRUCTORS else "coach" if drawn < INSTRUCTORS + COACHES else ""
            if duty:
                await self.learning.appoint(one, duty, one, at(BEGINS, 420), is_on=True)
            if duty == "instructor" and (one.role not in taught or self.chance.random() < 1 / 3):
                taught.add(one.role)
                own = [code for code in required_of(one) if COURSES[code].kind == "base"]
                courses = ("introduction", *own, "track-coach", "track-instructor")
                await self.finish([(one.actor, code) for code in courses], BEGINS)
        for seats in (12, 8):
            await self.planning.keep_room(Room(f"Sal {seats}", "Borås", seats))

    async def finish(self, what: Sequence[tuple[str, str]], day: date) -> None:
        """Courses that people have finished on a day, as the last step of each would say it."""
        when = at(day, 1000)
        await self.door.catalogue.finished([(person, course, when, None) for person, course in what])
        for person, course in what:
            await self.door.database.run(
                _SQL["course_finished"], person, course, COURSES[course].version, when, None, 0, BUILD
            )

    async def plans(self, week: int) -> None:
        """Whoever has no seat gets one: reckoned for the rest of the year, looked at, and accepted."""
        opens, now = BEGINS + week * WEEK, at(BEGINS + week * WEEK, 360)
        wanted = Period(f"Vecka {week}", "", opens, BEGINS + (WEEKS + 8) * WEEK, share=20, teaches=4)
        number = await self.planning.keep_period(wanted, "office", now)
        period = await self.planning.period(number)
        gathered = await Gathering(self.door.database).of(period, COURSES, self.learning, now)
        if not gathered.need.people:
            return
        content, _ = reckon(gathered, "people", 30, lambda *_: None, lambda *_: None)
        draft = await self.proposals.keep(period, "people", content, "office", now)
        await self.proposals.decide(draft, ("office", "Kontoret"), now, accepted=True)

    async def teaches(self, week: int) -> None:
        """The classes of a week are held: by those who may, for those who are not ill."""
        monday = BEGINS + week * WEEK
        held = await self.planning.ahead(at(monday, 0), at(monday + WEEK, 0), most=1000)
        came = [await self._held(one) for one in held]
        await self.finish([one for some in came for one in some], monday + timedelta(days=4))

    async def _held(self, one: Occasion) -> list[tuple[str, str]]:
        able = {person for person, _ in await self.learning.teachers(COURSES, one.course, one.starts)}
        if not {teacher for teacher, _ in one.teachers} <= able:  # ill on the day of the own class
            await self.planning.tell(one.number, "cancelled", "office", "Instruktören har inte gått kursen", one.starts)
            self.cancelled += 1
            return []
        self.held += 1
        booked = [who.person for who in await self.bookings.at(one.number) if who.state == "booked"]
        assert 0 < len(booked) <= one.seats
        return [(person, one.course) for person in booked if self.chance.random() >= ILL]

    async def tells(self, week: int) -> Forecast:
        """How it stands when a week is over, and when everybody will be through."""
        now = at(BEGINS + (week + 1) * WEEK, 300)
        people = await self.learning.of_unit(COURSES, self.sessions, now)
        ahead = await self.bookings.of([one.person for one in people], now)
        told = forecast(people, followed(people, ahead, {}, now), now)
        self.told.append(told)
        self.ready.append(len(people) - told.left)
        return told

    async def covers(self) -> None:
        """Never more than the share of a unit's role was away in the same week, one at least (F202)."""
        first = {}
        for one in self.sessions:
            first.setdefault(one.actor, (one.unit, one.role))
        headcount = Counter(first.values())
        away: Counter[tuple[tuple[str, str], int]] = Counter()
        for one in await self.bookings.of(list(first), at(BEGINS, 0)):
            if one.state == "booked":
                away[first[one.person], (one.starts - at(BEGINS, 0)) // WEEK] += 1
        assert away
        assert all(count <= max(1, headcount[cell] * 20 // 100) for (cell, _), count in away.items())


def required_of(one: Session) -> list[str]:
    return [code for code, course in COURSES.items() if course.class_minutes and one.role in course.whom.roles]


def off(told: Forecast, ends: date) -> str:
    """Weeks between what was told and what came."""
    return f"{(told.day - ends).days / 7:+.0f}" if told.day else "–"


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_the_cascade_of_a_year_comes_to_its_end_when_the_forecast_says(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with opened_door(database_url) as door:
        year = Year(door, random.Random(20261102))
        await year.begins()
        people = sorted({one.actor for one in year.sessions})
        for week in range(WEEKS):
            news = [who for nth, who in enumerate(people) if nth % 6 == week]  # six weeks of self-study
            await year.finish([(who, "introduction") for who in news], BEGINS + week * WEEK)
            if week >= FIRST_PLAN and week % 4 == 2:
                await year.plans(week)
            await year.teaches(week)
            if (await year.tells(week)).left == 0:
                break
        await year.covers()
    ends = BEGINS + (len(year.told)) * WEEK
    rows = [
        f"{week:>4}  {ready:>6,}  {told.left:>6,}  {told.unbooked:>6,}  {told.day or '–'!s:>10}  {off(told, ends):>6}"
        for week, (ready, told) in enumerate(zip(year.ready, year.told, strict=True))
    ]
    with capsys.disabled():
        print("", "week   ready    left  unseated    forecast   weeks off", *rows, sep="\n")
        print(f"{year.held} classes held, {year.cancelled} cancelled, for {len(people):,} people; all through {ends}")
    assert year.told[-1].left == 0, "not everybody was through within the year"
    planned_since = year.told[FIRST_PLAN:-1]
    assert all(told.day is not None and abs((told.day - ends).days) <= 8 * 7 for told in planned_since)
    assert year.cancelled < year.held / 20
