"""Search in the record: what was asked is found in its context, opens in full, and nothing of others shows (A1, A3)."""

import re

import httpx
import pytest

from tests.record import world
from tests.record.test_seeking import note, written
from varda.record import Door


@pytest.fixture(autouse=True)
async def entries(door: Door) -> None:
    answer = world.haemoglobin("vera", id_="slip", valueString="Riklig växt av E. coli", code={"text": "Urinodling"})
    del answer["valueQuantity"]
    await written(
        door, world.CARDIOLOGY, note("denied", "Uppger ingen feber &lt;b&gt;."), note("high", "Feber 39."), answer
    )
    await written(door, world.SURGERY, note("theirs", "Feber hos kirurgen."))


async def test_hits_are_shown_in_their_sentence_with_what_denies_them(astrid: httpx.AsyncClient) -> None:
    page = (await astrid.post("/chart/vera/find", data={"q": "ingen feber"})).text
    assert '<strong class="denial">ingen</strong> <mark>feber</mark> &lt;b&gt;.' in page
    assert 'href="/chart/vera/notes/denied"' in page
    assert "/notes/high" not in page
    assert "kirurgen" not in (await astrid.post("/chart/vera/find", data={"q": "feber"})).text


async def test_as_one_types_the_hits_come_alone(astrid: httpx.AsyncClient) -> None:
    part = (await astrid.post("/chart/vera/find/hits", data={"q": "fe"}, headers={"HX-Request": "true"})).text
    assert "<html" not in part
    assert "/notes/" not in part  # two letters are a whole word, not a beginning
    part = (await astrid.post("/chart/vera/find/hits", data={"q": "feb"}, headers={"HX-Request": "true"})).text
    assert part.count("data-row-link") == 2


async def test_what_is_looked_for_stands_in_no_address(astrid: httpx.AsyncClient, door: Door) -> None:
    """Words in an address are not asked, and a page says none: they would stand in histories and logs of proxies."""
    many = [note(f"more{n}", f"Feber dag {n}.") for n in range(40)]
    await written(door, world.CARDIOLOGY, *many)
    assert "<mark>" not in (await astrid.get("/chart/vera/find", params={"q": "feber"})).text
    assert (await astrid.get("/chart/vera/find/hits", params={"q": "feber"})).status_code in (404, 405)
    page = (await astrid.post("/chart/vera/find", data={"q": "feber", "kind": "notes"})).text
    addresses = re.findall(r'(?:href|action|hx-get|hx-post|hx-push-url)="([^"]*)"', page)
    assert addresses
    assert not [one for one in addresses if "feber" in one]
    after = re.search(r'name="after" value="([^"]+)"', page)
    assert after, "there are older ones"
    older = (await astrid.post("/chart/vera/find/hits", data={"q": "feber", "kind": "notes", "after": after[1]})).text
    assert older.count("data-row-link") == 42 - 30


async def test_any_entry_opens_in_full_word_for_word(astrid: httpx.AsyncClient) -> None:
    page = (await astrid.post("/chart/vera/find", data={"q": "växt"})).text
    assert 'href="/chart/vera/entry/Observation/slip"' in page
    entry = (await astrid.get("/chart/vera/entry/Observation/slip")).text
    assert "Riklig växt av E. coli" in entry
    assert 'href="/chart/vera/results"' in entry


@pytest.mark.parametrize(
    "path",
    [
        "/chart/vera/entry/Composition/theirs", "/chart/vera/entry/Composition/none", "/chart/vera/entry/Patient/vera",
        "/chart/vera/entry/Nonsense/x", "/chart/vera/entry/Encounter/asa-stay",
    ],
)  # fmt: skip
async def test_what_may_not_be_seen_and_what_is_not_there_look_alike(astrid: httpx.AsyncClient, path: str) -> None:
    """A13 in docs/law.md."""
    assert (await astrid.get(path)).status_code == 404


async def test_without_relation_the_record_is_closed_to_search_as_well(astrid: httpx.AsyncClient) -> None:
    page = (await astrid.post("/chart/asa/find", data={"q": "a"})).text
    assert "find-text" not in page
    assert (await astrid.post("/chart/asa/find/hits", data={"q": "feber"})).status_code == 404


@pytest.mark.parametrize(
    "query",
    [{"q": "feber", "since": "i går"}, {"q": "feber", "unit": "9" * 19}, {"q": "feber", "after": "x"},
     {"q": "feber", "after": "2026-01-01_99999999999999999999999"}, {"q": "feber", "until": "9999-12-31"},
     {"q": "feber", "since": "0001-01-01"}, {"q": "feber", "after": "0001-01-01T00:00:00+14:00_1"}],
)  # fmt: skip
async def test_an_odd_question_is_answered_in_words(astrid: httpx.AsyncClient, query: dict[str, str]) -> None:
    answer = await astrid.post("/chart/vera/find", data=query)
    assert answer.status_code == 400
    assert re.search(r"V\d{3}-[0-9A-F]{8}", answer.text), "a number to quote"


@pytest.mark.parametrize("text", ["%", "\x00", "' or 1=1", "*" * 300, "🤒", "\u202eabc", '"', "a" * 5000])
async def test_anything_may_be_typed(astrid: httpx.AsyncClient, text: str) -> None:
    assert (await astrid.post("/chart/vera/find", data={"q": text})).status_code == 200
