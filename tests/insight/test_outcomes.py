"""F222: what care data say of an organisation, month by month, and of nobody."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.record import world
from varda.access.session import Session
from varda.insight import INDICATORS, MEASURES, Outcome, outcomes
from varda.insight.months import months
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Refused
from varda.record import Door, Owner, Wish, measures

HERE, THERE = Owner(world.CARDIOLOGY, world.REGION), Owner(world.SURGERY, world.REGION)


@pytest.fixture
async def people(door: Door) -> None:
    emergency = world.organization("surgery", world.SURGERY, "care-unit", "emergency", part_of="region")
    some = [world.patient(f"q{n}", "Kim", "Ek", f"19800101-XA{n + 20}") for n in range(20)]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in (emergency, *some)])


def contact(id_: str, who: int, kind: str, day: str = "2026-02-10") -> dict[str, Any]:
    met = world.contact(id_, f"q{who}", "cardiology", "finished")
    return met | {"class": met["class"] | {"code": kind}, "period": {"start": f"{day}T09:00:00+01:00"}}


def diagnosis(id_: str, who: int, **code: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition", "id": id_, "code": code, "recordedDate": "2026-02-10",
        "subject": {"reference": f"Patient/q{who}"},
    }  # fmt: skip


async def written(door: Door, owner: Owner, *some: dict[str, Any]) -> None:
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=owner) for one in some])


async def night(door: Door, clock: SetClock) -> None:
    for measure in MEASURES.values():
        for place in await measures.due(door, measure, clock.now()):
            await measures.reckon(door, measure, place, measures.period(clock.now()))


async def said(door: Door, who: Session, code: str, organisation: str, since: str = "2026-02") -> list[Outcome]:
    async with door.opened(who, "care") as record:
        return await outcomes(record, INDICATORS[code], organisation, since)


@pytest.mark.usefixtures("people")
async def test_an_organisation_s_outcome_is_the_sum_of_what_its_units_may_tell(
    door: Door, clock: SetClock, astrid: Session, cia: Session
) -> None:
    """F222, A18: a unit of few tells nothing, so that neither a sum nor a difference tells of them; and patients are
    counted, not what they did often.
    """
    await written(
        door, HERE, *[contact(f"v{n}", n, "VR") for n in range(6)], *[contact(f"a{n}", n, "AMB") for n in range(8)],
        contact("bed", 1, "IMP"), contact("late", 2, "VR", "2026-03-01"),
        contact("struck", 3, "VR") | {"status": "entered-in-error"},
    )  # fmt: skip
    await written(door, THERE, *[contact(f"s{n}", 1, "VR") for n in range(9)], contact("s", 2, "AMB"))
    assert await said(door, astrid, "digital-contacts", world.REGION) == [], "no night has come"
    await night(door, clock)
    whole = [Outcome("2026-02", 6, 14, told=1, silent=1)]
    assert await said(door, astrid, "digital-contacts", world.REGION) == whole
    assert await said(door, cia, "digital-contacts", world.REGION) == whole, "the same to another provider's staff"
    assert await said(door, astrid, "digital-contacts", world.CARDIOLOGY) == [Outcome("2026-02", 6, 14, 1, 0)]
    assert await said(door, astrid, "digital-contacts", world.SURGERY) == [Outcome("2026-02", 0, 0, 0, 1)]
    assert whole[0].percent == 43


@pytest.mark.usefixtures("people")
async def test_diagnoses_are_coded_or_in_words_and_emergencies_are_counted_where_they_are_met(
    door: Door, clock: SetClock, astrid: Session
) -> None:
    coded = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-se", "code": "I10.9"}], "text": "Hypertoni"}
    await written(
        door, HERE, *[diagnosis(f"c{n}", n, **coded) for n in range(7)],
        *[diagnosis(f"w{n}", n, text="Högt tryck") for n in range(5)],
        *[contact(f"e{n}", n, "EMER") for n in range(6)],
    )  # fmt: skip
    await written(door, THERE, *[contact(f"f{n}", n, "EMER") for n in range(7)])
    await night(door, clock)
    assert await said(door, astrid, "coded-diagnoses", world.REGION) == [Outcome("2026-02", 7, 12, 1, 0)]
    assert await said(door, astrid, "emergency-visits", world.REGION) == [Outcome("2026-02", 7, 7, 1, 0)]


@pytest.mark.usefixtures("people")
async def test_records_of_one_person_count_as_one_and_what_names_nobody_is_passed_over(
    door: Door, clock: SetClock, astrid: Session
) -> None:
    """A18: four people with five records are four, whichever way these are joined."""
    q4, q6 = (world.patient(f"q{n}", "Kim", "Ek", f"19800101-XA{n + 20}") for n in (4, 6))
    joined = [
        q4 | {"link": [{"type": "replaced-by", "other": {"reference": "Patient/q3"}}]},
        q6 | {"link": [{"type": "refer", "other": {"reference": "Patient/q5"}}]},
    ]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in joined])
    odd = contact("odd", 1, "EMER")
    del odd["subject"]
    elsewhere = contact("identified", 1, "EMER") | {"subject": {"identifier": {"value": "1"}}}
    four = [contact(f"e{n}", n, "EMER") for n in range(5)]
    await written(door, THERE, odd, elsewhere, *four)
    await written(door, HERE, *[contact(f"v{n}", n, "VR") for n in range(2, 7)])
    await night(door, clock)
    assert await said(door, astrid, "emergency-visits", world.REGION) == [Outcome("2026-02", 0, 0, 0, 1)]
    assert await said(door, astrid, "digital-contacts", world.REGION) == [Outcome("2026-02", 0, 0, 0, 1)]
    clock.instant += timedelta(days=31)
    some = [contact(f"f{n}", n, "EMER", "2026-03-05") for n in range(6)]
    await written(door, THERE, *some, odd | {"id": "odd2", "period": some[0]["period"]})
    await night(door, clock)
    assert (await said(door, astrid, "emergency-visits", world.REGION, "2026-03"))[0].number == 6


@pytest.mark.usefixtures("people")
async def test_a_month_is_reckoned_once_and_stands(door: Door, clock: SetClock, astrid: Session) -> None:
    """A18: what is written into it later would tell of whom it is about, by the difference."""
    await written(door, HERE, *[contact(f"v{n}", n, "VR") for n in range(6)])
    await night(door, clock)
    await written(door, HERE, contact("more", 9, "VR"), *[contact(f"m{n}", n, "VR", "2026-03-05") for n in range(7)])
    clock.instant += timedelta(days=31)
    await night(door, clock)
    found = await said(door, astrid, "digital-contacts", world.REGION)
    assert [(one.month, one.number) for one in found] == [("2026-03", 7), ("2026-02", 6)]


@pytest.mark.usefixtures("people")
async def test_staff_alone_ask_and_it_is_logged_as_one_question(
    door: Door, database: Database, clock: SetClock, astrid: Session
) -> None:
    """A18: about nobody, for the purpose of following up."""
    await said(door, astrid, "digital-contacts", world.REGION)
    row = await database.one("select * from audit.event where action = 'measure'")
    assert (row["purpose"], row["patients"], row["category"]) == ("administration", [], "Encounter")
    with pytest.raises(Refused):
        await said(door, replace(astrid, kind="citizen"), "digital-contacts", world.REGION)


def test_what_is_not_reckoned_says_why() -> None:
    for one in INDICATORS.values():
        assert sum([one.measure is not None, one.lacking is not None, one.meter]) == 1, one.code


def test_months_are_those_that_are_over() -> None:
    assert months(date(2026, 3, 1))[:3] == ["2026-02", "2026-01", "2025-12"]
