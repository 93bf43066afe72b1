"""What the store is told to write for one resource."""

from decimal import Decimal
from typing import Any

import pytest

from tests.search.sample import sample
from varda.fhir import definitions
from varda.fhir.keys import key
from varda.search.index import indexed
from varda.search.kinds import quantity
from varda.search.parameters import MAIN_DATE, branches, meanings, salt

OBSERVATION = {
    "resourceType": "Observation",
    "id": "1",
    "status": "final",
    "effectiveDateTime": "2024-07-01T10:00:00Z",
    "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]},
    "subject": {"reference": "Patient/7"},
    "valueQuantity": {"value": Decimal("72.50"), "unit": "g/L", "system": "http://unitsofmeasure.org", "code": "g/L"},
}


def test_an_observation() -> None:
    index = indexed(OBSERVATION)
    assert (index.low, index.high) is not None
    assert index.patients == ["7"]
    assert index.references == [("Patient", "7")]
    assert index.moments == []
    ucum = key("http://unitsofmeasure.org")
    assert index.amounts == [(key("Observation.value-quantity"), Decimal("72.50"), Decimal("72.50"), ucum, key("g/L"))]
    assert key("Observation.code=718-7") in index.tokens
    assert key("Patient/7") ^ salt("Observation.subject") in index.tokens
    assert len(index.tokens) == len(set(index.tokens))
    assert all(0 <= token < 2**63 for token in index.tokens)


def test_nothing_is_written_twice_for_a_union_or_another_name() -> None:
    for code in ("combo-code", "combo-value-quantity", "patient", "combo-value-concept"):
        assert not meanings("Observation")[code].written
    assert meanings("Observation")["combo-code"].parts == ("code", "component-code")
    assert (meanings("Observation")["patient"].parts, meanings("Observation")["patient"].only) == (
        ("subject",),
        "Patient",
    )


def test_every_parameter_is_in_the_end_held_by_written_ones() -> None:
    for type_ in definitions.TYPES:
        family = meanings(type_)
        for meaning in family.values():
            assert meaning.parts
            assert all(family[part].written and family[part].kind == meaning.kind for part in meaning.parts), (
                meaning.name
            )


def test_the_main_date_is_one_value_and_kept_in_the_row() -> None:
    for type_, code in MAIN_DATE.items():
        meaning = meanings(type_)[code]
        assert (meaning.kind, meaning.single, meaning.written, meaning.main) == ("date", True, True, True), meaning.name
    for type_ in set(definitions.TYPES) - set(MAIN_DATE):
        dates = [m for m in meanings(type_).values() if m.kind == "date" and m.single and m.code != "_lastUpdated"]
        assert not dates, type_


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ({"resourceType": "Patient", "id": "5", "link": [{"other": {"reference": "Patient/6"}}]}, ["5", "6"]),
        (
            {
                "resourceType": "Observation",
                "performer": [{"reference": "Patient/2"}],
                "subject": {"reference": "Patient/1"},
            },
            ["1", "2"],
        ),
        ({"resourceType": "Observation", "subject": {"reference": "Group/1"}}, []),
        (
            {
                "resourceType": "Observation",
                "focus": [{"reference": "Patient/9"}],
                "subject": {"reference": "Patient/1"},
            },
            ["1"],
        ),
        (
            {
                "resourceType": "AllergyIntolerance",
                "asserter": {"reference": "Patient/3"},
                "patient": {"reference": "Patient/1"},
            },
            ["1", "3"],
        ),
        (
            {
                "resourceType": "Appointment",
                "participant": [{"actor": {"reference": "Patient/2"}}, {"actor": {"reference": "Patient/1"}}],
            },
            ["2", "1"],
        ),
        ({"resourceType": "Medication", "id": "1"}, []),
        ({"resourceType": "Observation", "subject": {"reference": "http://other/Patient/1"}}, []),
        ({"resourceType": "Observation", "subject": {"reference": "Patient/1/_history/4"}}, ["1"]),
    ],
)
def test_whose_an_item_is(resource: dict[str, Any], expected: list[str]) -> None:
    assert indexed(resource).patients == expected


def test_references_anywhere_are_told_in_order() -> None:
    resource = {
        "resourceType": "Observation",
        "subject": {"reference": "Patient/1"},
        "extension": [{"url": "u", "valueReference": {"reference": "Group/g"}}],
        "contained": [{"resourceType": "Specimen", "subject": {"reference": "Device/d"}}],
        "focus": [{"reference": "#x"}, {"reference": "urn:uuid:1"}],
        "note": [{"authorReference": {"reference": "Nonsense/1"}}],
    }
    assert indexed(resource).references == [("Patient", "1"), ("Group", "g"), ("Device", "d")]


@pytest.mark.parametrize(
    "broken",
    [
        {
            "resourceType": "Observation",
            "effectiveDateTime": "2024-02-30",
            "valueQuantity": {"value": "x"},
            "subject": "Patient/1",
        },
        {
            "resourceType": "Observation",
            "code": [],
            "subject": {"reference": 7},
            "effectivePeriod": "x",
            "component": [{}, None],
        },
        {"resourceType": "Patient", "name": "x", "telecom": [None, {}], "birthDate": 5, "identifier": [{}]},
    ],
)
def test_what_cannot_be_read_is_left_out(broken: dict[str, Any]) -> None:
    index = indexed(broken)
    assert index.patients == []
    assert (index.low, index.amounts, index.moments) == (None, [], [])


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ({"value": Decimal(5), "comparator": "<"}, "-Infinity", "4.999999999999"),
        ({"value": Decimal(5), "comparator": "<="}, "-Infinity", "5"),
        ({"value": Decimal(5), "comparator": ">"}, "5.000000000001", "Infinity"),
        ({"value": Decimal(5), "comparator": ">="}, "5", "Infinity"),
        ({"value": 5}, "5", "5"),
    ],
)
def test_a_comparator_opens_the_interval(value: dict[str, Any], low: str, high: str) -> None:
    assert [(a, b) for a, b, _ in quantity._quantity(value)] == [(Decimal(low), Decimal(high))]


def test_branches_of_an_expression() -> None:
    assert branches("(A.b as Quantity) | A.c.where(x='y|z') | A.d") == {"A.b as Quantity", "A.c.where(x='y|z')", "A.d"}


def test_the_whole_sample_can_be_indexed() -> None:
    for resource in sample():
        index = indexed(resource)
        assert index.tokens
        assert len(index.words) + len(index.moments) + len(index.amounts) < 100
