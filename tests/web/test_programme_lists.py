"""F13, F16: the unit's list of a programme as each left it, and a whole check-up from one form."""

import re
from typing import Any

import httpx
import pytest

from tests.care.test_waiting import children, health_centre
from tests.record import world
from tests.web.conftest import SignIn
from varda.fhir.keys import key
from varda.kernel.db import Database
from varda.record import Door, Owner, Wish

FRAGMENT = {"HX-Request": "true"}
AT = "/programmes/child-health"
KIM = "/chart/kim/programmes/child-health"


@pytest.fixture(autouse=True)
async def small(door: Door) -> None:
    """At cardiology, a health centre here, on 2026-03-01: Kim of ten weeks, Liv of six years and Noa of two days."""
    await health_centre(door)
    await children(door, ("Kim", "2025-12-21"), ("Liv", "2019-05-01"), ("Noa", "2026-02-28"))


def names(page: str) -> list[str]:
    return re.findall(r"data-row-link>([^<]+)</a>", page)


async def test_who_has_waited_longest_comes_first_with_what_is_due(astrid: httpx.AsyncClient) -> None:
    page = (await astrid.get(AT)).text
    assert names(page) == ["Liv Ek", "Kim Ek", "Noa Ek"]
    row = " ".join(page.partition('id="row-kim"')[2].partition("</tr>")[0].split())
    assert "6 veckor, vaccination:</strong> Rotavirus dos 1" in row
    assert "försenat" in row
    assert "14 mars" in row, "the day on which it is too late to begin"
    noa = page.partition('id="row-noa"')[2].partition("</tr>")[0]
    assert "snart" in noa
    assert "försenat" not in noa
    assert "räknas inte förrän det visas" in page
    english = (await astrid.get(AT, headers={"Cookie": f"varda_language=en; {_cookies(astrid)}"})).text
    assert "Rotavirus dose 1" in english


async def test_a_long_list_has_pages(door: Door, astrid: httpx.AsyncClient) -> None:
    await children(door, *[(f"Kim{n:02}", "2025-12-21") for n in range(49)])
    first = (await astrid.get(f"{AT}?show=all&by=name")).text
    assert len(names(first)) == 50
    assert 'page=2"' in first
    second = (await astrid.get(f"{AT}?page=2")).text
    assert names(second) == ["Liv Ek", "Noa Ek"]
    assert "Sida 2 av 2, totalt 52" in second
    assert "page=2" in second.partition('data-live-url="')[2].partition('"')[0], "it renews the page that is open"
    assert names((await astrid.get(f"{AT}?page=x")).text) == names(first)


async def test_a_list_is_as_one_left_it(astrid: httpx.AsyncClient, signed_in: SignIn) -> None:
    assert names((await astrid.get(f"{AT}?show=overdue&by=name")).text) == ["Kim Ek", "Liv Ek"]
    assert names((await astrid.get(f"{AT}?step=w6-vaccines/rota-1")).text) == ["Kim Ek"]
    assert names((await astrid.get(AT)).text) == ["Kim Ek"]
    bea = await signed_in("bea", "nurse")
    assert len(names((await bea.get(AT)).text)) == 3, "a colleague's is their own"
    assert len(names((await astrid.get(f"{AT}?show=all")).text)) == 3, "what is due is chosen within one list"
    empty = (await astrid.get(f"{AT}?show=week&step=m6/visit")).text
    assert "Ingen här just nu." in empty
    assert "6 månader: Hälsobesök (0)" in " ".join(empty.split()), "the filter that leaves nobody is named"


async def test_the_list_renews_itself_and_logs_only_who_is_new(astrid: httpx.AsyncClient, database: Database) -> None:
    page = (await astrid.get(f"{AT}?show=all")).text
    url = re.search(r'data-live="list" data-live-url="([^"]*)"', page)
    assert url
    before = await database.one("select count(*) as n from audit.event where action = 'search'")
    again = await astrid.get(url[1].replace("&amp;", "&"), headers=FRAGMENT)
    assert "<html" not in again.text
    assert len(names(again.text)) == 3
    after = await database.one("select count(*) as n from audit.event where action = 'search'")
    assert after["n"] == before["n"]


async def test_the_ways_to_the_list(door: Door, astrid: httpx.AsyncClient, signed_in: SignIn) -> None:
    assert f'href="{AT}"' in (await astrid.get("/patients")).text
    assert f'href="{AT}"' in (await astrid.post("/palette", data={"q": "barnh"})).text
    assert f'href="{AT}"' in (await astrid.get(KIM)).text
    assert (await astrid.get("/programmes/knees")).status_code == 404
    rita = await signed_in("rita", "receptionist")
    assert (await rita.get(AT)).status_code == 403
    assert AT not in (await rita.get("/patients")).text + (await rita.post("/palette", data={"q": "barnh"})).text


async def test_everybody_in_the_list_is_in_the_log_and_each_reads_own_row(
    astrid: httpx.AsyncClient, database: Database
) -> None:
    """RULES §3: every patient shown has an event, also in lists."""
    await astrid.get(AT)
    rows = await database.all("select patients from audit.event where category like '%Immunization%'")
    assert {key(f"Patient/{one}") for one in ("kim", "liv", "noa")} <= {p for row in rows for p in row["patients"]}


WHOLE = {
    "met": "yes", "weight": "4,9", "height": "57,5", "w6.mood": "yes",
    "w6-vaccines.rota-1.product": "J07BH01", "w6-vaccines.rota-1.batch": "AROLC123",
}  # fmt: skip


async def test_a_whole_check_up_is_noted_from_one_form(astrid: httpx.AsyncClient) -> None:
    assert f'hx-get="{KIM}/checkup"' in (await astrid.get(KIM)).text
    form = (await astrid.get(f"{KIM}/checkup", headers=FRAGMENT)).text
    assert "Kim Ek" in form, "a writing panel carries its patient"
    assert re.search(r'name="met"\s+value="yes"\s+checked', form)
    answer = await astrid.post(f"{KIM}/checkup", data=WHOLE, headers=FRAGMENT)
    assert answer.headers["HX-Redirect"] == f"{KIM}?noted=yes"
    page = (await astrid.get(KIM)).text
    for one in ("4,9 kg", "57,5 cm", "AROLC123"):
        assert one in page, one
    again = (await astrid.get(f"{KIM}/checkup", headers=FRAGMENT)).text
    assert 'name="head"' in again, "what was left empty waits"
    assert 'name="weight"' not in again
    assert "rota-1" not in again
    assert "Öppen kontakt" not in (await astrid.get("/chart/kim")).text.partition('class="active"')[2][:200]


async def test_what_somebody_else_has_noted_meanwhile_is_said_and_nothing_is_dropped_unseen(
    astrid: httpx.AsyncClient,
) -> None:
    await astrid.post("/chart/kim/vitals/write", data={"weight": "4,9"})
    answer = await astrid.post(f"{KIM}/checkup", data=WHOLE | {"weight": "4,7"}, headers=FRAGMENT)
    assert answer.status_code == 409
    assert "Någon annan har antecknat en del av detta" in answer.text
    page = (await astrid.get(KIM)).text
    assert "57,5 cm" not in page
    assert "AROLC123" not in page


async def test_all_or_nothing_and_every_problem_at_its_own_field(astrid: httpx.AsyncClient) -> None:
    wrong = WHOLE | {"weight": "490000", "w6-vaccines.rota-1.product": "", "w6-vaccines.rota-1.batch": "?"}
    answer = await astrid.post(f"{KIM}/checkup", data=wrong, headers=FRAGMENT)
    assert answer.status_code == 422
    for field in ("weight", "w6-vaccines.rota-1.product", "w6-vaccines.rota-1.batch"):
        assert f'id="{field}-wrong"' in answer.text, field
    assert 'value="57,5"' in answer.text
    page = (await astrid.get(KIM)).text
    assert "57,5 cm" not in page
    nothing = await astrid.post(f"{KIM}/checkup", data={"met": ""}, headers=FRAGMENT)
    assert nothing.status_code == 422
    assert 'id="met-wrong"' in nothing.text


async def test_doubts_about_several_doses_are_confirmed_of_each(door: Door, astrid: httpx.AsyncClient) -> None:
    """Others have given something that is not shown (A3): said of each dose, and one answer is of one dose."""
    theirs: dict[str, Any] = {
        "resourceType": "Immunization", "id": "theirs", "status": "completed", "occurrenceDateTime": "2025-12-24",
        "vaccineCode": {"coding": [{"code": "J07AN01"}]}, "patient": {"reference": "Patient/liv"},
    }  # fmt: skip
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", theirs, owner=Owner(world.SURGERY, world.REGION))])
    at = "/chart/liv/programmes/child-health"
    doses = {
        "y5-vaccines.dtp-4.batch": "D4B1", "y5-vaccines.dtp-4.site": "LA",
        "m18-vaccines.mpr-1.product": "J07BD52", "m18-vaccines.mpr-1.batch": "M1B1", "m18-vaccines.mpr-1.site": "RA",
    }  # fmt: skip
    asked = await astrid.post(f"{at}/checkup", data=doses, headers=FRAGMENT)
    assert asked.status_code == 422
    assert asked.text.count("Andra har uppgifter i journalen") == 2
    assert 'name="y5-vaccines.dtp-4.sure-elsewhere"' in asked.text
    again = await astrid.post(f"{at}/checkup", data=doses | {"sure-elsewhere": "yes"}, headers=FRAGMENT)
    assert again.status_code == 422, "no answer is about all of them"
    assert 'value="D4B1"' in asked.text
    assert "D4B1" not in (await astrid.get(at)).text
    sure = {"m18-vaccines.mpr-1.sure-elsewhere": "yes", "y5-vaccines.dtp-4.sure-elsewhere": "yes"}
    kept = await astrid.post(f"{at}/checkup", data=doses | sure, headers=FRAGMENT)
    assert kept.headers["HX-Redirect"] == f"{at}?noted=yes"
    page = (await astrid.get(at)).text
    assert "D4B1" in page
    assert "M1B1" in page


def _cookies(visitor: httpx.AsyncClient) -> str:
    return "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
