"""The access log over HTTP: AuditEvents for who reviews, and each citizen's own."""

import httpx
import pytest

from tests.api.conftest import asking
from tests.record import world
from tests.support.door import client
from varda.access.session import Session
from varda.fhir import validate
from varda.record import Door

pytestmark = pytest.mark.anyio

ARCHIVE = client(actor="archive", scopes=("review-log",))
CITIZEN = Session(kind="citizen", actor=f"{world.RESERVE}|19500214-XA07", name="Vera")


@pytest.fixture
async def read(http: httpx.AsyncClient) -> None:
    for id_, number in (("vera", "19500214-XA07"), ("asa", "19610305-XB12")):
        person = world.patient(id_, id_, id_, number)
        assert (await http.put(f"Patient/{id_}", json=person)).status_code == 201
        await http.get(f"Patient/{id_}")


@pytest.mark.usefixtures("read")
async def test_audit_events_of_a_patient_are_found_by_date_and_valid(door: Door) -> None:
    async with asking(door, ARCHIVE) as http:
        answer = await http.get("AuditEvent", params={"patient": "Patient/vera", "date": "ge2020", "_count": "1"})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        (entry,) = page["entry"]
        validate.check(entry["resource"])
        assert entry["resource"]["entity"][0]["what"]["reference"] == "Patient/vera"
        following = next(link["url"] for link in page["link"] if link["relation"] == "next")
        second = (await http.get(following)).json()["entry"][0]["resource"]
        assert {entry["resource"]["action"], second["action"]} == {"R", "C"}
        for date in ("lt2020", "2020-01", "gt2999"):
            none = await http.get("AuditEvent", params={"patient": "vera", "date": date})
            assert "entry" not in none.json()


@pytest.mark.usefixtures("read")
async def test_a_citizen_reads_the_own_log_and_no_other(door: Door) -> None:
    async with asking(door, CITIZEN) as http:
        answer = await http.get("Patient/vera/$access-log")
        assert answer.status_code == 200, answer.text
        for entry in answer.json()["entry"]:
            validate.check(entry["resource"])
            assert "who" not in entry["resource"]["agent"][0]
            assert entry["resource"]["entity"][0]["what"]["reference"] == "Patient/vera"
        assert (await http.get("Patient/asa/$access-log")).status_code == 403
        assert (await http.get("AuditEvent", params={"patient": "asa"})).status_code == 403


@pytest.mark.usefixtures("read")
async def test_who_may_not_review_is_refused_and_told_why(door: Door, http: httpx.AsyncClient) -> None:
    answer = await http.get("AuditEvent", params={"patient": "vera"})
    assert answer.status_code == 403
    assert "right to review" in answer.text
    assert (await http.get("Patient/vera/$access-log")).status_code == 403


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ({}, "patient="),
        ({"date": "yesterday"}, "ge2026-01-31"),
        ({"date": "zz2026"}, "eq, ge, gt, le and lt"),
        ({"patient": "vera", "_page": "x"}, "not a page"),
        ({"patient": "vera", "altid": "7"}, "no parameter altid"),
        ({"patient": "vera", "_count": "0"}, "above 0"),
        ({"patient": "å"}, "cannot be an id"),
    ],
)
async def test_a_question_that_cannot_be_understood_is_told(door: Door, question: dict[str, str], told: str) -> None:
    async with asking(door, ARCHIVE) as http:
        answer = await http.get("AuditEvent", params=question)
    assert answer.status_code == 400
    assert told in answer.text
