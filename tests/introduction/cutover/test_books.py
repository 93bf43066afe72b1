"""A run-book is driven by its steps' owners, in order, each thing said once, and the late ones are in sight (F240)."""

import asyncio

import asyncpg
import pytest

from tests.introduction.cutover.conftest import CANDIDATE, HOUR, IDA, MINUTE, OVE, PIA, SOUTH, STARTS
from tests.introduction.programme.conftest import NOW, OLGA
from tests.record import world
from varda.introduction.cutover import Books, Notices, Template, Waves
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Fault, Lacking, Occupied, Refused, Unprocessable

pytestmark = pytest.mark.anyio


@pytest.fixture
async def number(books: Books, template: Template) -> int:
    return await books.make(SOUTH, "start", STARTS, template, CANDIDATE, OLGA, NOW)


async def test_the_office_makes_it_and_each_step_has_its_owner(books: Books, number: int, template: Template) -> None:
    course = await books.course(number, NOW)
    assert (course.book.build, course.book.configuration) == CANDIDATE
    assert set(course.owners.values()) == {("ida", "Ida")}
    assert [one.step.code for one in course.next] == ["move"]
    with pytest.raises(Lacking):
        await books.make(SOUTH, "start", STARTS, template, CANDIDATE, IDA, NOW)
    with pytest.raises(Absent):
        await books.make("nowhere", "start", STARTS, template, CANDIDATE, OLGA, NOW)
    with pytest.raises(Unprocessable):
        await books.make(SOUTH, "start", NOW - 48 * HOUR, template, CANDIDATE, OLGA, NOW)
    with pytest.raises(Absent):
        await books.course(number + 1, NOW)


async def test_what_was_said_is_not_said_twice_nor_out_of_order(books: Books, number: int) -> None:
    with pytest.raises(Conflict, match="has not begun"):
        await books.say(number, "move", "ended", IDA, NOW)
    with pytest.raises(Refused):
        await books.say(number, "move", "begun", PIA, NOW)
    await books.say(number, "move", "begun", IDA, NOW)
    with pytest.raises(Conflict, match="said already"):
        await books.say(number, "move", "begun", OLGA, NOW + MINUTE)
    with pytest.raises(Occupied) as waits:
        await books.say(number, "print", "begun", IDA, NOW)
    assert waits.value.values == {"steps": "move"}
    with pytest.raises(Unprocessable, match="before it began"):
        await books.say(number, "move", "ended", IDA, NOW + HOUR, at=NOW - MINUTE)
    for at in (NOW + 5 * HOUR, NOW - 72 * HOUR):
        with pytest.raises(Unprocessable, match="has been"):
            await books.say(number, "move", "ended", IDA, NOW + HOUR, at=at)
    await books.say(number, "move", "ended", IDA, NOW + HOUR)
    with pytest.raises(Conflict, match="said already"):
        await books.say(number, "move", "ended", IDA, NOW + HOUR)
    with pytest.raises(Absent):
        await books.say(number, "nothing", "begun", IDA, NOW)


async def test_two_who_say_it_at_once_leave_one_row(books: Books, number: int, county: Database) -> None:
    told = await asyncio.gather(*(books.say(number, "move", "begun", by, NOW) for by in (IDA, OLGA)),
                                return_exceptions=True)  # fmt: skip
    assert sorted(type(one).__name__ for one in told) == ["Conflict", "NoneType"]
    assert [one.kind for one in (await books.course(number, NOW)).events["move"]] == ["owner", "begun"]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await county.run("delete from cutover.event")


async def test_a_hold_point_stops_until_its_go_and_a_mistake_is_taken_back_in_sight(books: Books, number: int) -> None:
    await books.say(number, "move", "begun", IDA, NOW)
    await books.say(number, "move", "ended", IDA, NOW + HOUR)
    course = await books.course(number, NOW + HOUR)
    assert [one.step.code for one in course.now] == ["moved"]
    assert course.steps["moved"].state == "stopped"
    with pytest.raises(Conflict, match="hold point"):
        await books.say(number, "moved", "begun", IDA, NOW + HOUR)
    with pytest.raises(Conflict, match="hold point"):
        await books.say(number, "print", "go", IDA, NOW + HOUR)
    await books.say(number, "moved", "go", IDA, NOW + HOUR, note="Tre skillnader, alla förklarade")
    with pytest.raises(Conflict, match="comes after"):
        await books.say(number, "print", "begun", IDA, NOW + HOUR)
        await books.say(number, "move", "taken-back", IDA, NOW + HOUR, note="fel steg")
    await books.say(number, "moved", "taken-back", IDA, NOW + HOUR, note="En skillnad till")
    course = await books.course(number, NOW + HOUR)
    assert course.steps["moved"].state == "stopped"
    assert [one.note for one in course.events["moved"]][1:] == ["Tre skillnader, alla förklarade", "En skillnad till"]


async def test_no_one_alone_says_go_and_no_unit_starts_before_it(books: Books, number: int, county: Database) -> None:
    for verb in ("go", "begun", "ended"):
        with pytest.raises(Refused, match="two keys"):
            await books.say(number, "go-first", verb, OLGA, NOW)  # type: ignore[arg-type] # one of them
    with pytest.raises(Occupied):
        await books.say(number, "switch-first", "begun", OLGA, NOW)
    units = await Waves(county).units(number)
    assert {(one.unit, one.wave) for one in units} >= {(world.CARDIOLOGY, "first"), (world.SURGERY, "rest")}
    assert not any(one.is_on for one in units)
    assert await Waves(county).started(world.CARDIOLOGY) is None


async def test_a_late_step_moves_the_forecast_and_its_owners_notices(
    books: Books, number: int, county: Database
) -> None:
    notices = Notices(county)
    first, *_ = await notices.of("ida", NOW)
    assert first.expected.step.code == "move"
    assert await notices.of("pia", NOW) == []
    assert (await notices.told([number]))[number, "print", "ida"] == (STARTS - HOUR, NOW)
    await books.say(number, "move", "begun", IDA, NOW)
    later = NOW + 2 * HOUR
    found = {one.expected.step.code: one for one in await notices.of("ida", later)}
    assert found["move"].expected.is_late
    assert found["print"].before == STARTS - HOUR, "it has moved since it was told"
    assert found["print"].expected.opens == later
    assert (await notices.told([number]))[number, "print", "ida"] == (later, later)
    assert {one.expected.step.code: one.before for one in await notices.of("ida", later + MINUTE)}["print"] is None
    course = await books.course(number, later)
    assert course.switch("first").late == 45 * MINUTE  # type: ignore[union-attr] # it is there
    assert course.steps["switch-first"] in course.late


async def test_a_step_changes_hands_by_the_office(books: Books, number: int, county: Database) -> None:
    with pytest.raises(Lacking):
        await books.assign(number, "move", ("pia", "Pia"), IDA, NOW)
    await books.assign(number, "move", ("pia", "Pia"), OLGA, NOW)
    await books.say(number, "move", "begun", PIA, NOW)
    with pytest.raises(Refused):
        await books.say(number, "move", "ended", IDA, NOW)
    with pytest.raises(Unprocessable):
        await books.say(number, "move", "fault", PIA, NOW, note=" ")
    await books.say(number, "move", "fault", PIA, NOW, note="Alla namn saknas")
    assert (await books.course(number, NOW)).steps["move"].is_faulty


async def test_it_is_called_off_with_a_reason_and_then_nothing_more_is_said(
    books: Books, number: int, county: Database
) -> None:
    course = await books.course(number, NOW)
    for reason, by, wrong in (("", OLGA, Unprocessable), ("Flytten avbröts", OVE, Lacking)):
        with pytest.raises(wrong):
            async with county.transaction() as work:
                await books.close(work, course, reason, by, NOW)
    async with county.transaction() as work:
        assert not await books.close(work, course, "Flytten avbröts", OLGA, NOW)
    with pytest.raises(Conflict, match="over"):
        await books.say(number, "move", "begun", IDA, NOW)
    with pytest.raises(Fault):
        async with county.transaction() as work:
            await books.close(work, course, "en gång till", OLGA, NOW)
    assert await Books(county).under_way(NOW) == []
