"""Vital signs out of observations (http://hl7.org/fhir/R4/observation-vitalsigns.html)."""

from collections.abc import Iterable, Mapping
from typing import Any

from varda.care.results import Series, readings, series

ORDER = ("9279-1", "2708-6", "59408-5", "8480-6", "85354-9", "8867-4", "8310-5", "29463-7", "8302-2", "39156-5")
"""LOINC: breathing, oxygen, blood pressure, pulse, temperature, weight, height, body mass index."""


def vital_signs(resources: Iterable[Mapping[str, Any]]) -> list[Series]:
    """One series a measure, in bedside order; measures not in the list come after, newest first."""
    found = series(readings(resources, only="vital-signs"))
    place = {code: number for number, code in enumerate(ORDER)}
    return sorted(found, key=lambda one: place.get(one.code, len(ORDER)))
