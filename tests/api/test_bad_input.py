"""What nobody should send: each is refused with every problem named, and nothing of it is stored."""

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.resources import body, haemoglobin, issues, patient, places, post, put
from varda.api import body as request_body
from varda.api.call import parameters
from varda.api.negotiation import preference, require_acceptable, require_json
from varda.fhir.resource import dump
from varda.kernel.errors import Fault
from varda.record import Door

pytestmark = pytest.mark.anyio

HEAD = b'{"resourceType":"Patient",'


async def stored(door: Door) -> int:
    return int((await door.database.one("select count(*) as n from store.version"))["n"])


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"   ", 400),
        (b"{", 400),
        (HEAD + b'"gender":"female"', 400),
        (HEAD + b'"gender":}', 400),
        (HEAD + b'"active":tru}', 400),
        (b"[]", 400),
        (b"null", 400),
        (b'"Patient"', 400),
        (b"{}", 400),
        (b'{"resourceType":17}', 400),
        (b'{"resourceType":"Observation","status":"final","code":{}}', 400),
        (b'\xff\xfe{"resourceType":"Patient"}', 400),
        (HEAD + b'"gender":"\xff"}', 400),
        (HEAD + b'"extension":' + b"[" * 100_000, 400),
        (HEAD + b'"active":1e999999}', 422),
        (HEAD + b'"name":[{"family":"a\\ud800b"}]}', 400),
        (HEAD + b'"name":[{"family":"a\\u0000b"}]}', 422),
        (HEAD + b'"name":[{"family":"a\\u0007b"}]}', 422),
        (HEAD + b'"name":[{"family":"a"}],"name":[{"family":"b"}]}', 422),
        (HEAD + b'"name":[{"family":"a","family":"b"}]}', 422),
        (HEAD + b'"name":"Vera"}', 422),
        (HEAD + b'"name":{"family":"Vera"}}', 422),
        (HEAD + b'"name":[{"family":["Vera"]}]}', 422),
        (HEAD + b'"name":[{"period":{"start":17}}]}', 422),
        (HEAD + b'"active":"true"}', 422),
        (HEAD + b'"favourite":"blue"}', 422),
        (HEAD + b'"name":[{"favourite":"blue"}]}', 422),
        (HEAD + b'"name":[]}', 422),
        (HEAD + b'"name":[{}]}', 422),
        (HEAD + b'"birthDate":"2024-02-30"}', 422),
        (HEAD + b'"birthDate":"2023-02-29"}', 422),
        (HEAD + b'"gender":"unsure"}', 422),
        (HEAD + b'"deceasedBoolean":true,"deceasedDateTime":"2024"}', 422),
    ],
)
async def test_a_body_that_is_wrong_is_refused(http: httpx.AsyncClient, door: Door, raw: bytes, status: int) -> None:
    answer = await http.post("Patient", content=raw)
    assert (answer.status_code, bool(issues(answer))) == (status, True)
    assert await stored(door) == 0


async def test_all_problems_are_told_at_once_with_their_places(http: httpx.AsyncClient) -> None:
    wrong = haemoglobin(
        subject="nobody special",
        status="guessed",
        effectiveDateTime="2024-02-30",
        component=[{"valueTime": "25:00:00"}],
    )
    answer = await post(http, wrong)
    assert answer.status_code == 422
    assert set(places(answer)) == {
        "Observation.subject.reference",
        "Observation.status",
        "Observation.effectiveDateTime",
        "Observation.component[0].valueTime",
        "Observation.component[0].code",
    }


@pytest.mark.parametrize("id_", ["x" * 65, "a_b", "a b", "å", "a%00b", "a'b", "a|b"])
async def test_an_illegal_id_is_refused(http: httpx.AsyncClient, id_: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        answer = await http.request(method, f"Patient/{id_}", content=dump(patient()))
        assert answer.status_code == 400, method
        assert "cannot be an id" in issues(answer)[0]["diagnostics"]


async def test_an_update_says_the_same_id_twice(http: httpx.AsyncClient, door: Door) -> None:
    for wrong in (patient(), patient("asa"), patient() | {"id": 17}):
        assert (await http.put("Patient/vera", content=dump(wrong))).status_code == 400
    assert await stored(door) == 0


async def test_a_body_of_another_type_than_the_address_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post("Observation", content=dump(patient()))
    assert (answer.status_code, "Patient" in issues(answer)[0]["diagnostics"]) == (400, True)


async def test_an_oversize_body_is_refused_before_it_has_come(door: Door, http: httpx.AsyncClient) -> None:
    taken = 0

    async def endless() -> Any:
        nonlocal taken
        while True:
            taken += 2**20
            yield b" " * 2**20

    answer = await http.post("Patient", content=endless())
    assert (answer.status_code, issues(answer)[0]["code"]) == (413, "too-long")
    assert "50 MB" in issues(answer)[0]["diagnostics"]
    assert taken <= request_body.LARGEST + 2 * 2**20


async def test_a_body_that_says_it_is_oversize_is_not_read(http: httpx.AsyncClient) -> None:
    async def never() -> Any:
        raise AssertionError("the body was read")
        yield b""

    said = {"content-length": str(request_body.LARGEST + 1)}
    assert (await http.post("Patient", content=never(), headers=said)).status_code == 413


async def test_of_two_that_update_the_same_version_one_is_told(http: httpx.AsyncClient) -> None:
    await put(http, patient("vera"))
    both = await asyncio.gather(*(put(http, patient("vera"), **{"if-match": 'W/"1"'}) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [200, 412]


async def test_of_many_that_create_the_same_id_every_one_is_a_version(http: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(put(http, patient("vera")) for _ in range(8)))
    done = [answer for answer in answers if answer.status_code in (200, 201)]
    assert all(answer.status_code == 409 for answer in answers if answer not in done)
    assert body(await http.get("Patient/vera/_history"))["total"] == len(done)


async def test_an_entry_may_not_point_into_another_patients_compartment(http: httpx.AsyncClient) -> None:
    await put(http, patient("vera"))
    await put(http, patient("asa", number="19610305-XB12"))
    await put(http, haemoglobin("Patient/asa", id_="of-asa"))
    strayed = await post(http, haemoglobin("Patient/vera", hasMember=[{"reference": "Observation/of-asa"}]))
    assert strayed.status_code == 422
    assert places(strayed) == ["Observation.hasMember[0]"]
    focus = await post(http, haemoglobin("Patient/vera", focus=[{"reference": "Patient/asa"}]))
    assert focus.status_code == 201
    linked = patient("vera", link=[{"other": {"reference": "Patient/asa"}, "type": "seealso"}])
    assert (await put(http, linked)).status_code == 200


async def test_an_entry_may_not_be_moved_to_another_patient(http: httpx.AsyncClient) -> None:
    await put(http, patient("vera"))
    await put(http, patient("asa", number="19610305-XB12"))
    await put(http, haemoglobin("Patient/vera", id_="hb"))
    assert (await put(http, haemoglobin("Patient/asa", id_="hb"))).status_code == 422


async def test_a_reference_to_what_is_absent_is_kept(http: httpx.AsyncClient, door: Door) -> None:
    await put(http, patient("vera"))
    made = await post(http, haemoglobin(encounter={"reference": "Encounter/never"}))
    assert made.status_code == 201
    rows = await door.database.all("select target from store.dangling")
    assert [row["target"] for row in rows] == ["Encounter/never"]


async def test_what_nobody_foresaw_tells_a_number_and_no_content(
    http: httpx.AsyncClient, door: Door, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(*_: Any, **__: Any) -> Any:
        raise KeyError("Vera Åkesson")

    monkeypatch.setattr(door.reads, "one", broken)
    answer = await http.get("Patient/vera")
    (issue,) = issues(answer)
    assert (answer.status_code, issue["code"]) == (500, "exception")
    assert answer.headers["x-request-id"] in issue["diagnostics"]
    said = capsys.readouterr()
    assert answer.headers["x-request-id"] in said.out + said.err
    assert "Vera" not in answer.text + said.out + said.err


@given(text=st.text(), other=st.text())
def test_no_header_or_address_breaks_its_reader(text: str, other: str) -> None:
    for read in (preference, require_json, lambda t: require_acceptable(t, other), parameters):
        status = 200
        try:
            read(text)
        except Fault as fault:
            status = fault.status
        assert status in (200, 400, 406, 415)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(raw=st.binary(max_size=300) | st.binary(max_size=60).map(lambda rest: HEAD + rest))
async def test_no_bytes_break_the_server(http: httpx.AsyncClient, raw: bytes) -> None:
    assert (await http.post("Patient", content=raw)).status_code in (201, 400, 422)
