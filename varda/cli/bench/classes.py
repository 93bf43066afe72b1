"""Proposals of classes for an invented county: by unit, role and week for all, and by person for a wave of some 6,000.

Instructors and coaches are appointed among the invented staff, and a third of the instructors is through already. Those
of the wave are all through before it, one in seven of it works a night, nine in ten have shifts, and some classes stand
with free seats. What is reckoned by person is checked here by rules of its own.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from varda.access import Session
from varda.catalogue import Deciding, Rights
from varda.cli import build, db, telling
from varda.cli.bench import own
from varda.cli.bench.staff import exported
from varda.cli.classes import gathered, reckoned
from varda.cli.classes import said as told
from varda.cli.place import Place
from varda.cli.serve import Wires, wired
from varda.exchange import staff
from varda.introduction import training
from varda.introduction.classes import (
    Absence,
    Bookings,
    Content,
    Gathered,
    Period,
    Planning,
    Proposals,
    Room,
    Wanted,
    at,
    shifts,
)
from varda.introduction.classes.need import Cell, Need, Person
from varda.introduction.programme import LEADING, OFFICE, Appointment, Mandates, Participant, Participants
from varda.introduction.training import Learning
from varda.kernel.sql import named

_AREAS = ("south", "west", "north", "east")
_WEEKS, _WAVE_WEEKS = 40, 10
_TRACKS = {"instructor": 60, "coach": 20}
"""One in so many is appointed."""
_SQL = named("varda.introduction.training")


def planned(place: Place, people: int) -> Iterator[str]:
    """Measure; a line for each proposal. The scratch database is dropped afterwards."""
    url = place.beside("varda_bench_classes")
    scratch = Place(replace(place.settings, environment="test", database_url=url), url, None, True)
    own.dropped(scratch)
    db.prepared(scratch)
    try:
        county, wave, seconds = asyncio.run(prepared(scratch, people))
        size = f"{len(county.need.people):,} people of {len(county.need.headcount):,} units and roles"
        yield f"read in {seconds:.1f} s: {size}"
        by_week = reckoned(county, 240, is_by_person=False)
        yield f"the county by unit, role and week: {told(by_week)}"
        by_person = reckoned(wave, 120, is_by_person=True)
        yield (
            f"a wave by person: {told(by_person)}, in {len(by_person.classes):,} new classes, "
            f"{len(by_person.filled):,} of the seats in {len(wave.standing)} that stood; no shifts are known of "
            f"{by_person.unknown:,}"
        )
        begun = time.perf_counter()
        booked = asyncio.run(accepted(scratch, wave, by_person))
        yield f"accepted in {time.perf_counter() - begun:.1f} s: {booked:,} seats booked"
    finally:
        own.dropped(scratch)


async def prepared(scratch: Place, people: int) -> tuple[Gathered, Gathered, float]:
    """The county with its staff, rooms and periods; what the two proposals are reckoned from."""
    chance = random.Random(1)  # noqa: S311 - the same county each time
    async with wired(scratch.url, build.name(), size=3) as wires:
        telling.say("The invented staff is imported.")
        export = staff.understood(*exported(people))
        await staff.take(wires.door, "bench", staff.difference({}, export))
        now, first = wires.clock.now(), _monday(wires.clock.now())
        await _areas(wires, people, now)
        sessions = await wires.people.everywhere(now)
        await _appointed(wires, sessions, chance, now)
        planning = Planning(wires.database)
        for area in _AREAS:
            for nth in range(max(1, people // 7000)):
                await planning.keep_room(Room(f"{area} {nth}", area, 20 if nth % 3 == 0 else 12, area))
        county = Period("County", "", first, first + timedelta(weeks=_WEEKS))
        wave = Period("South", "south", first, first + timedelta(weeks=_WAVE_WEEKS), remote=16)
        county, wave = [replace(one, number=await planning.keep_period(one, "bench", now)) for one in (county, wave)]
        begun = time.perf_counter()
        whole = await gathered(wires, county, now)
        seconds = time.perf_counter() - begun
        part = await gathered(wires, wave, now)
        await _through([one for one in part.need.people if one.stage < 2], wires, now)
        for one in part.need.people:
            if chance.random() < 1 / 7:
                day = first + timedelta(days=chance.randrange(7 * _WAVE_WEEKS))
                night = Absence(0, one.person, at(day, 1020), at(day + timedelta(days=3), 1080), "night")
                await Bookings(wires.database).keep_away(night, one.person, now)
        await _standing(wires, part.need, first, now)
        await _works(wires, part.need.people, first, chance)
        return whole, await gathered(wires, wave, now), seconds


async def _areas(wires: Wires, people: int, now: datetime) -> None:
    """Two of the twenty administrations and some units more are the south, about 6,000 people of 56,000."""
    board = Deciding("board", "Board", "", Rights(frozenset({(LEADING, "special")}), {}))
    office = Deciding("office", "Office", "", Rights(frozenset(), {}))
    await Mandates(wires.database).give(Appointment("office", "Office", OFFICE, "", now, None, "bench"), board, now)
    taking_part = [
        Participant(f"SE9999999999-A{nth:03d}", _AREAS[0] if nth < 2 else _AREAS[1 + nth % 3], "administration")
        for nth in range(20)
    ]
    some = [f"SE9999999999-U{nth:05d}" for nth in range(2, min(300, people // 28), 20)]
    taking_part += [Participant(one, _AREAS[0], "administration") for one in some]
    await Participants(wires.database).keep(taking_part, office, now)


async def _appointed(wires: Wires, sessions: Sequence[Session], chance: random.Random, now: datetime) -> None:
    """Instructors and coaches; one in three of the instructors is through."""
    learning = Learning(wires.database, wires.door.catalogue, build.name())
    base = {
        role: code
        for code, one in training.shipped().items()
        for role in one.whom.roles
        if one.kind == "base" and "municipality" not in one.whom.providers
    }
    for one in {one.actor: one for one in sessions}.values():
        duty = next((name for name, of in _TRACKS.items() if chance.random() < 1 / of), "")
        if not duty:
            continue
        await learning.appoint(one, duty, one, now, is_on=True)
        if duty == "instructor" and one.role in base and chance.random() < 1 / 3:
            for course in ("introduction", base[one.role], "track-coach", "track-instructor"):
                await wires.database.run(_SQL["course_finished"], one.actor, course, "", now, None, 0, build.name())


async def _through(some: Sequence[Person], wires: Wires, now: datetime) -> None:
    """The wave's instructors and coaches had theirs before its period."""
    for one in some:
        for course in ("introduction", *one.courses):
            await wires.database.run(_SQL["course_finished"], one.person, course, "", now, None, 0, build.name())


async def _standing(wires: Wires, need: Need, first: date, now: datetime) -> None:
    """Classes at a distance that somebody has planned by hand, in the third week and later."""
    courses, teachers = Counter(code for one in need.people for code in one.courses), need.teachers["south"]
    for nth, code in enumerate(sorted(code for code in courses if teachers.get(code))):
        who = sorted(teachers[code])[0]
        for week in range(2, _WAVE_WEEKS):
            start = at(first + timedelta(weeks=week, days=nth % 5), 480 if nth < 5 else 780)
            wanted = Wanted(
                code, "remote", start, start + timedelta(hours=3), 16, address="https://meet.example",
                teachers=((who, who),),
            )  # fmt: skip
            await Planning(wires.database).plan(wanted, "bench", now)


async def _works(wires: Wires, people: Sequence[Person], first: date, chance: random.Random) -> None:
    """Shifts for nine of ten: days, evenings and nights of whole weeks, five of seven days."""
    hours = {"day": (7 * 60, 15 * 60 + 30), "evening": (13 * 60, 21 * 60 + 30), "night": (21 * 60, 31 * 60)}
    some = []
    for one in people:
        for week in range(_WAVE_WEEKS if chance.random() < 9 / 10 else 0):
            begins, ends = hours[chance.choices(list(hours), (6, 3, 1))[0]]
            for day in chance.sample(range(7), 5):
                monday = at(first + timedelta(weeks=week, days=day), 0)
                shift = monday + timedelta(minutes=begins), monday + timedelta(minutes=ends)
                some.append(shifts.Shift(one.person, one.cell[0], *shift))
    await shifts.Shifts(wires.database).take(shifts.Difference(tuple(some), (), 0))


async def accepted(scratch: Place, wave: Gathered, content: Content) -> int:
    """Accept a proposal by person that breaks no rule; gives the seats that are booked by it."""
    _check(wave, content)
    async with wired(scratch.url, build.name(), size=3) as wires:
        proposals, now = Proposals(wires.database), wires.clock.now()
        number = await proposals.keep(wave.setting.period, "people", content, "bench", now)
        return await proposals.decide(number, ("bench", "Bench"), now, accepted=True, address="https://meet.example")


def _check(wave: Gathered, content: Content) -> None:
    """No rule is broken: seats, coverage of each week, working time."""
    period, away = wave.setting.period, Counter[tuple[Cell, int]]()
    for given, some in ((content.given, content.classes), (content.filled, [one.at for one in wave.standing])):
        classes = {one.number: one for one in some}
        assert all(count <= classes[number].seats for number, count in Counter(number for _, number in given).items())
        away.update((content.cells[person], classes[number].week) for person, number in given)
        assert not any(wave.taken.is_off(who, classes[n].starts, classes[n].ends) for who, n in given)
    assert all(count <= period.at_once(wave.need.headcount[cell]) for (cell, _), count in away.items())


def _monday(now: datetime) -> date:
    day = now.date() + timedelta(weeks=2)
    return day - timedelta(days=day.weekday())
