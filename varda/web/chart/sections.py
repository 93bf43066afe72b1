"""The sections of the chart as a table: place in the rail (and number key), name, and what each asks the record for."""

from collections.abc import Mapping
from dataclasses import dataclass

from varda.care import overview
from varda.record.powers import Powers
from varda.web.language import N_


@dataclass(frozen=True, slots=True)
class Section:
    """`name` is the last part of the URL and the name of the template; `wanted` how many of each type it shows, `types`
    of which one must be the role's to read; none: it is everybody's."""

    name: str
    title: str
    wanted: Mapping[str, int]
    types: tuple[str, ...] = ()


def _of(name: str, title: str, wanted: Mapping[str, int]) -> Section:
    return Section(name, title, wanted, tuple(wanted))


SECTIONS = (
    Section("overview", N_("Overview"), overview.WHOLE),
    _of("notes", N_("Notes"), {"Composition": 100}),
    _of("problems", N_("Diagnoses"), {"Condition": 500}),
    _of("medication", N_("Medication"), {"MedicationRequest": 300, "MedicationStatement": 100}),
    Section(
        "results",
        N_("Results"),
        {"Observation": 1000, "DiagnosticReport": 100, "Provenance": 300, "ServiceRequest": 100},
        ("Observation", "DiagnosticReport"),
    ),
    Section("vitals", N_("Vital signs"), {"Observation": 1000, "Condition": 200, "Flag": 100}, ("Observation",)),
    _of("contacts", N_("Contacts"), {"Encounter": 200, "Appointment": 50}),
    _of("attention", N_("Attention"), {"AllergyIntolerance": 100, "Flag": 100}),
    Section("plan", N_("Plan"), {"CarePlan": 30, "CareTeam": 20, "EpisodeOfCare": 20}, ("CarePlan",)),
    Section("decisions", N_("Patient's decisions"), {}, ("Consent",)),
)
"""At most ten; the first nine have the number keys 1–9."""

BY_NAME = {section.name: section for section in SECTIONS}


def offered(powers: Powers) -> tuple[Section, ...]:
    """The sections of which a role may read anything."""
    return tuple(one for one in SECTIONS if not one.types or powers.reads(*one.types))
