"""Create, read, vread, update, delete and history, as the specification tells them (http://hl7.org/fhir/R4/http.html)."""

import asyncio
from email.utils import parsedate_to_datetime

import httpx
import pytest

from tests.api.conftest import BASE
from tests.api.resources import body, haemoglobin, issues, patient, post, put
from varda.record import Door

pytestmark = pytest.mark.anyio


async def test_what_is_created_can_be_read_where_it_is_said_to_be(http: httpx.AsyncClient) -> None:
    made = await post(http, patient(id_="mine"))
    assert made.status_code == 201
    id_ = body(made)["id"]
    assert id_ != "mine"
    assert made.headers["location"] == f"{BASE}/Patient/{id_}/_history/1"
    assert made.headers["etag"] == 'W/"1"'
    found = await http.get(f"Patient/{id_}")
    assert found.status_code == 200
    assert found.content == made.content
    assert found.headers["content-type"] == "application/fhir+json; charset=utf-8"
    assert parsedate_to_datetime(found.headers["last-modified"]).tzinfo is not None
    assert (await http.get(made.headers["location"])).content == made.content


async def test_a_decimal_keeps_its_written_precision(http: httpx.AsyncClient) -> None:
    await put(http, patient("vera"))
    made = await post(http, haemoglobin(value="72.50"))
    found = await http.get(f"Observation/{body(made)['id']}")
    assert b'"value":72.50' in found.content


async def test_an_update_makes_a_version_and_keeps_the_old_one(http: httpx.AsyncClient) -> None:
    first = await put(http, patient("vera"))
    second = await put(http, patient("vera", gender="other"))
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.headers["location"] == f"{BASE}/Patient/vera/_history/2"
    assert body(await http.get("Patient/vera"))["gender"] == "other"
    old = await http.get("Patient/vera/_history/1")
    assert (old.headers["etag"], body(old)["gender"]) == ('W/"1"', "female")


async def test_what_is_deleted_is_gone_but_its_history_remains(http: httpx.AsyncClient) -> None:
    await put(http, patient("vera"))
    assert (await http.delete("Patient/vera")).status_code == 204
    gone = await http.get("Patient/vera")
    assert (gone.status_code, issues(gone)[0]["code"]) == (410, "deleted")
    assert (await http.get("Patient/vera/_history/1")).status_code == 200
    assert (await http.get("Patient/vera/_history/2")).status_code == 410


async def test_deleting_twice_is_no_error_and_adds_nothing(http: httpx.AsyncClient) -> None:
    await put(http, patient("vera"))
    for _ in range(2):
        assert (await http.delete("Patient/vera")).status_code == 204
    assert (await http.delete("Patient/never")).status_code == 204
    assert body(await http.get("Patient/vera/_history"))["total"] == 2


async def test_what_was_deleted_can_be_written_again(http: httpx.AsyncClient) -> None:
    await put(http, patient("vera"))
    await http.delete("Patient/vera")
    again = await put(http, patient("vera"))
    assert again.headers["etag"] == 'W/"3"'
    assert (await http.get("Patient/vera")).status_code == 200


async def test_history_tells_every_version_newest_first(http: httpx.AsyncClient) -> None:
    await put(http, patient("vera"))
    await put(http, patient("vera", gender="other"))
    await http.delete("Patient/vera")
    found = body(await http.get("Patient/vera/_history"))
    assert (found["type"], found["total"]) == ("history", 3)
    told = [(e["request"]["method"], e["response"]["etag"], "resource" in e) for e in found["entry"]]
    assert told == [("DELETE", 'W/"3"', False), ("PUT", 'W/"2"', True), ("PUT", 'W/"1"', True)]
    assert {e["fullUrl"] for e in found["entry"]} == {f"{BASE}/Patient/vera"}


async def test_history_comes_in_pages_and_since_an_instant(http: httpx.AsyncClient) -> None:
    times = []
    for gender in ("female", "other", "unknown"):
        times.append(body(await put(http, patient("vera", gender=gender)))["meta"]["lastUpdated"])
    url, seen = "Patient/vera/_history?_count=2", []
    while url:
        page = body(await http.get(url))
        seen.append([e["resource"]["meta"]["versionId"] for e in page["entry"]])
        url = next((link["url"] for link in page["link"] if link["relation"] == "next"), "")
    assert seen == [["3", "2"], ["1"]]
    since = body(await http.get("Patient/vera/_history", params={"_since": times[2]}))
    assert [e["resource"]["gender"] for e in since["entry"]] == ["unknown"]
    assert (await http.get("Patient/vera/_history?_count=many")).status_code == 400
    assert (await http.get("Patient/vera/_history?name=x")).status_code == 400


async def test_a_history_of_more_than_a_thousand_versions_is_read_to_its_end(
    http: httpx.AsyncClient, door: Door
) -> None:
    await put(http, patient("vera"))
    # Written past the door: a thousand updates through it would take the test half a minute.
    await door.database.run(
        """insert into store.version
               (compartment, item, version, type, id, at, dated, dated_until, deleted, provider, unit, withheld, author,
                body)
           select compartment, item, n, type, id, at, dated, dated_until, deleted, provider, unit, withheld, author,
                  body
           from store.version, generate_series(2, 1500) n"""
    )
    url, seen, totals = "Patient/vera/_history?_count=5000", [], set()
    while url:
        page = body(await http.get(url))
        seen += [int(e["response"]["etag"][3:-1]) for e in page["entry"]]
        totals.add(page["total"])
        url = next((link["url"] for link in page["link"] if link["relation"] == "next"), "")
    assert seen == list(range(1500, 0, -1))
    assert totals == {1500}
    for wrong in ("²", "-1", "1e3", "9" * 30, "x.y"):
        assert (await http.get("Patient/vera/_history", params={"_page": wrong})).status_code == 400, wrong


async def test_creates_that_come_together_are_each_answered_for_itself(http: httpx.AsyncClient, door: Door) -> None:
    await put(http, patient("vera"))
    wanted = [haemoglobin(value=f"{n}.50") for n in range(20)]
    wanted[3]["status"] = "wrong"
    wanted[7]["subject"] = {"reference": "Patient/vera", "display": 7}
    answers = await asyncio.gather(*(post(http, one) for one in wanted))
    assert [answer.status_code for answer in answers] == [422 if n in (3, 7) else 201 for n in range(20)]
    for answer in (answers[0], answers[19]):
        assert answer.headers["etag"] == 'W/"1"'
        assert (await http.get(answer.headers["location"])).content == answer.content
    commits = await door.database.all("select distinct xmin::text from store.version")
    assert len(commits) < 15  # one for each would be 19
    numbers = [answer.headers["x-request-id"] for answer in answers if answer.status_code == 201]
    rows = await door.database.all("select 1 from audit.event where request = any($1::text[])", numbers)
    assert len(rows) == 18


async def test_head_is_a_read_without_the_body(http: httpx.AsyncClient) -> None:
    await put(http, patient("vera"))
    found, bare = await http.get("Patient/vera"), await http.head("Patient/vera")
    assert (bare.status_code, bare.content) == (200, b"")
    assert bare.headers["content-length"] == str(len(found.content))


async def test_what_is_not_there_says_so(http: httpx.AsyncClient) -> None:
    for address in ("Patient/never", "Patient/never/_history/1", "Patient/never/_history"):
        absent = await http.get(address)
        assert (absent.status_code, issues(absent)[0]["code"]) == (404, "not-found"), address
    await put(http, patient("vera"))
    assert (await http.get("Patient/vera/_history/9")).status_code == 404
    assert (await http.get("Patient/vera/_history/first")).status_code == 404


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "Patients/vera", 404),
        ("POST", "patient", 404),
        ("GET", "Patient/vera/extra/more", 404),
        ("GET", "Patient/vera/$unheard-of", 404),
        ("GET", "_history", 404),
        ("POST", "Patient/vera", 405),
        ("PATCH", "Patient/vera", 405),
        ("DELETE", "", 405),
        ("POST", "metadata", 405),
    ],
)
async def test_an_address_that_is_none_says_so(http: httpx.AsyncClient, method: str, address: str, status: int) -> None:
    answer = await http.request(method, address, content=b"{}")
    assert answer.status_code == status
    assert issues(answer)
    assert ("allow" in answer.headers) == (status == 405)
