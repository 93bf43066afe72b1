"""Downtime on the screens: the unit's pack and its phrase (F246)."""

from html import unescape
from pathlib import Path

import pytest

from tests.record import world
from tests.web.conftest import SignIn, Visitor
from tests.web.test_readiness import words
from varda.fhir.keys import key
from varda.introduction.downtime import Folder, Packing, Phrase
from varda.kernel.clock import SetClock
from varda.record import Door
from varda.web import downtime

pytestmark = pytest.mark.anyio

SEAL = b"s" * 32


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """Where the screens look: the folder that they were wired with."""
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path)


async def packed(door: Door, clock: SetClock, folder: Folder) -> None:
    """What the process beside does."""
    made = Packing(door, folder, lambda contents, phrase: downtime.written(contents, phrase, SEAL, "test"))
    assert await made.make([world.CARDIOLOGY, world.SURGERY], clock.now()) == {}


async def test_the_units_staff_take_its_pack_and_the_log_says_so(
    door: Door, clock: SetClock, folder: Folder, signed_in: SignIn
) -> None:
    """F246: at hand for those who meet the unit's patients; each of them is in the log."""
    liv, rita = await signed_in("liv", "nurse"), await signed_in("rita", "rights-administrator", "administration")
    assert "finns inte än" in await words(liv, "/downtime")
    assert (await liv.get("/downtime/pack")).status_code == 404
    await packed(door, clock, folder)
    page = await words(liv, "/downtime")
    assert "färskt Gjort 2026-03-01 13:00. 1 patient." in page
    assert "Vera" not in page
    taken = await liv.get("/downtime/pack")
    assert taken.headers["content-disposition"] == f'attachment; filename="varda-{world.CARDIOLOGY}.html"'
    assert taken.content == folder.read(world.CARDIOLOGY)
    (row,) = await door.database.all(
        "select actor, patients, purpose from audit.event where action = 'export' and what = 'downtime pack'"
    )
    assert (row["actor"], list(row["patients"]), row["purpose"]) == (
        "SE9999999999-liv", [key("Patient/vera")], "downtime"
    )  # fmt: skip
    assert (await rita.get("/downtime/pack")).status_code == 403
    assert (await rita.post("/downtime/phrase")).status_code == 403


async def test_the_phrase_is_shown_to_those_who_meet_the_patients_and_changed_by_who_leads_the_unit(
    door: Door, clock: SetClock, folder: Folder, signed_in: SignIn, astrid: Visitor
) -> None:
    gun = await signed_in("gun", "unit-manager", "administration")
    await packed(door, clock, folder)
    first = Phrase(world.CARDIOLOGY)
    assert first.said(SEAL) not in (await astrid.get("/downtime")).text
    assert first.said(SEAL) in (await astrid.post("/downtime/phrase")).text
    assert (await astrid.post("/downtime/phrase/change")).status_code == 403
    assert (await gun.post("/downtime/phrase/change")).status_code == 303
    assert "Nummer 2. Bytt av Gun Ny" in await words(gun, "/downtime")
    assert Phrase(world.CARDIOLOGY, 2).said(SEAL) in (await astrid.post("/downtime/phrase")).text
    rows = await door.database.all("select what from audit.event where action = 'downtime' order by what")
    assert [row["what"] for row in rows] == ["phrase 1 shown", "phrase 2 in use", "phrase 2 shown"]


async def test_a_sheet_is_noted_entered_and_checked_by_another(door: Door, signed_in: SignIn, astrid: Visitor) -> None:
    """F246: with the time when it happened, an unknown patient or a known one, and a second person."""
    liv = await signed_in("liv", "nurse")
    rita = await signed_in("rita", "rights-administrator", "administration")
    assert (await rita.get("/downtime/paper")).status_code == 403
    assert "Inget väntar." in await words(liv, "/downtime/paper")
    said = {"function": "F19", "patient": "", "happened": "2026-03-01T11:30", "mark": "blad 7"}
    late = await liv.post("/downtime/paper", data=said | {"happened": "2026-03-01T23:30"})
    assert late.status_code == 422
    assert "Det har inte hänt än" in unescape(late.text)
    assert 'value="blad 7"' in late.text, "nothing typed is lost"
    nobody = await liv.post("/downtime/paper", data=said | {"patient": "Ingen Sådan"})
    assert nobody.status_code == 422
    assert "Ingen Sådan" in nobody.text
    assert (await liv.post("/downtime/paper", data=said | {"happened": "i går"})).status_code == 422
    assert (await liv.post("/downtime/paper", data=said)).status_code == 303
    page = await words(liv, "/downtime/paper")
    assert "1 blad väntar på att föras in , 0 på kontroll. Det äldsta hände 2026-03-01 11:30." in page, page
    assert "okänd patient · blad: blad 7" in page
    unknown = await liv.post("/downtime/paper/1", data={"act": "entered"})
    assert unknown.status_code == 422
    assert "Skriv hela personnumret" in unescape(unknown.text)
    assert (await liv.post("/downtime/paper/1", data={"act": "x"})).status_code == 404
    assert (await liv.post("/downtime/paper/1", data={"act": "entered", "patient-1": "Vera"})).status_code == 303
    page = await words(liv, "/downtime/paper")
    assert "Vera Maria Åkesson 19500214-XA07" in page
    assert "Väntar på en andra person." in page
    assert (await liv.post("/downtime/paper/1", data={"act": "checked"})).status_code == 403
    assert (await astrid.post("/downtime/paper/1", data={"act": "back", "said-1": "fel dos"})).status_code == 303
    assert "fel dos" in await words(liv, "/downtime/paper")
    assert (await liv.post("/downtime/paper/1", data={"act": "entered"})).status_code == 303
    assert (await astrid.post("/downtime/paper/1", data={"act": "checked"})).status_code == 303
    assert "Inget väntar." in await words(astrid, "/downtime/paper")
    assert (await astrid.post("/downtime/paper/1", data={"act": "checked"})).status_code == 404
    rows = await door.database.all(
        "select what, patients from audit.event where what like 'sheet 1 %' and outcome = 'given'"
    )
    told = {row["what"]: list(row["patients"]) for row in rows}
    assert told["sheet 1 noted"] == []
    assert told["sheet 1 checked"] == [key("Patient/vera")]


async def test_a_drill_is_begun_and_ended_by_who_leads_the_unit(signed_in: SignIn, astrid: Visitor) -> None:
    gun = await signed_in("gun", "unit-manager", "administration")
    assert (await astrid.post("/downtime/drills")).status_code == 403
    assert (await gun.post("/downtime/drills")).status_code == 303
    assert "Det som antecknas nu är övning" in await words(astrid, "/downtime/paper")
    assert (await gun.post("/downtime/drills")).status_code == 409
    assert (await gun.post("/downtime/drills/end", data={"found": ""})).status_code == 422
    assert (await astrid.post("/downtime/drills/end", data={"found": "x"})).status_code == 403
    assert (await gun.post("/downtime/drills/end", data={"found": "Skrivaren saknade papper."})).status_code == 303
    assert "Skrivaren saknade papper." in await words(astrid, "/downtime/drills")


async def test_everybody_sees_which_units_are_on_paper(signed_in: SignIn) -> None:
    liv = await signed_in("liv", "nurse")
    page = await words(liv, "/downtime/map")
    assert "0 av 3 enheter har en funktion på papper eller stoppad." in page
    assert "Region 2" in page
    assert "Cardiology" in await words(liv, f"/downtime/map?organisation={world.REGION}")
    told = (await liv.get(f"/downtime/map.csv?organisation={world.REGION}")).text
    assert told.startswith("\ufeffhsa;unit;state;functions;drill;to_enter;to_check;oldest\r\n")
    assert f"{world.CARDIOLOGY};Cardiology;system;;;0;0;\r\n" in told
    assert world.HOME_CARE not in told
    assert (await liv.get("/downtime/map?organisation=nowhere")).status_code == 404
    assert (await liv.get("/downtime/map.csv?organisation=nowhere")).status_code == 404
