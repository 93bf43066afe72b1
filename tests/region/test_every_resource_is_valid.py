"""Everything invented is FHIR R4, refers only to what exists, and lies in the past unless booked."""

from datetime import UTC, datetime

import fhirkit
import pytest

from tests.region.county import NOW, encode, name, references, society, told
from varda import region
from varda.record.forms import SIGNATURE

ALL_TYPES = {
    "AllergyIntolerance", "Appointment", "CarePlan", "CareTeam", "Composition", "Condition", "Consent",
    "DiagnosticReport", "Encounter", "EpisodeOfCare", "Flag", "Immunization", "MedicationAdministration",
    "MedicationRequest", "MedicationStatement", "Observation", "Patient", "Procedure", "Provenance",
    "QuestionnaireResponse", "RelatedPerson", "ServiceRequest", "Task",
}  # fmt: skip


def test_the_society_is_valid():
    faults = [(name(item.resource), fhirkit.validate(encode(item.resource))) for item in society()]
    assert [fault for fault in faults if fault[1]] == []


def test_every_entry_of_every_life_is_valid():
    faults = []
    for life in told():
        for item in life.items:
            found = fhirkit.validate(encode(item.resource))
            if found:
                faults.append((name(item.resource), found))
    assert faults == []


def test_our_own_validation_finds_nothing_either():
    from varda.fhir.validate import problems

    items = [item for life in told()[:60] for item in life.items] + society()[::9]
    faults = [(name(item.resource), found) for item in items if (found := list(problems(item.resource)))]
    assert faults == []


def test_every_kind_of_entry_is_told():
    assert {item.resource["resourceType"] for life in told() for item in life.items} == ALL_TYPES


def test_every_reference_leads_somewhere_and_every_id_is_its_own():
    everyone = {name(item.resource) for item in society()}
    assert len(everyone) == len(society())
    for life in told():
        own = {name(item.resource) for item in life.items if item.resource.get("status") != "amended"}
        again = [name(item.resource) for item in life.items if item.resource.get("status") == "amended"]
        assert len(own) + len(again) == len(life.items)
        assert set(again) <= own, "a later version follows the first"
        lost = {found for item in life.items for found in references(item.resource)} - own - everyone
        assert lost == set()


def test_a_filled_form_is_amended_here_and_there():
    told_of = [item.resource for life in told() for item in life.items]
    filled = [one for one in told_of if one["resourceType"] == "QuestionnaireResponse"]
    amended = [one for one in filled if one["status"] == "amended"]
    assert len(filled) > len(amended) > 0
    assert all(len([e for e in one["extension"] if e["url"] == SIGNATURE]) == 2 for one in amended)


def test_a_life_is_ordered_and_begins_with_its_patient():
    for life in told():
        assert life.items[0].resource["resourceType"] == "Patient"
        assert life.items[0].resource["id"] == life.patient_id


def test_the_store_sets_versions_and_not_the_county():
    for life in told()[:80]:
        for item in life.items:
            assert set(item.resource.get("meta", {})) <= {"security"}


def test_nothing_but_bookings_lies_ahead():
    limit = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    for life in told():
        for item in life.items:
            resource = item.resource
            if resource["resourceType"] == "Appointment" or resource.get("status") == "planned":
                continue
            if resource["resourceType"] == "Encounter" and resource["status"] == "arrived":
                continue
            for key in ("effectiveDateTime", "authoredOn", "date", "issued", "performedDateTime", "occurrenceDateTime"):
                assert resource.get(key, "") <= limit, (key, resource)
            assert resource.get("period", {}).get("start", "") <= limit, resource


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 1, 1, 0, 5, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
    ],
)
def test_odd_moments_are_moments_too(now):
    for life in region.lives(45, 3, now):
        for item in life.items:
            assert not fhirkit.validate(encode(item.resource))
