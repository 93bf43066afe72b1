"""Pictures and files beside a note: kept from the first second, of the note's readers alone, and harmless (F31)."""

import re
import uuid
from base64 import b64encode
from typing import Any

import httpx
import pytest

from tests.record import world
from tests.support.pictures import HEIC, PDF, PLACE, SVG, exif, jpeg, png
from tests.support.signing_in import signed_in as sign_in
from tests.support.switching import switched
from tests.web.conftest import SignIn
from varda.access.session import Session
from varda.kernel.clock import SetClock
from varda.kernel.errors import Refused
from varda.record import Door, Owner, Wish, discretion

RAW = {"content-type": "application/octet-stream", "X-Varda-Name": "s%C3%A5r.jpg"}


async def a_draft(visitor: httpx.AsyncClient, text: str = "Sår på vaden.", **said: Any) -> str:
    """The address of a draft with some text."""
    home = f"/chart/vera/drafts/{uuid.uuid4().hex}"
    answer = await visitor.post(home, json={"template": "visit", "texts": {"status": text}, "revision": 0, **said})
    assert answer.status_code == 200
    return home


async def put(visitor: httpx.AsyncClient, home: str, content: bytes, name: str = "s%C3%A5r.jpg") -> httpx.Response:
    return await visitor.post(f"{home}/files", content=content, headers=RAW | {"X-Varda-Name": name})


def file_of(answer: httpx.Response) -> str:
    found = re.search(r'data-file="([0-9a-f]+)"', answer.text)
    assert found, answer.text
    return found[1]


async def finish(visitor: httpx.AsyncClient, home: str, act: str = "sign", **said: str) -> httpx.Response:
    form = {"template": "visit", "text-status": "Sår på vaden.", "revision": "1", "act": act}
    return await visitor.post(f"{home}/finish", data=form | said, headers={"HX-Request": "true"})


async def a_note(visitor: httpx.AsyncClient, content: bytes = b"", said: str = "Sår, vänster vad") -> tuple[str, str]:
    """The addresses of a signed note with a picture, and of the picture."""
    home = await a_draft(visitor)
    one = file_of(await put(visitor, home, content or jpeg(exif())))
    done = await finish(visitor, home, **{f"said-{one}": said})
    note = done.headers["HX-Redirect"].partition("?")[0]
    page = (await visitor.get(note)).text
    found = re.search(r'"(/chart/vera/files/[0-9a-f]+)"', page)
    assert found, page
    return note, found[1]


async def test_a_picture_is_parked_with_the_draft_and_kept_with_the_note(astrid: httpx.AsyncClient, door: Door) -> None:
    home = await a_draft(astrid)
    one = file_of(await put(astrid, home, jpeg(exif())))
    assert (await astrid.get(f"{home}/files/{one}")).content.startswith(b"\xff\xd8")
    panel = (await astrid.get("/chart/vera/notes/write", params={"draft": home.rpartition("/")[2]})).text
    assert f'data-file="{one}"' in panel, "it waits where it was left"
    done = await finish(astrid, home, **{f"said-{one}": "Sår, vänster vad"})
    page = (await astrid.get(done.headers["HX-Redirect"])).text
    assert 'alt="Sår, vänster vad"' in page
    picture = await astrid.get(re.search(r'"(/chart/vera/files/[0-9a-f]+)"', page)[1])
    assert picture.content == without_place(picture.content)
    assert picture.headers["content-type"] == "image/jpeg"
    async with door.opened(world.SYSTEM, "administration") as record:
        (entry,) = (await record.search("DocumentReference", [("patient", "Patient/vera")])).matches
        held = (
            await record.read("Binary", entry.resource["content"][0]["attachment"]["url"].partition("/")[2])
        ).resource
    assert entry.resource["docStatus"] == "final"
    assert held["securityContext"] == {"reference": "Patient/vera"}
    assert "security" not in held.get("meta", {})
    assert (await astrid.get(f"{home}/files/{one}")).status_code == 404, "the draft is gone, and its files with it"
    assert "Sår, vänster vad" in (await astrid.get("/chart/vera/files")).text


def without_place(content: bytes) -> bytes:
    assert content
    assert b"SECRET" not in content
    return content


async def test_a_wrong_kind_or_name_is_told_in_words_and_nothing_is_lost(astrid: httpx.AsyncClient) -> None:
    home = await a_draft(astrid)
    for content, words in ((SVG, "vad namnet än säger"), (HEIC, "HEIC"), (b"", "tom"), (jpeg()[:-30], "trasig")):
        answer = await astrid.post(f"{home}/files", content=content, headers=RAW | {"HX-Request": "true"})
        assert (answer.status_code, words in answer.text) == (422, True), answer.text
    told = await put(astrid, home, PDF, "s%C3%A5r.jpg")
    assert "Den sparas som det den är: application/pdf" in told.text
    panel = (await astrid.get("/chart/vera/notes/write", params={"draft": home.rpartition("/")[2]})).text
    assert "Sår på vaden." in panel


async def test_what_is_too_large_is_turned_away_before_it_is_read(astrid: httpx.AsyncClient) -> None:
    home = await a_draft(astrid)
    large = PDF + bytes(10 * 1024 * 1024)
    assert (await put(astrid, home, large, "a.pdf")).status_code == 200, "more than a form may bring"
    too = await astrid.post(
        f"{home}/files", content=PDF + bytes(20 * 1024 * 1024), headers=RAW | {"HX-Request": "true"}
    )
    assert too.status_code == 413
    assert "20 MB" in too.text


async def test_without_a_description_nothing_is_signed_and_everything_stays(astrid: httpx.AsyncClient) -> None:
    home = await a_draft(astrid)
    one = file_of(await put(astrid, home, png()))
    refused = await finish(astrid, home, **{f"said-{one}": "  "})
    assert refused.status_code == 422
    assert "Beskriv varje bild" in refused.text
    panel = (await astrid.get("/chart/vera/notes/write", params={"draft": home.rpartition("/")[2]})).text
    assert f'data-file="{one}"' in panel


async def test_the_description_is_kept_while_it_is_typed(astrid: httpx.AsyncClient) -> None:
    home = await a_draft(astrid)
    one = file_of(await put(astrid, home, png()))
    await astrid.post(
        home, json={"template": "visit", "texts": {"status": "Sår."}, "revision": 1, "said": {one: "Vänster vad"}}
    )
    panel = (await astrid.get("/chart/vera/notes/write", params={"draft": home.rpartition("/")[2]})).text
    assert 'value="Vänster vad"' in panel


async def test_what_is_taken_back_or_thrown_away_is_gone(astrid: httpx.AsyncClient) -> None:
    home = await a_draft(astrid)
    one, two = file_of(await put(astrid, home, png())), file_of(await put(astrid, home, png()))
    assert (await astrid.post(f"{home}/files/{one}/take-back")).status_code == 200
    assert (await astrid.get(f"{home}/files/{one}")).status_code == 404
    assert (await astrid.get(f"{home}/files/{two}")).status_code == 200
    await astrid.post(f"{home}/discard", data={})
    assert (await astrid.get(f"{home}/files/{two}")).status_code == 404


async def test_a_file_can_do_nothing_in_the_browser_that_shows_it(astrid: httpx.AsyncClient) -> None:
    _, picture = await a_note(astrid)
    said = (await astrid.get(picture)).headers
    assert said["x-content-type-options"] == "nosniff"
    assert "sandbox" in said["content-security-policy"]
    assert "default-src 'none'" in said["content-security-policy"]
    assert said["content-disposition"].startswith("inline")
    assert "no-store" in said["cache-control"]
    _, paper = await a_note(astrid, PDF)
    said = (await astrid.get(paper)).headers
    assert said["content-type"] == "application/pdf"
    assert "script-src" not in said["content-security-policy"]


async def test_what_came_otherwise_and_is_no_picture_is_only_fetched(astrid: httpx.AsyncClient, door: Door) -> None:
    """A page, brought by a system: never shown as one."""
    page, owner = "PGI+aGVqPC9iPg==", {"reference": "Patient/vera"}
    held = {"resourceType": "Binary", "id": "page", "contentType": "text/html", "securityContext": owner, "data": page}
    entry = {
        "resourceType": "DocumentReference", "id": "page", "status": "current", "subject": owner,
        "content": [{"attachment": {"contentType": "text/html", "url": "Binary/page"}}],
    }  # fmt: skip
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner(world.CARDIOLOGY, world.REGION)) for one in (held, entry)])
    answer = await astrid.get("/chart/vera/files/page")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_who_may_not_read_the_note_sees_no_file_of_it(
    astrid: httpx.AsyncClient, signed_in: SignIn, visitor_of: Any, door: Door
) -> None:
    """A1, A3, A13: another unit, another role, another patient's address; the bytes are guarded as the entry is."""
    _, picture = await a_note(astrid)
    assert (await astrid.get(picture.replace("/vera/", "/asa/"))).status_code == 404
    receptionist = await signed_in("rita", "receptionist")
    assert (await receptionist.get(picture)).status_code == 403
    async with visitor_of() as bo:
        await sign_in(bo, "SE9999999999-bo", "SE9999999999-bo-surgery")
        assert (await bo.get(picture)).status_code == 404
    session = Session(
        kind="staff", actor="SE9999999999-bo", name="Bo", role="nurse", unit=world.SURGERY, provider=world.REGION,
        assignment="SE9999999999-bo-surgery", scopes=("read", "write"), licences=("sjuksköterska",),
    )  # fmt: skip
    async with door.opened(session, "care") as record:
        assert not (await record.search("Binary", [])).matches
        assert not (await record.search("DocumentReference", [])).matches


async def test_nobody_else_sees_what_lies_beside_a_draft(astrid: httpx.AsyncClient, signed_in: SignIn) -> None:
    home = await a_draft(astrid)
    one = file_of(await put(astrid, home, png()))
    colleague = await signed_in("dora", "physician")
    assert (await colleague.get(f"{home}/files/{one}")).status_code == 404
    assert (await put(colleague, home, png())).status_code == 404
    await colleague.post(f"{home}/files/{one}/take-back")
    assert (await astrid.get(f"{home}/files/{one}")).status_code == 200


async def test_what_a_secretary_attached_is_the_patients_to_see_when_it_is_signed(
    astrid: httpx.AsyncClient, signed_in: SignIn, door: Door
) -> None:
    """A17: withheld as the note is, the bytes too."""
    secretary = await signed_in("saga", "medical-secretary")
    home = await a_draft(secretary)
    one = file_of(await put(secretary, home, png(PLACE)))
    said = {f"said-{one}": "Foto från patienten", "signer": "Practitioner/astrid"}
    note = (await finish(secretary, home, "unsigned", **said)).headers["HX-Redirect"].partition("?")[0]
    assert await withheld(door) == {"DocumentReference": True, "Binary": True}
    base, go_on = note.rpartition("/")[2], f"/chart/vera/drafts/{uuid.uuid4().hex}"
    form = {"template": "visit", "text-status": "Sår på vaden.", "base": base, "version": "1", "act": "sign"}
    done = await astrid.post(f"{go_on}/finish", data=form, headers={"HX-Request": "true"})
    assert "done=signed" in done.headers["HX-Redirect"]
    assert await withheld(door) == {"DocumentReference": False, "Binary": False}


async def withheld(door: Door) -> dict[str, bool]:
    async with door.opened(world.SYSTEM, "administration") as record:
        found = {}
        for type_, asked in (("DocumentReference", [("patient", "Patient/vera")]), ("Binary", [])):
            (one,) = (await record.search(type_, asked)).matches
            found[type_] = discretion.is_withheld(one.resource)
    return found


async def citizens(door: Door) -> dict[str, list[str]]:
    """What Vera sees herself, by type."""
    session = Session(kind="citizen", actor=f"{world.RESERVE}|19500214-XA07", name="", scopes=("read",))
    async with door.opened(session, "own") as record:
        return {
            type_: [one.id for one in (await record.search(type_, [])).matches]
            for type_ in ("Composition", "DocumentReference", "Binary")
        }


async def labels(door: Door, note: str) -> None:
    """Care keeps a note back from the patient."""
    async with door.opened(world.SYSTEM, "administration") as record:
        stored = (await record.read("Composition", note)).resource
        system, word = discretion.WITHHELD
        kept_back = {**stored["meta"], "security": [{"system": system, "code": word}]}
        await record.update({**stored, "meta": kept_back})


async def signs(visitor: httpx.AsyncClient, note: str, version: int, **more: str) -> None:
    go_on = f"/chart/vera/drafts/{uuid.uuid4().hex}"
    base = {"base": note.rpartition("/")[2], "version": str(version)}
    done = await finish(visitor, go_on, **base, **more)
    assert "HX-Redirect" in done.headers, done.text


async def test_what_care_keeps_back_is_kept_back_with_its_files(astrid: httpx.AsyncClient, door: Door) -> None:
    """A17: the label of an unsigned note goes over to its pictures when it is signed, and to those that come later."""
    home = await a_draft(astrid)
    one = file_of(await put(astrid, home, jpeg(exif())))
    done = await finish(astrid, home, "unsigned", **{f"said-{one}": "Blåmärken, vänster arm"})
    note = done.headers["HX-Redirect"].partition("?")[0]
    await labels(door, note.rpartition("/")[2])
    await signs(astrid, note, 2)
    assert "Blåmärken, vänster arm" in (await astrid.get(note)).text
    assert await citizens(door) == {"Composition": [], "DocumentReference": [], "Binary": []}
    more = f"/chart/vera/drafts/{uuid.uuid4().hex}"
    told = {"base": note.rpartition("/")[2], "version": "3", "reason": "Fler bilder"}
    await astrid.post(
        more, json={"template": "visit", "texts": {"status": "Sår på vaden."}, "revision": 0, "base": told["base"]}
    )
    two = file_of(await put(astrid, more, png()))
    await finish(astrid, more, **told, **{f"said-{two}": "Blåmärken, höger arm"})
    assert "Blåmärken, höger arm" in (await astrid.get(note)).text
    assert await citizens(door) == {"Composition": [], "DocumentReference": [], "Binary": []}


async def test_a_label_that_somebody_put_on_the_bytes_stays(astrid: httpx.AsyncClient, door: Door) -> None:
    """A17: signing takes away what stood for unsigned, and nothing else."""
    home = await a_draft(astrid)
    one = file_of(await put(astrid, home, jpeg()))
    done = await finish(astrid, home, "unsigned", **{f"said-{one}": "Sår"})
    system, word = discretion.WITHHELD
    async with door.opened(world.SYSTEM, "administration") as record:
        (held,) = (await record.search("Binary", [])).matches
        meta = held.resource["meta"]
        marked = [*meta["security"], {"system": system, "code": word}, {"system": "urn:x", "code": "y"}]
        await record.update({**held.resource, "meta": {**meta, "security": marked}})
    await signs(astrid, done.headers["HX-Redirect"].partition("?")[0], 1)
    seen = await citizens(door)
    assert (len(seen["DocumentReference"]), seen["Binary"]) == (1, [])
    async with door.opened(world.SYSTEM, "administration") as record:
        after = (await record.read("Binary", held.id)).resource["meta"]["security"]
    assert after == [{"system": system, "code": word}, {"system": "urn:x", "code": "y"}]


async def test_a_picture_struck_is_shown_to_nobody(astrid: httpx.AsyncClient, door: Door) -> None:
    """A17: it may be somebody else's, so the one whose record it lay in sees neither its words nor its bytes."""
    note, picture = await a_note(astrid)
    assert len((await citizens(door))["Binary"]) == 1
    await astrid.post(f"{note}/strike", data={"version": "1", "reason": "Fel patient"})
    seen = await citizens(door)
    assert (seen["DocumentReference"], seen["Binary"]) == ([], [])
    told = await astrid.get(picture)
    assert (told.status_code, "struken" in told.text) == (404, True)


async def test_a_stop_of_files_stops_no_note(astrid: httpx.AsyncClient, door: Door, clock: SetClock) -> None:
    """F245: what follows its note goes by the switch of notes; what is said of the picture does not change then."""
    home = await a_draft(astrid)
    one = file_of(await put(astrid, home, jpeg()))
    done = await finish(astrid, home, "unsigned", **{f"said-{one}": "Sår"})
    note = done.headers["HX-Redirect"].partition("?")[0]
    await switched(door.catalogue, "F31", world.CARDIOLOGY, "stopped", clock.now())
    await signs(astrid, note, 1)
    session = Session(
        kind="staff", actor="SE9999999999-astrid", practitioner="Practitioner/astrid", name="Astrid",
        role="physician", unit=world.CARDIOLOGY, provider=world.REGION, organization="cardiology",
        assignment="SE9999999999-astrid-cardiology", scopes=("read", "write"), licences=("läkare",),
    )  # fmt: skip
    with pytest.raises(Refused, match="stopped"):
        async with door.opened(session, "care") as record:
            (entry,) = (await record.search("DocumentReference", [])).matches
            await record.update({**entry.resource, "description": "Något annat"})
    struck = await astrid.post(f"{note}/strike", data={"version": "2", "reason": "Fel patient"})
    assert struck.status_code == 303
    assert (await citizens(door))["Binary"] == []


async def test_a_label_that_comes_after_the_signature_reaches_the_files(
    astrid: httpx.AsyncClient, door: Door, clock: SetClock
) -> None:
    """A17: whoever keeps a signed note back keeps its pictures back with it, even where files stand still (F245)."""
    note, picture = await a_note(astrid)
    seen = await citizens(door)
    assert [len(some) for some in seen.values()] == [1, 1, 1]
    await switched(door.catalogue, "F31", world.CARDIOLOGY, "stopped", clock.now())
    await labels(door, note.rpartition("/")[2])
    assert [len(some) for some in (await citizens(door)).values()] == [0, 0, 0]
    assert (await astrid.get(picture)).status_code == 200, "staff see it as before"
    async with door.opened(world.SYSTEM, "administration") as record:
        for type_ in ("DocumentReference", "Binary"):
            (one,) = (await record.search(type_, [])).matches
            assert (one.version, discretion.is_labelled(one.resource)) == (2, True)
    await labels(door, note.rpartition("/")[2])
    async with door.opened(world.SYSTEM, "administration") as record:
        assert [one.version for one in (await record.search("Binary", [])).matches] == [2], "once is enough"


async def test_the_files_of_a_draft_have_a_sum(astrid: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("varda.record.parked.MOST_BYTES", len(PDF) + 10)
    home = await a_draft(astrid)
    assert (await put(astrid, home, PDF)).status_code == 200
    told = await astrid.post(f"{home}/files", content=PDF, headers=RAW | {"HX-Request": "true"})
    assert (told.status_code, "högst 100 MB" in told.text) == (422, True)


async def test_every_attachment_is_shown_and_that_there_are_more(
    astrid: httpx.AsyncClient, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def entry(id_: str, day: int) -> dict[str, Any]:
        inline = {"contentType": "image/png", "data": b64encode(png()).decode(), "title": f"Bild {id_}"}
        return {
            "resourceType": "DocumentReference", "id": id_, "status": "current", "date": f"2026-01-0{day}T10:00:00Z",
            "subject": {"reference": "Patient/vera"}, "description": f"Remiss {id_}",
            "content": [{"attachment": {"url": "https://elsewhere/1"}}, {"attachment": inline}],
        }  # fmt: skip

    async with door.opened(world.SYSTEM, "administration") as record:
        owner = Owner(world.CARDIOLOGY, world.REGION)
        await record.write([Wish("update", entry(f"r{n}", n), owner=owner) for n in (1, 2, 3)])
    monkeypatch.setattr("varda.care.files.queries.MOST", 2)
    page = (await astrid.get("/chart/vera/files")).text
    assert "Bild r3" in page
    assert "Bild r1" not in page
    assert "Det finns äldre bilder och filer" in page
    assert (await astrid.get("/chart/vera/files/r3?part=1")).content == png()
    assert (await astrid.get("/chart/vera/files/r3?part=2")).status_code == 404
    assert (await astrid.get("/chart/vera/files/r3?part=x")).status_code == 400
    page = (await astrid.get("/chart/vera/files?pages=2")).text
    assert "Bild r1" in page
    assert "Det finns äldre" not in page


async def test_struck_with_its_note(astrid: httpx.AsyncClient) -> None:
    note, _ = await a_note(astrid)
    await astrid.post(f"{note}/strike", data={"version": "1", "reason": "Fel patient"})
    page = (await astrid.get(note)).text
    assert "Sår, vänster vad" in page
    assert "<img" not in page.partition("<main")[2].partition('<ul class="plain files"')[2].partition("</ul>")[0]


async def test_every_picture_shown_is_in_the_log(astrid: httpx.AsyncClient, door: Door) -> None:
    _, picture = await a_note(astrid)
    await astrid.get(picture)
    async with door.database.connection() as work:
        rows = await work.all("select what from audit.event where action = 'read' and what like 'Binary/%'")
    assert len(rows) == 1


@pytest.mark.parametrize("role", ["psychologist", "dietitian"])
async def test_who_keeps_no_pictures_is_offered_none(signed_in: SignIn, role: str) -> None:
    visitor = await signed_in("mio", role)
    assert "data-attach" not in (await visitor.get("/chart/vera/notes/write")).text
    home = await a_draft(visitor)
    assert (await put(visitor, home, png())).status_code == 403
