"""Transactions and batches as they are read: who is asked for what, what is wrong where, and what points where."""

import contextlib
import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fhir.test_resource import JSON
from varda.fhir import bundle, links, resource
from varda.kernel.errors import Unprocessable

ONE, TWO = "urn:uuid:11111111-1111-4111-8111-111111111111", "urn:uuid:22222222-2222-4222-8222-222222222222"
OID = "urn:oid:1.2.3"
DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'


def entry(method: str, url: str, content: dict[str, Any] | None = None, full: str = "", **asked: str) -> dict[str, Any]:
    row: dict[str, Any] = {"fullUrl": full, "resource": content, "request": {"method": method, "url": url, **asked}}
    return {key: value for key, value in row.items() if value}


def transaction(*rows: dict[str, Any], kind: str = "transaction") -> dict[str, Any]:
    return copy.deepcopy({"resourceType": "Bundle", "type": kind, "entry": list(rows)})


def patient(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "active": True, **elements}


def flag(reference: str) -> dict[str, Any]:
    return {"resourceType": "Flag", "status": "active", "code": {"text": "x"}, "subject": {"reference": reference}}


def wrong(*rows: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(Unprocessable) as caught:
        bundle.read(transaction(*rows))
    return [(problem.path, problem.code) for problem in caught.value.problems]


def test_an_entry_says_what_is_asked() -> None:
    plan = bundle.read(
        transaction(
            entry("POST", "Patient", patient(), ONE, ifNoneExist="?identifier=a|1"),
            entry("PUT", "/Patient/7", patient(id="7"), ifMatch='W/"3"'),
            entry("PUT", "Patient?identifier=a|2", patient()),
            entry("DELETE", "Flag/9"),
            entry("GET", "Patient/7/_history?_count=3"),
            entry("PATCH", "Patient/8", {"resourceType": "Binary", "contentType": "application/json-patch+json"}),
        )
    )
    create, update, conditional, delete, get, patch = plan.entries
    assert (create.type, create.id, create.full_url, create.if_none_exist) == ("Patient", "", ONE, "identifier=a|1")
    assert (update.type, update.id, update.if_match, update.path) == ("Patient", "7", "3", "Bundle.entry[1]")
    assert (conditional.type, conditional.id, conditional.query) == ("Patient", "", "identifier=a|2")
    assert (delete.method, delete.id) == ("DELETE", "9")
    assert get.url == "Patient/7/_history?_count=3"
    assert (patch.method, patch.id) == ("PATCH", "8")
    assert [one.method for one in plan.ordered] == ["DELETE", "POST", "PUT", "PUT", "PATCH", "GET"]
    assert plan.targets({0: "Patient/new"}) == {ONE: "Patient/new"}


def test_the_wrong_entry_of_many_is_named() -> None:
    rows = [entry("POST", "Patient", patient()) for _ in range(1000)]
    rows[699] = entry("POST", "Patient", patient(birthDate="2024-02-30", foo=1))
    with pytest.raises(Unprocessable, match="Nothing of the transaction was stored: entry 699") as caught:
        bundle.read(transaction(*rows))
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [
        ("Bundle.entry[699].resource.birthDate", "value"),
        ("Bundle.entry[699].resource.foo", "structure"),
    ]


@pytest.mark.parametrize(
    ("row", "path", "code"),
    [
        ({"resource": patient()}, "request", "required"),
        (entry("POST", "Patient"), "resource", "required"),
        (entry("POST", "Group", patient()), "resource", "value"),
        (entry("POST", "Patient/1", patient()), "request.url", "value"),
        (entry("POST", "Nope", patient()), "request.url", "not-supported"),
        (entry("POST", "$process-message", patient()), "request.url", "not-supported"),
        (entry("PUT", "Patient", patient()), "request.url", "value"),
        (entry("PUT", "Patient/1", patient()), "resource.id", "value"),
        (entry("PUT", "Patient/1", patient(id="2")), "resource.id", "value"),
        (entry("PUT", "Patient/a_b", patient(id="a")), "request.url", "not-supported"),
        (entry("DELETE", "Patient"), "request.url", "value"),
        (entry("PATCH", "Patient/1", patient()), "resource", "required"),
        (entry("BREW", "Patient/1"), "request.method", "code-invalid"),
    ],
)
def test_what_cannot_be_asked_is_named(row: dict[str, Any], path: str, code: str) -> None:
    assert wrong(entry("GET", "Patient/1"), row) == [(f"Bundle.entry[1].{path}", code)]


def test_nothing_is_written_twice_in_a_transaction() -> None:
    assert wrong(entry("PUT", "Patient/1", patient(id="1")), entry("DELETE", "Patient/1")) == [
        ("Bundle.entry[1].request.url", "duplicate")
    ]
    assert wrong(entry("POST", "Patient", patient(), ONE), entry("POST", "Patient", patient(), ONE)) == [
        ("Bundle.entry[1].fullUrl", "duplicate")
    ]


@pytest.mark.parametrize("kind", ["collection", "searchset", None])
def test_only_transactions_and_batches_are_read(kind: Any) -> None:
    with pytest.raises(Unprocessable, match="transaction or batch"):
        bundle.read({"resourceType": "Bundle", "type": kind})


def test_a_batch_keeps_its_good_entries() -> None:
    rows = entry("POST", "Patient", patient()), entry("POST", "Patient", patient(foo=1)), entry("DELETE", "Patient")
    plan = bundle.read(transaction(*rows, kind="batch"))
    assert [one.at for one in plan.entries] == [0]
    assert {at: [problem.path for problem in found] for at, found in plan.refused.items()} == {
        1: ["Bundle.entry[1].resource.foo"],
        2: ["Bundle.entry[2].request.url"],
    }


def test_every_kind_of_link_is_pointed_to_its_target() -> None:
    narrative = f'<a href=\'{ONE}\'>a</a><img src="{OID}"/><a href="#x">{ONE}</a>'
    content = {
        "resourceType": "Basic",
        "text": {"status": "generated", "div": DIV.format(narrative)},
        "contained": [flag(TWO) | {"id": "c"}],
        "extension": [{"url": "http://x", "valueUri": ONE}, {"url": "http://x", "valueString": ONE}],
        "identifier": [{"system": OID, "value": ONE}],
        "meta": {"profile": ["http://y", TWO]},
        "code": {"text": TWO, "_text": {"extension": [{"url": "http://x", "valueReference": {"reference": ONE}}]}},
        "subject": {"reference": f"{ONE}#part", "display": ONE},
        "author": {"reference": "#c"},
    }
    plan = bundle.read(
        transaction(
            entry("POST", "Patient", patient(), ONE),
            entry("PUT", "Patient/2", patient(id="2"), TWO),
            entry("POST", "Organization", {"resourceType": "Organization", "name": "x"}, OID),
            entry("POST", "Basic", content),
        )
    )
    plan.link(plan.targets({0: "Patient/1", 2: "Organization/3", 3: "Basic/4"}))
    written = plan.entries[3].resource
    assert written is not None
    assert written["text"]["div"] == DIV.format(
        f'<a href=\'Patient/1\'>a</a><img src="Organization/3"/><a href="#x">{ONE}</a>'
    )
    assert written["contained"][0]["subject"] == {"reference": "Patient/2"}
    assert written["extension"] == [
        {"url": "http://x", "valueUri": "Patient/1"},
        {"url": "http://x", "valueString": ONE},
    ]
    assert written["identifier"] == [{"system": "Organization/3", "value": ONE}]
    assert written["meta"]["profile"] == ["http://y", "Patient/2"]
    assert written["code"]["text"] == TWO
    assert written["code"]["_text"]["extension"][0]["valueReference"] == {"reference": "Patient/1"}
    assert written["subject"] == {"reference": "Patient/1#part", "display": ONE}
    assert written["author"] == {"reference": "#c"}


def test_addresses_of_another_server_are_pointed_here_and_relative_ones_beside_them() -> None:
    base = "https://his.example/fhir/"
    references = [
        f"{base}Patient/1",
        "Patient/1",
        f"{base}Patient/1/_history/4",
        "Patient/5",
        "https://else.example/Patient/1",
    ]
    plan = bundle.read(
        transaction(
            entry("POST", "Patient", patient(id="1"), f"{base}Patient/1"),
            *(entry("POST", "Flag", flag(one), f"{base}Flag/{at}") for at, one in enumerate(references)),
            entry("POST", "Flag", flag("Patient/1"), ONE),
        )
    )
    plan.link(plan.targets({0: "Patient/new"}))
    found = [one.resource["subject"]["reference"] for one in plan.entries[1:] if one.resource]
    assert found == ["Patient/new"] * 3 + ["Patient/5", "https://else.example/Patient/1", "Patient/1"]


def test_entries_may_point_at_one_another_in_a_circle() -> None:
    def link(other: str) -> dict[str, Any]:
        return patient(link=[{"other": {"reference": other}, "type": "seealso"}])

    plan = bundle.read(transaction(entry("POST", "Patient", link(TWO), ONE), entry("POST", "Patient", link(ONE), TWO)))
    plan.link(plan.targets({0: "Patient/a", 1: "Patient/b"}))
    found = [one.resource["link"][0]["other"]["reference"] for one in plan.entries if one.resource]
    assert found == ["Patient/b", "Patient/a"]


def test_a_urn_that_no_entry_answers_to_is_a_problem_and_nothing_is_changed() -> None:
    rows = entry("POST", "Patient", patient(), ONE), entry("POST", "Flag", flag(ONE)), entry("POST", "Flag", flag(TWO))
    plan = bundle.read(transaction(*rows))
    with pytest.raises(Unprocessable) as caught:
        plan.link(plan.targets({0: "Patient/1"}))
    (problem,) = caught.value.problems
    assert (problem.path, problem.code) == ("Bundle.entry[2].resource.subject.reference", "not-found")
    assert problem.message == f"No entry of the bundle is {TWO}."
    assert [row.resource["subject"]["reference"] for row in plan.entries[1:] if row.resource] == [ONE, TWO]


def test_conditional_references_are_listed_and_then_replaced() -> None:
    rows = [entry("POST", "Flag", flag(f"Patient?identifier=a|{number}")) for number in (1, 2, 1)]
    plan = bundle.read(transaction(*rows, entry("POST", "Flag", flag("Patient/5"))))
    assert plan.conditions == ["Patient?identifier=a|1", "Patient?identifier=a|2"]
    with pytest.raises(Unprocessable, match="2 entries") as caught:
        plan.link({"Patient?identifier=a|2": "Patient/2"})
    assert "No resource matches the condition" in caught.value.problems[0].message
    plan.link({"Patient?identifier=a|1": "Patient/1", "Patient?identifier=a|2": "Patient/2"})
    found = [row.resource["subject"]["reference"] for row in plan.entries if row.resource]
    assert found == ["Patient/1", "Patient/2", "Patient/1", "Patient/5"]


def test_one_entry_of_a_batch_is_linked_alone() -> None:
    plan = bundle.read(
        transaction(entry("POST", "Flag", flag(ONE)), entry("POST", "Flag", flag("Group/1")), kind="batch")
    )
    plan.link({}, plan.entries[1])
    with pytest.raises(Unprocessable):
        plan.link({}, plan.entries[0])


def test_a_thousand_entries_are_linked() -> None:
    rows = [entry("POST", "Patient", patient(), ONE), *(entry("POST", "Flag", flag(ONE)) for _ in range(999))]
    plan = bundle.read(resource.dump(transaction(*rows)))
    plan.link(plan.targets({0: "Patient/1"}))
    assert {row.resource["subject"]["reference"] for row in plan.entries[1:] if row.resource} == {"Patient/1"}


def test_references_are_told_with_their_place() -> None:
    content = {
        "resourceType": "Observation",
        "contained": [{"resourceType": "Flag", "subject": {"reference": "Group/1"}}],
        "subject": {"reference": "Patient/1", "identifier": {"system": "urn:oid:1.2"}},
        "performer": [{"display": "x"}, {"reference": "Practitioner/2"}],
    }
    assert list(links.references(content)) == [
        ("Observation.contained[0].subject.reference", "Group/1"),
        ("Observation.subject.reference", "Patient/1"),
        ("Observation.performer[1].reference", "Practitioner/2"),
    ]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=10))
def test_whatever_the_entries_point_at_nothing_keeps_a_urn(pointers: list[int]) -> None:
    names = [f"urn:uuid:{number:08}-0000-4000-8000-000000000000" for number in range(len(pointers))]
    rows = [
        entry(
            "POST", "Patient", patient(link=[{"other": {"reference": names[to % len(names)]}, "type": "refer"}]), name
        )
        for name, to in zip(names, pointers, strict=True)
    ]
    plan = bundle.read(transaction(*rows))
    plan.link(plan.targets({at: f"Patient/{at}" for at in range(len(names))}))
    for row, to in zip(plan.entries, pointers, strict=True):
        assert row.resource is not None
        assert row.resource["link"][0]["other"]["reference"] == f"Patient/{to % len(names)}"


ROW = st.fixed_dictionaries(
    {},
    optional={
        "fullUrl": st.sampled_from([ONE, "x"]) | JSON,
        "resource": st.sampled_from([patient(), flag(ONE)]) | JSON,
        "request": st.fixed_dictionaries(
            {"method": st.sampled_from([*bundle.ORDER]) | JSON, "url": st.sampled_from(["Patient", "Flag/1"]) | JSON}
        ),
    },
)


@given(st.lists(ROW | JSON) | JSON, st.sampled_from(["transaction", "batch"]))
def test_no_json_makes_reading_stumble(rows: Any, kind: str) -> None:
    with contextlib.suppress(Unprocessable):
        plan = bundle.read({"resourceType": "Bundle", "type": kind, "entry": rows})
        assert all(one.method in bundle.ORDER and one.at not in plan.refused for one in plan.entries)
