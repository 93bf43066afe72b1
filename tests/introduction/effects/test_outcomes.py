"""Effect goals: where an organisation began, how far it has come and where it is going; few people are told of nowhere
(F222)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import asyncpg
import pytest

from tests.insight.test_outcomes import HERE, THERE, contact, night, people, written
from tests.introduction.programme.conftest import NOW, OLGA, somebody, to
from tests.record.conftest import astrid, clock, door
from tests.record.world import BORAS, CARDIOLOGY, REGION, SURGERY
from varda import insight
from varda.access.session import Session
from varda.introduction.effects import (
    FOCUS,
    GOALS,
    GROUPS,
    INDICATORS,
    Fan,
    Figure,
    Outcomes,
    Wanted,
    before,
    computed,
    quarter,
)
from varda.introduction.experience import Effort, Experience
from varda.introduction.programme import Mandates, Participant, Participants
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Lacking, Unprocessable
from varda.record import Door

__all__ = ["astrid", "clock", "door", "people"]  # fixtures
KIM, STINA = somebody("kim"), somebody("stina")
SPRING = date(2026, 1, 1)
AIM = Wanted("kim", Decimal("12.5"), date(2025, 1, 1), Decimal(30), date(2027, 12, 31), "Basmätning")
AT = ("digital-invitations", BORAS, SPRING)


@pytest.fixture
async def outcomes(mandates: Mandates, county: Database) -> Outcomes:
    await mandates.give(to("kim", "benefit-lead", BORAS), OLGA, NOW)
    await mandates.give(to("stina", "steering-group"), OLGA, NOW)
    await Participants(county).keep([Participant(BORAS, "south", "municipality", ("option-1",))], OLGA, NOW)
    return Outcomes(county)


def test_nine_goals_in_four_groups_are_each_followed_by_something() -> None:
    assert (len(GOALS), len(GROUPS)) == (9, 4)
    assert {one.group for one in GOALS.values()} == GROUPS.keys()
    assert {one.goal for one in INDICATORS.values()} == GOALS.keys()
    assert {goal for one in FOCUS.values() for goal in one.goals} == GOALS.keys()
    assert (quarter(date(2026, 6, 30)), before(SPRING), before(date(2026, 4, 1))) == (
        date(2026, 4, 1),
        date(2025, 10, 1),
        SPRING,
    )


async def test_an_outcome_is_typed_by_the_benefit_lead_with_its_source(outcomes: Outcomes, county: Database) -> None:
    await outcomes.aim("digital-invitations", BORAS, AIM, KIM, NOW)
    await outcomes.say(AT, Figure(Decimal("14.5"), 900), "Lokal statistik", KIM, NOW)
    await outcomes.say(AT, Figure(Decimal("15.5"), 900), "Rättad statistik", KIM, NOW)
    aim = (await outcomes.aims())["digital-invitations", BORAS]
    assert (aim.baseline, aim.target, aim.owner_name) == (Decimal("12.5"), Decimal(30), "Kim")
    (found,) = await outcomes.outcomes("digital-invitations", SPRING)
    assert (found.value, found.people, found.source) == (Decimal("15.5"), 900, "Rättad statistik")
    assert await outcomes.outcomes("coded") == []
    assert len(await county.all("select 1 from effects.outcome")) == 2, "what was said before is kept"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await county.run("delete from effects.outcome")


async def test_of_fewer_than_five_people_nothing_is_kept(outcomes: Outcomes, county: Database) -> None:
    for few in (1, 4):
        await outcomes.say(AT, Figure(Decimal(50), few), "Lokal statistik", KIM, NOW)
    for row in await county.all("select value, people from effects.outcome"):
        assert (row["value"], row["people"]) == (None, None)
    (found,) = await outcomes.outcomes()
    assert (found.value, found.people) == (None, None)
    await outcomes.say(AT, Figure(Decimal(50), 5), "Lokal statistik", KIM, NOW)
    assert (await outcomes.outcomes())[0].people == 5
    with pytest.raises(asyncpg.CheckViolationError):
        await county.run(
            "insert into effects.outcome select indicator, organisation, period, 9, 1, 4, source, '', '', said_at "
            "from effects.outcome where revision = 1"
        )


async def test_what_is_computed_is_typed_by_nobody(outcomes: Outcomes) -> None:
    with pytest.raises(Conflict):
        await outcomes.say(("coded", BORAS, SPRING), Figure(Decimal(80), 100), "Min känsla", KIM, NOW)


def test_an_indicator_is_computed_as_soon_as_care_data_tell_it_and_says_why_until_then() -> None:
    named = [one for one in INDICATORS.values() if one.measure]
    told = {"digital-contacts", "coded", "emergency", "admin", "repeated", "referrals"}
    assert {one.code for one in named if one.is_computed} == told
    for one in named:
        there = insight.INDICATORS[one.measure]
        assert {"up": "higher", "down": "lower"}[there.is_better] == one.better, one.code
        assert (one.unit == "%") == (there.kind == "share"), one.code
        assert (one.lacking is None) == (there.lacking is None)


@pytest.mark.usefixtures("people")
async def test_care_data_tell_by_quarter_and_of_no_unit_of_few(door: Door, clock: SetClock, astrid: Session) -> None:
    await written(
        door, HERE, *[contact(f"v{n}", n, "VR") for n in range(6)], *[contact(f"a{n}", n, "AMB") for n in range(8)],
        *[contact(f"j{n}", n, "AMB", "2026-01-12") for n in range(6)],
        *[contact(f"o{n}", n, "VR", "2025-11-03") for n in range(9)],
    )  # fmt: skip
    await written(door, THERE, *[contact(f"s{n}", 1, "VR") for n in range(9)])
    await night(door, clock)
    async with door.opened(astrid, "care") as record:
        found = await computed(record, INDICATORS["digital-contacts"], [REGION, SURGERY])
        assert await computed(record, INDICATORS["fit"], [REGION]) == []
    told = [(one.organisation, one.period, one.value) for one in found]
    assert told == [
        (REGION, date(2025, 10, 1), Decimal("100.0")), (REGION, SPRING, Decimal("30.0")), (SURGERY, SPRING, None),
    ]  # fmt: skip
    assert all(one.is_computed for one in found)


@pytest.mark.usefixtures("people")
async def test_a_number_is_told_of_whole_quarters_alone(door: Door, clock: SetClock, astrid: Session) -> None:
    """F222: of a quarter that lasts, or began before anything was known, it would look like a smaller one."""
    for day in ("2025-03-10", "2025-11-03", "2026-02-10"):
        await written(door, THERE, *[contact(f"e{day}{n}", n, "EMER", day) for n in range(6)])
    await night(door, clock)
    async with door.opened(astrid, "care") as record:
        found = await computed(record, INDICATORS["emergency"], [REGION])
    told = [(one.period, one.value) for one in found]
    assert told == [(date(2025, 10, 1), 6)], "neither March alone, nor February of a quarter that lasts"


async def test_the_units_counter_tells_administrative_time_and_nobody_types_it(
    door: Door, database: Database, clock: SetClock, astrid: Session, outcomes: Outcomes
) -> None:
    """F222, F264: minutes by day and person, of organisations with units where at least five were counted."""
    experience = Experience(database)
    for mark in (b"1", b"2", b"3", b"4", b"5"):
        await experience.count(CARDIOLOGY, Effort("note-signed", 3, 1, 600), mark, clock.now())
        await experience.count(CARDIOLOGY, Effort("chart-opened", 1, 1, 70), mark, clock.now())
    await experience.count(SURGERY, Effort("note-signed", 3, 1, 600), b"1", clock.now())
    clock.instant += timedelta(days=60)
    async with door.opened(astrid, "care") as record:
        found = await computed(record, INDICATORS["admin"], [REGION, SURGERY])
    told = {one.organisation: (one.period, one.value, one.is_computed) for one in found}
    assert told == {REGION: (SPRING, Decimal("11.2"), True), SURGERY: (SPRING, None, True)}
    with pytest.raises(Conflict):
        await outcomes.say(("admin", BORAS, SPRING), Figure(Decimal(80), 100), "Min känsla", KIM, NOW)


async def test_who_sets_and_types_follows_from_an_appointment(outcomes: Outcomes) -> None:
    for by in (STINA, somebody("dan")):
        with pytest.raises(Lacking):
            await outcomes.aim("digital-contacts", BORAS, AIM, by, NOW)
    with pytest.raises(Lacking):
        await outcomes.say(AT, Figure(Decimal(1), 10), "x", OLGA, NOW)
    await outcomes.aim("digital-contacts", BORAS, AIM, OLGA, NOW)
    for nowhere in (
        outcomes.aim("happiness", BORAS, AIM, KIM, NOW),
        outcomes.say(("happiness", BORAS, SPRING), Figure(None, None), "x", KIM, NOW),
    ):  # fmt: skip
        with pytest.raises(Absent):
            await nowhere


async def test_what_is_wrong_is_said_of_each_field(outcomes: Outcomes) -> None:
    for wanted, where in (
        (replace(AIM, owner="dan"), "owner"), (replace(AIM, baseline=Decimal(-1)), "baseline"),
        (replace(AIM, baseline_on=None), "baseline"), (replace(AIM, target=None), "target"),
        (replace(AIM, source=" "), "source"), (replace(AIM, source="x" * 501), "source"),
    ):  # fmt: skip
        with pytest.raises(Unprocessable) as wrong:
            await outcomes.aim("digital-contacts", BORAS, wanted, KIM, NOW)
        assert set(wrong.value.by_path) == {where}
    with pytest.raises(Unprocessable) as wrong:
        await outcomes.aim("digital-contacts", REGION, AIM, OLGA, NOW)
    assert set(wrong.value.by_path) == {"organisation"}
    right = Figure(Decimal(20), 100)
    for at, figure, source, where in (
        (AT, Figure(None, 100), "x", "value"), (AT, Figure(Decimal(101), 100), "x", "value"),
        (AT, Figure(Decimal(20), None), "x", "people"), (AT, Figure(Decimal(20), -1), "x", "people"),
        (AT, right, " ", "source"), ((*AT[:2], date(2026, 2, 1)), right, "x", "period"),
        ((*AT[:2], date(2026, 4, 1)), right, "x", "period"),
    ):  # fmt: skip
        with pytest.raises(Unprocessable) as wrong:
            await outcomes.say(at, figure, source, KIM, NOW)
        assert set(wrong.value.by_path) == {where}
    assert await outcomes.outcomes() == []


async def test_a_milestone_is_set_by_year_and_shown_by_something(outcomes: Outcomes, county: Database) -> None:
    fan = Fan(county)
    with pytest.raises(Lacking):
        await fan.set("digital", 2026, "30 % digitalt", KIM, NOW)
    second, first = (
        await fan.set("digital", 2027, "30 % digitalt", STINA, NOW),
        await fan.set("staff", 2026, "Kort", OLGA, NOW),
    )
    await fan.say(first, "reached", "Alla har fått kort", OLGA, NOW + timedelta(days=9))
    assert [(one.milestone, one.state) for one in await fan.milestones()] == [(first, "reached"), (second, "planned")]
    for focus, year, words, where in (
        ("x", 2026, "y", "focus"),
        ("staff", 2090, "y", "year"),
        ("staff", 2026, " ", "words"),
    ):
        with pytest.raises(Unprocessable) as wrong:
            await fan.set(focus, year, words, OLGA, NOW)
        assert set(wrong.value.by_path) == {where}
    for state, reason, where in (("done", "x", "state"), ("reached", "", "reason")):
        with pytest.raises(Unprocessable) as wrong:
            await fan.say(first, state, reason, OLGA, NOW)
        assert set(wrong.value.by_path) == {where}
    with pytest.raises(Absent):
        await fan.say(99, "reached", "x", OLGA, NOW)
