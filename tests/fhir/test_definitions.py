"""What the distilled definitions say, against what the specification's pages say."""

import pytest

from varda.fhir import definitions, path
from varda.fhir.definitions import Element


def test_there_are_146_resource_types_in_order() -> None:
    assert len(definitions.TYPES) == 146
    assert list(definitions.TYPES) == sorted(definitions.TYPES)
    assert {"Patient", "Observation", "Bundle", "Binary"} <= definitions.RESOURCES
    assert not {"Resource", "DomainResource"} & definitions.RESOURCES


def test_every_parameter_with_an_expression_compiles() -> None:
    compiled = 0
    for type_ in definitions.TYPES:
        for parameter in definitions.parameters(type_).values():
            if parameter.type == "composite":
                assert path.composite(parameter, type_)({"resourceType": type_}) == []
            elif parameter.expression:
                assert path.compile(parameter.expression, type_)({"resourceType": type_}) in ([], [("boolean", False)])
            else:
                continue
            compiled += 1
    assert compiled == 2582


def test_parameters_without_expression_are_the_known_ones() -> None:
    assert {
        parameter.code
        for type_ in definitions.TYPES
        for parameter in definitions.parameters(type_).values()
        if not parameter.expression
    } == {"_text", "_content", "_query", "_filter", "age", "birthOrderBoolean"}


def test_a_shared_expression_speaks_of_one_type_only() -> None:
    patient = definitions.parameters("Condition")["patient"]
    assert patient.expression == "Condition.subject.where(resolve() is Patient)"
    assert patient.targets == ("Group", "Patient")
    assert patient.type == "reference"


def test_parameters_of_every_resource_come_with_each_type() -> None:
    for type_ in ("Patient", "Bundle"):
        codes = definitions.parameters(type_)
        assert {"_id", "_lastUpdated", "_tag", "_profile", "_security", "_source"} <= set(codes)
    assert "_text" in definitions.parameters("Patient")
    assert "_text" not in definitions.parameters("Bundle")


@pytest.mark.parametrize(
    ("type_", "code", "single"),
    [
        ("Observation", "date", True),
        ("Patient", "birthdate", True),
        ("Condition", "onset-date", True),
        ("Encounter", "date", True),
        ("Encounter", "location-period", False),
        ("Goal", "target-date", False),
        ("MedicationRequest", "date", False),
        ("MedicationRequest", "authoredon", True),
    ],
)
def test_a_date_knows_whether_there_can_be_several(type_: str, code: str, single: bool) -> None:
    assert definitions.parameters(type_)[code].single is single


def test_the_patient_compartment_is_the_published_one() -> None:
    assert definitions.compartment("Observation") == ("performer", "subject")
    assert definitions.compartment("Appointment") == ("actor",)
    assert definitions.compartment("Organization") == ()
    assert sum(bool(definitions.compartment(type_)) for type_ in definitions.TYPES) == 67
    for type_ in definitions.TYPES:
        for code in definitions.compartment(type_):
            assert definitions.parameters(type_)[code].type == "reference", (type_, code)


def test_a_choice_is_one_element_a_type() -> None:
    quantity = definitions.elements("Observation")["valueQuantity"]
    assert quantity == Element("valueQuantity", "value", "Quantity", choice=True)
    assert len(definitions.choices("Observation", "value")) == 11
    assert definitions.choices("Observation", "nothing") == ()
    inner = definitions.elements("Observation.component")["referenceRange"]
    assert (inner.type, inner.many) == ("Observation.referenceRange", True)


def test_every_element_has_a_type_that_is_known() -> None:
    seen, left = set(), {*definitions.TYPES, *definitions.COMPLEX}
    while left:
        type_ = left.pop()
        seen.add(type_)
        for element in definitions.elements(type_).values():
            if element.type in definitions.PRIMITIVE or element.type == "Resource":
                continue
            assert definitions.elements(element.type), element
            left |= {element.type} - seen
    assert len(seen) > 600


def test_required_codes_are_listed() -> None:
    gender = definitions.elements("Patient")["gender"]
    assert definitions.codes(gender.codes) == {"male", "female", "other", "unknown"}
    status = definitions.elements("Observation")["status"]
    assert {"registered", "preliminary", "final", "amended"} < definitions.codes(status.codes)
    clinical = definitions.elements("Condition")["clinicalStatus"]
    assert "active" in definitions.value_set(clinical.codes)["http://terminology.hl7.org/CodeSystem/condition-clinical"]
    assert definitions.codes("http://hl7.org/fhir/ValueSet/mimetypes") == frozenset()
