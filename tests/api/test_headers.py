"""The headers that FHIR gives a meaning, and those that every answer carries."""

import gzip

import httpx
import pytest

from tests.api.conftest import asking
from tests.api.resources import body, haemoglobin, issues, patient, post, put
from tests.support.door import token
from varda.access.tickets import Tickets
from varda.api import Fhir
from varda.api import body as request_body
from varda.fhir.resource import dump
from varda.record import Door

pytestmark = pytest.mark.anyio


async def test_a_version_that_the_caller_has_is_not_sent_again(http: httpx.AsyncClient) -> None:
    tag = (await put(http, patient("vera"))).headers["etag"]
    for known in (tag, f'W/"9", {tag}', "*"):
        same = await http.get("Patient/vera", headers={"if-none-match": known})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag), known
    assert (await http.get("Patient/vera", headers={"if-none-match": 'W/"9"'})).status_code == 200


async def test_an_update_based_on_an_old_version_is_refused(http: httpx.AsyncClient) -> None:
    await put(http, patient("vera"))
    await put(http, patient("vera", gender="other"), **{"if-match": 'W/"1"'})
    stale = await put(http, patient("vera", gender="male"), **{"if-match": 'W/"1"'})
    assert stale.status_code == 412
    assert "version 1" in issues(stale)[0]["diagnostics"]
    assert body(await http.get("Patient/vera"))["gender"] == "other"
    assert (await http.delete("Patient/vera", headers={"if-match": 'W/"1"'})).status_code == 412
    assert (await put(http, patient("never"), **{"if-match": 'W/"1"'})).status_code == 412
    assert (await put(http, patient("vera"), **{"if-match": "newest"})).status_code == 400


@pytest.mark.parametrize(
    ("preferred", "expected"),
    [("return=minimal", None), ("return=representation", "Patient"), ("return=OperationOutcome", "OperationOutcome")],
)
async def test_what_comes_back_from_a_write_is_as_preferred(
    http: httpx.AsyncClient, preferred: str, expected: str | None
) -> None:
    made = await post(http, patient(), prefer=preferred)
    assert made.status_code == 201
    assert made.headers["location"]
    assert (body(made)["resourceType"] if made.content else None) == expected


@pytest.mark.parametrize(
    ("accept", "format_", "status"),
    [
        ("application/fhir+json", "", 200),
        ("application/fhir+json; fhirVersion=4.0", "", 200),
        ("application/json;q=0.9, text/html", "", 200),
        ("text/html, */*;q=0.1", "", 200),
        ("", "json", 200),
        ("application/fhir+xml", "json", 200),
        ("application/fhir+json", "application/fhir+json", 200),
        ("application/fhir+xml", "", 406),
        ("application/fhir+json;q=0", "", 406),
        ("application/fhir+json; fhirVersion=3.0", "", 406),
        ("application/fhir+json", "xml", 406),
        ("application/fhir+json", "ttl", 406),
    ],
)
async def test_only_json_is_spoken(http: httpx.AsyncClient, accept: str, format_: str, status: int) -> None:
    await put(http, patient("vera"))
    asked = {"_format": format_} if format_ else {}
    assert (await http.get("Patient/vera", params=asked, headers={"accept": accept})).status_code == status


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/fhir+json", 201),
        ("application/json; charset=UTF-8", 201),
        ("application/json+fhir", 201),
        ("application/fhir+xml", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/fhir+json; charset=latin-1", 415),
        ("application/fhir+json; fhirVersion=5.0", 415),
    ],
)
async def test_a_body_says_what_it_is(http: httpx.AsyncClient, content_type: str, status: int) -> None:
    assert (await post(http, patient(), **{"content-type": content_type})).status_code == status


async def test_a_packed_body_is_unpacked(http: httpx.AsyncClient) -> None:
    packed = gzip.compress(dump(patient()))
    made = await http.post("Patient", content=packed, headers={"content-encoding": "gzip"})
    assert made.status_code == 201
    cut = await http.post("Patient", content=packed[:-9], headers={"content-encoding": "gzip"})
    assert cut.status_code == 400
    assert (await http.post("Patient", content=b"x", headers={"content-encoding": "gzip"})).status_code == 400
    assert (await http.post("Patient", content=b"x", headers={"content-encoding": "br"})).status_code == 415


async def test_a_small_body_that_unpacks_to_a_large_one_is_refused(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_body, "LARGEST", 2**16)
    packed = gzip.compress(b" " * 2**20)
    assert (await http.post("Patient", content=packed, headers={"content-encoding": "gzip"})).status_code == 413


async def test_part_of_a_resource_is_marked_as_part(http: httpx.AsyncClient) -> None:
    await put(
        http, patient("vera", text={"status": "empty", "div": '<div xmlns="http://www.w3.org/1999/xhtml">V</div>'})
    )
    part = body(await http.get("Patient/vera?_elements=birthDate,gender"))
    assert set(part) == {"resourceType", "id", "meta", "birthDate", "gender"}
    assert part["meta"]["tag"][0]["code"] == "SUBSETTED"
    assert "text" not in body(await http.get("Patient/vera?_summary=data"))
    assert "name" not in body(await http.get("Patient/vera?_summary=text"))
    assert "tag" not in body(await http.get("Patient/vera?_summary=false"))["meta"]
    assert (await http.get("Patient/vera?_summary=most")).status_code == 400


async def test_every_answer_has_a_number_of_its_own_that_is_in_the_log(http: httpx.AsyncClient, door: Door) -> None:
    answers = [await put(http, patient("vera")), await http.get("Patient/vera"), await http.get("Patient/never")]
    numbers = [answer.headers["x-request-id"] for answer in answers]
    assert len(set(numbers)) == 3
    rows = await door.database.all("select request, outcome from audit.event where request = any($1::text[])", numbers)
    assert {row["request"]: row["outcome"] for row in rows} == dict(
        zip(numbers, ("done", "given", "absent"), strict=True)
    )


async def test_without_a_token_there_is_only_the_capability_statement(door: Door) -> None:
    async with asking(door, None) as stranger:
        for method, address in (("GET", "Patient/vera"), ("POST", "Patient"), ("POST", ""), ("GET", "Patient")):
            answer = await stranger.request(method, address, content=b"{}")
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="Varda"')
            assert issues(answer)[0]["code"] == "login"
        assert (await stranger.get("metadata")).status_code == 200
        wrong = await stranger.get("Patient/vera", headers={"authorization": "Bearer no-such-token"})
        assert wrong.status_code == 401
        cookie = await stranger.get("Patient/vera", headers={"cookie": "varda=anything"})
        assert cookie.status_code == 401


async def test_links_go_to_the_address_that_the_world_knows(door: Door) -> None:
    transport = httpx.ASGITransport(Fhir(door, Tickets(door.database), build="1", address="https://varda.example/"))
    headers = {"authorization": f"Bearer {await token(door)}", "host": "evil.example/x"}
    async with httpx.AsyncClient(transport=transport, base_url="http://10.0.0.7/fhir/", headers=headers) as behind:
        made = await put(behind, patient("vera"))
        assert made.headers["location"] == "https://varda.example/fhir/Patient/vera/_history/1"


async def test_a_host_that_is_none_is_not_repeated(http: httpx.AsyncClient) -> None:
    made = await put(http, patient("vera"), host='evil.example/"<script>')
    assert made.headers["location"] == "http://varda.test/fhir/Patient/vera/_history/1"


async def test_a_resource_can_be_read_with_lines(http: httpx.AsyncClient) -> None:
    await put(http, haemoglobin("Patient/vera", id_="hb"))
    found = await http.get("Observation/hb?_pretty=true")
    assert b'\n  "status": "final"' in found.content
    assert b'"value": 72.50' in found.content
