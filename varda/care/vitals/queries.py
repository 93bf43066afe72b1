"""Vital signs out of observations (http://hl7.org/fhir/R4/observation-vitalsigns.html)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.patients import person
from varda.care.problems import problems
from varda.care.results import Series, readings, series
from varda.care.vitals.model import NEWS2, Bedside
from varda.care.vitals.rules import Score, news2, unsuited
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent
from varda.record import Record

ORDER = ("9279-1", "2708-6", "59408-5", "8480-6", "85354-9", "8867-4", "8310-5", "29463-7", "8302-2", "39156-5")
"""LOINC: breathing, oxygen, blood pressure, pulse, temperature, weight, height, body mass index."""


def vital_signs(resources: Iterable[Mapping[str, Any]]) -> list[Series]:
    """One series a measure, in bedside order; measures not in the list come after, newest first."""
    found = series(readings(resources, only="vital-signs"))
    place = {code: number for number, code in enumerate(ORDER)}
    return sorted(found, key=lambda one: place.get(one.code, len(ORDER)))


def early_warning(resources: Iterable[Mapping[str, Any]]) -> Series | None:
    """The patient's NEWS2 over time; None when there is none."""
    return next((one for one in series(readings(resources, but="vital-signs")) if one.code == NEWS2), None)


@dataclass(frozen=True, slots=True)
class Judged:
    """What values mean for this patient: the score, if it is all there and meant for them; whether they are adult."""

    score: Score | None
    is_adult: bool


async def judged(record: Record, patient_id: str, seen: Bedside) -> Judged:
    """Judge what was measured now. Raises `Absent` where this session has no way to the patient."""
    found = await record.compartment(patient_id, {"Patient": 1, "Condition": 200})
    if not found.get("Patient"):
        raise Absent("There is no such patient for you.")
    who = person(found["Patient"][0].resource)
    diagnoses = problems(one.resource for one in found.get("Condition", ()))
    why_not = unsuited(who, diagnoses, record.now.astimezone(STOCKHOLM).date())
    return Judged(None if why_not else news2(seen), why_not != "child")
