"""One question, one round trip, the whole chart. What a page needs more of, it asks for wider."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from varda.care import living
from varda.care.attention import Allergies, Allergy, Signal, allergies, allergy, signal, signals
from varda.care.contacts import Contact, contacts
from varda.care.corrections import Entry, viewed
from varda.care.facts import newest_first
from varda.care.medication import Medicine, medicines
from varda.care.notes import Note, note
from varda.care.patients import JOINED, Person, person
from varda.care.plans import Involved, Plan, involved, plans
from varda.care.problems import Problem, problems, struck
from varda.care.results import Answer, Reading, Series, answer, readings, series, signing
from varda.care.tasks import Task, in_order, still_open, task
from varda.care.vitals import EarlyWarning, early_warning, vital_signs
from varda.kernel.errors import Absent
from varda.record import Record
from varda.record.answers import signatures

BANNER = {"Patient": 1, "AllergyIntolerance": 50, "Flag": 50, "Encounter": 30, "Composition": 12}
WHOLE = {
    **BANNER,
    "Condition": 100,
    "MedicationRequest": 60,
    "MedicationStatement": 30,
    "Observation": 150,
    "DiagnosticReport": 20,
    "Provenance": 40,
    "Appointment": 20,
    "CarePlan": 10,
    "CareTeam": 10,
    "EpisodeOfCare": 10,
    "Task": 30,
}


@dataclass(frozen=True)
class Chart:
    """A patient's resources by type, newest first, each read when a panel asks for it. `has_more_tasks`: of those that
    are done or came back there may be more than are here; all that are open are.
    """

    resources: Mapping[str, list[dict[str, Any]]]
    has_more_tasks: bool = False

    def _all(self, *types: str) -> list[dict[str, Any]]:
        return [one for kind in types for one in self.resources.get(kind, ())]

    def new_since(self, since: datetime | None, me: str) -> frozenset[str]:
        """Ids of what has come or changed since then, less what `me` (a reference) has done: nobody's news to oneself.
        Nothing is new to who has never looked before.
        """
        if since is None:
            return frozenset()
        everything = (one for type_, items in self.resources.items() if type_ != "Patient" for one in items)
        return frozenset(str(one["id"]) for one in everything if _changed(one) > since and me not in _done_by(one))

    @cached_property
    def person(self) -> Person:
        """Who it is about."""
        return person(self._all("Patient")[0])

    @property
    def people(self) -> list[str]:
        """Ids of the person's records: the one that was asked for, and those joined with it."""
        return [str(one["id"]) for one in self._all("Patient")]

    @cached_property
    def allergies(self) -> Allergies:
        """Known, none or not known."""
        return allergies(self._all("AllergyIntolerance"))

    @cached_property
    def viewed(self) -> list[Entry]:
        """What is here of which the patient has said that it is wrong (PDL 3:8)."""
        return viewed(one for items in self.resources.values() for one in items)

    @cached_property
    def signals(self) -> list[Signal]:
        """Attention signals in force."""
        return signals(self._all("Flag"))

    @cached_property
    def attention_past(self) -> list[tuple[str, Allergy | Signal]]:
        """Allergies and signals that are no longer in force, by kind (`allergy`, `signal`)."""
        found: list[tuple[str, Allergy | Signal]] = [
            ("allergy", allergy(one)) for one in self._all("AllergyIntolerance")
        ]
        found += [("signal", signal(one)) for one in self._all("Flag")]
        return [(kind, one) for kind, one in found if one.state != "active"]

    @cached_property
    def problems(self) -> list[Problem]:
        """The problem list."""
        return problems(self._all("Condition"))

    @cached_property
    def struck_problems(self) -> list[Problem]:
        """Diagnoses that were entered in error, with the reasons."""
        return struck(self._all("Condition"))

    @cached_property
    def medicines(self) -> list[Medicine]:
        """The drug list."""
        return medicines(self._all("MedicationRequest", "MedicationStatement"))

    @cached_property
    def vitals(self) -> list[Series]:
        """Vital signs in bedside order."""
        return vital_signs(self._all("Observation"))

    @cached_property
    def early_warning(self) -> EarlyWarning | None:
        """NEWS2 over time."""
        return early_warning(self._all("Observation"))

    @cached_property
    def results(self) -> list[Reading]:
        """Answers, newest first; how somebody lives has a panel of its own."""
        found = readings(self._all("Observation"), but="vital-signs")
        return [one for one in found if one.code not in living.CODES]

    @cached_property
    def answers(self) -> list[Answer]:
        """Reports, newest first, with who has signed them."""
        around = {f"{one['resourceType']}/{one['id']}": one for one in self._all("Observation", "ServiceRequest")}
        signed = signatures(self._all("Provenance"))
        told = [one for one in self._all("DiagnosticReport") if one.get("status") != "registered"]
        return newest_first((answer(one, around, signed) for one in told), "told")

    @cached_property
    def trends(self) -> list[Series]:
        """Answers grouped by kind."""
        return series(self.results)

    @cached_property
    def notes(self) -> list[Note]:
        """Notes, newest first, those entered in error last among equals."""
        return [note(one) for one in self._all("Composition")]

    @cached_property
    def contacts(self) -> list[Contact]:
        """Coming, open and past contacts."""
        return contacts(self._all("Encounter"), self._all("Appointment"))

    @property
    def open_contacts(self) -> list[Contact]:
        """The contacts that go on now."""
        return [one for one in self.contacts if one.phase == "open"]

    @property
    def admission(self) -> Contact | None:
        """The stay on a ward that goes on now."""
        return next((one for one in self.open_contacts if one.is_admission), None)

    @cached_property
    def plans(self) -> list[Plan]:
        """Plans in force."""
        return plans(self._all("CarePlan"))

    @cached_property
    def involved(self) -> list[Involved]:
        """Who else takes part."""
        return involved(self._all("CareTeam"), self._all("EpisodeOfCare"))

    @cached_property
    def tasks(self) -> list[Task]:
        """What is to be done about the patient in its order, then what was done, newest first."""
        return in_order(task(one) for one in self._all("Task"))


def _changed(one: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(one["meta"]["lastUpdated"])


def _done_by(one: Mapping[str, Any]) -> set[str]:
    """References of those who wrote an entry, as far as it says so."""
    said = [one.get(name) for name in ("author", "recorder", "asserter", "requester", "performer", "participant")]
    each = [who for some in said for who in (some if isinstance(some, list) else [some]) if isinstance(who, Mapping)]
    return {str((who.get("individual") or who.get("actor") or who).get("reference", "")) for who in each}


async def chart(record: Record, patient_id: str, breadth: Mapping[str, int] | None = None) -> Chart:
    """The chart in one round trip; `breadth` says how many of each type (the overview, if not given).

    Raises `Absent` when this session has no way to the patient.
    """
    wanted = {**(breadth or WHOLE), "Patient": JOINED}
    kept = await record.compartment(patient_id, wanted)
    if not kept.get("Patient"):
        raise Absent("There is no such patient for you.")
    own = f"Patient/{patient_id}"
    resources = {kind: [one.resource for one in items] for kind, items in kept.items()}
    # Two records of one person come together; the record that was asked for is the one the banner shows.
    resources["Patient"].sort(key=lambda one: f"Patient/{one['id']}" != own)
    found = Chart(resources, has_more_tasks=_is_cut(resources, wanted, "Task"))
    if found.has_more_tasks:
        # The newest of all are done ones as well: what is still to be done does not disappear behind them.
        _add(resources, "Task", await still_open(record, found.people))
    if _is_cut(resources, wanted, "Provenance"):
        # The newest of all sign other things as well: no answer that is shown looks as if nobody had signed it.
        reports = [str(one["id"]) for one in resources.get("DiagnosticReport", ())]
        _add(resources, "Provenance", await signing(record, found.people, reports))
    return found


def _is_cut(resources: Mapping[str, list[dict[str, Any]]], wanted: Mapping[str, int], kind: str) -> bool:
    return len(resources.get(kind, ())) == wanted.get(kind, -1)


def _add(resources: dict[str, list[dict[str, Any]]], kind: str, more: Iterable[dict[str, Any]]) -> None:
    there = {one["id"] for one in resources[kind]}
    resources[kind] = [*resources[kind], *(one for one in more if one["id"] not in there)]
