"""Vital signs out of observations (http://hl7.org/fhir/R4/observation-vitalsigns.html)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.patients import person
from varda.care.results import Series, readings, series
from varda.care.vitals.model import LEVEL, NEWS2, PRESSURE, Bedside
from varda.care.vitals.rules import Score, alone, news2, unsuited
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent
from varda.record import Record

ORDER = (
    "9279-1", "2708-6", "59408-5", "3151-8", "8480-6", PRESSURE, "8867-4", LEVEL, "8310-5", "29463-7", "8302-2",
    "39156-5",
)  # fmt: skip
"""LOINC: breathing, saturation, oxygen given, blood pressure, pulse, consciousness, temperature, weight, height, body
mass index."""


_SCALE = re.compile(r"saturationsskala (\d)")


def vital_signs(resources: Iterable[Mapping[str, Any]]) -> list[Series]:
    """One series a measure, in bedside order; measures not in the list come after, newest first."""
    found = series(readings(resources, only="vital-signs"))
    place = {code: number for number, code in enumerate(ORDER)}
    return sorted(found, key=lambda one: place.get(one.code, len(ORDER)))


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """NEWS2 over time. `scale` is the last one's scale for saturation, empty where it is not told; it is not
    `is_newest` where any vital sign is newer, so that it says nothing of how the patient is now.
    """

    series: Series
    scale: str
    is_newest: bool


def early_warning(resources: Iterable[Mapping[str, Any]]) -> EarlyWarning | None:
    """The patient's NEWS2; None when there is none."""
    resources = list(resources)
    found = next((one for one in series(readings(resources, but="vital-signs")) if one.code == NEWS2), None)
    if found is None:
        return None
    at = found.last.at
    is_newest = at is not None and all(
        one.at is None or one.at <= at for one in readings(resources, only="vital-signs")
    )
    scale = _SCALE.search(found.last.method)
    return EarlyWarning(found, scale[1] if scale else "", is_newest)


@dataclass(frozen=True, slots=True)
class Judged:
    """What values mean for this patient: the score, if it is all there and meant for them; what gives 3 points `alone`,
    if the score is meant for them; whether they are adult."""

    score: Score | None
    alone: tuple[str, ...]
    is_adult: bool


async def judged(record: Record, patient_id: str, seen: Bedside) -> Judged:
    """Judge what was measured now. Raises `Absent` where this session has no way to the patient."""
    found = await record.compartment(patient_id, {"Patient": 1, "Condition": 200})
    if not found.get("Patient"):
        raise Absent("There is no such patient for you.")
    who = person(found["Patient"][0].resource)
    conditions = (one.resource for one in found.get("Condition", ()))
    why_not = unsuited(who, conditions, record.now.astimezone(STOCKHOLM).date())
    if why_not:
        return Judged(None, (), why_not != "child")
    return Judged(news2(seen), alone(seen), is_adult=True)
