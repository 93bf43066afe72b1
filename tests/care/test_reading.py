"""Resources read into what a clinician looks for: unknown is never silent, errors are never shown as findings."""

from decimal import Decimal

import pytest

from varda.care.attention import allergies, signals
from varda.care.contacts import contacts
from varda.care.facts import moment
from varda.care.medication import medicines
from varda.care.patients import person
from varda.care.problems import problems
from varda.care.results import readings, series
from varda.care.vitals import vital_signs


def allergy(text: str, **more):
    return {"resourceType": "AllergyIntolerance", "id": text, "code": {"text": text}, **more}


def observed(code: str, value: str, at: str, **more):
    return {
        "resourceType": "Observation",
        "id": f"{code}-{at}",
        "status": "final",
        "category": [{"coding": [{"code": more.pop("category", "laboratory")}]}],
        "code": {"coding": [{"code": code}], "text": f"B-{code}"},
        "effectiveDateTime": at,
        "valueQuantity": {"value": Decimal(value), "unit": "g/l"},
        **more,
    }


def coded(code: str):
    return {"coding": [{"code": code}]}


def test_no_list_of_allergies_is_unknown_and_not_none() -> None:
    assert allergies([]).state == "unknown"
    assert allergies([allergy("pc", verificationStatus=coded("entered-in-error"))]).state == "unknown"
    assert allergies([allergy("Ingen känd allergi", code=coded("716186003"))]).state == "none"


def test_serious_allergies_come_first_and_refuted_ones_not_at_all() -> None:
    found = allergies(
        [
            allergy("Björk"),
            allergy("Penicillin", criticality="high"),
            allergy("Ägg", verificationStatus=coded("refuted")),
        ]
    )
    assert [one.substance for one in found.known] == ["Penicillin", "Björk"]


def test_only_signals_in_force_are_shown() -> None:
    flags = [{"id": s, "status": s, "code": {"text": s}} for s in ("active", "inactive", "entered-in-error")]
    assert [one.text for one in signals(flags)] == ["active"]


def test_one_diagnosis_is_one_line_however_often_it_was_made() -> None:
    def made(number: int, at: str, status: str = "active"):
        return {"id": str(number), "code": coded("E11.9"), "clinicalStatus": coded(status), "recordedDate": at}

    found = problems([made(1, "2020-01-01"), made(2, "2024-01-01"), made(3, "2019-05-01", "resolved")])
    assert [(one.id, one.times, one.is_active) for one in found] == [("2", 2, True), ("3", 1, False)]
    assert found[0].since == moment("2020-01-01")


def test_current_drugs_come_before_ended_ones() -> None:
    def drug(name: str, status: str):
        return {"id": name, "status": status, "medicationCodeableConcept": {"text": name}, "authoredOn": "2024-01-01"}

    found = medicines([drug("Alvedon", "stopped"), drug("Metformin", "active"), drug("Fel", "entered-in-error")])
    assert [one.name for one in found] == ["Metformin", "Alvedon"]


@pytest.mark.parametrize(
    ("value", "more", "mark"),
    [
        ("100", {}, ""),
        ("100", {"referenceRange": [{"low": {"value": 117}, "high": {"value": 170}}]}, "low"),
        ("180", {"referenceRange": [{"low": {"value": 117}, "high": {"value": 170}}]}, "high"),
        ("117", {"referenceRange": [{"low": {"value": 117}, "high": {"value": 170}}]}, ""),
        ("100", {"interpretation": [coded("LL")]}, "critical"),
        ("100", {"interpretation": [coded("N")], "referenceRange": [{"low": {"value": 117}}]}, ""),
    ],
)
def test_the_mark_is_the_laboratorys_word_and_else_the_interval(value: str, more: dict, mark: str) -> None:
    assert readings([observed("Hb", value, "2024-01-01", **more)])[0].mark == mark


def test_a_trend_has_its_newest_value_first_and_keeps_decimals() -> None:
    found = series(readings([observed("Hb", "128.50", "2024-01-01"), observed("Hb", "131", "2025-01-01")]))
    assert [str(one.value.value) for one in found[0].readings] == ["131", "128.50"]
    assert [value for _, value in found[0].points] == [128.5, 131.0]


def test_values_in_another_unit_are_not_drawn_in_the_same_curve() -> None:
    other = observed("Hb", "8.0", "2023-01-01") | {"valueQuantity": {"value": 8, "unit": "mmol/l"}}
    found = series(readings([observed("Hb", "128", "2024-01-01"), other]))
    assert len(found[0].readings) == 2
    assert len(found[0].points) == 1


def test_a_change_is_against_the_value_before_in_the_same_unit_alone() -> None:
    """F48: nothing is reckoned over a change of unit, over what is not a plain number, or from what was cancelled."""
    some = [
        observed("Hb", value, f"202{n}-01-01", id=f"v{n}") for n, value in enumerate(("120", "128.5", "128.5", "99"))
    ]
    some[3]["status"] = "cancelled"
    some += [observed("Hb", "9", "2024-01-01", id="v4"), observed("Hb", "8", "2025-01-01", id="v5")]
    some[4]["valueQuantity"] = {"value": 9, "unit": "mmol/l"}
    some[5]["valueQuantity"] = {"value": 8, "unit": "mmol/l", "comparator": "<"}
    (found,) = series(readings(some))
    assert {id_: str(one.by) for id_, one in found.changes.items()} == {"v1": "8.5", "v2": "0.0"}
    assert found.changes["v1"].before.id == "v0"


def test_what_was_entered_in_error_is_no_result() -> None:
    assert readings([observed("Hb", "1", "2024-01-01", status="entered-in-error")]) == []


def test_an_answer_without_a_category_is_shown_rather_than_lost() -> None:
    bare = observed("Hb", "128", "2024-01-01")
    del bare["category"]
    assert [one.code for one in readings([bare], but="vital-signs")] == ["Hb"]


def test_words_of_an_answer_are_kept_as_they_stand() -> None:
    answer = observed("Odling", "1", "2024-01-01", valueString="Inga tecken till växt")
    del answer["valueQuantity"]
    assert readings([answer])[0].text == "Inga tecken till växt"


def test_vital_signs_stand_in_bedside_order() -> None:
    found = vital_signs(
        [observed(code, "1", "2024-01-01", category="vital-signs") for code in ("29463-7", "8867-4", "9279-1")]
    )
    assert [one.code for one in found] == ["9279-1", "8867-4", "29463-7"]


def test_contacts_come_as_coming_open_and_over() -> None:
    def met(number: str, status: str, start: str):
        return {"id": number, "status": status, "class": {"code": "AMB"}, "period": {"start": start}}

    booked = {"id": "b", "status": "booked", "start": "2026-12-01T09:00:00Z", "description": "Återbesök"}
    met_before = [
        met("1", "finished", "2020-01-01"),
        met("2", "in-progress", "2024-01-01"),
        met("3", "cancelled", "2024"),
    ]
    found = contacts(met_before, [booked])
    assert [(one.id, one.phase) for one in found] == [("b", "coming"), ("2", "open"), ("1", "over")]


def test_a_patient_without_name_or_number_can_still_be_shown() -> None:
    found = person({"resourceType": "Patient", "id": "x"})
    assert (found.name, found.identity, found.initials) == ("—", "", "?")


def test_a_replaced_record_names_the_one_that_took_over() -> None:
    links = [{"other": {"reference": "Patient/b"}, "type": "replaced-by"}]
    assert person({"id": "a", "link": links}).replaced_by == "b"


@pytest.mark.parametrize("text", ["2024-02-30", "igår", "", None, 12, "20240101", "2024-13"])
def test_a_date_that_is_none_is_no_moment(text: object) -> None:
    assert moment(text) is None or text == "20240101"
