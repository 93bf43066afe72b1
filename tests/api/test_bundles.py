"""Transactions: all or nothing, every reference rewritten, the entry at fault named. And batches: each by itself."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from tests.api.conftest import BASE
from tests.api.resources import body, bundle, entry, haemoglobin, issues, patient, places, put, send
from varda.fhir.resource import dump
from varda.record import Door, bundles

pytestmark = pytest.mark.anyio

VERA = "urn:uuid:0b8e4e5e-0000-4000-8000-000000000001"
STAY = "urn:uuid:0b8e4e5e-0000-4000-8000-000000000002"
TROUBLE = "urn:uuid:0b8e4e5e-0000-4000-8000-000000000003"


def stay(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": VERA},
    } | more


def trouble(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "subject": {"reference": VERA}, "code": {"text": "cough"}} | more


async def stored(door: Door) -> int:
    return int((await door.database.one("select count(*) as n from store.version"))["n"])


async def read_all(http: httpx.AsyncClient, answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return [body(await http.get(e["response"]["location"])) for e in body(answer)["entry"]]


async def test_urn_references_are_rewritten_even_in_a_circle(http: httpx.AsyncClient) -> None:
    answer = await send(
        http,
        entry(stay(diagnosis=[{"condition": {"reference": TROUBLE}}]), fullUrl=STAY),
        entry(trouble(encounter={"reference": STAY}), fullUrl=TROUBLE),
        entry(patient(), fullUrl=VERA),
    )
    assert body(answer)["type"] == "transaction-response"
    encounter, condition, vera = await read_all(http, answer)
    assert encounter["subject"]["reference"] == condition["subject"]["reference"] == f"Patient/{vera['id']}"
    assert encounter["diagnosis"][0]["condition"]["reference"] == f"Condition/{condition['id']}"
    assert condition["encounter"]["reference"] == f"Encounter/{encounter['id']}"


async def test_references_are_rewritten_in_contained_extensions_and_narrative(http: httpx.AsyncClient) -> None:
    div = f'<div xmlns="http://www.w3.org/1999/xhtml"><a href="{VERA}">Vera</a></div>'
    answer = await send(
        http,
        entry(patient(), fullUrl=VERA),
        entry(
            trouble(
                text={"status": "generated", "div": div},
                contained=[{"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "x"},
                            "subject": {"reference": VERA}}],
                evidence=[{"detail": [{"reference": "#o"}]}],
                extension=[{"url": "https://varda.example/about", "valueReference": {"reference": VERA}},
                           {"url": "https://varda.example/at", "valueUri": VERA}],
                note=[{"text": VERA}],
            )
        ),
    )  # fmt: skip
    vera, condition = await read_all(http, answer)
    mine = f"Patient/{vera['id']}"
    assert condition["contained"][0]["subject"]["reference"] == mine
    assert condition["evidence"][0]["detail"][0]["reference"] == "#o"
    assert condition["extension"][0]["valueReference"]["reference"] == mine
    assert condition["extension"][1]["valueUri"] == mine
    assert f'href="{mine}"' in condition["text"]["div"]
    assert condition["note"][0]["text"] == VERA


async def test_a_bundle_whose_700th_entry_is_wrong_stores_nothing_and_names_it(
    http: httpx.AsyncClient, door: Door
) -> None:
    entries = [entry(patient("vera"), "PUT", "Patient/vera")]
    entries += [entry(haemoglobin(value=f"{n}.50")) for n in range(1, 1000)]
    entries[699]["resource"]["effectiveDateTime"] = "2024-02-30"
    answer = await send(http, *entries)
    assert answer.status_code == 422
    assert places(answer) == ["Bundle.entry[699].resource.effectiveDateTime"]
    assert await stored(door) == 0
    entries[699]["resource"]["effectiveDateTime"] = "2024-02-29"
    done = await send(http, *entries)
    assert [e["response"]["status"] for e in body(done)["entry"]] == ["201"] * 1000
    assert await stored(door) == 1000


async def test_an_old_version_in_one_entry_undoes_all_and_names_it(http: httpx.AsyncClient, door: Door) -> None:
    await put(http, patient("vera"))
    await put(http, patient("vera"))
    answer = await send(
        http,
        entry(haemoglobin()),
        entry(patient("vera", gender="other"), "PUT", "Patient/vera", ifMatch='W/"1"'),
    )
    assert answer.status_code == 412
    assert [re.match(r"Bundle\.entry\[1\]", place) is not None for place in places(answer)] == [True]
    assert await stored(door) == 2


async def test_the_order_is_delete_post_put_get_whatever_the_order_of_the_entries(http: httpx.AsyncClient) -> None:
    await put(http, patient("vera"))
    await put(http, haemoglobin(id_="old"))
    answer = await send(
        http,
        entry(None, "GET", "Observation/new"),
        entry(haemoglobin(id_="new"), "PUT", "Observation/new"),
        entry(haemoglobin()),
        entry(None, "DELETE", "Observation/old"),
    )
    assert [e["response"]["status"] for e in body(answer)["entry"]] == ["200", "201", "201", "204"]
    assert body(answer)["entry"][0]["resource"]["id"] == "new"
    assert body(answer)["entry"][0]["response"]["etag"] == 'W/"1"'
    assert (await http.get("Observation/old")).status_code == 410


async def test_reading_what_is_not_there_undoes_a_transaction(http: httpx.AsyncClient, door: Door) -> None:
    answer = await send(http, entry(patient()), entry(None, "GET", "Patient/never"))
    assert (answer.status_code, places(answer)) == (404, ["Bundle.entry[1]"])
    assert await stored(door) == 0


async def test_the_same_item_twice_is_an_error(http: httpx.AsyncClient, door: Door) -> None:
    twice = entry(patient("vera"), "PUT", "Patient/vera")
    answer = await send(http, twice, twice)
    assert answer.status_code == 422
    assert places(answer) == ["Bundle.entry[1].request.url"]
    assert await stored(door) == 0


async def test_a_reference_to_no_entry_is_an_error(http: httpx.AsyncClient, door: Door) -> None:
    answer = await send(http, entry(patient()), entry(stay()))
    assert (answer.status_code, places(answer)) == (422, ["Bundle.entry[1].resource.subject.reference"])
    assert await stored(door) == 0


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"resource": patient()}, "Bundle.entry[0].request"),
        (entry(patient(), url="Observation"), "Bundle.entry[0].resource"),
        (entry(patient(), url="Nonsense"), "Bundle.entry[0].request.url"),
        (entry(patient(), "PUT", "Patient"), "Bundle.entry[0].request.url"),
        (entry(patient("asa"), "PUT", "Patient/vera"), "Bundle.entry[0].resource.id"),
        (entry(patient(), "STEAL"), "Bundle.entry[0].request.method"),
        (entry(patient()) | {"favourite": "blue"}, "Bundle.entry[0].favourite"),
        (entry({"resourceType": "Binary", "contentType": "application/json-patch+json", "data": "W10="}, "PATCH",
               "Patient/vera"), "Bundle.entry[0]"),
    ],
)  # fmt: skip
async def test_what_an_entry_asks_must_make_sense(http: httpx.AsyncClient, wrong: dict[str, Any], place: str) -> None:
    answer = await send(http, wrong)
    assert answer.status_code == 422
    assert place in places(answer)


async def test_a_bundle_of_another_kind_is_refused(http: httpx.AsyncClient) -> None:
    assert (await http.post("", content=dump(bundle(kind="collection")))).status_code == 422
    assert (await http.post("", content=dump(patient()))).status_code == 422
    assert (await http.post("", content=b"{")).status_code == 400


async def test_more_entries_than_are_taken_are_refused(http: httpx.AsyncClient) -> None:
    filler = b'{"resource":{"resourceType":"Basic","code":{"text":"x"}},"request":{"method":"POST","url":"Basic"}}'
    entries = b",".join([filler] * (bundles.MOST_ENTRIES + 1))
    answer = await http.post("", content=b'{"resourceType":"Bundle","type":"transaction","entry":[%b]}' % entries)
    assert answer.status_code == 413
    assert str(bundles.MOST_ENTRIES) in issues(answer)[0]["diagnostics"]


async def test_an_empty_transaction_is_answered(http: httpx.AsyncClient) -> None:
    answer = await http.post("", content=b'{"resourceType":"Bundle","type":"transaction"}')
    assert body(answer) == {"resourceType": "Bundle", "type": "transaction-response"}


async def test_each_entry_of_a_batch_stands_alone(http: httpx.AsyncClient) -> None:
    answer = await send(
        http,
        entry(patient("vera"), "PUT", "Patient/vera"),
        entry(patient(birthDate="2024-02-30")),
        entry(haemoglobin()),
        entry(None, "GET", "Patient/never"),
        entry(None, "GET", "Patient/vera"),
        entry(None, "GET", "Patient/vera/_history"),
        entry(None, "DELETE", "Patient/never"),
        kind="batch",
    )
    found = body(answer)
    assert (answer.status_code, found["type"]) == (200, "batch-response")
    assert [e["response"]["status"] for e in found["entry"]] == ["201", "422", "201", "404", "200", "200", "204"]
    wrong = found["entry"][1]["response"]["outcome"]["issue"]
    assert [issue["expression"] for issue in wrong] == [["Bundle.entry[1].resource.birthDate"]]
    assert found["entry"][5]["resource"]["type"] == "history"
    assert found["entry"][0]["response"]["location"] == f"{BASE}/Patient/vera/_history/1"


async def test_what_was_stored_comes_back_only_when_preferred(http: httpx.AsyncClient) -> None:
    asked = dump(bundle(entry(patient())))
    plain = body(await http.post("", content=asked))["entry"][0]
    assert set(plain) == {"fullUrl", "response"}
    full = body(await http.post("", content=asked, headers={"prefer": "return=representation"}))["entry"][0]
    assert full["resource"]["resourceType"] == "Patient"
    said = body(await http.post("", content=asked, headers={"prefer": "return=OperationOutcome"}))["entry"][0]
    assert said["response"]["outcome"]["issue"][0]["severity"] == "information"


async def test_two_bundles_that_write_the_same_items_the_other_way_round_do_not_block_each_other(
    http: httpx.AsyncClient,
) -> None:
    items = [entry(patient(f"p{n}"), "PUT", f"Patient/p{n}") for n in range(60)]
    for _ in range(4):
        answers = await asyncio.gather(*(send(http, *order) for order in (items, items[::-1], items, items[::-1])))
        assert {answer.status_code for answer in answers} <= {200, 409}, [a.text[:300] for a in answers]
        assert any(answer.status_code == 200 for answer in answers)


async def test_two_clients_with_the_same_condition_create_one_item(http: httpx.AsyncClient) -> None:
    once = entry(patient(), ifNoneExist="identifier=19500214-XA07")
    answers = await asyncio.gather(*(send(http, once) for _ in range(6)))
    locations = {e["response"]["location"] for answer in answers for e in body(answer)["entry"]}
    assert len(locations) == 1
    assert sorted(e["response"]["status"] for a in answers for e in body(a)["entry"]) == ["200"] * 5 + ["201"]


async def test_what_a_bundle_may_get(http: httpx.AsyncClient) -> None:
    await put(http, patient("vera"))
    answer = await send(
        http,
        entry(None, "GET", f"{BASE}/Patient/vera?_elements=gender"),
        entry(None, "GET", "/Patient/vera", ifNoneMatch='W/"1"'),
        entry(None, "HEAD", "Patient/vera"),
        entry(None, "GET", "Patient/vera/$everything"),
        entry(None, "GET", "metadata"),
        entry(None, "GET", "https://elsewhere.example/Patient/vera"),
        entry(None, "GET", "/"),
        kind="batch",
    )
    found = body(answer)["entry"]
    assert [e["response"]["status"] for e in found] == ["200", "304", "200", "200", "404", "404", "405"]
    assert ["resource" in e for e in found[:4]] == [True, False, False, True]
    assert "name" not in found[0]["resource"]
