"""One template, one rhythm, and what is missing is in sight; nothing is filled in for anybody (F254)."""

from datetime import date, timedelta

import asyncpg
import pytest

from tests.introduction.programme.conftest import NOW, OLGA, somebody, to
from tests.record.world import BORAS, REGION
from varda.introduction.programme import Mandates
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
