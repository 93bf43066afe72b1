"""Looking through one record by its words: what may not be seen is not found, what is shown is logged (A3, A16)."""

from typing import Any

import pytest

from tests.record import world
from varda.access.session import Session
from varda.care import finding
from varda.care.finding import Question
from varda.fhir.keys import key
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Refused
from varda.record import Door, Owner, Sought, Wish

pytestmark = pytest.mark.anyio


def note(id_: str, text: str, at: str = "2026-02-01T08:00:00+01:00", patient: str = "vera") -> dict[str, Any]:
    return {
        "resourceType": "Composition", "id": id_, "status": "final", "title": "Daganteckning", "date": at,
        "type": {"text": "Daganteckning"}, "subject": {"reference": f"Patient/{patient}"},
        "author": [{"reference": "Practitioner/astrid", "display": "Astrid Lund"}],
        "section": [{
            "title": "Aktuellt",
            "text": {"status": "additional", "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{text}</p></div>'},
        }],
    }  # fmt: skip


async def written(door: Door, unit: str, *items: dict[str, Any]) -> None:
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner(unit, world.REGION)) for one in items])


async def told(door: Door, session: Session, text: str, patient: str = "vera", **more: Any) -> list[str]:
    async with door.opened(session, "care") as record:
        found = await finding.found(record, patient, Question(text, **more))
    return [hit.line.id for hit in found.hits]


async def test_own_units_entries_are_found_newest_first_and_others_are_not(door: Door, astrid: Session) -> None:
    """A3: what other units wrote is in no first answer, and free text is no way around that."""
    await written(
        door, world.CARDIOLOGY, note("old", "Ingen feber."), note("new", "FEBER 39.", "2026-02-03T08:00:00+01:00"),
        note("other", "Hosta."),
    )  # fmt: skip
    await written(door, world.SURGERY, note("theirs", "Hög feber."))
    assert await told(door, astrid, "feber") == ["new", "old"]
    assert await told(door, astrid, "ingen feber") == ["old"]
    assert await told(door, astrid, "feber", kinds=("results",)) == []
    async with door.opened(astrid, "care") as record:
        await record.choose("vera", reason="Jour", all_units=True)
    assert set(await told(door, astrid, "feber")) == {"new", "old", "theirs"}


async def test_what_is_found_is_logged_and_what_was_typed_is_not(
    door: Door, astrid: Session, database: Database
) -> None:
    await written(door, world.CARDIOLOGY, note("one", "Nekar feber."))
    await told(door, astrid, "ingen feber")
    rows = await database.all("select patients, category, outcome, what from audit.event where action = 'sought'")
    assert [(row["patients"], row["category"], row["outcome"]) for row in rows] == [
        ([key("Patient/vera")], "Composition", "given")
    ]
    assert "feber" not in str([dict(row) for row in rows])


async def test_out_of_reach_looks_absent_and_is_logged_as_refused(
    door: Door, astrid: Session, database: Database
) -> None:
    await written(door, world.SURGERY, note("asas", "Feber.", patient="asa"))
    with pytest.raises(Absent):
        await told(door, astrid, "feber", "asa")
    with pytest.raises(Absent):
        await told(door, astrid, "feber", "nobody")
    rows = await database.all("select outcome from audit.event where action = 'sought'")
    assert {row["outcome"] for row in rows} == {"refused"}


async def test_only_staff_look_through_a_record(door: Door) -> None:
    """A16: no system asks records by free text this way."""
    async with door.opened(world.SYSTEM, "administration") as record:
        with pytest.raises(Refused):
            await record.sought("vera", Sought(("Composition",)), lambda _: True)


async def test_pages_go_on_where_the_last_one_ended(door: Door, astrid: Session) -> None:
    days = [f"2026-01-{day:02}T08:00:00+01:00" for day in range(1, 29)]
    await written(door, world.CARDIOLOGY, *(note(f"n{n}", "Feber.", day) for n, day in enumerate(days)))
    await written(door, world.CARDIOLOGY, *(note(f"o{n}", "Feber.", days[0]) for n in range(10)))
    async with door.opened(astrid, "care") as record:
        first = await finding.found(record, "vera", Question("feber"))
        second = await finding.found(record, "vera", Question("feber", after=first.next))
    seen = [hit.line.id for hit in [*first.hits, *second.hits]]
    assert (len(first.hits), len(second.hits), second.next) == (finding.MOST, 38 - finding.MOST, "")
    assert len(set(seen)) == 38


async def test_entries_of_every_kind_are_found_by_what_they_say(door: Door, astrid: Session) -> None:
    """Å, ä and ö, codes that people know by heart, and whatever element the words stand in."""
    vera = {"subject": {"reference": "Patient/vera"}}
    await written(
        door, world.CARDIOLOGY,
        {"resourceType": "Condition", "id": "c", "code": {"coding": [
            {"system": "urn:oid:1.2.752.116.1.1.1.1.3", "code": "I83.9", "display": "Åderbråck i nedre extremiteter"}]}}
        | vera,
        {"resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order",
         "medicationCodeableConcept": {"text": "Alvedon"}, "dosageInstruction": [{"text": "1 vid värk, aldrig mer"}]}
        | vera,
        {"resourceType": "AllergyIntolerance", "id": "a", "code": {"text": "Penicillin"},
         "patient": {"reference": "Patient/vera"}, "reaction": [{"manifestation": [{"text": "Nässelutslag"}]}]},
        world.haemoglobin("vera", id_="o", note=[{"text": "Provet var hemolytiskt"}]),
        {"resourceType": "Flag", "id": "f", "status": "active", "code": {"text": "MRSA-bärare"}} | vera,
        {"resourceType": "CarePlan", "id": "p", "status": "active", "intent": "plan",
         "activity": [{"detail": {"status": "scheduled", "description": "Gångträning"}}]} | vera,
    )  # fmt: skip
    for text, id_ in {
        "åderbråcket": "c", "i83.9": "c", "alvedon": "m", "aldrig mer": "m", "nässelutslag": "a", "penicillinet": "a",
        "hemolytiskt": "o", "72.50": "o", "mrsa": "f", "gångträning": "p",
    }.items():  # fmt: skip
        assert id_ in await told(door, astrid, text), text


async def test_a_destroyed_or_deleted_entry_is_found_no_more(door: Door, astrid: Session) -> None:
    """R4: nothing but the entry itself holds its words."""
    await written(door, world.CARDIOLOGY, note("one", "Feber."))
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.delete("Composition", "one")
    assert await told(door, astrid, "feber") == []


async def test_what_an_entry_denies_is_said_with_it_and_found_as_denied(door: Door, astrid: Session) -> None:
    vera: dict[str, Any] = {"subject": {"reference": "Patient/vera"}}
    here: dict[str, Any] = {"patient": {"reference": "Patient/vera"}}
    certainty = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "refuted"}]
    }
    await written(
        door, world.CARDIOLOGY,
        {"resourceType": "Immunization", "id": "i", "status": "not-done", "vaccineCode": {"text": "MPR"},
         "occurrenceDateTime": "2026-01-01"} | here,
        {"resourceType": "MedicationStatement", "id": "w", "status": "not-taken",
         "medicationCodeableConcept": {"text": "Waran"}} | vera,
        {"resourceType": "Condition", "id": "l", "code": {"text": "Lungemboli"}, "verificationStatus": certainty}
        | vera,
        {"resourceType": "MedicationRequest", "id": "n", "status": "active", "intent": "order", "doNotPerform": True,
         "medicationCodeableConcept": {"text": "Tramadol"}} | vera,
        {"resourceType": "AllergyIntolerance", "id": "nocode", "category": ["food"],
         "reaction": [{"substance": {"text": "Jordnöt"}, "manifestation": [{"text": "Utslag"}]}]} | here,
    )  # fmt: skip
    for text, id_ in {"mpr": "i", "waran": "w", "lungemboli": "l", "tramadol": "n"}.items():
        assert await told(door, astrid, f"ingen {text}") == [id_]
    async with door.opened(astrid, "care") as record:
        (hit,) = (await finding.found(record, "vera", Question("lungemboli"))).hits
        assert (hit.line.state, hit.line.said) == ("refuted", "Lungemboli utesluten")
        (hit,) = (await finding.found(record, "vera", Question("jordnöt"))).hits
        assert hit.line.title == "Jordnöt"


async def test_of_a_panel_every_part_stands_with_its_own_value(door: Door, astrid: Session) -> None:
    parts = [{"code": {"text": name}, "valueString": said} for name, said in
             (("Ampicillin", "R"), ("Cefotaxim", "S"), ("Ciprofloxacin", "S"))]  # fmt: skip
    panel = world.haemoglobin("vera", id_="panel", code={"text": "Resistens"}, component=parts)
    del panel["valueQuantity"]
    flag = world.haemoglobin("vera", id_="flag", code={"text": "Rökfri"})
    del flag["valueQuantity"]
    await written(door, world.CARDIOLOGY, panel, flag | {"valueBoolean": False})
    async with door.opened(astrid, "care") as record:
        read = await finding.entry(record, ["vera"], "Observation/panel")
        texts = [text for _, text in read.texts]
        assert {"Ampicillin: R", "Cefotaxim: S", "Ciprofloxacin: S"} <= set(texts)
        assert "nej" in [text for _, text in (await finding.entry(record, ["vera"], "Observation/flag")).texts]
