"""What may be opened for whom, and what the areas of relevance mean. Pure; the law itself is varda.access.policy."""

from collections.abc import Iterable
from datetime import date

from varda.access.policy import OF_AGE, Ground
from varda.access.session import Session
from varda.care.patients import Person, age

AREAS: dict[str, tuple[str, ...]] = {
    "notes": ("Composition", "DocumentReference", "Binary"),
    "diagnoses": ("Condition", "Procedure"),
    "medication": ("MedicationRequest", "MedicationStatement", "MedicationAdministration", "Immunization"),
    "results": ("Observation", "DiagnosticReport"),
    "attention": ("AllergyIntolerance", "Flag"),
    "contacts": ("Encounter", "Appointment", "ServiceRequest", "EpisodeOfCare"),
    "plans": ("CarePlan", "CareTeam", "Goal", "Task"),
}
"""The parts of a record that a reader may call relevant, and the types of resources that each holds."""

VITAL = frozenset({"diagnoses", "medication", "results", "attention"})
"""What is ticked at first in an emergency, where only the indispensable may be read (PDL 4:5, SVOD 3:6)."""


def types_of(areas: Iterable[str]) -> tuple[str, ...]:
    """The resource types of the areas named; none when every area is (or none): then nothing is narrowed."""
    named = {area for area in areas if area in AREAS}
    return (
        () if len(named) in (0, len(AREAS)) else tuple(kind for area in AREAS if area in named for kind in AREAS[area])
    )


def is_child(person: Person, today: date) -> bool:
    """Whether the patient is known to be under age; an unknown birth date is an adult's."""
    lived = age(person.born, today)
    return lived is not None and (lived.unit != "years" or lived.number < OF_AGE)


def grounds(session: Session, person: Person, today: date) -> tuple[Ground, ...]:
    """The grounds of SVOD 3 that can be thought of for this reader and patient, emergency apart."""
    found: list[Ground] = ["consent", "child" if is_child(person, today) else "incapable"]
    return (*found, *(() if session.is_social else ("certificate",)))
