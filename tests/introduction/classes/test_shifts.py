"""Shifts by a text file and holidays: a proposal keeps within working time and clear of days off (F202)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.introduction.classes.test_proposals import COURSES, MONDAY, PERIOD, asked, given, kept, people
from varda.catalogue import Catalogue
from varda.introduction.classes import Gathering, Period, Planning, Room, at, reckon
from varda.introduction.classes.holidays import is_holiday
from varda.introduction.classes.shifts import File, Shifts, difference, require_believable, understood, works
from varda.introduction.classes.taken import Taken
from varda.introduction.training import Learning
from varda.kernel.db import Database
from varda.kernel.errors import Conflict, Malformed

pytestmark = pytest.mark.anyio
HEAD = "person;unit;from;to\n"


def line(nth: int, day: int, begins: str = "07:00", ends: str = "15:30", unit: str = "SE9999999999-U") -> str:
    return f"SE9999999999-P{nth};{unit};2026-10-{day:02} {begins};2026-10-{day:02} {ends}\n"


def read(*lines: str) -> File:
    return understood((HEAD + "".join(lines)).encode(), {"SE9999999999-U"}.__contains__)


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2026, "01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-06 06-19 06-20 10-31 12-24 12-25 12-26 12-31"),
        (2027, "01-01 01-06 03-26 03-28 03-29 05-01 05-06 05-16 06-06 06-25 06-26 11-06 12-24 12-25 12-26 12-31"),
    ],
)
def test_the_days_off_of_a_year_are_those_of_the_almanac(year: int, days: str) -> None:
    """Lag (1989:253)."""
    every = [date(year, 1, 1) + timedelta(days=nth) for nth in range(365)]
    assert " ".join(f"{day:%m-%d}" for day in every if is_holiday(day)) == days


def test_no_class_is_proposed_on_a_day_off() -> None:
    """F202: of the week of Christmas 2026 Monday to Wednesday are left."""
    period = Period("Jul", "", date(2026, 12, 21), date(2026, 12, 28), share=100, teaches=50)
    some = people({(f"u{nth}", "nurse"): 1 for nth in range(60)}, ("nurse",))
    content, _ = reckon(
        given(asked(some, nurse="t"), period=period), "people", 5, lambda *_: None, lambda *_: None
    )  # fmt: skip
    assert {one.starts.date() for one in content.classes} == {date(2026, 12, day) for day in (21, 22, 23)}
    assert (content.seats, content.lacks) == (24, 36)


def test_nobody_is_seated_or_teaches_outside_working_time_where_it_is_known() -> None:
    """F202: who works afternoons gets an afternoon; who has no shifts is placed freely, and counted."""
    late = [(at(MONDAY + timedelta(days=day), 780), at(MONDAY + timedelta(days=day), 1290)) for day in range(40)]
    night = [(at(MONDAY + timedelta(days=day), 1270), at(MONDAY + timedelta(days=day + 1), 430)) for day in range(40)]
    some = people({(f"u{nth}", "nurse"): 1 for nth in range(6)}, ("nurse",))
    shifts = {some[0].person: late, some[1].person: late, some[2].person: night}
    gathered = given(asked(some, nurse="t"), taken=Taken(shifts=shifts))
    why, when = kept(gathered)
    assert why == {"shift": 1}
    assert (some[2].person, "nurse") not in when
    content, _ = reckon(gathered, "people", 5, lambda *_: None, lambda *_: None)
    known = {one.number: one for one in content.classes}
    hours = {person: known[number].starts.hour for person, number in content.given}
    assert hours[some[0].person] == hours[some[1].person] == 13
    assert content.unknown == 3
    content, _ = reckon(
        given(asked(some[3:], nurse="t"), taken=Taken(shifts={"t": late})), "people", 5, lambda *_: None,
        lambda *_: None,
    )  # fmt: skip
    assert {one.starts.hour for one in content.classes} == {13}


def test_what_lies_outside_the_shifts_that_are_known_is_not_known() -> None:
    day = [(at(MONDAY, 420), at(MONDAY, 930))]
    assert works(day, at(MONDAY, 480), at(MONDAY, 660)) is True
    assert works(day, at(MONDAY, 780), at(MONDAY, 960)) is False
    assert works(day, at(MONDAY + timedelta(days=6), 480), at(MONDAY + timedelta(days=6), 660)) is False
    assert works(day, at(MONDAY + timedelta(days=7), 480), at(MONDAY + timedelta(days=7), 660)) is None
    assert works([], at(MONDAY, 480), at(MONDAY, 660)) is None


def test_a_line_that_is_wrong_is_left_out_with_every_reason_and_takes_nothing_away() -> None:
    found = read(line(1, 5), "Anna;X;soon;2026-10-05 07:00\n", line(2, 5, "15:30", "07:00"))
    assert len(found.shifts) == 1
    assert [(one.line, len(one.reasons)) for one in found.bad] == [(3, 3), (4, 1)]
    assert not difference(read(line(9, 6)).shifts, found).gone
    with pytest.raises(Malformed, match="needs a header"):
        understood(b"a;b\n", lambda _: True)


async def test_the_same_file_writes_nothing_and_one_that_lacks_much_is_refused(database: Database) -> None:
    """F202: another month is not touched; a shift at another hour of the day is moved, not taken away."""
    shifts = Shifts(database)

    async def take(*lines: str, even_so: bool = False) -> tuple[int, int, int]:
        file = read(*lines)
        before = await shifts.between(file)
        found = difference(before, file)
        if not even_so:
            require_believable(before, found)
        await shifts.take(found)
        return len(found.new), len(found.gone), found.same

    month = [line(nth, day) for nth in range(4) for day in (5, 6, 7)]
    assert await take(*month) == (12, 0, 0)
    assert await take(*month) == (0, 0, 12)
    assert await take(line(1, 20)) == (1, 0, 0)
    moved = [one.replace("07:00", "13:00").replace("15:30", "21:30") for one in month]
    assert await take(*moved) == (12, 12, 0)
    with pytest.raises(Conflict, match="more than a tenth") as refused:
        await take(moved[0], *moved[3:])
    assert [one.message for one in refused.value.problems] == ["SE9999999999-U would lose 2 of 12 shifts."]
    assert await take(moved[0], *moved[2:]) == (0, 1, 11)
    assert await take(moved[0], moved[-1], even_so=True) == (0, 9, 2)
    day = date(2026, 10, 5)
    assert await shifts.off(["SE9999999999-P0", "SE9999999999-P2"], at(day, 480), at(day, 660)) == {"SE9999999999-P0"}


async def test_a_period_is_gathered_with_its_days_off_as_taken(database: Database) -> None:
    planning = Planning(database)
    room = await planning.keep_room(Room("A", "", 4))
    wanted = replace(PERIOD, opens=date(2026, 12, 21), closes=date(2027, 1, 4))
    period = await planning.period(await planning.keep_period(wanted, "p", datetime(2026, 9, 1, tzinfo=UTC)))
    gathered = await Gathering(database).of(
        period, COURSES, Learning(database, Catalogue(database), "b"), datetime(2026, 9, 1, tzinfo=UTC)
    )
    assert gathered.setting.busy == {(room, 0): 4, (room, 1): 4}  # two passes of 24, 25 and of 31 December, 1 January
