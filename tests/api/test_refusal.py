"""What a session may not see looks as if it were not there: in reads, searches, counts, includes and bundles (A13)."""

import httpx
import pytest

from tests.api.conftest import asking
from tests.api.resources import RESERVE, body, entry, haemoglobin, issues, patient, places, post, send
from tests.record import world as people_of
from tests.record.test_protected import LABEL, STREET
from tests.record.world import CARDIOLOGY, REGION, SYSTEM, fill
from tests.support.door import client
from varda.access.people import People
from varda.access.session import Session
from varda.fhir.resource import dump
from varda.kernel.clock import WallClock
from varda.record import Door, Owner, Wish

pytestmark = pytest.mark.anyio


@pytest.fixture
async def astrid(door: Door) -> Session:
    """A physician at cardiology, where Vera lies; Åsa lies at surgery."""
    await fill(door)
    people = People(door.database)
    sessions = await people.sessions("SE9999999999-astrid", WallClock().now())
    return next(session for session in sessions if session.organization == "cardiology")


async def test_a_relative_does_not_tell_where_a_protected_patient_lives(door: Door, astrid: Session) -> None:
    """A14: by no interaction, though the relative bears no label, and by no answer to a write."""
    owner = Owner(CARDIOLOGY, REGION)
    vera = people_of.patient("vera", "Vera Maria", "Åkesson", "19500214-XA07")
    son = {
        "resourceType": "RelatedPerson", "id": "son", "patient": {"reference": "Patient/vera"},
        "address": [{"line": [STREET]}], "telecom": [{"system": "phone", "value": "0500-123"}],
    }  # fmt: skip
    asked = (
        "RelatedPerson/son", "RelatedPerson/son/_history", "RelatedPerson/son/_history/1", "RelatedPerson?patient=vera",
        "RelatedPerson?address=Hemliga", "Patient?_id=vera&_revinclude=RelatedPerson:patient",
        "Patient/vera/$everything", "RelatedPerson?phone=0500-123",
    )  # fmt: skip
    for label, is_told in (({}, True), ({"meta": LABEL}, False)):
        async with door.opened(SYSTEM, "administration") as record:
            await record.write([Wish("update", son, owner=owner), Wish("update", vera | label)])
        async with asking(door, astrid) as http:
            answers = [await http.get(one) for one in asked]
            assert [one.status_code for one in answers] == [200] * len(asked)
            assert {STREET in one.text for one in answers} == {is_told}
            if not is_told:
                changed = await http.put("RelatedPerson/son", content=dump(son | {"gender": "male"}))
                assert (changed.status_code, STREET in changed.text) == (200, False)


async def test_a_refusal_looks_like_absence(door: Door, astrid: Session) -> None:
    async with asking(door, astrid) as http:
        assert (await http.get("Patient/vera")).status_code == 200
        for there, nowhere in (
            ("Patient/asa", "Patient/nobody"),
            ("Encounter/asa-stay", "Encounter/nobody"),
            ("Observation/hb-surgery", "Observation/nobody"),
            ("Patient/asa/_history", "Patient/nobody/_history"),
            ("Patient/asa/_history/1", "Patient/nobody/_history/1"),
            ("Patient/asa/$everything", "Patient/nobody/$everything"),
        ):
            refused, absent = await http.get(there), await http.get(nowhere)
            assert refused.status_code == absent.status_code == 404, there
            same = refused.text.replace(there.split("/")[1], "nobody")
            assert same == absent.text
            assert set(refused.headers) == set(absent.headers)


async def test_the_log_tells_refused_from_absent(door: Door, astrid: Session) -> None:
    async with asking(door, astrid) as http:
        refused, absent = await http.get("Patient/asa"), await http.get("Patient/nobody")
    said = {}
    for name, answer in (("refused", refused), ("absent", absent)):
        number = answer.headers["x-request-id"]
        row = await door.database.one("select outcome, actor from audit.event where request = $1", number)
        said[name] = (row["outcome"], row["actor"])
    assert said == {name: (name, "SE9999999999-astrid") for name in ("refused", "absent")}


async def test_searches_and_their_counts_do_not_leak(door: Door, astrid: Session) -> None:
    async with asking(door, astrid) as http:
        found = body(await http.get("Observation?patient=vera&_total=accurate"))
        assert ([e["resource"]["id"] for e in found["entry"]], found["total"]) == (["hb-cardiology"], 1)
        for asked in ("Observation?patient=asa", "Patient?family=Sjöö", "Encounter?_id=asa-stay", "Patient?_id=asa"):
            found = body(await http.get(f"{asked}&_total=accurate"))
            assert (found["total"], "entry" in found) == (0, False), asked
            assert body(await http.get(f"{asked}&_summary=count"))["total"] == 0
        chained = body(await http.get("Observation?patient.family=Sjöö&_total=accurate"))
        assert chained["total"] == 0
        included = body(await http.get("Patient?_id=vera&_revinclude=Observation:patient"))
        assert sorted(e["resource"]["id"] for e in included["entry"]) == ["hb-cardiology", "vera"]


async def test_everything_is_what_may_be_seen(door: Door, astrid: Session) -> None:
    async with asking(door, astrid) as http:
        found = body(await http.get("Patient/vera/$everything"))
    assert sorted(e["resource"]["id"] for e in found["entry"]) == ["hb-cardiology", "vera", "vera-stay"]


async def test_staff_erase_nothing(door: Door, astrid: Session) -> None:
    async with asking(door, astrid) as http:
        answer = await http.delete("Observation/hb-cardiology")
        assert answer.status_code == 405
        assert "entered-in-error" in issues(answer)[0]["diagnostics"]
        assert (await send(http, entry(None, "DELETE", "Observation/hb-cardiology"))).status_code == 405
        assert (await http.get("Observation/hb-cardiology")).status_code == 200


async def test_writing_about_a_patient_out_of_reach_is_refused(door: Door, astrid: Session) -> None:
    async with asking(door, astrid) as http:
        assert (await post(http, haemoglobin("Patient/vera"))).status_code == 201
        assert (await post(http, haemoglobin("Patient/asa"))).status_code == 403
        both = await send(http, entry(haemoglobin("Patient/vera")), entry(haemoglobin("Patient/asa")))
        assert both.status_code == 403
        alone = await send(http, entry(haemoglobin("Patient/vera")), entry(haemoglobin("Patient/asa")), kind="batch")
        assert [e["response"]["status"] for e in body(alone)["entry"]] == ["201", "403"]


async def test_a_patient_out_of_reach_is_not_registered_a_second_time(door: Door, astrid: Session) -> None:
    async with asking(door, astrid) as http:
        for condition in (f"identifier={RESERVE}|19610305-XB12", "identifier=19610305-XB12"):
            again = await post(http, patient(number="19610305-XB12"), **{"if-none-exist": condition})
            assert (again.status_code, issues(again)[0]["code"]) == (409, "duplicate"), condition
            assert "active choice" in issues(again)[0]["diagnostics"]
            assert "asa" not in again.text
        updated = await http.put(f"Patient?{condition}", content=dump(patient(number="19610305-XB12")))
        assert updated.status_code == 409
        bundled = await send(http, entry(patient(number="19610305-XB12"), ifNoneExist=condition))
        assert (bundled.status_code, places(bundled)) == (409, ["Bundle.entry[0]"])
        own = {"if-none-exist": f"identifier={RESERVE}|19500214-XA07"}
        assert (await post(http, patient(), **own)).status_code == 200
        new = {"if-none-exist": f"identifier={RESERVE}|19700101-XC01"}
        assert (await post(http, patient(number="19700101-XC01"), **new)).status_code == 201


async def test_a_client_has_the_scopes_it_was_given(door: Door, astrid: Session) -> None:
    async with asking(door, client(scopes=("read",))) as http:
        assert (await http.get("Patient/vera")).status_code == 200
        assert (await post(http, haemoglobin("Patient/vera"))).status_code == 403
        assert (await http.delete("Observation/hb-cardiology")).status_code == 403
    async with asking(door, client(scopes=("write",))) as http:
        assert (await http.get("Patient/vera")).status_code == 404
        answer: httpx.Response = await http.get("Patient?_summary=count")
        assert body(answer)["total"] == 0
