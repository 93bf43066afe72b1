"""Downtime on the screens: the unit's pack and its phrase (F246)."""

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
