"""Risks and problems: owned, aged, one level up with a reason, and every change kept (F220)."""

from dataclasses import replace
from datetime import date, timedelta

import asyncpg
import pytest

from tests.introduction.programme.conftest import LEADER, NOW, OLGA, somebody, to
from tests.record.world import BORAS, HOME_CARE, REGION
from varda.introduction.office import Risk, Risks, Wanted
from varda.introduction.programme import Mandates, Participant, Participants
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Lacking, Stale, Unprocessable

KIM, MONA, STINA, DAN = somebody("kim"), somebody("mona"), somebody("stina"), somebody("dan")
RISK = Wanted("risk", "Korten hinner inte fram", 4, 4, "kim", "Beställ i förväg", date(2026, 3, 20))
TODAY = NOW.date()


@pytest.fixture
async def risks(mandates: Mandates, county: Database) -> Risks:
    for who, role, where in (
        ("kim", "project-lead", BORAS), ("mona", "municipal-project", ""), ("stina", "steering-group", ""),
    ):  # fmt: skip
        await mandates.give(to(who, role, where), OLGA, NOW)
    await Participants(county).keep([Participant(BORAS, "south", "municipality", ("option-1",))], OLGA, NOW)
    return Risks(county)


async def one(risks: Risks, number: int) -> Risk:
    return (await risks.history(number))[0]


async def test_one_is_raised_at_home_owned_and_weighed(risks: Risks) -> None:
    found = await one(risks, await risks.raised(BORAS, RISK, KIM, NOW))
    assert (found.area, found.level, found.state, found.owner_name) == ("south", "local", "open", "Kim")
    assert (found.weight, found.gravity, found.age(TODAY + timedelta(days=3))) == (16, "grave", 3)
    problem = replace(RISK, kind="problem", probability=0, consequence=2)
    happened = await one(risks, await risks.raised(BORAS, problem, KIM, NOW))
    assert (happened.probability, happened.weight, happened.gravity) == (0, 10, "notable")
    assert [known.number for known in await risks.all()] == [found.number, happened.number], "the gravest first"
    assert await risks.all(REGION) == []
    central = await one(risks, await risks.raised("", RISK, STINA, NOW))
    joint = await one(risks, await risks.raised("west", RISK, MONA, NOW))
    assert (central.level, joint.level, joint.area) == ("programme", "joint", "west")


async def test_it_is_marked_by_its_days_and_never_by_hand(risks: Risks) -> None:
    found = await one(risks, await risks.raised(BORAS, RISK, KIM, NOW))
    assert found.marks(RISK.due or TODAY) == ()
    assert found.marks(date(2026, 3, 21)) == ("overdue",)
    assert found.marks(TODAY + timedelta(days=61)) == ("overdue", "old")
    assert found.marks(TODAY + timedelta(days=60)) == ("overdue",)


async def test_it_goes_one_level_up_at_a_time_and_back_by_who_deals_with_it(risks: Risks) -> None:
    number = await risks.raised(BORAS, RISK, KIM, NOW)
    later = NOW + timedelta(days=40)
    await risks.move(number, 1, up=True, reason="Fler kommuner har det", by=KIM, now=later)
    found = await one(risks, number)
    assert (found.level, found.level_since, found.reason) == ("joint", later, "Fler kommuner har det")
    assert found.marks(TODAY + timedelta(days=80)) == ("overdue",), "its time at the new level begins anew"
    with pytest.raises(Lacking):
        await risks.move(number, 2, up=False, reason="Vi tar det", by=KIM, now=later)
    await risks.move(number, 2, up=True, reason="Leverantören", by=MONA, now=later)
    with pytest.raises(Conflict):
        await risks.move(number, 3, up=True, reason="Högre", by=STINA, now=later)
    await risks.move(number, 3, up=False, reason="Beslutat", by=STINA, now=later)
    await risks.move(number, 4, up=False, reason="Löses hemma", by=MONA, now=later)
    with pytest.raises(Conflict):
        await risks.move(number, 5, up=False, reason="Lägre", by=KIM, now=later)
    assert [known.level for known in await risks.history(number)] == ["local", "joint", "programme", "joint", "local"]
    with pytest.raises(Unprocessable):
        await risks.move(number, 5, up=True, reason=" ", by=KIM, now=later)


async def test_closing_takes_a_reason_and_who_deals_with_it(risks: Risks) -> None:
    number = await risks.raised(BORAS, RISK, KIM, NOW)
    await risks.say(number, 1, replace(RISK, state="going", measures="Beställt"), "", KIM, NOW)
    await risks.move(number, 2, up=True, reason="Gemensamt", by=KIM, now=NOW)
    closed = replace(RISK, state="closed")
    with pytest.raises(Lacking):
        await risks.say(number, 3, closed, "Klart", KIM, NOW)
    with pytest.raises(Unprocessable) as wrong:
        await risks.say(number, 3, closed, "", MONA, NOW)
    assert set(wrong.value.by_path) == {"reason"}
    await risks.say(number, 3, closed, "Korten har kommit", MONA, NOW)
    assert await risks.all() == []
    (found,) = await risks.all(BORAS, closed=True)
    assert (found.reason, found.marks(TODAY + timedelta(days=400))) == ("Korten har kommit", ())
    with pytest.raises(Conflict):
        await risks.move(number, 4, up=True, reason="Igen", by=MONA, now=NOW)


async def test_who_writes_follows_from_an_appointment(risks: Risks) -> None:
    for place, by in ((HOME_CARE, DAN), (REGION, KIM), ("", KIM), ("west", KIM), ("", LEADER)):
        with pytest.raises(Lacking):
            await risks.raised(place, RISK, by, NOW)
    assert (await one(risks, await risks.raised(HOME_CARE, RISK, KIM, NOW))).organisation == HOME_CARE, "below counts"
    with pytest.raises(Absent):
        await risks.raised("SE9999999999-nowhere", RISK, OLGA, NOW)
    with pytest.raises(Absent):
        await risks.history(99)


async def test_what_is_wrong_is_said_of_each_field_and_two_do_not_write_over_one_another(
    risks: Risks, county: Database
) -> None:
    for wanted, where in (
        (replace(RISK, kind="worry"), "kind"), (replace(RISK, words=" "), "words"),
        (replace(RISK, probability=0), "probability"), (replace(RISK, consequence=6), "consequence"),
        (replace(RISK, due=None), "due"), (replace(RISK, owner="dan"), "owner"),
        (replace(RISK, measures="x" * 2001), "measures"),
    ):  # fmt: skip
        with pytest.raises(Unprocessable) as wrong:
            await risks.raised(BORAS, wanted, KIM, NOW)
        assert set(wrong.value.by_path) == {where}
    number = await risks.raised(BORAS, RISK, KIM, NOW)
    await risks.say(number, 1, replace(RISK, words="Korten är sena"), "", KIM, NOW)
    with pytest.raises(Stale):
        await risks.say(number, 1, RISK, "", OLGA, NOW)
    assert [known.words for known in await risks.history(number)] == ["Korten är sena", RISK.words]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await county.run("delete from office.risk_said")
