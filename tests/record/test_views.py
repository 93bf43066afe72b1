"""The patient's view that an entry is wrong: on the entry, for every reader of it, never written away (R3)."""

from typing import Any

import pytest

from tests.record import world
from tests.record.test_citizens import MOTHER, VERA, citizen, keep, kin
from varda.access.session import Session
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Refused, Unprocessable
from varda.record import Door, Owner, Wish
from varda.record.views import VIEW, views
from varda.search.index import indexed

pytestmark = pytest.mark.anyio
TEXT = "Jag hade feber den dagen, värdet är inte mitt."


async def noted(door: Door, who: Session, entry: str = "Observation/hb-cardiology", text: str = TEXT) -> Any:
    async with door.opened(who, "care") as record:
        return await record.note_view(*entry.split("/"), text)


def said(resource: dict[str, Any]) -> list[str]:
    return [inner["valueString"] for one in views(resource) for inner in one["extension"] if inner["url"] == "text"]


async def test_it_stands_on_the_entry_and_what_the_author_wrote_is_untouched(
    door: Door, astrid: Session, database: Database
) -> None:
    async with door.opened(astrid, "care") as record:
        before = (await record.read("Observation", "hb-cardiology")).resource
    await noted(door, astrid)
    async with door.opened(astrid, "care") as record:
        after = (await record.read("Observation", "hb-cardiology")).resource
        (chart,) = (await record.compartment("vera", {"Observation": 5}))["Observation"]
        page = await record.search(
            "Observation",
            [("patient", "vera"), ("_tag", "https://varda.example/fhir/CodeSystem/entry-mark|patient-view")],
        )
        every = await record.everything("vera")
        versions = await record.history("Observation", "hb-cardiology")
    assert said(after) == said(chart.resource) == said(page.matches[0].resource) == [TEXT]
    assert TEXT in "".join(one.body.decode() for one in every.matches + every.included)
    assert {k: v for k, v in after.items() if k not in ("meta", "extension")} == {
        k: v for k, v in before.items() if k != "meta"
    }
    assert [one.version for one in versions] == [2, 1]
    row = await database.one("select tokens from store.current where id = 'hb-cardiology'")
    assert sorted(row["tokens"]) == sorted(indexed(after).tokens), "the index is what writing it anew would give"
    (event,) = await database.all("select what, category from audit.event where action = 'view'")
    assert (event["what"], event["category"]) == ("Observation/hb-cardiology/2", "Observation")


async def test_an_entry_of_another_unit_of_the_provider_can_be_noted_on_by_who_sees_it(
    door: Door, astrid: Session, bo: Session, cia: Session
) -> None:
    with pytest.raises(Absent):
        await noted(door, bo)
    async with door.opened(bo, "care") as record:
        await record.choose("vera", reason="Patienten ringer", all_units=True)
    stored = await noted(door, bo)
    assert stored.unit == astrid.unit_key, "it is the author's unit's entry as before"
    async with door.opened(cia, "care") as record:
        await record.choose("vera", reason="Patienten ringer")
    with pytest.raises(Absent):
        await noted(door, cia)


async def test_no_later_writing_takes_it_away_or_changes_it(door: Door, astrid: Session) -> None:
    await noted(door, astrid)
    async with door.opened(astrid, "care") as record:
        await record.update(world.haemoglobin("vera", "75", id_="hb-cardiology"))
    async with door.opened(world.SYSTEM, "care") as record:
        await record.update(world.haemoglobin("vera", "76", id_="hb-cardiology"))
    async with door.opened(astrid, "care") as record:
        now = await record.read("Observation", "hb-cardiology")
        page = await record.search("Observation", [("patient", "vera"), ("_tag", "patient-view")])
    assert (said(now.resource), now.version, len(page.matches)) == ([TEXT], 4, 1)
    changed = {
        **now.resource,
        "extension": [{"url": VIEW, "extension": [{"url": "text", "valueString": "Allt är rätt"}]}],
    }
    for resource in (changed, {**world.haemoglobin("vera"), "extension": changed["extension"]}):
        with pytest.raises(Unprocessable, match="noted on an entry by itself"):
            async with door.opened(astrid, "care") as record:
                await (record.update if "id" in resource else record.create)(resource)
    await noted(door, astrid, text="Och vägt mig hade jag inte.")
    async with door.opened(astrid, "care") as record:
        assert len(said((await record.read("Observation", "hb-cardiology")).resource)) == 2


async def test_a_signed_note_keeps_its_signature(door: Door, astrid: Session, bo: Session) -> None:
    signed = {
        "resourceType": "Composition",
        "id": "signed",
        "status": "final",
        "type": {"text": "Besök"},
        "title": "Besök",
        "subject": {"reference": "Patient/vera"},
        "date": "2026-02-01T10:00:00Z",
        "author": [{"reference": "Practitioner/astrid"}],
        "attester": [{"mode": "legal", "time": "2026-02-01T10:00:00Z", "party": {"reference": "Practitioner/astrid"}}],
    }
    async with door.opened(world.SYSTEM, "import") as record:
        await record.write([Wish("update", signed, owner=Owner(world.CARDIOLOGY, world.REGION))])
    async with door.opened(bo, "care") as record:
        await record.choose("vera", reason="Patienten ringer", all_units=True)
    await noted(door, bo, "Composition/signed")
    async with door.opened(astrid, "care") as record:
        now = (await record.read("Composition", "signed")).resource
    assert (now["status"], now["attester"], said(now)) == ("final", signed["attester"], [TEXT])


async def test_what_cannot_be_noted(door: Door, astrid: Session) -> None:
    for text in (" ", "x" * 10_001):
        with pytest.raises(Unprocessable):
            await noted(door, astrid, text=text)
    with pytest.raises(Unprocessable):
        await noted(door, astrid, text="nul \x00 i texten")
    with pytest.raises(Absent):
        await noted(door, astrid, "Observation/hb-homecare")
    for entry in ("Patient/vera", "Organization/region"):
        with pytest.raises((Refused, Absent)):
            await noted(door, astrid, entry)
    with pytest.raises(Refused):
        await noted(door, world.SYSTEM)


async def test_a_copy_handed_out_is_noted_with_to_whom_and_what(
    door: Door, astrid: Session, bo: Session, database: Database
) -> None:
    """R6: to whom, when, by whom, what; told to the own provider's staff who reach the patient."""
    async with door.opened(astrid, "care") as record:
        await record.handed_out("vera", to="Patienten själv", way="paper")
        await record.handed_out("vera", to="Försäkringsbolaget", way="file", entries=["Observation/hb-cardiology"])
    async with door.opened(astrid, "care") as record:
        newest, oldest = await record.copies("vera")
    assert (newest.recipient, newest.way, newest.entries) == (
        "Försäkringsbolaget", "file", ("Observation/hb-cardiology",),
    )  # fmt: skip
    assert (oldest.recipient, oldest.name, oldest.entries) == ("Patienten själv", "Astrid Lund", ())
    rows = await database.all("select what from audit.event where action = 'hand-out' order by place")
    assert [row["what"] for row in rows] == [
        "Patient/vera paper: whole record", "Patient/vera file: Observation/hb-cardiology",
    ]  # fmt: skip
    with pytest.raises(Absent):
        async with door.opened(bo, "care") as record:
            await record.copies("vera")
    with pytest.raises(Absent):
        async with door.opened(bo, "care") as record:
            await record.handed_out("vera", to="Någon")


async def test_the_patient_notes_it_by_the_own_session_and_nobody_instead(door: Door, astrid: Session) -> None:
    stored = await noted(door, citizen(VERA), "Observation/hb-homecare")  # whichever provider wrote it
    assert said(stored.resource) == [TEXT]
    assert b"patient" in stored.body
    await keep(door, kin("proxy", "vera", MOTHER, "HPOWATT"))
    with pytest.raises(Refused, match="Only the patient"):
        await noted(door, citizen(MOTHER))
    with pytest.raises(Absent):
        await noted(door, citizen(VERA), "Encounter/asa-stay")
