"""What ordinary tasks take at a unit: counted for those who want it, and never told of few (F264)."""

from datetime import UTC, datetime, timedelta

import pytest

from varda.introduction.experience import FEWEST, TASKS, Effort, Experience, Measure
from varda.kernel.db import Database
from varda.kernel.errors import Malformed

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
UNIT = "SE2321000131-E000000000001"


async def counted(experience: Experience, *efforts: Effort, at: datetime = NOW, unit: str = UNIT) -> dict[str, Measure]:
    for one in efforts:
        await experience.count(unit, one, at)
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
