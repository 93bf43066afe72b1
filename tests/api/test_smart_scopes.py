"""An app's scopes narrow what its user may do, in every way of asking, and never widen it."""

from dataclasses import replace

import httpx
import pytest

from tests.api.conftest import asking
from tests.api.resources import body, entry, issues
from tests.record.world import CARDIOLOGY, REGION, SYSTEM, fill, haemoglobin
from varda.access import scopes
from varda.access.people import People
from varda.access.session import Session
from varda.fhir.resource import dump
from varda.kernel.clock import WallClock
from varda.kernel.errors import Malformed
from varda.record import Door, Owner, Wish

pytestmark = pytest.mark.anyio

LABORATORY = [
    {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}
]

FORM = {"content-type": "application/x-www-form-urlencoded"}
KNOWN = dump(haemoglobin("vera", id_="hb-cardiology"))
CONDITION = {"resourceType": "Condition", "subject": {"reference": "Patient/vera"}}


@pytest.fixture
async def astrid(door: Door) -> Session:
    """A physician at cardiology, where Vera and Märta lie; each has a haemoglobin, Vera a laboratory one too."""
    await fill(door)
    märta = {"resourceType": "Patient", "id": "marta", "name": [{"family": "Ny"}], "birthDate": "1960-01-01"}
    stay = {
        "resourceType": "Encounter",
        "id": "marta-stay",
        "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": "Patient/marta"},
        "serviceProvider": {"reference": "Organization/cardiology"},
    }
    items = [
        märta,
        stay,
        haemoglobin("marta", id_="hb-marta"),
        haemoglobin("vera", id_="hb-laboratory", category=LABORATORY),
    ]
    async with door.opened(SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner(CARDIOLOGY, REGION)) for one in items])
    sessions = await People(door.database).sessions("SE9999999999-astrid", WallClock().now())
    return next(session for session in sessions if session.organization == "cardiology")


def through(session: Session, wanted: str, patient: str = "") -> Session:
    """The session of somebody who uses an app with these scopes."""
    return replace(session, app="an-app", grants=scopes.grants(wanted), launch=patient)


def ids(answer: httpx.Response) -> set[str]:
    return {one["resource"]["id"] for one in body(answer).get("entry", [])}


async def test_what_no_scope_names_is_refused_and_the_scope_is_said(door: Door, astrid: Session) -> None:
    async with asking(door, through(astrid, "user/Observation.s")) as http:
        assert ids(await http.get("Observation")) == {"hb-cardiology", "hb-laboratory", "hb-marta"}
        for ask, lacking in (
            (http.get("Encounter"), "user/Encounter.s"),
            (http.post("Encounter/_search", headers=FORM), "user/Encounter.s"),
            (http.get("Observation/hb-cardiology"), "user/Observation.r"),
            (http.get("Observation/hb-cardiology/_history"), "user/Observation.r"),
            (http.get("Observation/hb-cardiology/_history/1"), "user/Observation.r"),
            (http.get("Patient/vera/$everything"), "user/Patient.r"),
            (http.post("Observation", content=dump(haemoglobin("vera"))), "user/Observation.c"),
            (http.put("Observation/hb-cardiology", content=KNOWN), "user/Observation.u"),
            (http.put("Observation/new", content=dump(haemoglobin("vera", id_="new"))), "user/Observation.u"),
            (http.put("Condition?code=1", content=dump(CONDITION)), "user/Condition.s"),
        ):  # fmt: skip
            answer = await ask
            assert answer.status_code == 403, answer.text
            assert lacking in issues(answer)[0]["diagnostics"]


async def test_a_scope_gives_nothing_that_the_user_may_not(door: Door, astrid: Session) -> None:
    async with asking(door, through(astrid, "user/*.cruds")) as http:
        assert (await http.get("Patient/asa")).status_code == 404
        assert (await http.get("Observation/hb-surgery")).status_code == 404
        assert ids(await http.get("Observation?patient=vera")) == {"hb-cardiology", "hb-laboratory"}
        assert (await http.delete("Observation/hb-cardiology")).status_code == 405
        made = await http.post("Observation", content=dump(haemoglobin("asa")))
        assert made.status_code == 403


async def test_a_patients_scope_reaches_the_patient_of_the_launch_alone(door: Door, astrid: Session) -> None:
    async with asking(door, through(astrid, "patient/*.cruds", "vera")) as http:
        assert ids(await http.get("Observation?_total=accurate")) == {"hb-cardiology", "hb-laboratory"}
        assert body(await http.get("Observation?_total=accurate"))["total"] == 2
        assert body(await http.get("Patient?_summary=count"))["total"] == 1
        assert ids(await http.get("Patient")) == {"vera"}
        assert ids(await http.get("Patient?_has:Observation:patient:code=718-7")) == {"vera"}
        assert ids(await http.get("Observation?patient.birthdate=1960-01-01")) == set()
        assert "cardiology" in ids(await http.get("Organization"))
        for gone in (
            "Patient/marta",
            "Observation/hb-marta",
            "Observation/hb-marta/_history",
            "Patient/marta/$everything",
        ):
            assert (await http.get(gone)).status_code == 404, gone
        assert (await http.get("Observation/hb-cardiology/_history/1")).status_code == 200
        assert ids(await http.get("Patient/vera/$everything")) == {
            "vera",
            "vera-stay",
            "hb-cardiology",
            "hb-laboratory",
        }
        refused = await http.post("Observation", content=dump(haemoglobin("marta")))
        assert refused.status_code == 403
        assert (await http.post("Observation", content=dump(haemoglobin("vera")))).status_code == 201


async def test_includes_and_chains_meet_the_scopes_too(door: Door, astrid: Session) -> None:
    async with asking(door, through(astrid, "patient/Observation.rs user/Encounter.rs", "vera")) as http:
        assert ids(await http.get("Observation?_include=Observation:patient")) == {"hb-cardiology", "hb-laboratory"}
        assert ids(await http.get("Observation?patient.birthdate=1950-02-14")) == set()
        assert ids(await http.get("Encounter")) == {"vera-stay", "marta-stay"}
    async with asking(door, through(astrid, "user/Patient.rs patient/Observation.rs", "vera")) as http:
        assert ids(await http.get("Patient?_revinclude=Observation:patient")) == {
            "vera", "marta", "hb-cardiology", "hb-laboratory",
        }  # fmt: skip
        assert ids(await http.get("Patient?_has:Observation:patient:code=718-7")) == {"vera"}
        assert ids(await http.get("Patient/marta/$everything")) == {"marta"}


async def test_an_update_does_not_tell_an_app_whether_a_hidden_item_is_there(door: Door, astrid: Session) -> None:
    """A13 in docs/law.md: an update of nothing and of what is beyond the app's patient are refused alike."""
    said = []
    for id_ in ("hb-marta", "hb-nowhere"):
        async with asking(door, through(astrid, "patient/Observation.rs", "vera")) as http:
            answer = await http.put(f"Observation/{id_}", content=dump(haemoglobin("vera", id_=id_)))
            assert answer.status_code == 403, answer.text
            said.append(issues(answer)[0]["diagnostics"])
    assert said[0] == said[1]


@pytest.mark.parametrize("wanted", ["patient/Observation.rs", "patient/QuestionnaireResponse.u"])
async def test_an_update_tells_an_app_of_no_signed_form(door: Door, astrid: Session, wanted: str) -> None:
    """A13: what may be done to a form that is signed is said to nobody who may not write it at all."""
    filled = {"resourceType": "QuestionnaireResponse", "status": "completed", "subject": {"reference": "Patient/marta"}}
    async with door.opened(SYSTEM, "administration") as record:
        await record.write([Wish("update", filled | {"id": "signed"}, owner=Owner(CARDIOLOGY, REGION))])
    said = []
    for id_ in ("signed", "nowhere"):
        async with asking(door, through(astrid, wanted, "vera")) as http:
            answer = await http.put(f"QuestionnaireResponse/{id_}", content=dump(filled | {"id": id_}))
            assert answer.status_code == 403, answer.text
            said.append(issues(answer)[0]["diagnostics"])
    assert said[0] == said[1]


async def test_search_parameters_in_a_scope_narrow_reads_by_id_as_well(door: Door, astrid: Session) -> None:
    limited = through(astrid, "user/Observation.rs?category=laboratory user/Patient.rs")
    async with asking(door, limited) as http:
        assert ids(await http.get("Observation")) == {"hb-laboratory"}
        assert (await http.get("Observation/hb-laboratory")).status_code == 200
        assert (await http.get("Observation/hb-cardiology")).status_code == 404
        assert (await http.get("Observation/hb-cardiology/_history/1")).status_code == 404
        assert ids(await http.get("Patient/vera/$everything")) == {"vera", "hb-laboratory"}
        assert ids(await http.get("Patient?_id=vera&_revinclude=Observation:patient")) == {"vera", "hb-laboratory"}
    # A version from before the item came within the scope stays hidden.
    async with door.opened(SYSTEM, "administration") as record:
        await record.update(haemoglobin("vera", id_="hb-cardiology", category=LABORATORY))
    async with asking(door, limited) as http:
        assert (await http.get("Observation/hb-cardiology")).status_code == 200
        assert (await http.get("Observation/hb-cardiology/_history/1")).status_code == 404
        assert [
            e["resource"]["meta"]["versionId"]
            for e in body(await http.get("Observation/hb-cardiology/_history"))["entry"]
        ] == ["2"]


async def test_bundles_meet_the_scopes_entry_by_entry(door: Door, astrid: Session) -> None:
    async with asking(door, through(astrid, "user/Observation.cr")) as http:
        gets = [
            {"request": {"method": "GET", "url": url}}
            for url in ("Observation/hb-cardiology", "Patient/vera", "Observation?patient=vera")
        ]
        asked = {"resourceType": "Bundle", "type": "batch", "entry": [*gets, entry(haemoglobin("vera"))]}
        answer = body(await http.post("", content=dump(asked)))
        assert [one["response"]["status"][:3] for one in answer["entry"]] == ["200", "403", "403", "201"]
        both = {
            "resourceType": "Bundle",
            "type": "transaction",
            "entry": [entry(haemoglobin("vera")), entry(CONDITION)],
        }
        answer = await http.post("", content=dump(both))
        assert (answer.status_code, "user/Condition.c" in answer.text) == (403, True)
        once = await http.post(
            "Observation", content=dump(haemoglobin("vera")), headers={"if-none-exist": "code=718-7"}
        )
        assert "user/Observation.s" in once.text


def test_scopes_of_version_1_are_translated() -> None:
    assert scopes.translated("launch patient/*.read user/Observation.write user/Condition.*") == (
        "launch patient/*.rs user/Observation.cud user/Condition.cruds"
    )


@pytest.mark.parametrize(
    "wrong",
    ["patient/Observation", "patient/Observations.rs", "user/Observation.sr", "user/Observation.", "everything",
     "user/*.rs?code=1", "user/Observation.cruds?code=1", "user/Observation.rs?colour=red",
     "user/Observation.rs?patient.name=x", "user/Observation.rs?_include=Observation:patient",
     "user/Observation.rs?_sort=date"],
)  # fmt: skip
def test_what_is_no_scope_is_said(wrong: str) -> None:
    with pytest.raises(Malformed):
        scopes.understood(wrong)


def test_a_registration_covers_what_is_narrower() -> None:
    registered = "launch patient/*.rs user/Observation.cru"
    for wanted in (
        "patient/Observation.r",
        "patient/Observation.rs?category=laboratory",
        "user/Observation.ru",
        "launch",
    ):
        assert scopes.beyond(wanted, registered) == [], wanted
    for wanted in ("user/*.r", "user/Observation.d", "system/Observation.r", "offline_access", "user/Condition.r"):
        assert scopes.beyond(wanted, registered) == [wanted]
    assert scopes.beyond("user/Observation.rs", "user/Observation.rs?category=laboratory") == ["user/Observation.rs"]
