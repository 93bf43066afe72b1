"""Classes in rooms and at a distance: nothing twice at once, seats, a waiting list, who came (F200, F201)."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from varda.catalogue import Words
from varda.introduction.classes import (
    Absence,
    Bookings,
    Occasion,
    Period,
    Planning,
    Room,
    Wanted,
    Whom,
    at,
    calendar,
    code,
    is_code,
)
from varda.introduction.training import Course, Place, Reason, Step
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Occupied, Refused, Unprocessable

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
W = Words("x", "x")
BASE = Course("base", "base", W, W, 30, (Step("s", "text", W, W),), "v1", class_minutes=180)
ANNA, BO = ("SE9999999999-anna", "Anna"), ("SE9999999999-bo", "Bo")


def morning(day: date = date(2026, 10, 5), **more: object) -> Wanted:
    values: dict[str, object] = {"kind": "remote", "address": "https://meet.example/1", "seats": 1, "teachers": (ANNA,)}
    return Wanted("base", starts=at(day, 480), ends=at(day, 660), **(values | more))  # type: ignore[arg-type] # by name


def who(name: str) -> Whom:
    return Whom(f"SE9999999999-{name}", name, "SE-U", {"base": Place(BASE, (Reason(unit="U"),), "open")})


async def test_two_classes_never_share_a_room_or_a_teacher_and_the_other_one_is_named(database: Database) -> None:
    planning = Planning(database)
    room = await planning.keep_room(Room("Solhem 1", "Borås", 12))
    first = await planning.plan(morning(kind="room", room=room, address=""), "p", NOW)
    with pytest.raises(Occupied, match=rf"Solhem 1 has class {first} \(base\) then, 2026-10-05 08.00–11.00"):
        await planning.plan(morning(kind="room", room=room, address="", teachers=(BO,)), "p", NOW)
    with pytest.raises(Occupied, match=f"Anna has class {first}"):
        await planning.plan(morning(), "p", NOW)
    second = await planning.plan(morning(date(2026, 10, 6)), "p", NOW)
    with pytest.raises(Occupied, match="Anna has class"):
        await planning.move(second, morning(), "p", NOW)
    await planning.tell(first, "cancelled", "p", "Sjukdom", NOW)
    await planning.move(second, morning(kind="room", room=room, address="", seats=12), "p", NOW)
    assert [(one.number, one.starts) for one in await planning.ahead(NOW, NOW + timedelta(days=90))] == [
        (second, at(date(2026, 10, 5), 480))
    ]
    with pytest.raises(Conflict, match="has been cancelled"):
        await planning.tell(first, "held", "p", "", NOW)


async def test_what_is_wrong_with_a_class_a_room_or_a_period_is_said_all_at_once(database: Database) -> None:
    planning = Planning(database)
    with pytest.raises(Unprocessable) as wrong:
        await planning.plan(morning(date(2026, 8, 1), kind="room", address="", seats=0, teachers=()), "p", NOW)
    assert set(wrong.value.by_path) == {"room", "day", "seats", "teacher"}
    script = {"kind": "unit", "unit": "u", "address": "javascript:alert(1)"}
    for more, path in (
        ({"kind": "unit"}, "unit"), ({"address": "nowhere"}, "address"), ({"kind": "moon"}, "kind"),
        (script, "address"),
    ):  # fmt: skip
        with pytest.raises(Unprocessable) as wrong:
            await planning.plan(morning(**more), "p", NOW)
        assert list(wrong.value.by_path) == [path]
    with pytest.raises(Unprocessable) as wrong:
        await planning.keep_room(Room(" ", "", 0))
    assert set(wrong.value.by_path) == {"name", "seats"}
    await planning.keep_room(Room("A", "", 3))
    with pytest.raises(Unprocessable, match="with this name already"):
        await planning.keep_room(Room("A", "", 3))
    with pytest.raises(Unprocessable) as wrong:
        await planning.keep_period(Period("", "", date(2026, 10, 6), date(2026, 10, 5), (), 0, 0), "p", NOW)
    assert set(wrong.value.by_path) == {"name", "opens", "passes", "share", "teaches"}
    number = await planning.keep_period(Period("Syd", "south", date(2026, 10, 5), date(2026, 10, 19)), "p", NOW)
    assert (await planning.period(number)).weeks == [date(2026, 10, 5), date(2026, 10, 12)]
    with pytest.raises(Absent):
        await planning.period(number + 1)


async def test_only_a_class_at_a_distance_keeps_an_address_and_who_waits_is_not_told_it(database: Database) -> None:
    """F200: a link is https whatever the class is."""
    planning, bookings = Planning(database), Bookings(database)
    here = await planning.plan(morning(kind="unit", unit="SE-U"), "p", NOW)
    assert (await planning.one(here)).address == ""
    remote = await planning.plan(morning(date(2026, 10, 6)), "p", NOW)
    one = await planning.one(remote)
    for name, told in (("a", "LOCATION:https://meet.example/1"), ("b", "")):
        await bookings.book(remote, BASE, who(name), name, NOW)
        mine = await bookings.of([who(name).person], NOW)
        written = calendar.written(mine, {remote: one}, {}, NOW, "Varda").decode()
        assert ("LOCATION" in written, told in written) == (bool(told), True)
    await planning.move(remote, morning(date(2026, 10, 7), kind="unit", unit="SE-U", seats=2), "p", NOW)
    assert (await planning.one(remote)).address == ""


async def test_a_class_is_held_once_it_has_begun_and_then_neither_cancelled_nor_moved(database: Database) -> None:
    """F200: what was held stays held."""
    planning = Planning(database)
    number = await planning.plan(morning(), "p", NOW)
    with pytest.raises(Conflict, match="has not begun"):
        await planning.tell(number, "held", "p", "", NOW)
    begun = at(date(2026, 10, 5), 500)
    with pytest.raises(Conflict, match="has begun"):
        await planning.move(number, morning(date(2026, 10, 6)), "p", begun)
    await planning.tell(number, "held", "p", "", begun)
    for state in ("cancelled", "confirmed", "held"):
        with pytest.raises(Conflict, match="has been held"):
            await planning.tell(number, state, "p", "why", begun)  # type: ignore[arg-type] # one of them
    assert (await planning.one(number)).state == "held"


async def test_two_bookings_of_one_person_at_once_are_asked_one_after_the_other(database: Database) -> None:
    """F201: of two classes of the same course, or at the same time, one booking counts."""
    planning, bookings = Planning(database), Bookings(database)
    for nth in range(8):
        pair = [
            await planning.plan(morning(date(2026, 10, 5) + timedelta(days=nth), teachers=(one,), seats=9), "p", NOW)
            for one in (ANNA, BO)
        ]
        done = await asyncio.gather(
            *(bookings.book(number, BASE, who(f"p{nth}"), "p", NOW) for number in pair), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in done) == ["Conflict", "str"]
        assert len(await bookings.of([who(f"p{nth}").person], NOW)) == 1


async def test_two_who_leave_at_once_let_the_same_person_up_in_one_class_only(database: Database) -> None:
    """F201: and nobody waits in a ring."""
    planning, bookings = Planning(database), Bookings(database)
    for nth in range(6):
        day = date(2026, 10, 5) + timedelta(days=nth)
        pair = [await planning.plan(morning(day, teachers=(one,)), "p", NOW) for one in (ANNA, BO)]
        for number in pair:
            await bookings.book(number, BASE, who(f"{number}"), "p", NOW)
        for name in ("x", "y") if nth % 2 else ("y", "x"):
            for number in pair:
                await database.run(
                    "insert into classes.booking (occasion, person, name, unit, course, state, booked_at, booked_by) "
                    "values ($1, $2, 'x', 'u', 'base', 'waiting', $3, 'p')", number, who(name).person, NOW,
                )  # fmt: skip
        await asyncio.gather(*(bookings.leave(number, who(f"{number}").person, "p", NOW) for number in pair))
        seats = [one.person for number in pair for one in await bookings.at(number) if one.state == "booked"]
        assert sorted(seats) == [who("x").person, who("y").person]


async def test_a_class_keeps_its_hours_when_the_clocks_change(database: Database) -> None:
    planning, bookings = Planning(database), Bookings(database)
    for day in (date(2026, 10, 23), date(2026, 10, 25), date(2026, 10, 26)):
        number = await planning.plan(morning(day), "p", NOW)
        one = await planning.one(number)
        assert one.starts.astimezone(ZoneInfo("Europe/Stockholm")).hour == 8
        assert one.ends - one.starts == timedelta(hours=3)
    await bookings.book(number, BASE, who("kalle"), "p", NOW)
    mine = await bookings.of([who("kalle").person], NOW)
    told = calendar.written(mine, {number: one}, {"base": "Grundkurs, sjuksköterska"}, NOW, "Varda").decode()
    assert "DTSTART:20261026T070000Z" in told
    assert "SUMMARY:Grundkurs\\, sjuksköterska" in told
    assert "STATUS:CONFIRMED" in told


async def test_who_waits_longest_moves_up_passing_over_who_has_another_class(database: Database) -> None:
    planning, bookings = Planning(database), Bookings(database)
    number = await planning.plan(morning(), "p", NOW)
    other = await planning.plan(morning(teachers=(BO,)), "p", NOW)
    assert await bookings.book(number, BASE, who("a"), "a", NOW) == "booked"
    for name in ("b", "c"):
        assert await bookings.book(number, BASE, who(name), name, NOW) == "waiting"
    await database.run("update classes.booking set course = 'x' where person = $1", who("b").person)
    assert await bookings.book(other, BASE, who("b"), "b", NOW) == "booked"
    with pytest.raises(Conflict, match="booked here already"):
        await bookings.book(number, BASE, who("c"), "c", NOW)
    with pytest.raises(Conflict, match="another class of this course"):
        await bookings.book(other, BASE, who("c"), "c", NOW)
    await bookings.leave(number, who("a").person, "a", NOW)
    assert [(one.name, one.state) for one in await bookings.at(number)] == [("c", "booked"), ("b", "waiting")]
    with pytest.raises(Absent):
        await bookings.leave(number, who("a").person, "a", NOW)
    with pytest.raises(Conflict, match="has begun"):
        await bookings.leave(number, who("c").person, "c", NOW + timedelta(days=60))


async def test_nobody_is_booked_where_nothing_is_asked_or_the_course_is_withdrawn(database: Database) -> None:
    planning, bookings = Planning(database), Bookings(database)
    number = await planning.plan(morning(), "p", NOW)
    with pytest.raises(Refused, match="not asked"):
        await bookings.book(number, BASE, Whom("x", "X", "u", {"base": Place(BASE, (), "open")}), "x", NOW)
    withdrawn = Course("base", "base", W, W, 30, BASE.steps, "v2", is_withdrawn=True)
    for gone in (None, withdrawn):
        with pytest.raises(Refused, match="withdrawn"):
            await bookings.book(number, gone, who("a"), "a", NOW)
    await bookings.book(number, BASE, who("a"), "a", NOW)
    with pytest.raises(Unprocessable, match="Say why"):
        await planning.tell(number, "cancelled", "p", " ", NOW)
    await planning.tell(number, "cancelled", "p", "Kursen är indragen", NOW)
    (told,) = await bookings.taken_from(who("a").person, NOW - timedelta(days=1))
    assert (told.course, told.why) == ("base", "Kursen är indragen")
    with pytest.raises(Conflict):
        await bookings.book(number, BASE, who("a"), "a", NOW)


async def test_who_came_is_the_latest_word_and_a_code_is_good_for_a_minute_or_two(database: Database) -> None:
    planning, bookings = Planning(database), Bookings(database)
    one: Occasion = await planning.one(await planning.plan(morning(), "p", NOW))
    await bookings.came(one, who("a"), "code", "a", NOW)
    await bookings.came(one, who("b"), "hand", "anna", NOW)
    await bookings.came(one, who("b"), "hand", "anna", NOW, was_here=False)
    assert [(came.name, came.how) for came in await bookings.here(one.number)] == [("a", "code")]
    assert await bookings.attended([who("a").person, who("b").person]) == {(who("a").person, "base"): 180}
    said = code(b"seal", one.number, NOW)
    assert is_code(b"seal", one.number, said, NOW + timedelta(seconds=61))
    for seal, number, later in ((b"seal", one.number, 180), (b"seal", one.number + 1, 0), (b"other", one.number, 0)):
        assert not is_code(seal, number, said, NOW + timedelta(seconds=later))
    assert not is_code(b"seal", one.number, "å", NOW)


async def test_when_somebody_cannot_come_is_kept_until_it_is_taken_away(database: Database) -> None:
    bookings = Bookings(database)
    night = Absence(0, "a", at(date(2026, 10, 5), 1020), at(date(2026, 10, 6), 1080), "night")
    await bookings.keep_away(night, "a", NOW)
    (kept,) = await bookings.away(["a", "b"], NOW, NOW + timedelta(days=90))
    assert (kept.starts, kept.why) == (night.starts, "night")
    await bookings.end_away(kept.number, "b")
    assert await bookings.away(["a"], NOW, NOW + timedelta(days=90)) == [kept]
    await bookings.end_away(kept.number, "a")
    assert await bookings.away(["a"], NOW, NOW + timedelta(days=90)) == []
    with pytest.raises(Unprocessable):
        await bookings.keep_away(Absence(0, "a", night.ends, night.starts, "night"), "a", NOW)
    with pytest.raises(Unprocessable, match="two years"):
        await bookings.keep_away(Absence(0, "a", night.starts, NOW + timedelta(days=800), "leave"), "a", NOW)
