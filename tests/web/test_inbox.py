"""The inbox (F87): what waits stands there with patient, why, who and by when, and is brought to an end from there."""

import re
from datetime import timedelta

import httpx
import pytest

from tests.record import world
from tests.web.conftest import SignIn
from varda.fhir.keys import key
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door, Owner, Wish

ASK = {"what": "Ring dottern", "why": "Hon har frågat", "when": "now"}
SICK = {"breathing": "26", "saturation": "91", "systolic": "88", "diastolic": "50", "pulse": "132",
        "temperature": "39,2", "level": "V"}  # fmt: skip


async def asked(visitor: httpx.AsyncClient, **more: str) -> str:
    """A task about Vera; the address of its page."""
    answer = await visitor.post("/chart/vera/tasks/write", data=ASK | more)
    assert answer.status_code == 303, answer.text
    return re.findall(r'href="(/chart/vera/tasks/[^"/?]+)"', (await visitor.get("/chart/vera/tasks")).text)[0]


async def test_a_high_score_stands_in_the_inbox_with_its_time_and_leaves_it_when_it_is_done(
    astrid: httpx.AsyncClient, signed_in: SignIn
) -> None:
    dan = await signed_in("dan", "nurse")
    assert "Ingenting väntar" in (await astrid.get("/inbox")).text
    await dan.post("/chart/vera/vitals/write", data=SICK)
    page = (await astrid.get("/inbox")).text
    assert "NEWS2" in page
    assert "Vera Maria Åkesson" in page
    assert "inom 15 min" in page or "inom 14 min" in page
    assert (await astrid.get("/inbox/waiting")).json() == {"waiting": 1}
    home = re.search(r'action="(/chart/vera/tasks/[^"]+/done)"', page)[1]
    done = await astrid.post(home, data={"version": "1", "from": "inbox"})
    assert (done.status_code, done.headers["location"]) == (303, "/inbox")
    assert "NEWS2" not in (await astrid.get("/inbox")).text
    assert (await astrid.get("/inbox/waiting")).json() == {"waiting": 0}


async def test_what_is_late_says_so_in_words(astrid: httpx.AsyncClient, clock: SetClock) -> None:
    """Colour is never the only sign."""
    await asked(astrid)
    assert "inom 15 min" in (await astrid.get("/inbox")).text
    clock.instant += timedelta(minutes=14)
    assert "data-overdue>" not in (await astrid.get("/inbox")).text
    clock.instant += timedelta(minutes=6)
    page = (await astrid.get("/inbox")).text
    assert "data-overdue>försenad 5 min" in page


async def test_a_step_in_a_list_that_stays_open_is_told_and_the_list_is_asked_anew(astrid: httpx.AsyncClient) -> None:
    home = await asked(astrid)
    answer = await astrid.post(f"{home}/done", data={"version": "1", "stays": "yes"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.headers["HX-Trigger"] == "varda:changed"
    assert "Ring dottern" in answer.text
    assert home in answer.text, "the way back, if it was a slip"


async def test_every_step_is_on_the_page_of_the_task(astrid: httpx.AsyncClient) -> None:
    home = await asked(astrid)
    await astrid.post(f"{home}/take-on", data={"version": "1"})
    page = (await astrid.get(home)).text
    assert "hos Astrid Lund" in page
    assert "take-on" not in page
    refused = await astrid.post(f"{home}/decline", data={"version": "2", "text": " "})
    assert refused.status_code == 422
    assert "Skriv varför du avböjer." in refused.text
    await astrid.post(f"{home}/decline", data={"version": "2", "text": "Fel patient"})
    page = (await astrid.get(home)).text
    assert "Fel patient" in page
    assert "Be om den igen" in page
    assert "Tillbaka till mig" in (await astrid.get("/inbox")).text
    await astrid.post(f"{home}/ask-again", data={"version": "3"})
    await astrid.post(f"{home}/end", data={"version": "4"})
    assert "Ring dottern" not in (await astrid.get("/inbox")).text


async def test_what_was_typed_comes_back_with_what_is_wrong(astrid: httpx.AsyncClient) -> None:
    answer = await astrid.post("/chart/vera/tasks/write", data={"what": " ", "why": "Hon frågar", "when": "week"})
    assert answer.status_code == 422
    assert "Skriv vad som ska göras." in answer.text
    assert 'value="Hon frågar"' in answer.text
    assert re.search(r'value="week"\s+checked', answer.text)


@pytest.mark.parametrize("version", ["", "x", "-1", "٣", "9" * 30])
async def test_a_version_that_is_no_number_is_refused(astrid: httpx.AsyncClient, version: str) -> None:
    home = await asked(astrid)
    assert (await astrid.post(f"{home}/done", data={"version": version})).status_code == 400
    assert (await astrid.post(f"{home}/nothing", data={"version": "1"})).status_code == 404


async def test_an_earlier_version_of_the_page_changes_nothing(astrid: httpx.AsyncClient, signed_in: SignIn) -> None:
    home = await asked(astrid)
    dan = await signed_in("dan", "nurse")
    await dan.post(f"{home}/take-on", data={"version": "1"})
    assert (await astrid.post(f"{home}/done", data={"version": "1"})).status_code == 412
    assert "hos Dan" in (await astrid.get(home)).text


async def test_a_form_from_another_patients_window_is_refused_and_nothing_is_stored(astrid: httpx.AsyncClient) -> None:
    home = await asked(astrid)
    elsewhere = home.replace("/chart/vera/", "/chart/asa/")
    assert (await astrid.post(f"{elsewhere}/done", data={"version": "1"})).status_code == 404
    assert (await astrid.get(elsewhere)).status_code == 404
    assert "Ring dottern" in (await astrid.get("/inbox")).text


async def test_a_task_of_a_joined_record_is_read_and_ended_in_the_chart_of_the_person(
    astrid: httpx.AsyncClient, door: Door
) -> None:
    """Two records of one person are one chart: what stands in it can be done there, and in no other."""
    home = (await asked(astrid)).replace("/chart/vera/", "/chart/twin/")
    twin = world.patient("twin", "Vera", "Åkesson", "19500214-XA08")
    joined = twin | {"link": [{"type": "refer", "other": {"reference": "Patient/vera"}}]}
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.update(twin)
        stay = world.contact("twin-stay", "twin", "cardiology")
        await record.write([Wish("update", stay, owner=Owner(world.CARDIOLOGY, world.REGION))])
    assert (await astrid.get(home)).status_code == 404, "of somebody else until they are joined"
    assert (await astrid.post(f"{home}/done", data={"version": "1"})).status_code == 404
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.update(joined)
    assert f'href="{home}"' in (await astrid.get("/chart/twin/tasks")).text
    assert f'href="{home}"' in (await astrid.get("/chart/twin")).text
    assert f'action="{home}/done"' in (await astrid.get(home)).text
    assert (await astrid.post(f"{home}/done", data={"version": "1"})).headers["location"] == f"{home}?done=done"


async def test_a_role_without_tasks_has_no_way_to_them(signed_in: SignIn) -> None:
    """A2: what the catalogue does not give is neither offered nor answered."""
    dan = await signed_in("dan", "biomedical-scientist")
    assert "/inbox/unit" not in (await dan.get("/inbox")).text, "answers may wait, tasks do not"
    assert (await dan.get("/inbox/unit")).status_code == 403
    assert (await dan.get("/chart/vera/tasks")).status_code == 403
    assert (await dan.post("/chart/vera/tasks/write", data=ASK)).status_code == 403


async def test_what_a_page_asks_by_itself_never_keeps_a_browser_from_being_locked(
    astrid: httpx.AsyncClient, clock: SetClock
) -> None:
    """Nobody sits there; 15 minutes are 15 minutes."""
    for _ in range(5):
        clock.instant += timedelta(minutes=4)
        quiet = (await astrid.get("/inbox/waiting", headers={"X-Varda-Quiet": "yes"})).status_code
    assert quiet == 423


async def test_a_list_that_stays_open_logs_a_patient_once_and_who_is_new_when_shown(
    astrid: httpx.AsyncClient, door: Door, database: Database
) -> None:
    """RULES §3: a live list logs a patient when first shown, not at each refresh; a number is about nobody."""

    async def logged() -> list[set[int]]:
        rows = await database.all("select patients from audit.event where action = 'search' order by at, place")
        return [set(row["patients"]) for row in rows]

    piece = {"HX-Request": "true", "X-Varda-Quiet": "yes"}
    await asked(astrid)
    await astrid.get("/inbox")
    before = await logged()
    assert any({key("Patient/vera")} == one for one in before)
    for _ in range(3):
        assert "Ring dottern" in (await astrid.get("/inbox", headers=piece)).text
        assert (await astrid.get("/inbox/waiting", headers=piece)).json() == {"waiting": 1}
    assert await logged() == before
    async with door.opened(world.SYSTEM, "administration") as record:
        stay = world.contact("asa-here", "asa", "cardiology")
        await record.write([Wish("update", stay, owner=Owner(world.CARDIOLOGY, world.REGION))])
    await astrid.post("/chart/asa/tasks/write", data=ASK | {"what": "Ring Åsa"})
    assert "Ring Åsa" in (await astrid.get("/inbox", headers=piece)).text
    assert (await logged())[len(before) :] == [{key("Patient/asa")}]
    await astrid.get("/inbox/unit", headers=piece)
    assert {key("Patient/vera"), key("Patient/asa")} in (await logged())[len(before) + 1 :], "another list"
    known = await logged()
    await astrid.get("/inbox")
    assert {key("Patient/vera"), key("Patient/asa")} in (await logged())[len(known) :], "opened anew"
