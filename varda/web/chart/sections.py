"""The sections of the chart as a table: place in the rail (and number key), name, and what each asks the record for."""

from collections.abc import Mapping
from dataclasses import dataclass

from varda.care import overview
from varda.web.language import N_


@dataclass(frozen=True, slots=True)
class Section:
    """`name` is the last part of the URL and the name of the template; `wanted` how many of each type it shows."""

    name: str
    title: str
    wanted: Mapping[str, int]


SECTIONS = (
    Section("overview", N_("Overview"), overview.WHOLE),
    Section("notes", N_("Notes"), {"Composition": 100}),
    Section("problems", N_("Diagnoses"), {"Condition": 500}),
    Section("medication", N_("Medication"), {"MedicationRequest": 300, "MedicationStatement": 100}),
    Section("results", N_("Results"), {"Observation": 1000}),
    Section("vitals", N_("Vital signs"), {"Observation": 1000}),
    Section("contacts", N_("Contacts"), {"Encounter": 200, "Appointment": 50}),
    Section("attention", N_("Attention"), {"AllergyIntolerance": 100, "Flag": 100}),
    Section("plan", N_("Plan"), {"CarePlan": 30, "CareTeam": 20, "EpisodeOfCare": 20}),
    Section("decisions", N_("Patient's decisions"), {}),
)
"""At most ten; the first nine have the number keys 1–9."""

BY_NAME = {section.name: section for section in SECTIONS}
