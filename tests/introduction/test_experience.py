"""What ordinary tasks take at a unit: counted for those who want it, and never told of few (F264)."""

from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from tests.record.conftest import clock, door
from tests.record.world import CARDIOLOGY, REGION, SURGERY
from varda.introduction.experience import FEWEST, TASKS, Effort, Experience, Measure, Spent
from varda.kernel.db import Database
from varda.kernel.errors import Malformed

__all__ = ["clock", "door"]  # fixtures
pytestmark = pytest.mark.anyio

SPRING = date(2026, 1, 1)
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
UNIT = "SE2321000131-E000000000001"


async def counted(experience: Experience, *efforts: Effort, at: datetime = NOW, unit: str = UNIT) -> dict[str, Measure]:
    for one in efforts:
        await experience.count(unit, one, b"kim", at)
    return {one.task.code: one for one in await experience.of_unit(UNIT, NOW)}


async def test_the_middle_and_nine_of_ten_of_what_a_task_took(database: Database) -> None:
    efforts = [Effort("note-signed", actions, 2, 41) for actions in (2, 2, 2, 2, 2, 3, 3, 3, 4, 9)]
    found = (await counted(Experience(database), *efforts))["note-signed"]
    assert (found.times, found.actions, found.most_actions, found.seconds) == (10, 3, 9, 45)
    assert found.is_within


async def test_fields_count_where_the_budget_counts_them(database: Database) -> None:
    found = await counted(Experience(database), *[Effort("chart-opened", 1, 2, 4)] * FEWEST)
    assert found["chart-opened"].actions == 3
    assert not found["chart-opened"].is_within


async def test_nothing_is_told_of_few_of_another_unit_or_of_long_ago(database: Database) -> None:
    experience, one = Experience(database), Effort("note-signed", 2, 1, 30)
    await counted(experience, *[one] * FEWEST, unit="SE2321000131-E000000000002")
    await counted(experience, *[one] * FEWEST, at=NOW - timedelta(weeks=9))
    found = await counted(experience, *[one] * (FEWEST - 1))
    assert {task: (m.times, m.actions, m.seconds) for task, m in found.items()}["note-signed"] == (9, None, None)
    assert list(found) == list(TASKS)


@pytest.mark.usefixtures("door")
async def test_a_quarter_that_is_over_is_told_by_person_and_day_of_no_unit_of_few(database: Database) -> None:
    """F222, F264: minutes of the day of those who were counted, and no way to four people."""
    experience, long, short = Experience(database), Effort("note-signed", 3, 1, 600), Effort("chart-opened", 1, 1, 60)
    for mark in (b"1", b"2", b"3", b"4", b"5"):
        await experience.count(CARDIOLOGY, long, mark, NOW)
        await experience.count(CARDIOLOGY, short, mark, NOW)
    await experience.count(CARDIOLOGY, short, b"5", NOW + timedelta(days=1))
    for mark in (b"1", b"2", b"3", b"4", b"4"):
        await experience.count(SURGERY, long, mark, NOW)
    since, places = date(2025, 1, 1), [REGION, SURGERY]
    assert await experience.spent(places, since, NOW) == [], "a quarter that lasts would tell by its days who had come"
    over = NOW + timedelta(days=40)
    assert {one.organisation: one for one in await experience.spent(places, since, over)} == {
        REGION: Spent(REGION, SPRING, 5 * 660 + 60, 6, silent=1), SURGERY: Spent(SURGERY, SPRING, 0, 0, silent=1),
    }  # fmt: skip
    assert await experience.spent(places, date(2026, 4, 1), over) == []


async def test_marks_stand_beside_no_task_and_go_with_the_quarter(database: Database) -> None:
    """F264: who was counted is not to be known afterwards."""
    experience, one = Experience(database), Effort("note-signed", 3, 1, 600)
    await experience.count(UNIT, one, b"kim", NOW)
    await experience.count(UNIT, one, b"kim", NOW)
    (row,) = await database.all("select * from introduction.effort_mark")
    assert dict(row) == {"unit": UNIT, "quarter": SPRING, "mark": b"kim", "newest": NOW.date()}
    # The week of New Year's Eve belongs to the quarter of its Monday, the 29th of December.
    await experience.count(UNIT, one, b"bo", datetime(2027, 1, 1, 12, tzinfo=UTC))
    await experience.count(UNIT, one, b"bo", datetime(2027, 1, 4, 12, tzinfo=UTC))
    marks = await database.all("select quarter, mark from introduction.effort_mark")
    assert [(row["quarter"], row["mark"]) for row in marks] == [(date(2027, 1, 1), b"bo")]
    kept = await database.all("select quarter, people, days, seconds from introduction.effort_quarter order by quarter")
    assert [tuple(row) for row in kept] == [
        (SPRING, 1, 1, 1200), (date(2026, 10, 1), 1, 1, 600), (date(2027, 1, 1), 1, 1, 600),
    ]  # fmt: skip
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.run("delete from introduction.effort_quarter")


def test_a_browser_s_count_is_understood_or_refused() -> None:
    said = {"task": "note-signed", "actions": 3, "fields": 1, "seconds": 60}
    assert Effort.told(said) == Effort("note-signed", 3, 1, 60)
    assert Effort.told(said | {"actions": 10**400}) is None
    assert Effort.told(said | {"seconds": 7200}) is None, "whoever was away for two hours was not writing"
    for wrong in ({"task": "sleep"}, {"actions": -1}, {"actions": "3"}, {"fields": True}, {"seconds": None}):
        with pytest.raises(Malformed):
            Effort.told(said | wrong)
    with pytest.raises(Malformed):
        Effort.told({})
