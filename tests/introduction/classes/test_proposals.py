"""Proposals of classes: within the unit's coverage, the cascade in order, nobody in two places, and a bound (F202)."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import asyncpg
import pytest

from varda.access import Session
from varda.catalogue import Catalogue, Words
from varda.introduction.classes import Gathered, Gathering, Period, Planning, Proposals, Room, Wanted, Whom, at, reckon
from varda.introduction.classes.booking import Bookings
from varda.introduction.classes.need import Need, Person, needed
from varda.introduction.classes.planning import SQL
from varda.introduction.classes.proposals import OUTDATED
from varda.introduction.classes.standing import Stands
from varda.introduction.classes.taken import Class, Taken
from varda.introduction.classes.weeks import Setting, missing
from varda.introduction.training import Course, Learning, Place, Reason, Standing, Step
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


def given(
    need: Need, *rooms: Room, period: Period = PERIOD, taken: Taken = FREE, standing: Sequence[Stands] = ()
) -> Gathered:
    setting = Setting(period, rooms or (Room("A", "", 4, number=1),), COURSES, {})
    return Gathered(need, setting, taken, {}, tuple(standing))


def stands(number: int, week: int, seats: int, code: str = "nurse", minute: int = 480, **more: object) -> Stands:
    starts = at(MONDAY + timedelta(weeks=week, days=1), minute)
    return Stands(Class(number, code, week, starts, starts + timedelta(hours=3), seats, 9, ""), **more)  # type: ignore[arg-type] # by name


def kept(gathered: Gathered) -> tuple[Counter[str], dict[tuple[str, str], int]]:
    """Reckon by person and look at every rule; the reasons of who has no seat, and everybody's week by course."""
    content, (area,) = reckon(gathered, "people", 5, lambda *_: None, lambda *_: None)
    need, period = gathered.need, gathered.setting.period
    known, who = {one.number: one for one in content.classes}, {one.person: one for one in need.people}
    stood = {-one.at.number: one.at for one in gathered.standing}
    assert content.bound <= content.cost + 1e-6
    assert content.cost == sum(known[n].week + 1 for _, n in content.given) + missing(gathered.setting) * content.lacks
    assert content.seats + content.lacks == sum(len(one.courses) for one in need.people)
    known |= stood
    everything = [*content.given, *((person, -number) for person, number in content.filled)]
    taken = Counter(number for _, number in everything)
    assert all(0 < count <= known[number].seats for number, count in taken.items())
    away = Counter((who[person].cell, known[number].week) for person, number in everything)
    assert all(count <= period.at_once(need.headcount[cell]) for (cell, _), count in away.items())
    for one, other in product(content.classes, repeat=2):
        if one.number < other.number and one.starts < other.ends and other.starts < one.ends:
            assert one.teacher != other.teacher
            assert one.room != other.room or one.room == 0
    taught = Counter((one.teacher, one.week) for one in content.classes)
    assert all(count <= period.teaches for count in taught.values())
    mine = defaultdict(list)
    for person, number in everything:
        mine[person].append(known[number])
    for person, some in mine.items():
        own = [(one.starts, one.ends) for one in [*some, *(one for one in content.classes if one.teacher == person)]]
        own += gathered.taken.people.get(person, [])
        assert all(b[1] <= a[0] or a[1] <= b[0] for nth, a in enumerate(own) for b in own[nth + 1 :])
    when = {(person, one.course): one.week for person, some in mine.items() for one in some}
    for (person, code), week in when.items():
        for before in set(COURSES[code].requires) & set(who[person].courses):
            assert when[person, before] < week
    assert sum(load.count for load in area.loads) + sum(area.lacking.values()) == len(content.given) + content.lacks
    for person, number in content.given:
        for one in gathered.standing:
            cell, week, course_ = who[person].cell, one.at.week, known[number].course
            is_fit = one.takes(who[person]) and one.at.course == course_ and who[person].stage == 2
            is_fit &= gathered.taken.lets(person, one.at.starts, one.at.ends)
            is_fit &= all(when.get((person, before), -1) < week for before in COURSES[course_].requires)
            is_fit &= need.ahead.get((person, "nurse"), one.at.starts) <= one.at.starts
            spare = period.at_once(need.headcount[cell]) - away[cell, week] + (week == known[number].week)
            is_full = taken[-one.at.number] == one.at.seats
            assert not is_fit or is_full or not spare, "somebody has a new class while a seat fits in one that stands"
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


def test_free_seats_of_classes_that_stand_are_given_before_any_new_class() -> None:
    """F202: whose it is, working time, and what the unit can spare are kept; what is left gets new classes."""
    some = [
        *people({("u1", "nurse"): 8, ("u2", "nurse"): 4}, ("nurse",)),
        *people({("u3", "nurse"): 2}, ("nurse",), area="w"),
    ]
    need = asked(some, nurse="t")
    late = [(at(MONDAY + timedelta(days=day), 780), at(MONDAY + timedelta(days=day), 1290)) for day in range(40)]
    taken = Taken(shifts={"u2-nurse-2-0": late})
    standing = (
        stands(71, 4, 3), stands(72, 1, 9, units=frozenset({"u2"})), stands(73, 2, 9, "doctor"),
        stands(74, 3, 1, units=frozenset({"u2"}), minute=780), stands(75, 0, 5, area="w"),
    )  # fmt: skip
    gathered = given(need, taken=taken, standing=standing)
    content, _ = reckon(gathered, "people", 5, lambda *_: None, lambda *_: None)
    filled = Counter(number for _, number in content.filled)
    assert filled == {71: 3, 72: 1, 74: 1, 75: 1}  # a fourth of four is one a week; of two as well
    assert ("u2-nurse-2-0", 74) in content.filled, "who works in the afternoon only"
    assert {one.number for one in content.standing} == set(filled)
    assert (content.seats, content.lacks) == (13, 1)
    assert [(one.cell[0], one.why) for one in content.lacking] == [
        ("u3", "nobody")
    ]  # one a week, and no new class there
    assert len(content.given) == 13 - 6
    needs = asked(some[:12], nurse="t")
    why, when = kept(given(needs, taken=taken, standing=standing))
    assert (why.total(), len(when)) == (0, 12)
    content, _ = reckon(given(needs, standing=standing), "county", 5, lambda *_: None, lambda *_: None)
    assert (content.seats, content.filled) == (12, ())


def test_the_cascade_does_not_wait_for_a_free_seat_that_is_late() -> None:
    """F202: who is an instructor by a class that stands teaches after it; who others wait for takes no late seat."""
    some = [
        *people({("u1", "nurse"): 1}, ("nurse", "teach"), 0),
        *people({("u2", "nurse"): 1}, ("nurse", "coach"), 1),
        *people({("u3", "nurse"): 4}, ("nurse",)),
    ]
    standing = (stands(71, 1, 2), stands(72, 5, 9), stands(73, 0, 5))
    period = replace(PERIOD, share=100)
    gathered = given(asked(some, teach="t", coach="t", nurse="t"), period=period, standing=standing)
    why, when = kept(gathered)
    assert not why
    content, _ = reckon(gathered, "people", 5, lambda *_: None, lambda *_: None)
    own = dict(content.filled)
    assert own["u1-nurse-0-0"] == 73
    stages = [[week for (person, _), week in when.items() if f"-{stage}-" in person] for stage in range(3)]
    assert max(stages[0]) < min(stages[1]) <= max(stages[1]) < min(stages[2])
    assert max(stages[1]) < 5, "not the seat of week 5"
    assert {own[f"u3-nurse-2-{nth}"] for nth in range(4)} == {72}, "for everybody a late seat is a seat"
    alone = given(asked(some[:1] + some[2:]), period=period, standing=(*standing, stands(74, 0, 1, "teach", 780)))
    content, _ = reckon(alone, "people", 5, lambda *_: None, lambda *_: None)
    assert {number for person, number in content.filled if person == "u1-nurse-0-0"} == {71, 74}, "not twice a day"


def test_a_course_that_asks_for_another_comes_after_the_seat_that_there_is_in_it() -> None:
    """F202: whether that seat is of a class that stands, or was booked before."""
    need = asked(people({("u", "nurse"): 1}, ("nurse", "more")), nurse="t", more="t")
    why, when = kept(given(need, standing=(stands(71, 2, 1), stands(72, 1, 1, "more"))))
    assert (why.total(), when["u-nurse-2-0", "nurse"]) == (0, 2)
    assert when["u-nurse-2-0", "more"] > 2
    why, when = kept(given(need, standing=(stands(71, 2, 1), stands(72, 1, 1, "more"), stands(73, 4, 1, "more"))))
    assert when == {("u-nurse-2-0", "nurse"): 2, ("u-nurse-2-0", "more"): 4}
    booked = asked(people({("u", "nurse"): 1}, ("more",)), more="t")
    ahead = {("u-nurse-2-0", "nurse"): at(MONDAY + timedelta(weeks=2, days=1), 660)}
    why, when = kept(given(replace(booked, ahead=ahead), standing=(stands(72, 1, 1, "more"),)))
    assert when["u-nurse-2-0", "more"] > 2


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


async def test_free_seats_are_booked_as_far_as_there_are_any_left_when_it_is_accepted(database: Database) -> None:
    """F202: gathered from what stands – of the own area and unit, not full, not over –, and looked at anew."""
    planning, proposals, bookings = Planning(database), Proposals(database), Bookings(database)
    period = await planning.period(await planning.keep_period(PERIOD, "p", NOW))

    async def planned(nth: int, seats: int, **more: object) -> int:
        start = MONDAY + timedelta(days=nth)
        values: dict[str, object] = {"kind": "remote", "address": "https://m.example", "teachers": ((f"t{nth}", "T"),)}
        wanted = Wanted("nurse", starts=at(start, 480), ends=at(start, 660), seats=seats, **(values | more))  # type: ignore[arg-type] # by name
        return await planning.plan(wanted, "p", NOW)

    first, second, moved = [await planned(nth, 2) for nth in (0, 1, 2)]
    own = await planned(3, 9, kind="unit", unit="SE-own", address="")
    org = await planned(4, 9, organisation="SE-org")
    late, gone = await planned(50, 9), await planned(4, 9, teachers=(("t99", "T"),))
    await planning.tell(gone, "cancelled", "p", "x", NOW)
    place = Place(COURSES["nurse"], (Reason(unit="u"),), "open")
    for name in ("x", "y"):
        whom = Whom(name, "N", "u", {"nurse": place})
        await bookings.book(second, COURSES["nurse"], whom, "p", NOW)
    gathered = await Gathering(database).of(period, COURSES, Learning(database, Catalogue(database), "b"), NOW)
    assert [(one.at.number, one.at.seats, one.units) for one in gathered.standing] == [
        (first, 2, frozenset()), (moved, 2, frozenset()), (own, 9, {"SE-own"}), (org, 9, {"SE-org"}),
    ]  # fmt: skip
    assert gathered.need.ahead == {(name, "nurse"): at(MONDAY + timedelta(days=1), 660) for name in ("x", "y")}
    some = people({("u", "nurse"): 16}, ("nurse",))
    content, _ = reckon(
        given(asked(some), period=period, standing=gathered.standing), "people", 5, lambda *_: None, lambda *_: None
    )
    assert Counter(number for _, number in content.filled) == {first: 2, moved: 2}
    draft = await proposals.keep(period, "people", content, "cli", NOW)
    await bookings.book(first, COURSES["nurse"], Whom("z", "N", "u", {"nurse": place}), "p", NOW)
    day = MONDAY + timedelta(days=9)
    again = Wanted(
        "nurse", "remote", at(day, 480), at(day, 660), 2, address="https://m.example", teachers=(("t2", "T"),)
    )
    await planning.move(moved, again, "p", NOW)
    assert await proposals.decide(draft, ("p", "Per"), NOW, accepted=True) == 1
    assert [one.state for one in await bookings.at(first)] == ["booked", "booked"]
    assert await bookings.at(moved) == []
    assert late not in {number for _, number in content.filled}


async def test_two_planners_who_accept_at_once_give_nobody_two_seats(database: Database, database_url: str) -> None:
    """F202: both are held where they book. Without the lock each finds nobody booked, as the first half shows."""
    planning, proposals, bookings = Planning(database), Proposals(database), Bookings(database)
    period = await planning.period(await planning.keep_period(PERIOD, "p", NOW))
    some = people({(f"u{nth}", "nurse"): 1 for nth in range(6)}, ("nurse",))
    drafts = []
    for name in ("A", "B"):
        room = await planning.keep_room(Room(name, "", 24))
        gathered = given(asked(some, nurse=name), Room(name, "", 24, number=room), period=period)
        content, _ = reckon(gathered, "people", 5, lambda *_: None, lambda *_: None)
        drafts.append(await proposals.keep(period, "people", content, "cli", NOW))
    async with held_at(database_url, "booking"):
        one, other = [await planning.plan(remote(nth), "p", NOW) for nth in range(2)]
        await asyncio.gather(*(seat(database, number, nth) for nth, number in enumerate((one, other))))
        assert len(await bookings.of(["x"], NOW)) == 2, "the race is real"
        booked = await asyncio.gather(*(proposals.decide(one, ("p", "Per"), NOW, accepted=True) for one in drafts))
    assert sorted(booked) == [0, 6]
    seats = await bookings.of([who.person for who in some], NOW)
    assert Counter(one.person for one in seats) == Counter(who.person for who in some)


async def test_whoever_books_while_a_proposal_is_accepted_has_one_seat(database: Database, database_url: str) -> None:
    """F202: booked by hand and by a proposal at the same instant."""
    planning, proposals, bookings = Planning(database), Proposals(database), Bookings(database)
    period = await planning.period(await planning.keep_period(PERIOD, "p", NOW))
    (who,) = people({("u", "nurse"): 1}, ("nurse",))
    room = await planning.keep_room(Room("A", "", 24))
    gathered = given(asked([who], nurse="t"), Room("A", "", 24, number=room), period=period)
    content, _ = reckon(gathered, "people", 5, lambda *_: None, lambda *_: None)
    draft = await proposals.keep(period, "people", content, "cli", NOW)
    number = await planning.plan(remote(0), "p", NOW)
    whom = Whom(who.person, "N", "u", {"nurse": Place(COURSES["nurse"], (Reason(unit="u"),), "open")})
    async with held_at(database_url, "booking"):
        done = await asyncio.gather(
            bookings.book(number, COURSES["nurse"], whom, "p", NOW),
            proposals.decide(draft, ("p", "Per"), NOW, accepted=True),
            return_exceptions=True,
        )
    assert len(await bookings.of([who.person], NOW)) == 1
    assert done[0] == "booked" or isinstance(done[0], Conflict)


async def test_two_who_plan_the_same_rooms_in_another_order_do_not_wait_in_a_ring(
    database: Database, database_url: str
) -> None:
    """F202: one is accepted, the other is told that something is in the way; never that the database gave up."""
    planning, proposals = Planning(database), Proposals(database)
    period = await planning.period(await planning.keep_period(PERIOD, "p", NOW))
    rooms = [await planning.keep_room(Room(name, "", 9)) for name in "AB"]
    drafts = []
    for order in (rooms, rooms[::-1]):
        content, _ = reckon(given(asked([])), "people", 5, lambda *_: None, lambda *_: None)
        classes = [
            Class(nth, "nurse", 0, at(MONDAY, 480), at(MONDAY, 660), 9, room, f"t{room}")
            for nth, room in enumerate(order)
        ]
        drafts.append(await proposals.keep(period, "people", replace(content, classes=tuple(classes)), "cli", NOW))
    async with held_at(database_url, "occasion", "after insert on classes.occasion for each row"):
        done = await asyncio.gather(
            *(proposals.decide(one, ("p", "Per"), NOW, accepted=True) for one in drafts), return_exceptions=True
        )
    refused = [one for one in done if isinstance(one, Conflict)]
    assert [one.message for one in refused] == [OUTDATED]
    assert sorted(one.room for one in await planning.ahead(NOW, NOW + timedelta(days=90))) == sorted(rooms)


async def test_who_moves_a_class_into_what_a_proposal_takes_does_not_wait_in_a_ring(
    database: Database, database_url: str
) -> None:
    """F200: the proposal takes Anna in one room and then the other room; the class takes that one, with Anna."""
    planning, proposals = Planning(database), Proposals(database)
    period = await planning.period(await planning.keep_period(PERIOD, "p", NOW))
    first, second = [await planning.keep_room(Room(name, "", 9)) for name in "AB"]
    own = replace(remote(3), teachers=(("anna", "Anna"),))
    number = await planning.plan(own, "p", NOW)
    content, _ = reckon(given(asked([])), "people", 5, lambda *_: None, lambda *_: None)
    classes = [
        Class(nth, "nurse", 0, at(MONDAY, 480), at(MONDAY, 660), 9, room, who)
        for nth, (room, who) in enumerate(((first, "anna"), (second, "bo")))
    ]
    draft = await proposals.keep(period, "people", replace(content, classes=tuple(classes)), "cli", NOW)
    there = replace(own, kind="room", room=second, address="", starts=at(MONDAY, 480), ends=at(MONDAY, 660))
    async with held_at(database_url, "occasion", "after insert or update on classes.occasion for each row"):
        deciding = asyncio.create_task(proposals.decide(draft, ("p", "Per"), NOW, accepted=True))
        await asyncio.sleep(0.2)
        done = await asyncio.gather(deciding, planning.move(number, there, "p", NOW), return_exceptions=True)
    told = [one.message for one in done if isinstance(one, Conflict)]
    assert len(told) == 1
    assert told == [OUTDATED] or "has class" in told[0]


@asynccontextmanager
async def held_at(
    url: str, table: str, when: str = "before insert on classes.{} for each statement"
) -> AsyncIterator[None]:
    """Who writes waits for half a second after looking and before writing, so that two at once meet there."""
    connection = await asyncpg.connect(url)
    await connection.execute(
        "create function public.held() returns trigger language plpgsql as "
        "'begin perform pg_sleep(0.5); if tg_level = ''STATEMENT'' then return null; end if; return new; end';"
        f'create trigger "A held" {when.format(table)} execute function public.held()'
    )
    try:
        yield
    finally:
        await connection.execute(f'drop trigger "A held" on classes.{table}; drop function public.held()')
        await connection.close()


def remote(nth: int) -> Wanted:
    starts = at(MONDAY + timedelta(days=nth), 480)
    teachers = ((f"t{nth}", "T"),)
    return Wanted("nurse", "remote", starts, starts + timedelta(hours=3), 9, address="https://m", teachers=teachers)


async def seat(database: Database, number: int, nth: int) -> None:
    """What accepting does to give a seat, without its lock."""
    columns = [[number], ["x"], ["X"], ["u"], ["nurse"], [at(MONDAY + timedelta(days=nth), 480)]]
    await database.run(SQL["seats_given"], *columns, NOW, "p", 0)


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
