"""Figures and alarms: what is missing is never green, one alarm for each place, taken by one (F238; decision 53)."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from tests.introduction.command.test_incidents import RIGHTS, worker
from tests.introduction.programme.conftest import LEADER, OLGA, to
from tests.record.world import CARDIOLOGY, SURGERY
from tests.support.switching import switched
from tests.web.conftest import NOW, clock, door
from varda.introduction.command import (
    COMMAND,
    FIGURES,
    SOURCES,
    Cases,
    Incidents,
    Measured,
    Situation,
    Telling,
    Tile,
    Values,
    Watch,
    World,
    standing,
)
from varda.introduction.programme import Mandates
from varda.kernel import metrics
from varda.kernel.errors import Absent, Conflict, Lacking
from varda.record import Door

__all__ = ["clock", "door"]
pytestmark = pytest.mark.anyio
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ALL = list(FIGURES.values())
SUPPORT = FIGURES["support"]


async def tiles(door: Door, at: int = 0) -> Mapping[str, Tile]:
    """The picture so many minutes later."""
    found = await Situation(door.database).tiles(NOW + at * MINUTE)
    return {one.standing.figure.code: one for one in found}


@pytest.mark.parametrize(
    ("value", "measured", "told"),
    [
        (3.0, Measured(NOW, NOW, ""), ("met", "")),
        (15.0, Measured(NOW, NOW, ""), ("met", "")),
        (15.1, Measured(NOW, NOW, ""), ("over", "")),
        (3.0, None, ("missing", "never")),
        (None, Measured(NOW, NOW, ""), ("missing", "never")),
        (3.0, Measured(None, NOW, ""), ("missing", "never")),
        (3.0, Measured(NOW, NOW, "hung"), ("missing", "failed")),
        (3.0, Measured(NOW - 61 * SECOND, NOW, ""), ("missing", "old")),
        (3.0, Measured(NOW + 61 * SECOND, NOW, ""), ("missing", "clock")),
    ],
)
def test_what_is_not_known_is_missing_and_never_green(
    value: float | None, measured: Measured | None, told: tuple[str, str]
) -> None:
    found = standing(SUPPORT, value, measured, NOW)
    assert (found.state, found.why) == told


async def test_every_figure_is_on_the_picture_before_anything_is_measured(door: Door) -> None:
    found = await tiles(door)
    assert found.keys() == FIGURES.keys() == SOURCES.keys()
    assert {one.standing.state for one in found.values()} == {"missing"}


async def test_faults_and_waits_are_on_the_picture_at_the_next_measuring(door: Door) -> None:
    """INTRODUCTION §3: noticed within a minute: each figure is measured at least every 15 seconds."""
    assert max(one.every for one in ALL) <= 15 * SECOND
    watch, incidents = Watch(door), Incidents(door.database)
    await watch.measure(await watch.due(NOW), NOW)
    assert await watch.due(NOW) == []
    assert {one.code for one in await watch.due(NOW + 5 * SECOND)} == {"stopped", "paper", "danger", "again", "faults"}
    found = await tiles(door)
    states = {code: one.standing.state for code, one in found.items()}
    assert {code for code, state in states.items() if state == "missing"} == {
        "response", "prints", "unsent", "readiness"
    }  # fmt: skip
    assert "over" not in states.values()
    await incidents.tell(RIGHTS, worker("astrid"), "b1", NOW)
    await incidents.tell(RIGHTS, worker("sara", SURGERY), "b1", NOW)
    await incidents.tell(Telling("wrong", 4, "Fel dos", "F38"), worker("sara", SURGERY), "b1", NOW)
    await Cases(door.database).ask(worker("astrid"), "inbox", "Hjälp", "", NOW - 16 * MINUTE)
    await switched(door.catalogue, "F45", SURGERY, "paper", NOW)
    await switched(door.catalogue, "F49", SURGERY, "stopped", NOW)
    assert await watch.measure(ALL, NOW + SECOND) == 5
    found = await tiles(door)
    assert {code: one.standing.value for code, one in found.items() if one.standing.state == "over"} == {
        "again": 1, "danger": 1, "paper": 1, "stopped": 1, "support": pytest.approx(16, abs=0.1)
    }  # fmt: skip
    assert [place for place, _ in found["support"].units] == [CARDIOLOGY]
    assert found["faults"].standing.value == 2


async def test_an_alarm_goes_on_until_it_is_measured_under_and_one_person_takes_it(door: Door) -> None:
    mandates = Mandates(door.database)
    await mandates.give(to("olga", "programme-office", opens=NOW), LEADER, NOW)
    await mandates.give(to("cia", COMMAND, opens=NOW), OLGA, NOW)
    told: dict[str, float] = {"": 20.0, CARDIOLOGY: 20.0, SURGERY: 3.0}
    hangs = False

    async def source(_world: World) -> Values:
        if hangs:
            raise Absent("hung")
        return dict(told)

    watch, situation = Watch(door, dict.fromkeys(SOURCES, source)), Situation(door.database)
    assert await watch.measure([SUPPORT], NOW) == 1
    (alarm,) = await situation.alarms()
    assert (alarm.place, alarm.opened_at, alarm.taken_by) == (CARDIOLOGY, NOW, ""), "the county's is its unit's"
    with pytest.raises(Lacking):
        await situation.take(alarm.alarm, worker("astrid"), NOW)
    await situation.take(alarm.alarm, worker("cia"), NOW)
    with pytest.raises(Conflict):
        await situation.take(alarm.alarm, worker("olga"), NOW)
    told[CARDIOLOGY] = told[""] = 30.0
    assert await watch.measure([SUPPORT], NOW + MINUTE) == 0
    told[CARDIOLOGY] = told[""] = 25.0
    assert await watch.measure([SUPPORT], NOW + 2 * MINUTE) == 0
    (alarm,) = await situation.alarms()
    assert (alarm.value, alarm.worst, alarm.taken_name, alarm.opened_at) == (25, 30, "Cia", NOW)
    assert await situation.alarms(frozenset({SURGERY})) == []
    hangs = True
    await watch.measure([SUPPORT], NOW + 3 * MINUTE)
    assert (await tiles(door, 3))["support"].standing.why == "failed"
    assert len(await situation.alarms()) == 1, "what is not known ends no alarm"
    hangs = False
    told[CARDIOLOGY] = told[""] = 5.0
    await watch.measure([SUPPORT], NOW + 4 * MINUTE)
    assert await situation.alarms() == []
    (over,) = await situation.over()
    assert over.ended_at == NOW + 4 * MINUTE
    assert [value for _, value in (await tiles(door, 4))["support"].trend] == [20, 30, 25, 5]


async def test_times_of_answers_are_of_the_last_minutes_and_of_enough_of_them(door: Door) -> None:
    """The histogram that operators see; another face's answers are not in it."""
    world = World(door, NOW)
    seconds = metrics.SECONDS.labels("web", "test.command")
    seconds.observe(9)
    with pytest.raises(Exception, match="Fewer than 20"):
        await SOURCES["response"](world)
    for nth in range(40):
        seconds.observe(0.04 if nth < 37 else 2)
        metrics.SECONDS.labels("fhir", "test.command").observe(9)
    world.now = NOW + MINUTE
    assert await SOURCES["response"](world) == {"": 2500}
    for _ in range(100):
        seconds.observe(0.04)
    world.now = NOW + 4 * MINUTE
    await SOURCES["response"](world)
    for _ in range(100):
        seconds.observe(0.04)
    world.now = NOW + 7 * MINUTE
    assert await SOURCES["response"](world) == {"": 50}
