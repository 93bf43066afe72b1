"""Dictation: spoken by a physician, in the unit's queue until a secretary writes it, signed by who spoke (F24, F25)."""

import re
import uuid

import httpx
import pytest

from tests.record import world
from tests.support.pictures import WEBM, png
from tests.support.switching import switched
from tests.web.conftest import SignIn
from tests.web.test_files import a_draft, file_of, put
from varda.access.session import Session
from varda.kernel.clock import SetClock
from varda.record import Door, discretion

HTMX = {"HX-Request": "true"}


async def spoken(visitor: httpx.AsyncClient, text: str = "Sök fram remissen.") -> str:
    """A dictation that waits; the address of the panel that it is written in."""
    home = await a_draft(visitor, text)
    await put(visitor, home, WEBM, "diktat.webm")
    data = {"template": "admission", "text-status": text, "revision": "1", "act": "dictate"}
    sent = await visitor.post(f"{home}/finish", data=data, headers=HTMX)
    assert sent.headers["HX-Redirect"].endswith("done=dictated"), sent.text
    queue = (await visitor.get("/dictations")).text
    found = re.search(r'href="(/chart/vera/notes\?dictation=[^"]+)"', queue)
    assert found, queue
    return found[1]


async def writes(visitor: httpx.AsyncClient, at: str, act: str = "unsigned") -> httpx.Response:
    data = {
        "template": "admission", "act": act, "text-anamnes": "Hosta sedan tre dagar.", "signer": "Practitioner/astrid",
        "dictation": at.partition("=")[2],
    }  # fmt: skip
    return await visitor.post(f"/chart/vera/drafts/{uuid.uuid4().hex}/finish", data=data, headers=HTMX)


@pytest.fixture
async def saga(signed_in: SignIn) -> httpx.AsyncClient:
    return await signed_in("saga", "medical-secretary")


async def test_it_goes_from_who_spoke_over_who_writes_to_who_signs(
    astrid: httpx.AsyncClient, saga: httpx.AsyncClient, door: Door
) -> None:
    at = await spoken(astrid)
    assert "Skriv diktat: Inskrivningsanteckning" in (await saga.get("/inbox")).text
    assert at in (await saga.get("/inbox")).text
    panel = (await saga.get(at.replace("/notes?", "/notes/write?"))).text
    assert re.search(r'"Practitioner/astrid"\s+selected', panel), "who spoke is to sign"
    assert 'name="text-anamnes"' in panel, "the template that was chosen"
    assert "Sök fram remissen." in panel
    recording = re.search(r'<audio[^>]+src="(/chart/vera/files/[0-9a-f]+)"', panel)
    assert recording
    heard = await saga.get(recording[1])
    assert (heard.content, heard.headers["content-type"]) == (WEBM, "audio/webm")
    note = (await writes(saga, at)).headers["HX-Redirect"].partition("?")[0]
    assert "Inget diktat väntar" in (await saga.get("/dictations")).text
    assert f'href="{note}"' in (await astrid.get("/unsigned")).text
    assert "<audio" in (await astrid.get(note)).text, "who signs can listen"
    data = {
        "template": "admission", "text-anamnes": "Hosta sedan tre dagar.", "base": note.rpartition("/")[2],
        "version": "1", "act": "sign",
    }  # fmt: skip
    done = await astrid.post(f"/chart/vera/drafts/{uuid.uuid4().hex}/finish", data=data, headers=HTMX)
    page = (await astrid.get(done.headers["HX-Redirect"])).text
    assert "anteckningen har ersatt inspelningen" in page
    assert "<audio" not in page
    assert (await astrid.get(recording[1])).status_code == 200, "kept: nothing is erased (R2)"
    async with door.opened(world.SYSTEM, "administration") as record:
        (entry,) = (await record.search("DocumentReference", [("patient", "Patient/vera")])).matches
        (held,) = (await record.search("Binary", [])).matches
    assert entry.resource["status"] == "superseded"
    assert discretion.is_withheld(entry.resource), "work material is not the patient's to hear"
    assert discretion.is_withheld(held.resource)


async def test_a_dictation_is_written_to_its_end_though_files_are_stopped_meanwhile(
    astrid: httpx.AsyncClient, saga: httpx.AsyncClient, door: Door, clock: SetClock
) -> None:
    """F245: the recording is given to the note that is written from it; nothing else of it changes then."""
    at = await spoken(astrid)
    await switched(door.catalogue, "F31", world.CARDIOLOGY, "stopped", clock.now())
    done = await writes(saga, at)
    assert "HX-Redirect" in done.headers, done.text
    note = done.headers["HX-Redirect"].partition("?")[0]
    assert "<audio" in (await astrid.get(note)).text
    assert "Inget diktat väntar" in (await saga.get("/dictations")).text


async def test_whoever_may_dictate_signs_what_they_spoke(signed_in: SignIn, saga: httpx.AsyncClient) -> None:
    """R1: a nurse too, though no nurse takes on what others write."""
    nils = await signed_in("nils", "nurse")
    await signed_in("nora", "nurse")
    at = await spoken(nils)
    panel = (await saga.get(at.replace("/notes?", "/notes/write?"))).text
    assert re.search(r'"Practitioner/nils"\s+selected', panel), "who spoke is to sign"
    assert "Practitioner/nora" not in panel
    data = {
        "template": "admission", "act": "unsigned", "text-anamnes": "Hosta.", "dictation": at.partition("=")[2],
    }  # fmt: skip
    other = await saga.post(
        f"/chart/vera/drafts/{uuid.uuid4().hex}/finish", data=data | {"signer": "Practitioner/nora"}, headers=HTMX
    )
    assert (other.status_code, "vem som ska signera" in other.text) == (422, True)
    kept = await saga.post(
        f"/chart/vera/drafts/{uuid.uuid4().hex}/finish", data=data | {"signer": "Practitioner/nils"}, headers=HTMX
    )
    note = kept.headers["HX-Redirect"].partition("?")[0]
    base = {"base": note.rpartition("/")[2], "template": "admission", "text-anamnes": "Hosta, snuva."}
    more = {**base, "version": "1", "act": "unsigned", "signer": "Practitioner/nils"}
    go_on = await saga.post(f"/chart/vera/drafts/{uuid.uuid4().hex}/finish", data=more, headers=HTMX)
    assert "done=unsigned" in go_on.headers["HX-Redirect"], "who is named stays named"
    signed = await nils.post(
        f"/chart/vera/drafts/{uuid.uuid4().hex}/finish", data={**base, "version": "2", "act": "sign"}, headers=HTMX
    )
    assert "done=signed" in signed.headers["HX-Redirect"]


async def test_what_is_said_to_who_writes_is_not_the_patients(astrid: httpx.AsyncClient, door: Door) -> None:
    """A17: work material, as the recording is."""
    await spoken(astrid, "Misstänker misshandel i hemmet.")
    session = Session(kind="citizen", actor=f"{world.RESERVE}|19500214-XA07", name="", scopes=("read",))
    async with door.opened(session, "own") as record:
        assert not (await record.search("Task", [])).matches
        assert not (await record.search("DocumentReference", [])).matches


async def test_what_has_been_written_is_not_written_again(astrid: httpx.AsyncClient, saga: httpx.AsyncClient) -> None:
    at = await spoken(astrid)
    await writes(saga, at)
    again = await writes(saga, at)
    assert (again.status_code, "redan utskrivet" in again.text) == (409, True)


async def test_who_spoke_may_write_and_sign_it_too(astrid: httpx.AsyncClient) -> None:
    at = await spoken(astrid, "")
    note = (await writes(astrid, at, "sign")).headers["HX-Redirect"]
    assert "anteckningen har ersatt inspelningen" in (await astrid.get(note)).text
    assert "Inget diktat väntar" in (await astrid.get("/dictations")).text


async def test_nothing_is_sent_without_a_recording_or_with_what_would_be_lost(astrid: httpx.AsyncClient) -> None:
    home = await a_draft(astrid)
    data = {"template": "visit", "text-status": "Sår.", "revision": "1", "act": "dictate"}
    empty = await astrid.post(f"{home}/finish", data=data, headers=HTMX)
    assert (empty.status_code, "ingen inspelning" in empty.text) == (422, True)
    await put(astrid, home, WEBM)
    picture = file_of(await put(astrid, home, png()))
    mixed = await astrid.post(f"{home}/finish", data=data, headers=HTMX)
    assert (mixed.status_code, "bara inspelningar" in mixed.text) == (422, True)
    await astrid.post(f"{home}/files/{picture}/take-back")
    long = await astrid.post(f"{home}/finish", data=data | {"text-status": "x" * 2001}, headers=HTMX)
    assert (long.status_code, "för långt" in long.text) == (422, True)
    panel = (await astrid.get("/chart/vera/notes/write", params={"draft": home.rpartition("/")[2]})).text
    assert "Sår på vaden." in panel
    assert "<audio" in panel


async def test_a_dictation_is_its_own_patients_and_units(
    astrid: httpx.AsyncClient, signed_in: SignIn, door: Door
) -> None:
    at = await spoken(astrid)
    task = at.partition("=")[2]
    assert (await astrid.get(f"/chart/asa/notes/write?dictation={task}")).status_code == 404
    assert (await astrid.get("/chart/vera/notes/write?dictation=nothing")).status_code == 404
    nurse = await signed_in("nils", "nurse")
    assert "Dikterat av" in (await nurse.get("/dictations")).text, "the unit's own see the queue"
    receptionist = await signed_in("rita", "receptionist")
    assert (await receptionist.get("/dictations")).status_code == 403
