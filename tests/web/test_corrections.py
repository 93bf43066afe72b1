"""The patient's view on an entry (R3), copies handed out (R6) and destruction by two persons (R4), as pages."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from functools import partial

import httpx
import pytest

from tests.house.files import paths, text
from tests.record import world
from tests.support import signing_in
from varda.kernel.db import Database
from varda.record import Door, Owner, Wish

Visitor = httpx.AsyncClient
SAID = "Det var min syster som hade feber."


@pytest.fixture
async def officers(
    door: Door, visitor_of: Callable[..., Visitor], database_url: str
) -> AsyncIterator[tuple[Visitor, Visitor]]:
    """Greta and Hans, records officers, signed in; the door may destroy."""
    names = ("greta", "hans")
    county = [world.person(name, name.capitalize(), "Arkiv") for name in names]
    county += [world.assignment(name, "surgery", "records-officer") for name in names]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in county])
    door.keeper = partial(Database.connect, database_url, size=1, role="varda_keeper")
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(visitor_of()) for _ in names]
        for visitor, name in zip(opened, names, strict=True):
            await signing_in.signed_in(visitor, f"SE9999999999-{name}", f"SE9999999999-{name}-surgery")
        yield opened[0], opened[1]


async def test_what_the_patient_says_stands_on_the_entry_in_every_part_of_the_chart(
    astrid: Visitor,
) -> None:
    form = (await astrid.get("/chart/vera/corrections")).text
    assert '<option value="Observation/hb-cardiology"' in form
    said = {"entry": "Observation/hb-cardiology", "text": SAID}
    assert (await astrid.post("/chart/vera/corrections/view", data=said)).status_code == 303
    for path in ("/chart/vera", "/chart/vera/results", "/chart/vera/corrections"):
        page = (await astrid.get(path)).text
        assert (page.count(SAID), "Astrid Lund, Cardiology" in page) == (1, True), path
    alone = await astrid.get("/chart/vera/results", headers={"HX-Request": "true"})
    assert SAID in alone.text
    assert SAID not in (await astrid.get("/chart/vera/plan")).text


@pytest.mark.parametrize("said", [{"entry": "", "text": SAID}, {"entry": "Observation/hb-cardiology", "text": " "}])
async def test_a_view_without_entry_or_words_is_not_kept(astrid: Visitor, said: dict[str, str]) -> None:
    assert (await astrid.post("/chart/vera/corrections/view", data=said)).status_code == 422


async def test_a_copy_handed_out_is_listed_with_to_whom(astrid: Visitor) -> None:
    url = "/chart/vera/corrections/copy"
    assert (await astrid.post(url, data={"recipient": "", "way": "paper"})).status_code == 422
    assert (await astrid.post(url, data={"recipient": "Vera", "way": "pigeon"})).status_code == 400
    assert (await astrid.post(url, data={"recipient": "Försäkringskassan", "way": "paper"})).status_code == 303
    page = (await astrid.get("/chart/vera/corrections")).text
    assert re.search(r"Försäkringskassan</strong>\s+hela journalen\s+på papper", page)


async def test_two_officers_destroy_an_entry_and_the_chart_says_so(
    astrid: Visitor, officers: tuple[Visitor, Visitor]
) -> None:
    greta, hans = officers
    found = (await greta.get("/destruction", params={"number": "19500214-XA07"})).text
    assert "/destruction/about/vera" in found
    form = (await greta.get("/destruction/about/vera")).text
    assert "Observation/hb-surgery" in form
    kinds = dict(re.findall(r"<summary>(.*?), (\d+ \w+)</summary>", form))
    assert kinds["Provsvar och mätvärden"] == "2 uppgifter", "what kind of entries they are, in the words of the record"
    assert "hb-homecare" not in form
    asked = {
        "authority": "IVO", "case_number": "77/2026", "decided": "2026-02-20", "reason": "Beslut", "extent": "some",
        "entry": "Observation/hb-cardiology",
    }  # fmt: skip
    lacking = await greta.post("/destruction/about/vera", data=asked | {"case_number": " ", "decided": "2027-01-01"})
    assert lacking.status_code == 422
    assert "Beslutet kan inte vara fattat i framtiden." in lacking.text
    assert re.search(r'value="Observation/hb-cardiology"\s+checked', lacking.text), "what was ticked is still ticked"
    answer = await greta.post("/destruction/about/vera", data=asked)
    url = answer.headers["location"]
    assert "Du har begärt detta" in (await greta.get(url)).text
    assert (await greta.post(f"{url}/order", data={"sure": "yes"})).status_code == 403
    assert "Jag har jämfört detta med beslutet" in (await hans.get(url)).text
    assert (await hans.post(f"{url}/order")).status_code == 422
    assert (await hans.post(f"{url}/order", data={"sure": "yes"})).status_code == 303
    page = (await hans.get(url)).text
    assert "förstörd" in page
    assert "Hans Arkiv" in page
    assert "77/2026" in (await greta.get("/destruction")).text
    assert (await hans.post(f"{url}/withdraw")).status_code == 409


async def test_a_destroyed_note_answers_with_its_tombstone_in_the_readers_language(
    astrid: Visitor, officers: tuple[Visitor, Visitor]
) -> None:
    greta, hans = officers
    data = {"template": "visit", "act": "sign", "text-status": "Hemligheten"}
    note = (await astrid.post("/chart/vera/drafts/0123456789abcdef/finish", data=data)).headers["location"]
    note = note.partition("?")[0]
    asked = {
        "authority": "IVO", "case_number": "78/2026", "decided": "2026-02-20", "reason": "Beslut", "extent": "some",
        "entry": f"Composition/{note.rpartition('/')[2]}",
    }  # fmt: skip
    url = (await greta.post("/destruction/about/vera", data=asked)).headers["location"]
    await hans.post(f"{url}/order", data={"sure": "yes"})
    answer = await astrid.get(note)
    assert answer.status_code == 410
    assert "förstördes 2026-03-01 efter beslut av IVO, ärende 78/2026, verkställt av Hans Arkiv" in answer.text
    assert "Hemligheten" not in answer.text
    assert "Hemligheten" not in (await astrid.get("/chart/vera/notes")).text


async def test_nobody_without_the_right_comes_near(astrid: Visitor, officers: tuple[Visitor, Visitor]) -> None:
    for path in ("/destruction", "/destruction/about/vera", "/destruction/1"):
        assert (await astrid.get(path)).status_code == 403, path
    for path in (
        "/destruction/about/vera",
        "/destruction/1/order",
        "/destruction/1/withdraw",
        "/destruction/1/continue",
    ):
        data = {
            "sure": "yes",
            "decided": "2026-01-01",
            "extent": "whole",
            "authority": "a",
            "case_number": "b",
            "reason": "c",
        }
        assert (await astrid.post(path, data=data)).status_code == 403, path
    assert "/destruction" not in (await astrid.get("/patients")).text
    assert 'href="/destruction"' in (await officers[0].get("/patients")).text
    assert (await officers[0].get("/destruction/999")).status_code == 404


def test_screens_never_offer_to_delete_what_is_in_the_record() -> None:
    """R2: no page sends a deletion, and no view deletes."""
    pages = [path for path in paths() if path.startswith("varda/web/") and "/vendor/" not in path]
    broken = [path for path in pages if re.search(r"hx-delete|method: *.DELETE|record\.delete\(", text(path) or "")]
    assert broken == []
