"""Search over HTTP: the question, the links, what is included, and what an unknown parameter does."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.api.conftest import BASE
from tests.api.resources import RESERVE, body, entry, haemoglobin, issues, patient, places, post, put, send
from varda.fhir import validate
from varda.fhir.resource import dump
from varda.record import Door

pytestmark = pytest.mark.anyio


@pytest.fixture
async def filled(http: httpx.AsyncClient) -> httpx.AsyncClient:
    """Vera with five measurements, Åsa with one."""
    await put(http, patient("vera"))
    await put(http, patient("asa", number="19610305-XB12"))
    for n in range(5):
        await put(http, haemoglobin(id_=f"vera-{n}", value=f"{70 + n}.50", effectiveDateTime=f"2026-02-0{n + 1}"))
    await put(http, haemoglobin("Patient/asa", id_="asa-0"))
    return http


def link(found: dict[str, Any], relation: str) -> str:
    return next((one["url"] for one in found["link"] if one["relation"] == relation), "")


def ids(found: dict[str, Any], mode: str = "match") -> list[str]:
    return [e["resource"]["id"] for e in found.get("entry", ()) if e["search"]["mode"] == mode]


async def test_a_search_finds_what_matches(filled: httpx.AsyncClient) -> None:
    found = body(await filled.get("Observation", params={"patient": "vera", "code": "http://loinc.org|718-7"}))
    assert (found["resourceType"], found["type"]) == ("Bundle", "searchset")
    assert sorted(ids(found)) == [f"vera-{n}" for n in range(5)]
    assert found["entry"][0]["fullUrl"].startswith(f"{BASE}/Observation/vera-")
    assert "total" not in found
    assert b'"value":72.50' in (await filled.get("Observation?date=2026-02-03")).content


async def test_a_search_by_post_is_the_same_search(filled: httpx.AsyncClient) -> None:
    asked = {"patient": "Patient/vera", "_count": "2"}
    form = {"content-type": "application/x-www-form-urlencoded"}
    posted = body(await filled.post("Observation/_search", data=asked, headers=form))
    assert ids(posted) == ids(body(await filled.get("Observation", params=asked)))
    assert (await filled.post("Observation/_search", content=b"{}")).status_code == 415


async def test_pages_follow_each_other_and_do_not_shift(filled: httpx.AsyncClient) -> None:
    page = body(await filled.get("Observation?patient=vera&_count=2&_sort=date"))
    seen = [ids(page)]
    await put(filled, haemoglobin(id_="vera-new", effectiveDateTime="2026-01-01"))
    while link(page, "next"):
        page = body(await filled.get(link(page, "next")))
        seen.append(ids(page))
    assert seen == [["vera-0", "vera-1"], ["vera-2", "vera-3"], ["vera-4"]]
    assert (await filled.get("Observation?patient=vera&_page=nonsense")).status_code == 400


async def test_the_self_link_lists_what_was_used(filled: httpx.AsyncClient) -> None:
    asked = "Observation?patient=vera&favourite=blue&_count=2&_format=json"
    strict = await filled.get(asked)
    assert (strict.status_code, "favourite" in issues(strict)[0]["diagnostics"]) == (400, True)
    lenient = await filled.get(asked, headers={"prefer": "handling=lenient"})
    assert lenient.status_code == 200
    found = body(lenient)
    used = dict(parse_qsl(urlsplit(link(found, "self")).query))
    assert used == {"patient": "vera", "_count": "2", "_format": "json"}
    (remark,) = [e["resource"] for e in found["entry"] if e["search"]["mode"] == "outcome"]
    assert "favourite" in remark["issue"][0]["diagnostics"]
    assert remark["issue"][0]["severity"] == "warning"


async def test_every_problem_of_a_question_is_told(filled: httpx.AsyncClient) -> None:
    answer = await filled.get("Observation?date=yesterday&favourite=blue&_count=many")
    assert (answer.status_code, len(issues(answer))) == (400, 3)


async def test_a_total_is_told_when_it_is_asked_for(filled: httpx.AsyncClient) -> None:
    assert body(await filled.get("Observation?patient=vera&_total=accurate&_count=1"))["total"] == 5
    counted = body(await filled.get("Observation?patient=vera&_summary=count"))
    assert (counted["total"], "entry" in counted) == (5, False)


async def test_includes_are_marked_as_such(filled: httpx.AsyncClient) -> None:
    found = body(await filled.get("Observation?_id=vera-0&_include=Observation:patient"))
    assert (ids(found), ids(found, "include")) == (["vera-0"], ["vera"])
    back = body(await filled.get("Patient?_id=asa&_revinclude=Observation:patient"))
    assert (ids(back), ids(back, "include")) == (["asa"], ["asa-0"])


async def test_part_of_each_match_when_part_is_asked_for(filled: httpx.AsyncClient) -> None:
    found = body(await filled.get("Observation?_id=vera-0&_elements=subject"))
    (part,) = [e["resource"] for e in found["entry"]]
    assert set(part) == {"resourceType", "id", "meta", "status", "code", "subject"}
    assert part["meta"]["tag"][0]["code"] == "SUBSETTED"


async def test_everything_about_a_patient_and_of_nobody_else(filled: httpx.AsyncClient) -> None:
    found = body(await filled.get("Patient/vera/$everything"))
    assert sorted(ids(found)) == ["vera", *(f"vera-{n}" for n in range(5))]
    url, seen = "Patient/vera/$everything?_count=2", []
    while url:
        page = body(await filled.get(url))
        seen += ids(page)
        url = link(page, "next")
    assert sorted(seen) == sorted(ids(found))
    assert len(set(seen)) == len(seen)
    assert (await filled.get("Patient/never/$everything")).status_code == 404
    assert (await filled.get("Patient/vera/$everything?favourite=blue")).status_code == 400


async def test_everything_of_some_types_or_since_an_instant(filled: httpx.AsyncClient) -> None:
    found = body(await filled.get("Patient/vera/$everything?_type=Observation,Condition&_count=2"))
    assert {e["resource"]["resourceType"] for e in found["entry"]} == {"Observation"}
    assert "_type=Observation,Condition" in link(found, "next")
    at = body(await put(filled, haemoglobin(id_="vera-0", value="1.50")))["meta"]["lastUpdated"]
    since = body(await filled.get("Patient/vera/$everything", params={"_since": at, "_type": "Observation"}))
    assert ids(since) == ["vera-0"]
    asked = {"resourceType": "Parameters", "parameter": [{"name": "_type", "valueCode": "Patient"}]}
    posted = body(await filled.post("Patient/vera/$everything", content=dump(asked)))
    assert ids(posted) == ["vera"]
    assert len(ids(body(await filled.post("Patient/vera/$everything")))) == 6


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("_page", "²"), ("_page", "9" * 19), ("_page", "9" * 400), ("_page", "-1"), ("_page", "x"),
        ("_count", "²"), ("_count", "0"), ("_count", "9" * 10), ("_type", "Observations"), ("_type", "patient"),
        ("_since", "yesterday"), ("_since", "2024-02-30T00:00:00Z"), ("start", "2024"),
    ],
)  # fmt: skip
async def test_a_wrong_parameter_of_everything_is_said(filled: httpx.AsyncClient, name: str, value: str) -> None:
    answer = await filled.get("Patient/vera/$everything", params={name: value})
    assert answer.status_code == 400, answer.text
    assert issues(answer)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"resourceType": "Patient"}, 400),
        ({"resourceType": "Parameters", "parameter": [{"name": "start", "valueDate": "2024-01-01"}]}, 400),
        ({"resourceType": "Parameters", "parameter": [{"valueCode": "Patient"}]}, 422),
    ],
)
async def test_wrong_parameters_in_a_body_are_said(
    filled: httpx.AsyncClient, asked: dict[str, Any], status: int
) -> None:
    answer = await filled.post("Patient/vera/$everything", content=dump(asked))
    assert answer.status_code == status, answer.text
    assert issues(answer)


async def test_this_servers_own_address_means_its_items(filled: httpx.AsyncClient) -> None:
    made = await post(filled, haemoglobin(f"{BASE}/Patient/asa"))
    assert body(made)["subject"]["reference"] == "Patient/asa"
    found = body(await filled.get("Observation", params={"subject": f"{BASE}/Patient/asa"}))
    assert body(made)["id"] in ids(found)
    for kind in ("transaction", "batch"):
        answer = await send(filled, entry(haemoglobin(f"{BASE}/Patient/asa")), kind=kind)
        stored = body(await filled.get(body(answer)["entry"][0]["response"]["location"]))
        assert stored["subject"]["reference"] == "Patient/asa", kind
    once = await post(filled, haemoglobin(f"{BASE}/Patient/asa"), **{"if-none-exist": "identifier=x|1"})
    assert body(once)["subject"]["reference"] == "Patient/asa"
    other = body(await post(filled, haemoglobin("https://elsewhere.example/fhir/Patient/asa")))
    assert other["subject"]["reference"] == "https://elsewhere.example/fhir/Patient/asa"


async def test_create_only_what_is_not_there(filled: httpx.AsyncClient) -> None:
    condition = {"if-none-exist": f"identifier={RESERVE}|19700101-XC01"}
    first = await post(filled, patient(number="19700101-XC01"), **condition)
    second = await post(filled, patient(number="19700101-XC01"), **condition)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.headers["location"] == second.headers["location"]
    several = await post(filled, patient(), **{"if-none-exist": "gender=female"})
    assert (several.status_code, issues(several)[0]["code"]) == (412, "multiple-matches")
    for nothing in ("?", "identifier=", "_format=json"):
        assert (await post(filled, patient(), **{"if-none-exist": nothing})).status_code == 400, nothing


async def test_update_what_matches(filled: httpx.AsyncClient) -> None:
    where = {"identifier": f"{RESERVE}|19500214-XA07"}
    matched = await filled.put("Patient", params=where, content=dump(patient(gender="other")))
    assert (matched.status_code, body(matched)["id"]) == (200, "vera")
    other = await filled.put("Patient", params=where, content=dump(patient("asa")))
    assert other.status_code == 400
    new = await filled.put("Patient", params={"identifier": "x|new"}, content=dump(patient(number="19700101-XC01")))
    assert new.status_code == 201
    assert (await filled.put("Patient?gender=female,other", content=dump(patient()))).status_code == 412
    assert (await filled.put("Patient", content=dump(patient()))).status_code == 400


async def test_an_update_whose_condition_finds_nothing_never_overwrites_another_item(filled: httpx.AsyncClient) -> None:
    nothing = {"identifier": "none|none"}
    taken = await filled.put("Patient", params=nothing, content=dump(patient("vera", gender="male")))
    assert (taken.status_code, issues(taken)[0]["code"]) == (409, "conflict")
    assert (await filled.get("Patient/vera")).headers["etag"] == 'W/"1"'
    bundled = await send(filled, entry(patient()), entry(patient("vera"), "PUT", "Patient?identifier=none|none"))
    assert (bundled.status_code, places(bundled)) == (409, ["Bundle.entry[1]"])
    free = await filled.put("Patient", params=nothing, content=dump(patient("new", number="19700101-XC01")))
    assert (free.status_code, body(free)["id"]) == (201, "new")


async def test_delete_what_matches_and_never_everything(filled: httpx.AsyncClient) -> None:
    assert (await filled.delete("Observation?patient=vera")).status_code == 412
    assert (await filled.delete("Observation")).status_code == 400
    assert (await filled.delete("Observation?_format=json")).status_code == 400
    assert (await filled.delete("Observation?patient=asa")).status_code == 204
    assert (await filled.get("Observation/asa-0")).status_code == 410
    assert (await filled.delete("Observation?patient=asa")).status_code == 204


async def test_conditions_of_a_transaction_are_answered(filled: httpx.AsyncClient) -> None:
    vera, new = f"Patient?identifier={RESERVE}|19500214-XA07", f"Patient?identifier={RESERVE}|19700101-XC01"
    answer = await send(
        filled,
        entry(haemoglobin(vera)),
        entry(haemoglobin(new)),
        entry(patient(number="19700101-XC01"), ifNoneExist=f"identifier={RESERVE}|19700101-XC01"),
        entry(patient(number="19700101-XC01"), ifNoneExist=f"identifier={RESERVE}|19700101-XC01"),
        entry(patient(gender="other"), "PUT", vera),
        entry(None, "DELETE", "Observation?patient=asa"),
        entry(None, "GET", "Observation?patient=vera&_summary=count"),
    )
    found = body(answer)["entry"]
    assert [e["response"]["status"] for e in found] == ["201", "201", "201", "200", "200", "204", "200"]
    assert found[2]["response"]["location"] == found[3]["response"]["location"]
    assert found[6]["resource"]["total"] == 6
    subjects = [body(await filled.get(e["response"]["location"]))["subject"]["reference"] for e in found[:2]]
    assert subjects == ["Patient/vera", "/".join(found[2]["response"]["location"].split("/")[-4:-2])]


async def test_many_conditions_are_asked_by_one_search(filled: httpx.AsyncClient, door: Door) -> None:
    await filled.put("Patient/twin", content=dump(patient("twin", number="19700101-XC01")))
    numbers = ["19500214-XA07", "19610305-XB12", *(f"19800101-XD{n:02}" for n in range(40))]
    once = [entry(patient(number=n), ifNoneExist=f"identifier={RESERVE}|{n}") for n in numbers]
    answer = await send(filled, *once, entry(haemoglobin(f"Patient?identifier={RESERVE}|19700101-XC01")))
    found = body(answer)["entry"]
    assert [e["response"]["status"] for e in found] == ["200"] * 2 + ["201"] * 41
    assert found[0]["response"]["location"] == f"{BASE}/Patient/vera/_history/1"
    assert body(await filled.get(found[-1]["response"]["location"]))["subject"]["reference"] == "Patient/twin"
    number = answer.headers["x-request-id"]
    rows = await door.database.all("select 1 from audit.event where request = $1 and action = 'search'", number)
    assert len(rows) == 1
    assert [e["response"]["status"] for e in body(await send(filled, *once))["entry"]] == ["200"] * 42


async def test_of_many_conditions_the_one_that_finds_several_is_named(filled: httpx.AsyncClient) -> None:
    await put(filled, patient("twin"))
    numbers = ("19610305-XB12", "19500214-XA07", "19800101-XD01")
    answer = await send(filled, *(entry(patient(), ifNoneExist=f"identifier={RESERVE}|{n}") for n in numbers))
    assert (answer.status_code, places(answer)) == (412, ["Bundle.entry[1]"])


@pytest.mark.parametrize(
    "condition", [f"identifier={RESERVE}%7Cx,identifier", "identifier=x%5C%7Cy|z", "identifier=|x"]
)
async def test_conditions_that_cannot_be_asked_together_are_asked_alone(
    filled: httpx.AsyncClient, condition: str
) -> None:
    others = [entry(patient(), ifNoneExist=f"identifier={RESERVE}|{n}") for n in ("19610305-XB12", "19500214-XA07")]
    answer = await send(filled, *others, entry(patient(number="19800101-XD01"), ifNoneExist=condition))
    assert [e["response"]["status"] for e in body(answer)["entry"]] == ["200", "200", "201"]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        (entry(haemoglobin("Patient?gender=female")), 412),
        (entry(haemoglobin("Patient?identifier=x|none")), 422),
        (entry(haemoglobin("Patient?favourite=blue")), 400),
    ],
)
async def test_a_condition_without_one_answer_undoes_all_and_is_named(
    filled: httpx.AsyncClient, wrong: dict[str, Any], status: int
) -> None:
    answer = await send(filled, entry(patient("new", number="19700101-XC01"), "PUT", "Patient/new"), wrong)
    assert answer.status_code == status, answer.text
    (issue,) = issues(answer)
    assert issue["expression"] == ["Bundle.entry[1].resource.subject.reference"]
    assert (await filled.get("Patient/new")).status_code == 404


async def test_the_capability_statement_tells_what_is_there(filled: httpx.AsyncClient) -> None:
    answer = await filled.get("metadata")
    assert validate.problems(answer.content) == ()
    told = body(answer)
    assert told["fhirVersion"] == "4.0.1"
    assert re.fullmatch(r"0\.1\.0\+test [0-9a-f]{10}", told["software"]["version"]), "build and configuration"
    (rest,) = told["rest"]
    by_type = {one["type"]: one for one in rest["resource"]}
    assert len(by_type) == 146
    assert {one["code"] for one in rest["interaction"]} == {"transaction", "batch"}
    assert by_type["Patient"]["operation"][0]["name"] == "everything"
    said = {one["name"]: one["type"] for one in by_type["Observation"]["searchParam"]}
    for name, value in {
        "code": "718-7",
        "patient": "vera",
        "date": "2026",
        "value-quantity": "70",
        "status": "final",
    }.items():
        assert name in said
        assert (await filled.get("Observation", params={name: value})).status_code == 200, name
