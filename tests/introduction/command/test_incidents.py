"""Faults as staff tell them: the same one is one, comes again in sight, and a flood loses nothing (decision 53)."""

import asyncio
from datetime import timedelta

import pytest

from tests.introduction.programme.conftest import NOW, OLGA, county, mandates, to
from tests.record.world import CARDIOLOGY, SURGERY
from varda.access.session import Session
from varda.introduction.command import COMMAND, SUPPORT, Cases, Incidents, Telling
from varda.introduction.programme import Mandates
from varda.kernel.db import Database
from varda.kernel.errors import Conflict, Lacking, Unprocessable

__all__ = ["county", "mandates"]
pytestmark = pytest.mark.anyio
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
RIGHTS = Telling("rights", 3, "Kommer inte in", "F77")


def worker(person: str, unit: str = CARDIOLOGY) -> Session:
    """Somebody who works at a unit."""
    return Session(kind="staff", actor=person, name=person.capitalize(), unit=unit, unit_name=unit)


async def test_told_by_another_at_another_unit_it_is_one_fault_and_told_to_command(
    mandates: Mandates, county: Database
) -> None:
    """INTRODUCTION §3: the same fault twice escalates."""
    found = Incidents(county)
    first = await found.tell(RIGHTS, worker("astrid"), "b1", NOW)
    assert (await found.one(first)).escalated_at is None
    assert await found.tell(RIGHTS, worker("sara", SURGERY), "b1", NOW + HOUR) == first
    fault = await found.one(first)
    assert (fault.escalated_at, fault.reports) == (NOW + HOUR, 2)
    assert [one.act for one in await found.steps(first)] == ["escalated"]
    other = await found.tell(Telling("slow", 1, "Segt", "F77"), worker("sara", SURGERY), "b1", NOW + HOUR)
    assert other != first
    assert [one.fault for one in await found.open()] == [first, other], "what has come again stands first"


async def test_of_no_function_it_is_the_units_own(county: Database) -> None:
    found, said = Incidents(county), Telling("print", 2, "Skrivaren")
    one = await found.tell(said, worker("astrid"), "b1", NOW)
    assert await found.tell(said, worker("sara", SURGERY), "b1", NOW) != one


async def test_one_senders_many_words_are_one_line_and_an_hour_later_it_is_again(county: Database) -> None:
    found = Incidents(county)
    for nth in range(30):
        number = await found.tell(RIGHTS, worker("astrid"), "b1", NOW + nth * MINUTE)
    assert (await found.one(number)).escalated_at is None, "half an hour of one sender is one telling"
    (line,) = await found.senders(number)
    assert (line.name, line.times) == ("Astrid", 30)
    assert len(await found.told(number, "astrid")) == 30
    await found.tell(RIGHTS, worker("astrid"), "b1", NOW + HOUR)
    assert (await found.one(number)).escalated_at == NOW + HOUR


async def test_what_was_closed_and_comes_back_within_a_week_is_escalated_at_once(
    mandates: Mandates, county: Database
) -> None:
    found = Incidents(county)
    await mandates.give(to("cia", COMMAND), OLGA, NOW)
    number = await found.tell(RIGHTS, worker("astrid"), "b1", NOW)
    with pytest.raises(Lacking, match="Go-live command"):
        await found.step(number, "take", "", worker("astrid"), NOW)
    await found.step(number, "take", "", worker("cia"), NOW)
    with pytest.raises(Conflict):
        await found.step(number, "take", "", worker("cia"), NOW)
    with pytest.raises(Unprocessable):
        await found.step(number, "close", " ", worker("cia"), NOW)
    await found.step(number, "judge", "4", worker("cia"), NOW)
    await found.step(number, "close", "Rättigheten är tillbaka", worker("cia"), NOW + HOUR)
    assert [one.act for one in await found.steps(number)] == ["take", "judge", "close"]
    back = await found.tell(RIGHTS, worker("astrid"), "b1", NOW + timedelta(days=2))
    assert back != number
    assert (await found.one(back)).escalated_at == NOW + timedelta(days=2)
    await found.step(back, "close", "Åter", worker("cia"), NOW + timedelta(days=2))
    later = await found.tell(RIGHTS, worker("astrid"), "b1", NOW + timedelta(days=10))
    assert (await found.one(later)).escalated_at is None


async def test_many_who_tell_it_at_once_are_all_counted(county: Database) -> None:
    """Bad input of the plan: thousands of incidents in an hour are grouped, and none is lost."""
    found = Incidents(county)

    async def told(nth: int) -> int:
        unit, who = (CARDIOLOGY, SURGERY)[nth % 2], f"p{nth % 40}"
        said = Telling(("rights", "slow", "wrong")[nth % 3], 1 + nth % 4, f"nr {nth}", ("F77", "F19")[nth % 2])
        return await found.tell(said, worker(who, unit), "b1", NOW + nth * timedelta(seconds=1))

    numbers = []
    for start in range(0, 600, 20):
        numbers += await asyncio.gather(*(told(nth) for nth in range(start, start + 20)))
    faults = await found.open()
    assert {one.fault for one in faults} == set(numbers)
    assert len(faults) == 6
    assert sum(one.reports for one in faults) == 600
    kept = [one for fault in faults for one in await found.senders(fault.fault)]
    assert sum(one.times for one in kept) == 600
    assert sum(row["open"] for row in (await found.counted()).values()) == 6


async def test_what_cannot_be_is_said_all_at_once(county: Database) -> None:
    with pytest.raises(Unprocessable) as wrong:
        await Incidents(county).tell(Telling("odd", 9, " ", "F0"), worker("astrid"), "b1", NOW)
    assert wrong.value.by_path.keys() == {"category", "severity", "function", "words"}


async def test_a_case_is_taken_by_one_and_answered_and_figures_are_of_many(
    mandates: Mandates, county: Database
) -> None:
    """F243: queue by unit, waiting and answer time."""
    cases = Cases(county)
    await mandates.give(to("sten", SUPPORT), OLGA, NOW)
    for nth in range(6):
        await cases.ask(worker(f"p{nth}"), "inbox", f"Fråga {nth}", "", NOW + nth * MINUTE)
    await cases.ask(worker("p0"), "inbox", "Fråga 0", "", NOW + HOUR)
    waiting = await cases.waiting()
    assert [one.asker for one in waiting] == [f"p{nth}" for nth in range(6)], "sent twice it is one"
    (unit,) = await cases.by_unit(NOW + HOUR)
    assert (unit.waiting, unit.oldest, unit.answered_in) == (6, NOW, None)
    with pytest.raises(Lacking):
        await cases.step(waiting[0].support, "take", "", worker("p1"), NOW)
    for nth, one in enumerate(waiting[:5]):
        await cases.step(one.support, "take", "", worker("sten"), one.asked_at + MINUTE)
        with pytest.raises(Conflict):
            await cases.step(one.support, "take", "", worker("sten"), NOW + HOUR)
        await cases.step(one.support, "answer", "Så här", worker("sten"), one.asked_at + (nth + 2) * MINUTE)
    (unit,) = await cases.by_unit(NOW + HOUR)
    assert (unit.waiting, unit.answered, unit.taken_in, unit.answered_in) == (1, 5, (60, 60), (240, 360))
    (mine,) = await cases.mine("p0", NOW + HOUR)
    assert mine.answer == "Så här"
