"""Countersigning: asked of a colleague by name or by the role, a task until it is done, of the version read (R1)."""

import re
import uuid

import httpx
import pytest

from tests.record import world
from tests.web.conftest import SignIn
from varda.access.session import Session
from varda.kernel.errors import Refused
from varda.record import Door
from varda.record.answers import ACTIVITY

HTMX = {"HX-Request": "true"}


async def signs(visitor: httpx.AsyncClient, text: str = "Yrsel.", counter: str = "", **more: str) -> httpx.Response:
    data = {"template": "visit", "act": "sign", "text-status": text, "counter": counter} | more
    return await visitor.post(f"/chart/vera/drafts/{uuid.uuid4().hex}/finish", data=data, headers=HTMX)


async def note_of(answer: httpx.Response) -> str:
    assert "HX-Redirect" in answer.headers, answer.text
    return answer.headers["HX-Redirect"].partition("?")[0]


@pytest.fixture
async def student(signed_in: SignIn) -> httpx.AsyncClient:
    return await signed_in("stina", "medical-student")


@pytest.fixture
async def ulf(signed_in: SignIn) -> httpx.AsyncClient:
    return await signed_in("ulf", "physician")


async def test_what_a_student_signs_names_a_colleague(student: httpx.AsyncClient, astrid: httpx.AsyncClient) -> None:
    panel = (await student.get("/chart/vera/notes/write")).text
    assert re.search(r'name="counter"\s+required', panel)
    assert 'value="Practitioner/astrid"' in panel
    assert 'value="Practitioner/stina"' not in panel, "nobody countersigns oneself"
    refused = await signs(student)
    assert (refused.status_code, "ska kontrasignera" in refused.text) == (403, True)
    elsewhere = await signs(student, counter="Practitioner/bo")
    assert (elsewhere.status_code, "Välj en kollega" in elsewhere.text) == (422, True)
    note = await note_of(await signs(student, counter="Practitioner/astrid"))
    assert "Väntar på kontrasignering av Astrid Lund" in (await astrid.get(note)).text


async def test_no_way_around_by_the_api(door: Door) -> None:
    session = Session(
        kind="staff", actor="SE9999999999-stina", practitioner="Practitioner/stina", name="Stina",
        role="medical-student", unit=world.CARDIOLOGY, provider=world.REGION, organization="cardiology",
        assignment="SE9999999999-stina-cardiology", scopes=("read", "write"),
    )  # fmt: skip
    me = {"reference": "Practitioner/stina"}
    note = {
        "resourceType": "Composition", "status": "final", "type": {"text": "x"}, "title": "x", "author": [me],
        "subject": {"reference": "Patient/vera"}, "date": "2026-03-01T12:00:00Z",
        "attester": [{"mode": "legal", "time": "2026-03-01T12:00:00Z", "party": me}],
    }  # fmt: skip
    with pytest.raises(Refused, match="countersign"):
        async with door.opened(session, "care") as record:
            await record.create(note)
    asked = {"mode": "professional", "party": {"reference": "Practitioner/astrid"}}
    async with door.opened(session, "care") as record:
        await record.create(note | {"attester": [*note["attester"], asked]})


async def test_no_student_stands_beside_a_student(
    student: httpx.AsyncClient, signed_in: SignIn, astrid: httpx.AsyncClient, door: Door
) -> None:
    """R1: neither chosen, nor by taking the task on, nor by the API."""
    other = await signed_in("sten", "medical-student")
    assert "Practitioner/sten" not in (await student.get("/chart/vera/notes/write")).text
    assert "Practitioner/sten" not in (await astrid.get("/chart/vera/notes/write")).text
    refused = await signs(student, counter="Practitioner/sten")
    assert (refused.status_code, "Välj en kollega" in refused.text) == (422, True)
    note = await note_of(await signs(student, counter="Practitioner/astrid"))
    async with door.opened(world.SYSTEM, "administration") as record:
        (task,) = (await record.search("Task", [("code", "countersign")])).matches
        await record.update({**task.resource, "owner": {"reference": "Practitioner/sten"}})
    told = await other.post(f"{note}/countersign", data={"version": "1"})
    assert (told.status_code, "be en kollega" in told.text) == (403, True)
    session = Session(
        kind="staff", actor="SE9999999999-sten", practitioner="Practitioner/sten", name="Sten",
        role="medical-student", unit=world.CARDIOLOGY, provider=world.REGION, organization="cardiology",
        assignment="SE9999999999-sten-cardiology", scopes=("read", "write"),
    )  # fmt: skip
    signature = {
        "resourceType": "Provenance", "recorded": "2026-03-01T12:00:00Z", "activity": {"coding": [ACTIVITY]},
        "target": [
            {"reference": f"Composition/{note.rpartition('/')[2]}/_history/1"}, {"reference": "Patient/vera"},
        ],
        "agent": [{"who": {"reference": "Practitioner/sten"}}],
    }  # fmt: skip
    with pytest.raises(Refused, match="you countersign nothing"):
        async with door.opened(session, "care") as record:
            await record.create(signature)


async def test_it_comes_as_a_task_and_is_countersigned_in_the_version_that_was_read(
    student: httpx.AsyncClient, astrid: httpx.AsyncClient
) -> None:
    note = await note_of(await signs(student, counter="Practitioner/astrid"))
    inbox = (await astrid.get("/inbox")).text
    assert f'href="{note}"' in inbox
    assert "Kontrasignera: Besöksanteckning" in inbox
    waits = (await astrid.get("/unsigned")).text
    assert "Väntar på min kontrasignering" in waits
    assert f'href="{note}"' in waits
    assert "väntar på kontrasignering" in (await student.get("/unsigned")).text
    stale = await astrid.post(f"{note}/countersign", data={"version": "7"})
    assert stale.status_code == 412
    done = await astrid.post(f"{note}/countersign", data={"version": "1"})
    assert done.status_code == 303
    page = (await astrid.get(done.headers["location"])).text
    assert "Kontrasignerad av Astrid Lund" in page
    assert "Väntar på kontrasignering" not in page
    assert note not in (await astrid.get("/inbox")).text
    assert "kontrasignering" not in (await student.get("/unsigned")).text


async def test_nobody_but_the_one_who_is_asked_countersigns(
    student: httpx.AsyncClient, astrid: httpx.AsyncClient, ulf: httpx.AsyncClient
) -> None:
    note = await note_of(await signs(student, counter="Practitioner/astrid"))
    for who in (student, ulf):
        assert "/countersign" not in (await who.get(note)).text
        assert (await who.post(f"{note}/countersign", data={"version": "1"})).status_code == 403
    assert f'action="{note}/countersign"' in (await astrid.get(note)).text
    other = note.replace("/vera/", "/asa/")
    assert (await astrid.post(f"{other}/countersign", data={"version": "1"})).status_code == 404


async def test_anybody_may_ask_a_colleague_and_what_changes_after_it_is_told(
    astrid: httpx.AsyncClient, ulf: httpx.AsyncClient
) -> None:
    note = await note_of(await signs(astrid, counter="Practitioner/ulf"))
    await ulf.post(f"{note}/countersign", data={"version": "1"})
    more = {"base": note.rpartition("/")[2], "version": "1", "reason": "Mer"}
    assert "done=amended" in (await signs(astrid, "Yrsel, ingen feber.", **more)).headers["HX-Redirect"]
    page = (await ulf.get(note)).text
    assert "Kontrasignerad av Ulf Ny" in page
    assert "den har ändrats sedan dess" in page


async def test_without_a_wish_nobody_is_asked(astrid: httpx.AsyncClient) -> None:
    note = await note_of(await signs(astrid))
    assert "ontrasigner" not in (await astrid.get(note)).text
    unsigned = await astrid.post(
        f"/chart/vera/drafts/{uuid.uuid4().hex}/finish",
        data={"template": "visit", "act": "unsigned", "text-status": "Ont."},
    )
    waiting = unsigned.headers["location"].partition("?")[0]
    assert (await astrid.post(f"{waiting}/countersign", data={"version": "1"})).status_code == 409
