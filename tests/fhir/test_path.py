"""What search parameters find, checked by hand against the examples of the specification."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fhir.test_resource import JSON
from varda.fhir import definitions, expression, path

LOINC = "http://loinc.org"
SYSTOLIC = {"coding": [{"system": LOINC, "code": "8480-6"}]}
DIASTOLIC = {"coding": [{"system": LOINC, "code": "8462-4"}]}
PANEL = {"coding": [{"system": LOINC, "code": "85354-9"}]}
HIGH, LOW = {"value": 107, "unit": "mmHg"}, {"value": 60, "unit": "mmHg"}
GENE = {"coding": [{"code": "HGNC:1"}]}

# After http://hl7.org/fhir/R4/observation-example-bloodpressure.json
PRESSURE: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "blood-pressure",
    "meta": {"profile": ["http://hl7.org/fhir/StructureDefinition/vitalsigns"], "lastUpdated": "2014-01-30T22:35:23Z"},
    "extension": [
        {"url": "http://example.org/other", "valueString": "no"},
        {"url": "http://hl7.org/fhir/StructureDefinition/observation-geneticsGene", "valueCodeableConcept": GENE},
    ],
    "status": "final",
    "code": PANEL,
    "subject": {"reference": "Patient/example"},
    "effectiveDateTime": "2012-09-17",
    "performer": [{"reference": "Practitioner/example"}, None],
    "component": [
        {"code": SYSTOLIC, "valueQuantity": HIGH},
        {"code": DIASTOLIC, "valueQuantity": LOW},
        {"code": PANEL, "valueCodeableConcept": {"text": "neither"}},
    ],
}
# After http://hl7.org/fhir/R4/patient-example.json
PETER: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "example",
    "name": [{"family": "Chalmers", "given": ["Peter", "James"]}, {"given": ["Jim"]}],
    "telecom": [
        {"system": "phone", "value": "(03) 5555 6473"},
        {"system": "email", "value": "p@x.org"},
        {"use": "home"},
    ],
    "birthDate": "1974-12-25",
    "deceasedBoolean": False,
    "generalPractitioner": [{"reference": "Practitioner/1"}],
}
CONDITION: dict[str, Any] = {
    "resourceType": "Condition",
    "subject": {"reference": "#p"},
    "contained": [{"resourceType": "Patient", "id": "p"}],
    "onsetAge": {"value": 52},
    "abatementString": "around April 9, 2013",
}


@cache
def everything(type_: str) -> Callable[[dict[str, Any]], list[tuple[tuple[definitions.Parameter, str], Any]]]:
    """The walk that finds all that any parameter does."""
    return path.extractor(type_, lambda parameter, kind: (parameter, kind))


def found(code: str, resource: dict[str, Any]) -> list[path.Value]:
    type_ = resource["resourceType"]
    return path.compile(definitions.parameters(type_)[code].expression, type_)(resource)


@pytest.mark.parametrize(
    ("code", "resource", "expected"),
    [
        ("_id", PRESSURE, [("id", "blood-pressure")]),
        ("_lastUpdated", PRESSURE, [("instant", "2014-01-30T22:35:23Z")]),
        ("_profile", PRESSURE, [("canonical", "http://hl7.org/fhir/StructureDefinition/vitalsigns")]),
        ("code", PRESSURE, [("CodeableConcept", PANEL)]),
        ("combo-code", PRESSURE, [("CodeableConcept", one) for one in (PANEL, SYSTOLIC, DIASTOLIC, PANEL)]),
        ("date", PRESSURE, [("dateTime", "2012-09-17")]),
        ("patient", PRESSURE, [("Reference", {"reference": "Patient/example"})]),
        ("performer", PRESSURE, [("Reference", {"reference": "Practitioner/example"})]),
        ("component-value-quantity", PRESSURE, [("Quantity", HIGH), ("Quantity", LOW)]),
        ("value-quantity", PRESSURE, []),
        ("gene-identifier", PRESSURE, [("CodeableConcept", GENE)]),
        ("family", PETER, [("string", "Chalmers")]),
        ("given", PETER, [("string", "Peter"), ("string", "James"), ("string", "Jim")]),
        ("phone", PETER, [("ContactPoint", {"system": "phone", "value": "(03) 5555 6473"})]),
        ("email", PETER, [("ContactPoint", {"system": "email", "value": "p@x.org"})]),
        ("birthdate", PETER, [("date", "1974-12-25")]),
        ("deceased", PETER, [("boolean", False)]),
        ("deceased", {"resourceType": "Patient", "deceasedDateTime": "2015"}, [("boolean", True)]),
        ("death-date", {"resourceType": "Patient", "deceasedDateTime": "2015"}, [("dateTime", "2015")]),
        ("death-date", PETER, []),
        ("patient", CONDITION, [("Reference", {"reference": "#p"})]),
        ("onset-age", CONDITION, [("Age", {"value": 52})]),
        ("onset-date", CONDITION, []),
        ("abatement-string", CONDITION, [("string", "around April 9, 2013")]),
        (
            "value-string",
            {"resourceType": "Observation", "valueCodeableConcept": {"text": "worse"}},
            [("string", "worse")],
        ),
        (
            "depends-on",
            {
                "resourceType": "Library",
                "relatedArtifact": [
                    {"type": "depends-on", "resource": "http://x/1"},
                    {"type": "citation", "resource": "http://x/2"},
                ],
            },
            [("canonical", "http://x/1")],
        ),
        (
            "composition",
            {
                "resourceType": "Bundle",
                "entry": [{"resource": {"resourceType": "Composition"}}, {"resource": {"resourceType": "Patient"}}],
            },
            [("Resource", {"resourceType": "Composition"})],
        ),
        (
            "item-subject",
            {
                "resourceType": "QuestionnaireResponse",
                "item": [
                    {
                        "extension": [
                            {"url": "http://hl7.org/fhir/StructureDefinition/questionnaireresponse-isSubject"}
                        ],
                        "answer": [{"valueReference": {"reference": "Patient/1"}}],
                    },
                    {"answer": [{"valueReference": {"reference": "Patient/2"}}]},
                ],
            },
            [("Reference", {"reference": "Patient/1"})],
        ),
        ("name", {"resourceType": "InsurancePlan", "name": "A", "alias": ["B"]}, [("string", "A"), ("string", "B")]),
    ],
)
def test_a_parameter_finds_what_the_specification_says(
    code: str, resource: dict[str, Any], expected: list[path.Value]
) -> None:
    assert found(code, resource) == expected


@pytest.mark.parametrize(
    ("reference", "is_patient"),
    [
        ({"reference": "Patient/1"}, True),
        ({"reference": "Patient/1/_history/2"}, True),
        ({"reference": "https://his.example/fhir/Patient/1"}, True),
        ({"reference": "Group/Patient"}, False),
        ({"reference": "Group/1"}, False),
        ({"reference": "urn:uuid:1", "type": "Patient"}, True),
        ({"identifier": {"value": "1"}, "type": "Patient"}, True),
        ({"reference": "#nobody"}, False),
        ({"display": "somebody"}, False),
    ],
)
def test_where_a_reference_must_be_to_a_patient(reference: dict[str, Any], is_patient: bool) -> None:
    observation = {"resourceType": "Observation", "subject": reference}
    assert bool(found("patient", observation)) is is_patient


def test_a_composite_pairs_values_of_one_occurrence() -> None:
    parameter = definitions.parameters("Observation")["component-code-value-quantity"]
    assert path.composite(parameter, "Observation")(PRESSURE) == [
        ([("CodeableConcept", SYSTOLIC)], [("Quantity", HIGH)]),
        ([("CodeableConcept", DIASTOLIC)], [("Quantity", LOW)]),
    ]
    sequence = {
        "resourceType": "MolecularSequence",
        "referenceSeq": {"chromosome": {"text": "1"}},
        "variant": [{"start": 3, "end": 5}],
    }
    parameter = definitions.parameters("MolecularSequence")["chromosome-variant-coordinate"]
    assert path.composite(parameter, "MolecularSequence")(sequence) == [
        ([("CodeableConcept", {"text": "1"})], [("integer", 3)], [("integer", 5)])
    ]


def test_one_walk_finds_what_each_parameter_finds() -> None:
    for resource in (PRESSURE, PETER, CONDITION):
        type_ = resource["resourceType"]
        walked: dict[str, list[path.Value]] = {}
        for (parameter, kind), value in everything(type_)(resource):
            walked.setdefault(parameter.code, []).append((kind, value))
        for code, parameter in definitions.parameters(type_).items():
            if parameter.expression and parameter.type != "composite":
                assert walked.get(code, []) == found(code, resource), code


def test_the_walk_passes_by_what_has_no_label() -> None:
    extract = path.extractor("Patient", lambda parameter, kind: parameter.code if kind == "HumanName" else None)
    found = extract(PETER)
    assert found
    assert {code for code, _ in found} == {"name", "phonetic"}


@pytest.mark.parametrize(
    "wrong", ["Patient.nothing", "Patient.name.", "Patient.name(", "Patient.name.first()", "é", ""]
)
def test_an_expression_outside_the_grammar_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="on Patient"):
        expression.routes(wrong, "Patient")


@given(st.sampled_from(definitions.TYPES), st.data())
def test_no_json_makes_an_extractor_stumble(type_: str, data: st.DataObject) -> None:
    keys = st.sampled_from([*definitions.elements(type_), "contained"])
    resource = data.draw(st.dictionaries(keys, JSON))
    for (parameter, kind), value in everything(type_)({**resource, "resourceType": type_}):
        assert parameter.expression
        assert kind
        assert value is not None
