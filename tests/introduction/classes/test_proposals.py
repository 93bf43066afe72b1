"""Proposals of classes: within the unit's coverage, the cascade in order, nobody in two places, and a bound (F202)."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from varda.access import Session
from varda.catalogue import Words
from varda.introduction.classes import Gathered, Period, Planning, Proposals, Room, Wanted, Whom, at, reckon
from varda.introduction.classes.booking import Bookings
from varda.introduction.classes.county import Setting, missing
from varda.introduction.classes.need import Need, Person, needed
from varda.introduction.classes.persons import Taken
from varda.introduction.training import Course, Place, Reason, Standing, Step
from varda.introduction.training.model import For
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
MONDAY = date(2026, 10, 5)
W = Words("x", "x")


def course(code: str, kind: str, *requires: str, **more: object) -> Course:
    values: dict[str, object] = {"class_minutes": 180, "requires": requires} | more
    return Course(code, kind, W, W, 30, (Step("s", "text", W, W),), "v1", **values)  # type: ignore[arg-type] # by name


COURSES = {
    one.code: one
    for one in (
        course("intro", "introduction", class_minutes=0),
        course("nurse", "base", "intro", whom=For(frozenset({"nurse"}))),
        course("more", "add-on", "nurse", whom=For(frozenset({"nurse"}))),
        course("doctor", "base", "intro", whom=For(frozenset({"physician"}))),
        course("teach", "track", "intro", whom=For(duties=frozenset({"instructor"}))),
        course("coach", "track", "intro", whom=For(duties=frozenset({"coach"}))),
    )
}
FREE = Taken()
PERIOD = Period("Syd", "", MONDAY, MONDAY + timedelta(weeks=6), share=25, teaches=4)


def people(cells: Mapping[tuple[str, str], int], kind: Sequence[str], stage: int = 2, area: str = "") -> list[Person]:
    return [
        Person(f"{unit}-{role}-{stage}-{nth}", "N", (unit, role), area, stage, tuple(kind))
        for (unit, role), count in cells.items()
        for nth in range(count)
    ]


def asked(some: Sequence[Person], headcount: Mapping[tuple[str, str], int] = {}, **teachers: str) -> Need:
    count = Counter(one.cell for one in some)
    able = {code: frozenset(said.split()) for code, said in teachers.items()}
    return Need(tuple(some), {**count, **headcount}, {"": able})


def given(need: Need, *rooms: Room, period: Period = PERIOD, taken: Taken = FREE) -> Gathered:
    return Gathered(need, Setting(period, rooms or (Room("A", "", 4, number=1),), COURSES, {}), taken, {})


def kept(gathered: Gathered) -> tuple[Counter[str], dict[tuple[str, str], int]]:
    """Reckon by person and look at every rule; the reasons of who has no seat, and everybody's week by course."""
    content, (area,) = reckon(gathered, "people", 5, lambda *_: None, lambda *_: None)
    need, period = gathered.need, gathered.setting.period
    known, who = {one.number: one for one in content.classes}, {one.person: one for one in need.people}
    assert content.bound <= content.cost + 1e-6
    assert content.cost == sum(known[n].week + 1 for _, n in content.given) + missing(gathered.setting) * content.lacks
    assert content.seats + content.lacks == sum(len(one.courses) for one in need.people)
    taken = Counter(number for _, number in content.given)
    assert all(0 < count <= known[number].seats for number, count in taken.items())
    away = Counter((who[person].cell, known[number].week) for person, number in content.given)
    assert all(count <= period.at_once(need.headcount[cell]) for (cell, _), count in away.items())
    for one, other in product(content.classes, repeat=2):
        if one.number < other.number and one.starts < other.ends and other.starts < one.ends:
            assert one.teacher != other.teacher
            assert one.room != other.room or one.room == 0
    taught = Counter((one.teacher, one.week) for one in content.classes)
    assert all(count <= period.teaches for count in taught.values())
    mine = defaultdict(list)
    for person, number in content.given:
        mine[person].append(known[number])
    for person, some in mine.items():
        own = [(one.starts, one.ends) for one in [*some, *(one for one in content.classes if one.teacher == person)]]
        own += gathered.taken.people.get(person, [])
        assert all(b[1] <= a[0] or a[1] <= b[0] for nth, a in enumerate(own) for b in own[nth + 1 :])
    when = {(person, one.course): one.week for person, some in mine.items() for one in some}
    for (person, code), week in when.items():
        for before in set(COURSES[code].requires) & set(who[person].courses):
            assert when[person, before] < week
    assert sum(load.count for load in area.loads) + sum(area.lacking.values()) == content.seats + content.lacks
    return Counter(lack.why for lack in content.lacking), when


def test_coverage_and_prerequisites_are_kept_and_the_gap_is_told() -> None:
    cells = {("u1", "nurse"): 8, ("u2", "nurse"): 1, ("u3", "nurse"): 5}
    why, when = kept(given(asked(people(cells, ("nurse", "more")), nurse="t1 t2", more="t1")))
    assert why == Counter(
        {"coverage": sum(why.values())}
    )  # 8 of 2 a week and 5 of 1 a week, two classes each, in 6 weeks
    assert when["u2-nurse-2-0", "more"] == 1
    assert why.total() == 8


def test_a_unit_of_one_may_go_and_a_whole_day_takes_a_whole_day() -> None:
    why, when = kept(given(asked(people({("u", "nurse"): 1}, ("nurse",)), nurse="t")))
    assert (why.total(), when) == (0, {("u-nurse-2-0", "nurse"): 0})
    assert PERIOD.span(240) == 1
    assert PERIOD.span(241) == 2
    assert PERIOD.at_once(1) == PERIOD.at_once(7) == 1


def test_instructors_come_before_coaches_before_everybody_and_teach_what_they_have_passed() -> None:
    some = [
        *people({("u1", "nurse"): 2}, ("nurse", "teach"), 0),
        *people({("u1", "nurse"): 2, ("u2", "nurse"): 1}, ("nurse", "coach"), 1),
        *people({("u1", "nurse"): 8, ("u2", "nurse"): 4}, ("nurse",), 2),
    ]
    period = replace(PERIOD, closes=MONDAY + timedelta(weeks=20))
    need = asked(some, nurse="t", teach="t", coach="t")
    why, when = kept(given(need, period=period))
    assert not why
    stages = [[week for (person, _), week in when.items() if f"-{stage}-" in person] for stage in range(3)]
    assert max(stages[0]) < min(stages[1]) <= max(stages[1]) < min(stages[2])


def test_who_cannot_come_is_placed_elsewhere_or_told_why() -> None:
    start, week = at(MONDAY, 0), timedelta(weeks=1)
    away = {"u-nurse-2-0": [(start, start + 5 * week)], "u-nurse-2-1": [(start, start + 6 * week)]}
    need = asked(people({("u", "nurse"): 6}, ("nurse",)), nurse="t")
    why, when = kept(given(need, taken=Taken({1: [(start, start + timedelta(days=2))]}, away)))
    assert "u-nurse-2-1" not in {person for person, _ in when}
    assert set(why) <= {"away", "coverage"}
    why, when = kept(given(asked(people({("u", "doctor"): 2}, ("doctor",)), nurse="t")))
    assert why == Counter(nobody=2)
    small = replace(PERIOD, closes=MONDAY + week)
    crowd = people({(f"u{nth}", "nurse"): 1 for nth in range(60)}, ("nurse",))
    why, when = kept(given(asked(crowd, nurse="t"), period=small))
    assert (len(when), why) == (16, Counter(seats=44))  # four classes of four: all that one may teach in a week


def test_rooms_that_are_anybodys_are_dealt_to_areas_and_remote_takes_no_room() -> None:
    some = [
        *people({("u1", "nurse"): 4}, ("nurse",), area="south"),
        *people({("u2", "nurse"): 4}, ("nurse",), area="west"),
    ]
    able = {"nurse": frozenset({"t"})}
    need = Need(
        tuple(some), {("u1", "nurse"): 4, ("u2", "nurse"): 4}, {"south": able, "west": {"nurse": frozenset({"s"})}}
    )
    content, areas = reckon(given(need), "people", 5, lambda *_: None, lambda *_: None)
    assert Counter(one.seats for area in areas for one in area.held) == Counter({4: 4})
    assert content.lacks == 4
    content, _ = reckon(
        given(need, period=replace(PERIOD, remote=10)), "people", 5, lambda *_: None, lambda *_: None
    )  # fmt: skip
    assert content.lacks == 0


def test_a_person_in_nine_roles_needs_each_course_once_and_counts_at_one_unit() -> None:
    def works(role: str, unit: str, who: str = "a") -> Session:
        return Session(
            kind="staff", actor=who, name=who, role=role, unit=unit, unit_name=unit, assignment_purpose="care"
        )

    sessions = [works("nurse", f"u{nth}") for nth in range(8)] + [works("physician", "u8"), works("nurse", "u1", "b")]
    standing = Standing({"b": {"intro", "nurse", "teach", "coach"}}, {"b": {"instructor"}, "a": {"coach"}})
    need = needed(COURSES, sessions, standing, {"u0": "south"}, {("a", "doctor")})
    assert [(one.person, one.cell, one.area, one.stage, one.courses) for one in need.people] == [
        ("a", ("u0", "nurse"), "south", 1, ("nurse", "more", "coach")),
        ("b", ("u1", "nurse"), "", 0, ("more",)),
    ]
    assert need.headcount == {("u0", "nurse"): 1, ("u1", "nurse"): 1}
    assert need.teachers == {"": {code: frozenset("b") for code in ("nurse", "teach", "coach")}}
    gone = COURSES | {"nurse": replace(COURSES["nurse"], is_withdrawn=True)}
    assert "nurse" not in needed(gone, sessions, standing, {}).people[0].courses


async def test_accepted_it_plans_and_books_and_moves_nothing_that_people_have_booked(database: Database) -> None:
    planning, proposals, bookings = Planning(database), Proposals(database), Bookings(database)
    room = await planning.keep_room(Room("A", "", 4))
    number = await planning.keep_period(PERIOD, "p", NOW)
    period = await planning.period(number)
    some = people({("u", "nurse"): 3}, ("nurse",))
    gathered = given(asked(some, nurse="t"), Room("A", "", 4, number=room), period=period)
    content, _ = reckon(gathered, "people", 5, lambda *_: None, lambda *_: None)
    draft = await proposals.keep(period, "people", content, "cli", NOW)
    own = await planning.plan(
        Wanted(
            "nurse", "remote", at(MONDAY, 480), at(MONDAY, 660), 5, address="https://m.example", teachers=(("x", "X"),)
        ),
        "p", NOW,
    )  # fmt: skip
    place = Place(COURSES["nurse"], (Reason(unit="u"),), "open")
    await bookings.book(own, COURSES["nurse"], Whom(some[0].person, "N", "u", {"nurse": place}), "p", NOW)
    assert await proposals.decide(draft, ("p", "Per"), NOW, accepted=True) == 2
    assert {one.person: one.occasion == own for one in await bookings.of([who.person for who in some], NOW)} == {
        some[0].person: True, some[1].person: False, some[2].person: False,
    }  # fmt: skip
    assert (await proposals.one(draft)).state == "accepted"
    assert [(one.seats, one.lacks, one.state) for one in await proposals.all()] == [(3, 0, "accepted")]
    with pytest.raises(Conflict, match="already"):
        await proposals.decide(draft, ("p", "Per"), NOW, accepted=False)
    again = await proposals.keep(period, "people", content, "cli", NOW)
    with pytest.raises(Conflict, match="since this was reckoned"):
        await proposals.decide(again, ("p", "Per"), NOW, accepted=True)
    assert (await proposals.one(again)).state == "draft"
    with pytest.raises(Absent):
        await proposals.one(again + 1)


async def test_two_planners_who_accept_at_once_give_nobody_two_seats(database: Database) -> None:
    """F202: each on a connection of their own, with rooms and instructors that are not in each other's way."""
    planning, proposals = Planning(database), Proposals(database)
    period = await planning.period(await planning.keep_period(PERIOD, "p", NOW))
    some = people({(f"u{nth}", "nurse"): 1 for nth in range(24)}, ("nurse",))
    drafts = []
    for name in ("A", "B", "C"):
        room = await planning.keep_room(Room(name, "", 24))
        gathered = given(asked(some, nurse=name), Room(name, "", 24, number=room), period=period)
        content, _ = reckon(gathered, "people", 5, lambda *_: None, lambda *_: None)
        assert content.seats == 24
        drafts.append(await proposals.keep(period, "people", content, "cli", NOW))
    booked = await asyncio.gather(*(proposals.decide(one, ("p", "Per"), NOW, accepted=True) for one in drafts))
    assert sorted(booked) == [0, 0, 24]
    seats = await Bookings(database).of([who.person for who in some], NOW)
    assert Counter(one.person for one in seats) == Counter(who.person for who in some)


async def test_what_is_accepted_for_the_county_is_told_to_each_unit_as_its_weeks(database: Database) -> None:
    """F202: a draft tells nothing, and a newer one of the period takes the place of the one before."""
    planning, proposals = Planning(database), Proposals(database)
    period = await planning.period(await planning.keep_period(PERIOD, "p", NOW))
    some = people({("u1", "nurse"): 8, ("u2", "nurse"): 2}, ("nurse",))

    async def kept_(need: Sequence[Person]) -> int:
        content, _ = reckon(given(asked(need, nurse="t")), "county", 5, lambda *_: None, lambda *_: None)
        return await proposals.keep(period, "county", content, "cli", NOW)

    first, second = await kept_(some), await kept_(some[:4])
    assert await proposals.weeks_of("u1", MONDAY) == []
    await proposals.decide(first, ("p", "Per"), NOW, accepted=True)
    weeks = await proposals.weeks_of("u1", MONDAY)
    assert sum(one.count for one in weeks) == 8
    assert {(one.role, one.course) for one in weeks} == {("nurse", "nurse")}
    assert all(one.count <= 2 and one.monday in PERIOD.weeks for one in weeks)  # a quarter of eight at once
    assert sum(one.count for one in await proposals.weeks_of("u2", MONDAY)) == 2
    assert await proposals.weeks_of("u1", PERIOD.closes) == []
    await proposals.decide(second, ("p", "Per"), NOW + timedelta(days=1), accepted=True)
    assert sum(one.count for one in await proposals.weeks_of("u1", MONDAY)) == 4
    assert await proposals.weeks_of("u2", MONDAY) == []
