"""Pages through the real door: what is shown, what is refused in words, and that no text is lost on the way.

Other units' data after a choice: A3 in docs/law.md. The overview: F10 in docs/functions.md.
"""

import re

import asyncpg
import httpx
import pytest

from tests.record import world
from varda.record import Door, Owner, Wish

UNREADABLE = [
    b"",
    b"{",
    b"[]",
    b'"x"',
    b'{"texts": 1}',
    b'{"texts": {"a": 1}}',
    b'{"revision": "x"}',
    b"\xff\xfe",
    b"[" * 9999,
]
DRAFT = "/chart/vera/drafts/0123456789abcdef"


def number_in(text: str) -> str:
    found = re.search(r"V\d{3}-[0-9A-F]{8}", text)
    assert found, "no number to quote"
    return found.group()


async def test_the_list_holds_the_units_own_patients_and_nobody_else(astrid: httpx.AsyncClient) -> None:
    for show in ("all", "admitted", "open"):
        page = (await astrid.get("/patients", params={"show": show})).text
        assert "Vera Maria Åkesson" in page
        assert "Sjöö" not in page


async def test_the_overview_says_that_more_exists_but_not_what(astrid: httpx.AsyncClient) -> None:
    page = (await astrid.get("/chart/vera")).text
    assert "72,50" in page
    assert "71,0" not in page
    assert "70" not in re.findall(r"\d+", re.sub(r"<[^>]*>", " ", page)), "the seals of the page are any digits"
    assert "Mer finns på andra enheter" in page
    assert "Mer finns hos andra vårdgivare" in page
    assert "ej känt" in page


async def test_other_units_data_come_after_a_reasoned_choice(astrid: httpx.AsyncClient) -> None:
    assert (await astrid.post("/chart/vera/choose", data={"width": "units"})).status_code == 422
    done = await astrid.post("/chart/vera/choose", data={"width": "units", "reason": "Uppföljning av vår vård"})
    assert done.status_code == 303
    page = (await astrid.get("/chart/vera/results")).text
    assert "71,0" in page
    assert "andra enheter visas" in page


async def test_a_patient_without_relation_is_name_and_age_until_a_choice(astrid: httpx.AsyncClient) -> None:
    page = (await astrid.get("/chart/asa")).text
    assert "Åsa Sjöö" in page
    assert "64 år" in page
    assert "data-panel" not in page
    await astrid.post("/chart/asa/choose", data={"reason": "Patienten är här"})
    assert "data-panel" in (await astrid.get("/chart/asa")).text


@pytest.mark.parametrize("path", ["/chart/nobody", "/chart/vera/notes/none", "/chart/vera/nonsense", "/nowhere"])
async def test_what_is_not_there_is_said_in_words_with_a_number(astrid: httpx.AsyncClient, path: str) -> None:
    answer = await astrid.get(path)
    assert answer.status_code == 404
    assert "Här finns inget för dig" in answer.text
    assert number_in(answer.text).startswith("V404")


async def test_htmx_gets_a_short_message_in_its_place(astrid: httpx.AsyncClient) -> None:
    answer = await astrid.get("/chart/vera/notes/none", headers={"HX-Request": "true"})
    assert answer.headers["hx-retarget"] == "#toasts"
    assert "<html" not in answer.text
    number_in(answer.text)


async def test_a_crash_tells_nothing_but_a_number(astrid: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("varda.care.patients.listed", broken)
    answer = await astrid.get("/patients")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert number_in(answer.text).startswith("V500")


async def test_a_lost_database_is_said_plainly(astrid: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lost(*_: object, **__: object) -> None:
        raise asyncpg.CannotConnectNowError("the database system is shutting down")

    monkeypatch.setattr(asyncpg.Pool, "acquire", lost)
    answer = await astrid.get("/patients")
    assert answer.status_code == 503
    assert "Databasen kan inte nås" in answer.text
    assert number_in(answer.text).startswith("V503")


async def test_a_draft_is_kept_and_a_second_window_does_not_overwrite_it(astrid: httpx.AsyncClient) -> None:
    first = await astrid.post(DRAFT, json={"template": "visit", "texts": {"aktuellt": "Trött."}, "revision": 0})
    assert first.json()["revision"] == 1
    second = await astrid.post(DRAFT, json={"template": "visit", "texts": {"aktuellt": "Piggare."}, "revision": 1})
    assert second.json()["revision"] == 2
    late = await astrid.post(DRAFT, json={"template": "visit", "texts": {"aktuellt": "Sen."}, "revision": 1})
    assert late.status_code == 409
    assert late.json()["texts"] == {"aktuellt": "Piggare."}
    assert late.json()["revision"] == 2


@pytest.mark.parametrize("body", UNREADABLE)
async def test_a_draft_that_cannot_be_understood_is_refused_in_words(astrid: httpx.AsyncClient, body: bytes) -> None:
    answer = await astrid.post(DRAFT, content=body, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["number"].startswith("V400")


async def test_characters_that_no_record_can_hold_are_replaced_and_not_dropped(astrid: httpx.AsyncClient) -> None:
    body = b'{"template": "visit", "texts": {"aktuellt": "a\\u0000b\\ud800c"}, "revision": 0}'
    assert (await astrid.post(DRAFT, content=body)).status_code == 200
    page = (await astrid.get("/chart/vera/notes/write", params={"draft": DRAFT.rpartition("/")[2]})).text
    assert "a\ufffdb\ufffdc" in page


async def test_a_note_is_signed_amended_with_a_reason_and_never_silently_changed(astrid: httpx.AsyncClient) -> None:
    signed = await astrid.post(f"{DRAFT}/finish", data={"template": "visit", "text-status": "Höger <knä>\r\nsvullet"})
    url = signed.headers["location"].partition("?")[0]
    page = (await astrid.get(url)).text
    assert "Höger &lt;knä&gt;\nsvullet" in page
    note = url.rpartition("/")[2]
    change = {"template": "visit", "base": note, "version": "1", "text-status": "Vänster knä"}
    assert (await astrid.post(f"{DRAFT}/finish", data=change)).status_code == 422
    assert (await astrid.post(f"{DRAFT}/finish", data=change | {"act": "unsigned", "reason": "x"})).status_code == 403
    assert (await astrid.post(f"{DRAFT}/finish", data=change | {"reason": "Fel sida"})).status_code == 303
    stale = await astrid.post(f"{DRAFT}/finish", data=change | {"reason": "Igen"})
    assert stale.status_code == 412
    history = (await astrid.get(f"{url}/history")).text
    assert "<del>" in history
    assert "Fel sida" in history


async def test_an_empty_note_is_not_signed(astrid: httpx.AsyncClient) -> None:
    answer = await astrid.post(f"{DRAFT}/finish", data={"template": "visit", "text-status": "  \n"})
    assert answer.status_code == 422


async def test_a_struck_note_says_so_and_keeps_its_text(astrid: httpx.AsyncClient) -> None:
    signed = await astrid.post(f"{DRAFT}/finish", data={"template": "visit", "text-status": "Fel patient"})
    url = signed.headers["location"].partition("?")[0]
    assert (await astrid.post(f"{url}/strike", data={"version": "1", "reason": ""})).status_code == 422
    assert (await astrid.post(f"{url}/strike", data={"version": "1", "reason": "Fel patient"})).status_code == 303
    page = (await astrid.get(url)).text
    assert "Felaktigt införd" in page
    assert "Fel patient" in page
    again = await astrid.post(
        f"{DRAFT}/finish", data={"base": url.rpartition("/")[2], "version": "2", "text-status": "x"}
    )
    assert again.status_code == 409


async def test_a_number_that_is_known_opens_the_record_that_has_it(astrid: httpx.AsyncClient) -> None:
    answer = await astrid.post("/patients/register", data={"identity": "610305-XB12", "name": ""})
    assert answer.headers["location"] == "/chart/asa"
    assert "data-panel" in (await astrid.get("/chart/asa")).text


async def test_two_of_the_same_name_are_marked_and_a_whole_number_is_certain(
    astrid: httpx.AsyncClient, door: Door
) -> None:
    namesake = [world.patient("vera2", "Vera Maria", "Åkesson", "19710214-XA08")]
    stay = [world.contact("vera2-stay", "vera2", "cardiology")]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in namesake])
        await record.write([Wish("update", one, owner=Owner(world.CARDIOLOGY, world.REGION)) for one in stay])

    async def found(text: str) -> str:
        return (await astrid.post("/palette", data={"q": text})).text

    by_name = await found("akesson vera")
    assert by_name.count("data-same-name") == 2
    assert "samma namn" in by_name
    assert "data-certain" not in by_name
    assert "data-certain" in await found("19710214-XA08")
    assert "data-certain" not in await found("710214-XA08")


async def test_every_page_tells_environment_and_build(astrid: httpx.AsyncClient) -> None:
    for path in ("/patients", "/chart/vera", "/unsigned", "/nowhere"):
        page = (await astrid.get(path)).text
        assert 'data-environment="test"' in page
        assert "0.1.0+test" in page


async def test_no_page_has_style_or_script_inline(astrid: httpx.AsyncClient) -> None:
    for path in ("/patients", "/chart/vera", "/chart/vera/vitals", "/chart/vera/notes/write", "/patients/register"):
        page = (await astrid.get(path)).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style", page), path


async def test_whom_somebody_looks_for_stands_in_no_address(astrid: httpx.AsyncClient) -> None:
    """Names and numbers in addresses would stand in histories and in logs of proxies: there they are not asked."""
    number = "19610305-XB12"
    assert (await astrid.get("/palette", params={"q": number})).status_code == 405
    assert number not in (await astrid.get("/chart/vera/same", params={"identity": number})).text
    found = (await astrid.post("/chart/vera/same/find", data={"identity": number})).text
    assert number in found
    for page in (found, (await astrid.post("/palette", data={"q": number})).text):
        assert number in page
        addresses = re.findall(r'(?:href|action|hx-get|hx-post|hx-push-url)="([^"]*)"', page)
        assert addresses
        assert not [one for one in addresses if number in one]


COUNTY = "/patients/county"


async def test_somebody_of_the_county_is_found_by_name_after_a_reason_and_nothing_more_is_told(
    astrid: httpx.AsyncClient,
) -> None:
    assert f'href="{COUNTY}"' in (await astrid.post("/palette", data={"q": "Sjöö"})).text
    for given, wrong in (
        ({"name": "Sjöö"}, "Skriv varför du söker"),
        ({"reason": "Remiss eller konsultation", "name": "Sj"}, "minst tre bokstäver"),
        ({"reason": "Remiss eller konsultation", "born": "1961-13-05"}, "Skriv datumet som"),
    ):
        answer = await astrid.post(COUNTY, data=given)
        assert answer.status_code == 422
        assert wrong in answer.text
        assert "Åsa" not in answer.text
    page = await astrid.post(COUNTY, data={"other": "Ringer från Spanien", "name": "sjöö", "born": "1961-03-05"})
    assert page.status_code == 200
    for told in ("Åsa Sjöö", "19610305-XB12", "1961-03-05", 'href="/chart/asa"'):
        assert told in page.text
    assert "Surgery" not in page.text
    assert "Ingen passar in" in (await astrid.post(COUNTY, data={"other": "Ringer", "name": "Nobody"})).text
