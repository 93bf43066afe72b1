"""The timeline of a whole life: all kinds by year, newest first, paged and filtered, and nothing of others (A3, A4)."""

import re
from typing import Any

import httpx
import pytest

from tests.record import world
from tests.record.test_seeking import note, written
from varda.record import Door

_VERA = {"reference": "Patient/vera"}


def contact(id_: str, start: str, code: str = "AMB") -> dict[str, Any]:
    coding = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": code}
    return {
        "resourceType": "Encounter", "id": id_, "status": "finished", "class": coding, "subject": _VERA,
        "period": {"start": start}, "reasonCode": [{"text": f"Orsak {id_}"}],
    }  # fmt: skip


def answer(id_: str, at: str, name: str, category: str = "laboratory") -> dict[str, Any]:
    system = "http://terminology.hl7.org/CodeSystem/observation-category"
    return {
        "resourceType": "Observation", "id": id_, "status": "final", "subject": _VERA, "effectiveDateTime": at,
        "category": [{"coding": [{"system": system, "code": category}]}], "code": {"text": name},
        "valueQuantity": {"value": 1},
    }  # fmt: skip


@pytest.fixture(autouse=True)
async def entries(door: Door) -> None:
    await written(
        door, world.CARDIOLOGY, note("early", "Frisk.", "1999-05-01T08:00:00+02:00"), contact("visit", "2019-03-01"),
        contact("stay", "2019-04-01", "IMP"), answer("hb", "2019-04-02", "Hemoglobin"),
        answer("krea", "2019-04-02", "Kreatinin"), answer("pulse", "2019-04-03", "Puls", "vital-signs"),
        note("newyear", "Skott.", "2019-12-31T23:30:00Z"),
    )  # fmt: skip
    await written(door, world.SURGERY, note("theirs", "Kirurgens.", "2005-05-01T08:00:00+02:00"))


async def told(astrid: httpx.AsyncClient, question: str = "") -> str:
    page = await astrid.get(f"/chart/vera/timeline{question}")
    assert page.status_code == 200, page.text
    return page.text


def ids(page: str) -> list[str]:
    return re.findall(r'href="/chart/vera/(?:notes|entry/\w+)/([\w-]+)"\s+hx-get', page)


async def test_a_life_is_told_by_year_newest_first(astrid: httpx.AsyncClient) -> None:
    """New Year's Eve by the clock of Greenwich is the new year in Sweden."""
    page = await told(astrid, "?until=2020-12-31")
    assert re.findall(r'<section class="year" aria-label="(\d+)"', page) == ["2020", "2019", "1999"]
    assert ids(page) == ["newyear", "krea", "hb", "stay", "visit", "early"]
    assert "<strong>Svar</strong> (2)" in page or "<strong>Provsvar</strong> (2)" in page


async def test_the_picture_counts_what_is_seen_and_nothing_else(astrid: httpx.AsyncClient) -> None:
    """A3, A13 in docs/law.md: a number tells of nothing that is hidden, before the choice and after it."""
    counted = r"until=(\d+)-12-31.*?<span class=\"faint\">(\d+)<"
    years = dict(re.findall(counted, await told(astrid), re.DOTALL))
    assert (years["2020"], years["2019"], years["1999"]) == ("1", "4", "1")
    assert "2005" not in years
    page = await told(astrid)
    await astrid.post("/chart/vera/choose", data={"width": "units", "reason": "Jour"})
    page = await told(astrid)
    assert dict(re.findall(counted, page, re.DOTALL))["2005"] == "1"
    assert "theirs" in ids(page)


async def test_kind_unit_and_period_narrow_it(astrid: httpx.AsyncClient) -> None:
    assert ids(await told(astrid, "?kind=admissions&until=2020-12-31")) == ["stay"]
    assert ids(await told(astrid, "?kind=contacts&until=2020-12-31")) == ["visit"]
    assert ids(await told(astrid, "?kind=results&until=2020-12-31")) == ["krea", "hb"]
    assert ids(await told(astrid, "?since=1999-05-01&until=1999-05-01")) == ["early"]
    await astrid.post("/chart/vera/choose", data={"width": "units", "reason": "Jour"})
    units = dict(re.findall(r'<option value="(\d+)"\s*>([^<]+)<', await told(astrid)))
    assert len(units) > 1
    shown = [ids(await told(astrid, f"?unit={key}&kind=notes&until=2020-12-31")) for key in units]
    assert sorted(shown) == [["newyear", "early"], ["theirs"]]


def diagnosis(id_: str, name: str, verification: str = "confirmed") -> dict[str, Any]:
    status = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
    return {
        "resourceType": "Condition", "id": id_, "subject": _VERA, "code": {"text": name},
        "recordedDate": "2018-02-01T09:00:00+01:00",
        "verificationStatus": {"coding": [{"system": status, "code": verification}]},
    }  # fmt: skip


def vaccination(id_: str, name: str, status: str) -> dict[str, Any]:
    return {
        "resourceType": "Immunization", "id": id_, "status": status, "patient": _VERA, "vaccineCode": {"text": name},
        "occurrenceDateTime": "2018-03-01T09:00:00+01:00",
    }  # fmt: skip


async def test_a_closed_row_says_what_was_ruled_out_and_not_given_and_leaves_out_what_is_struck(
    astrid: httpx.AsyncClient, door: Door
) -> None:
    await written(
        door, world.CARDIOLOGY, diagnosis("mi", "Hjärtinfarkt", "refuted"), diagnosis("cold", "Snuva"),
        diagnosis("ca", "Lungcancer", "entered-in-error"), vaccination("hexa", "Hexa", "completed"),
        vaccination("mpr", "MPR", "not-done"),
    )  # fmt: skip
    page = await told(astrid, "?since=2018-01-01&until=2018-12-31")
    diagnoses, vaccinations = (
        " ".join(re.sub("<[^>]+>", "", one).split())
        for one in sorted(re.findall(r"<summary>(\s*<strong>.*?)</summary>", page, re.DOTALL))
    )
    assert "Diagnoser (2): Snuva" in diagnoses
    assert "Hjärtinfarkt (utesluten)" in diagnoses
    assert "Snuva (" not in diagnoses
    assert "Lungcancer" not in diagnoses
    assert diagnoses.endswith("· 1 felaktigt införd"), diagnoses
    assert "MPR (inte utfört)" in vaccinations, vaccinations
    assert "Hexa" in vaccinations
    assert {"ca", "mi", "mpr"} <= set(ids(page)), "opened, each stands with its tag"


async def test_older_entries_follow_without_a_gap_or_twice(astrid: httpx.AsyncClient, door: Door) -> None:
    many = [note(f"m{n:03}", "Dag.", f"2010-01-{1 + n % 28:02}T08:00:00+01:00") for n in range(250)]
    await written(door, world.CARDIOLOGY, *many)
    page, seen, pages = await told(astrid, "?kind=notes&until=2011-01-01"), [], 1
    seen += ids(page)
    while older := re.search(r'hx-get="([^"]*after=[^"]*)"', page):
        page = (await astrid.get(older[1].replace("&amp;", "&"), headers={"HX-Request": "true"})).text
        assert "<html" not in page
        seen += ids(page)
        pages += 1
    assert pages == 3
    assert len(seen) == len(set(seen)) == 251
    assert seen[-1] == "early"


async def test_without_a_relation_there_is_no_life_to_see(astrid: httpx.AsyncClient) -> None:
    """A1, A13 in docs/law.md."""
    page = await told_of(astrid, "asa")
    assert "life-since" not in page
    older = await astrid.get("/chart/asa/timeline?after=_1", headers={"HX-Request": "true"})
    assert older.status_code == 404


async def told_of(astrid: httpx.AsyncClient, patient: str) -> str:
    return (await astrid.get(f"/chart/{patient}/timeline")).text


@pytest.mark.parametrize("query", ["since=i+går", "unit=x", "after=x", "until=9999-12-31", "after=0001-01-01_1"])
async def test_an_odd_address_is_answered_in_words(astrid: httpx.AsyncClient, query: str) -> None:
    answered = await astrid.get(f"/chart/vera/timeline?{query}")
    assert answered.status_code == 400
    assert re.search(r"V\d{3}-[0-9A-F]{8}", answered.text), "a number to quote"
