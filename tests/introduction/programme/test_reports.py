"""One template, one rhythm, and what is missing is in sight; nothing is filled in for anybody (F254)."""

from datetime import date, timedelta

import asyncpg
import pytest

from tests.introduction.programme.conftest import NOW, OLGA, somebody, to
from tests.record.world import BORAS, REGION
from varda.introduction.programme import Item, Link, Mandates, Plans, Progress
from varda.introduction.programme.reports import DUTIES, RHYTHM, Reports, period
from varda.kernel.db import Database
from varda.kernel.errors import Lacking, Unprocessable

KIM = somebody("kim")


@pytest.fixture
async def reports(mandates: Mandates, county: Database) -> Reports:
    await mandates.give(to("kim", "benefit-lead", BORAS), OLGA, NOW)
    return Reports(county)


def test_the_rhythm_is_every_second_monday() -> None:
    assert len(DUTIES) == 11
    assert period(date(2026, 1, 5)) == period(date(2026, 1, 18)) == date(2026, 1, 5)
    assert period(date(2026, 1, 19)) == date(2026, 1, 19)
    assert period(date(2025, 12, 31)) == date(2025, 12, 22)
    assert period(NOW.date()).weekday() == 0


async def test_a_report_is_of_its_period_and_the_newest_counts(reports: Reports, database: Database) -> None:
    day = period(NOW.date())
    await reports.send(BORAS, {"training": "going", "plan": ""}, {"done": "Rollerna är utsedda "}, KIM, NOW)
    await reports.send(BORAS, {"training": "hindered"}, {"obstacles": "Salarna är bokade"}, KIM, NOW)
    (found,) = (await reports.within(day)).values()
    assert (found.organisation, found.hindered) == (BORAS, ["training"])
    assert found.texts == {"obstacles": "Salarna är bokade"}
    assert len(found.untold) == 10, "nothing is filled in"
    assert len(await database.all("select 1 from programme.report")) == 2, "the older is kept"
    assert await reports.within(day + RHYTHM) == {}
    await reports.send(BORAS, {"training": "done"}, {}, KIM, NOW + RHYTHM)
    assert [one.period for one in await reports.of(BORAS)] == [day + RHYTHM, day]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.run("delete from programme.report")


async def test_it_is_sent_by_the_organisation_s_own_and_tells_something(reports: Reports) -> None:
    with pytest.raises(Lacking):
        await reports.send(BORAS, {"training": "done"}, {}, OLGA, NOW)
    with pytest.raises(Lacking):
        await reports.send(REGION, {"training": "done"}, {}, KIM, NOW)
    for duties, texts, where in (
        ({}, {"done": "  "}, "done"),
        ({"training": "fine"}, {}, "training"),
        ({"dancing": "done"}, {}, "dancing"),
        ({}, {"obstacles": "x" * 5000}, "obstacles"),
    ):
        with pytest.raises(Unprocessable) as wrong:
            await reports.send(BORAS, duties, texts, KIM, NOW + timedelta(days=1))
        assert set(wrong.value.by_path) == {where}
    assert await reports.of(BORAS) == []


async def test_a_report_tells_the_milestones_of_the_plan_as_they_stood_when_it_was_sent(
    reports: Reports, mandates: Mandates, county: Database
) -> None:
    """F254: done, late and coming, with the forecast; what happens afterwards changes no report that was sent."""
    plans, due = Plans(county), NOW.date() + timedelta(days=10)
    await mandates.give(to("stina", "steering-group"), OLGA, NOW)
    overall = [
        Item("south", "area", "Södra"),
        Item("south-delivery", "delivery", "Leveransen", "south"),
        Item("m1", "milestone", "Uppdrag", "south-delivery", due=due),
        Item("m2", "milestone", "Lokala planer", "south-delivery", due=due),
        Item("m3", "milestone", "Någon annans", "south-delivery", due=due),
    ]
    number = await plans.propose(overall, "first", OLGA, NOW)
    await plans.decide(number, somebody("stina"), "§ 1", NOW, approved=True)
    own = [
        Item("a", "activity", "Analys", days=25, before=(Link("m2"),), organisation=BORAS),
        Item("b", "activity", "Plan", days=5, before=(Link("m1"), Link("m2")), organisation=BORAS),
        Item("c", "milestone", "Egen", after=(Link("a"),), organisation=BORAS),
    ]
    await plans.keep(own, KIM, "", NOW)
    for code in ("b", "m1"):
        await plans.say(code, Progress(NOW.date(), NOW.date()), OLGA, NOW)
    await reports.send(BORAS, {"plan": "going"}, {}, KIM, NOW)
    (told,) = await reports.of(BORAS)
    assert [(one.code, one.stand, one.ready, one.work) for one in told.milestones] == [
        ("m1", "done", 1, 1), ("c", "coming", 0, 1), ("m2", "late", 1, 2),
    ]  # fmt: skip
    assert [one.forecast - NOW.date() for one in told.milestones] == [timedelta(days) for days in (0, 25, 25)]
    assert told.milestones[2].due == due
    await plans.say("a", Progress(NOW.date(), NOW.date()), OLGA, NOW)
    assert (await reports.of(BORAS))[0].milestones == told.milestones
    assert (await reports.within(told.period))[BORAS].milestones == told.milestones
