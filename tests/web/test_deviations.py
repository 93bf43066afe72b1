"""Deviations: reported beside the patient, seen by few, handled to the end, and what the patient was told (F244)."""

import re
from typing import Any

import pytest

from tests.record import world
from tests.support.door import client
from tests.support.switching import switched
from tests.web.conftest import NOW, SignIn, Visitor
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door

SAID = {"what": "Fel dos gavs", "severity": "moderate", "place": "Sal 2", "slip": "a1"}


async def reported(visitor: Visitor, **changed: str) -> str:
    answer = await visitor.post("/chart/vera/deviations/write", data=SAID | changed)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_a_deviation_is_reported_once_kept_and_no_part_of_the_record(
    astrid: Visitor, database: Database, door: Door
) -> None:
    """F244: severity, what happened, and where; sent twice it is one; the patient's record has nothing of it."""
    form = (await astrid.get("/chart/vera/deviations/write")).text
    assert re.search(r'name="slip" value="[0-9a-f]{32}"', form)
    assert 'value="Kardiologen"' in form or "cardiology" in form.lower()
    assert await reported(astrid) == "/deviations/1" == await reported(astrid)
    row = await database.one("select patient, place, what, severity, unit, reporter from record.deviation")
    assert (row["patient"], row["place"], row["what"]) == ("vera", "Sal 2", "Fel dos gavs")
    assert (row["severity"], row["unit"]) == ("moderate", world.CARDIOLOGY)
    async with door.opened(client(), "care") as record:
        whole = await record.everything("vera")
    assert "Fel dos gavs" not in str([one.resource for one in whole.matches])
    events = await database.all("select action, patients from audit.event where category = 'AdverseEvent'")
    assert [row["action"] for row in events] == ["deviation", "deviation"]
    assert all(len(row["patients"]) == 1 for row in events)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"what": " "}, "Skriv vad som hände"),
        ({"what": "x" * 8001}, "Skriv vad som hände"),
        ({"severity": "bad"}, "Ange hur allvarligt"),
    ],
)
async def test_what_cannot_be_comes_back_with_what_was_typed(
    astrid: Visitor, changed: dict[str, str], told: str, database: Database
) -> None:
    answer = await astrid.post("/chart/vera/deviations/write", data=SAID | {"place": "Sal 77"} | changed)
    assert (answer.status_code, told in answer.text, "Sal 77" in answer.text) == (422, True, True)
    assert await database.all("select 1 from record.deviation") == []


async def test_who_reported_who_handles_and_patient_safety_see_it_and_nobody_else(
    signed_in: SignIn, astrid: Visitor, database: Database
) -> None:
    page = await reported(astrid)
    gun, sven = await signed_in("gun", "unit-manager"), await signed_in("sven", "patient-safety-officer")
    for who in (astrid, gun, sven):
        assert "Fel dos gavs" in (await who.get(page)).text
        assert "Fel dos gavs" in (await who.get("/deviations")).text
    for nobody in (await signed_in("dan", "nurse"), await signed_in("ann", "physician", "quality")):
        assert (await nobody.get(page)).status_code == 404
        assert "Fel dos gavs" not in (await nobody.get("/deviations")).text
        assert (await nobody.post(f"{page}/take")).status_code == 404
    rut = await signed_in("rut", "rights-administrator")
    assert ((await rut.get(page)).status_code, (await rut.get("/deviations")).status_code) == (403, 403)
    assert (await astrid.post(f"{page}/take")).status_code == 403, "who reported it does not handle it"
    rows = await database.all("select distinct actor from audit.event where action = 'deviations'")
    assert {row["actor"].removeprefix("SE9999999999-") for row in rows} == {"astrid", "gun", "sven"}
    for path in ("/deviations/x", "/deviations/99", f"{page}/dance"):
        answer = await astrid.get(path) if "dance" not in path else await astrid.post(path)
        assert answer.status_code == 404, path


async def test_a_case_is_taken_judged_told_and_closed_and_the_record_notes_what_was_told(
    signed_in: SignIn, astrid: Visitor, door: Door, clock: SetClock
) -> None:
    """F244, R9: lex Maria by who handles it; the six points of patientsäkerhetslagen 3:8, noted in the record."""
    page, gun = await reported(astrid), await signed_in("gun", "unit-manager")

    async def done(visitor: Visitor, step: str, **form: Any) -> int:
        return (await visitor.post(f"{page}/{step}", data=form)).status_code

    assert await done(gun, "close", text="Rutin ändrad") == 409, "it is judged first"
    assert await done(gun, "take") == 303
    assert await done(gun, "assess", text=" ", lex_maria="yes") == 422
    assert await done(gun, "assess", text="Kunde ha lett till allvarlig skada", lex_maria="yes") == 303
    assert await done(gun, "close", text="Rutin ändrad") == 409, "the patient has not been told"
    assert await done(gun, "tell", points=["event"], whom="patienten") == 403, "she writes no notes"
    assert await done(astrid, "tell", whom="patienten") == 422
    assert await done(astrid, "tell", points=["event", "measures"], whom="patienten") == 303
    assert "inte fått all information" in (await gun.get("/deviations")).text
    assert await done(gun, "close", text="Rutin ändrad") == 409, "four are lacking"
    rest = ["inspectorate", "compensation", "insurance", "committee"]
    assert await done(astrid, "tell", points=rest, whom="dottern") == 303
    async with door.opened(client(), "care") as record:
        found = await record.search("Composition", [("patient", "vera")])
    notes = [str(one.resource) for one in found.matches if one.resource["status"] == "final"]
    assert len(notes) == 2
    assert any("patientsäkerhetslagen 3 kap. 8 §" in one and "patientnämndens" in one for one in notes)
    assert not any("Fel dos" in one for one in notes)
    assert await done(gun, "close", text="Rutin ändrad") == 303
    shown = (await gun.get(page)).text
    assert all(word in shown for word in ("Gun Ny", "anmäls till Inspektionen", "Rutin ändrad", "avslutad", "0 dagar"))
    assert await done(gun, "take") == 409
    assert await done(gun, "reopen", text="Nya uppgifter") == 303


async def test_a_deviation_without_harm_needs_nothing_told(signed_in: SignIn, astrid: Visitor) -> None:
    page, gun = await reported(astrid, severity="none"), await signed_in("gun", "unit-manager")
    await gun.post(f"{page}/assess", data={"text": "Upptäckt i tid", "lex_maria": "no"})
    assert (await gun.post(f"{page}/close", data={"text": "Påmint"})).status_code == 303
    assert (await astrid.post(f"{page}/tell", data={"points": "event", "whom": "x"})).status_code == 409


async def test_what_is_stopped_takes_no_report(door: Door, astrid: Visitor, database: Database) -> None:
    await switched(door.catalogue, "F244", world.CARDIOLOGY, "stopped", NOW)
    assert (await astrid.post("/chart/vera/deviations/write", data=SAID)).status_code == 403
    assert await database.all("select 1 from record.deviation") == []
