"""F13, F16: a unit's list says of each patient what their own page says, of what may be seen and nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from tests.care.test_programmes import CHILD, given, weighed
from tests.record import world
from varda.access.session import Session
from varda.care import programmes
from varda.care.patients import person
from varda.care.programmes import STEP, Due, Roll, Told, awaited, chosen, coming, drawn, fact, fits, waits
from varda.kernel.errors import Absent, Lacking
from varda.record import Door, Owner, Wish

TODAY = date(2026, 3, 1)


def childhood(chance: Random, born: date) -> dict[str, list[dict[str, Any]]]:
    """Some of what a child's record may have, at any time and in any state."""

    def day() -> str:
        return (born + timedelta(days=chance.randint(-5, 2400))).isoformat()

    steps = [(visit, step) for visit in CHILD.visits for step in visit.steps]
    vaccines = [step for _, step in steps if step.vaccine]
    found: dict[str, list[dict[str, Any]]] = {"Observation": [], "Procedure": [], "Immunization": [], "Encounter": []}
    for n in range(chance.randint(0, 8)):
        code = chance.choice(("29463-7", "8302-2", "9843-4", "718-7"))
        state = chance.choice(("final", "final", "amended", "preliminary", "entered-in-error"))
        found["Observation"].append(weighed(day(), id=f"o{n}", status=state, code={"coding": [{"code": code}]}))
        visit, step = chance.choice(steps)
        found["Procedure"].append({
            "resourceType": "Procedure", "id": f"p{n}", "status": chance.choice(("completed", "not-done", "stopped")),
            "code": {"coding": [{"system": STEP, "code": f"child-health/{visit.code}/{step.code}"}]},
            "performedDateTime": day(),
        })  # fmt: skip
        dose = chance.choice(vaccines)
        assert dose.vaccine is not None
        found["Immunization"].append(
            given(chance.choice(dose.vaccine.atc), day(), chance.choice((0, dose.dose))) | {"id": f"i{n}"}
        )
        found["Encounter"].append({
            "resourceType": "Encounter", "id": f"e{n}", "status": chance.choice(("finished", "cancelled")),
            "reasonCode": [{"text": chance.choice(("Barnhälsovård", "Hosta"))}], "period": {"start": day()},
        })  # fmt: skip
    return found


def listed(found: Mapping[str, list[dict[str, Any]]], since: dict[str, date], today: date) -> dict[str, str]:
    told = Told.of(fact(one) for some in found.values() for one in some)
    some = waits(CHILD, tuple(since.items()), (), (today, today), told)
    return {f"{w.visit.code}/{w.step.code}": "overdue" if w.is_overdue(today) else "due" for w in some}


def test_the_list_and_the_page_say_the_same_of_any_record() -> None:
    chance = Random(4)
    seen = 0
    for _ in range(400):
        born = date(2024, 1, 1) - timedelta(days=chance.randint(0, 1500))
        today = born + timedelta(days=chance.randint(0, 2550))
        found = childhood(chance, born)
        page = {
            f"{turn.visit.code}/{row.step.code}": row.state
            for turn in drawn(CHILD, {"age": born}, found, today)
            for row in turn.missing
        }
        assert listed(found, {"age": born}, today) == page
        seen += len(page)
    assert seen > 2000


def test_what_begins_within_a_week_waits_already_and_what_closes_before_is_not_lost() -> None:
    born = date(2025, 12, 14)  # eleven weeks on the day: rotavirus may be begun for six days more
    some = coming(CHILD, (("age", born),), (), (TODAY, TODAY + timedelta(days=7)))
    steps = {f"{w.visit.code}/{w.step.code}": w for w in some}
    assert steps["w6-vaccines/rota-1"].deadline(TODAY) == date(2026, 3, 7)
    assert steps["m3-vaccines/hexa-1"].first == date(2026, 3, 8)
    assert "m5-vaccines/hexa-2" not in steps


@pytest.fixture
async def centre(door: Door) -> None:
    await health_centre(door)


async def health_centre(door: Door) -> None:
    """Cardiology is a health centre with midwives here."""
    kinds = ("care-unit", "health-centre", "maternity")
    centre = world.organization("cardiology", world.CARDIOLOGY, *kinds, part_of="region")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", centre, owner=Owner("", ""))])


async def children(door: Door, *born: tuple[str, str], unit: str = world.CARDIOLOGY) -> None:
    """Children by name and birth date, each with a contact at a unit."""
    organization = {world.CARDIOLOGY: "cardiology", world.SURGERY: "surgery"}[unit]
    async with door.opened(world.SYSTEM, "administration") as record:
        for n, (name, day) in enumerate(born):
            small = world.patient(name.casefold(), name, "Ek", f"{day.replace('-', '')}-XA{n + 20}")
            contact = world.contact(f"{name.casefold()}-contact", name.casefold(), organization)
            await record.write([
                Wish("update", small, owner=Owner("", "")), Wish("update", contact, owner=Owner(unit, world.REGION)),
            ])  # fmt: skip


async def roll(door: Door, who: Session, code: str = "child-health") -> dict[str, Due]:
    async with door.opened(who, "care") as record:
        found = await programmes.roll(record, code)
    return {one.who.id: one for one in found.everybody}


@pytest.mark.usefixtures("centre")
async def test_a_list_has_the_children_whom_the_unit_reaches(door: Door, astrid: Session) -> None:
    """A1: no list is a way to somebody else's patients, and nobody who is grown up is in it."""
    await children(door, ("Kim", "2025-12-21"), ("Liv", "2019-05-01"))
    await children(door, ("Nils", "2025-12-01"), unit=world.SURGERY)
    found = await roll(door, astrid)
    assert set(found) == {"kim", "liv"}
    assert fits(found["kim"], "overdue")
    assert found["kim"].closes == date(2026, 3, 14), "before rotavirus is too late"


@pytest.mark.usefixtures("centre")
async def test_what_other_units_have_done_counts_when_it_is_shown(door: Door, astrid: Session) -> None:
    """A3."""
    await children(door, ("Kim", "2025-12-21"))
    theirs = given("J07BH01", "2026-02-05", 1, patient={"reference": "Patient/kim"}, id="theirs")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", theirs, owner=Owner(world.SURGERY, world.REGION))])

    def waiting(one: Due) -> bool:
        return any(wait.step.code == "rota-1" for wait in one.waits)

    assert waiting((await roll(door, astrid))["kim"])
    async with door.opened(astrid, "care") as record:
        await record.choose("kim", reason="Vacciner", all_units=True)
    assert not waiting((await roll(door, astrid))["kim"])


@pytest.mark.usefixtures("centre")
async def test_the_next_booking_stands_in_the_row(door: Door, astrid: Session) -> None:
    await children(door, ("Kim", "2025-12-21"), ("Liv", "2019-05-01"))
    times = {
        "past": "2026-02-01T09:00:00+01:00",
        "later": "2026-03-20T09:00:00+01:00",
        "next": "2026-03-10T09:00:00+01:00",
    }
    booked = [
        {"resourceType": "Appointment", "id": name, "status": "booked", "start": at,
         "participant": [{"actor": {"reference": "Patient/kim"}, "status": "accepted"}]}
        for name, at in times.items()
    ]  # fmt: skip
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner(world.CARDIOLOGY, world.REGION)) for one in booked])
    found = await roll(door, astrid)
    assert found["kim"].booked is not None
    assert found["kim"].booked.day == date(2026, 3, 10)
    assert found["liv"].booked is None


@pytest.mark.usefixtures("centre")
async def test_pregnancies_are_listed_by_their_estimate_until_they_are_over(door: Door, astrid: Session) -> None:
    """F16."""
    assert await roll(door, astrid, "maternity") == {}
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write(
            [
                Wish("update", one, owner=Owner(world.CARDIOLOGY, world.REGION))
                for one in (expected("vera"), pregnant("vera"))
            ]
        )
    found = (await roll(door, astrid, "maternity"))["vera"]
    assert found.pregnancy is not None
    assert str(found.pregnancy.on(TODAY)) == "23+0"
    assert {visit.code for visit, _ in found.visits} >= {"w24", "w18"}


def expected(patient: str) -> dict[str, Any]:
    """A birth expected on 2026-06-28."""
    return {
        "resourceType": "Observation", "id": f"{patient}-due", "status": "final", "effectiveDateTime": "2025-11-01",
        "code": {"coding": [{"system": "http://loinc.org", "code": "11781-2"}]}, "valueDateTime": "2026-06-28",
        "subject": {"reference": f"Patient/{patient}"},
    }  # fmt: skip


def pregnant(patient: str) -> dict[str, Any]:
    """A diagnosis of it, of 2025-11-01."""
    return {
        "resourceType": "Condition", "id": f"{patient}-expects", "recordedDate": "2025-11-01",
        "clinicalStatus": {"coding": [{"code": "active", "system": f"{_CONDITION}clinical"}]},
        "verificationStatus": {"coding": [{"code": "confirmed", "system": f"{_CONDITION}ver-status"}]},
        "code": {"coding": [{"system": "urn:oid:1.2.752.116.1.1.1.1.8", "code": "Z34.9"}]},
        "subject": {"reference": f"Patient/{patient}"}, "onsetDateTime": "2025-11-01",
    }  # fmt: skip


_CONDITION = "http://terminology.hl7.org/CodeSystem/condition-"


@pytest.mark.usefixtures("centre")
async def test_a_pregnancy_is_told_of_by_each_of_two_records_of_one_person(door: Door, astrid: Session) -> None:
    """Estimated in a record that another one has taken over since: the list has whoever stands, once."""
    twin = world.patient("vera2", "Vera", "Åkesson", "19500214-XA08")
    joined = twin | {"link": [{"other": {"reference": "Patient/vera"}, "type": "replaced-by"}]}
    stands = world.patient("vera", "Vera", "Åkesson", "19500214-XA07")
    stands |= {"link": [{"other": {"reference": "Patient/vera2"}, "type": "replaces"}]}
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", twin, owner=Owner("", ""))])
        await record.write([Wish("update", one, owner=Owner("", "")) for one in (stands, joined)])
        theirs = [expected("vera2"), pregnant("vera2")]
        await record.write([Wish("update", one, owner=Owner(world.CARDIOLOGY, world.REGION)) for one in theirs])
    found = await roll(door, astrid, "maternity")
    assert set(found) == {"vera"}
    assert found["vera"].pregnancy is not None
    assert str(found["vera"].pregnancy.on(TODAY)) == "23+0"


async def test_a_unit_of_another_kind_has_no_list(door: Door, astrid: Session) -> None:
    async with door.opened(astrid, "care") as record:
        for code in ("child-health", "maternity"):
            with pytest.raises(Absent):
                await programmes.roll(record, code)
        with pytest.raises(Absent):
            await programmes.counts(record, "child-health")


def test_who_has_waited_longest_comes_first_though_nothing_closes() -> None:
    """F13: an overdue vaccine that may be given at any time is not behind all that is only due."""
    some = [
        listed_as("new", date(2025, 12, 21)),
        listed_as("old", date(2021, 1, 1)),
        listed_as("next", date(2025, 9, 1)),
    ]
    found = chosen(Roll(CHILD, tuple(some), False), "waiting", "", "by")
    assert [one.who.id for one in found] == ["old", "next", "new"]
    assert found[0].by == date(2021, 4, 16)
    soon = listed_as("soon", TODAY - timedelta(days=82))  # rotavirus is not begun after 84
    first, *_ = chosen(Roll(CHILD, (*some, soon), False), "waiting", "", "by")
    assert first.who.id == "soon", "but what is lost for good within a week"


def test_a_choice_and_a_step_are_of_the_same_thing_that_waits() -> None:
    """Overdue with something else is not overdue with this."""
    kim = listed_as("kim", date(2025, 12, 5))  # twelve weeks: the check-up at three months has just begun
    rolled = Roll(CHILD, (kim,), False)
    assert chosen(rolled, "overdue", "w6/weight", "by") == []
    assert [one.who.id for one in chosen(rolled, "overdue", "w6-vaccines/rota-1", "by")] == []
    assert [one.who.id for one in chosen(rolled, "waiting", "m3-vaccines/hexa-1", "by")] == ["kim"]
    assert chosen(rolled, "overdue", "m3-vaccines/hexa-1", "by") == []
    assert [one.who.id for one in chosen(rolled, "overdue", "", "by")] == ["kim"], "the examination at four weeks"
    assert "m3-vaccines/hexa-1" not in awaited(rolled, "overdue")
    assert "w4/physician" in awaited(rolled, "overdue")


def listed_as(id_: str, born: date) -> Due:
    """A child of whom nothing is written."""
    who = person({"resourceType": "Patient", "id": id_, "birthDate": born.isoformat()})
    left = waits(CHILD, (("age", born),), (), (TODAY, TODAY + timedelta(days=7)), Told())
    return Due(who, left, None, None, TODAY)


async def test_a_role_that_reads_no_courses_has_no_list(door: Door, cia: Session) -> None:
    async with door.opened(replace(cia, role="receptionist"), "care") as record:
        with pytest.raises(Lacking):
            await programmes.roll(record, "child-health")
        with pytest.raises(Lacking):
            await programmes.roll(record, "knees")
    async with door.opened(cia, "care") as record:
        with pytest.raises(Absent):
            await programmes.roll(record, "knees")
