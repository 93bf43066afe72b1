"""Reading certificates, what they are drafted from, and who signs them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from varda.care import overview
from varda.care.certificates.model import Certificate, Issued, issued
from varda.care.certificates.rules import Source, sources
from varda.care.colleagues import Colleague, at_unit
from varda.care.notes import Note, note
from varda.care.problems import problem
from varda.kernel.errors import Absent, Gone
from varda.record import Draft, Record, discretion, signing

KIND = "certificate"
"""The kind of the drafts that are certificates."""
BREADTH = {**overview.BANNER, "Condition": 200, "Encounter": 200}


@dataclass(frozen=True, slots=True)
class Origin:
    """The note that a certificate is drafted from as it stands now; `is_changed` since then."""

    note: Note
    is_changed: bool


async def one_certificate(record: Record, certificate: str) -> Issued:
    """A certificate as it stands now. Raises `Absent`, for a note too."""
    found = issued((await record.read("Composition", certificate)).resource)
    if not found.note.is_certificate:
        raise Absent("There is no such certificate.")
    return found


async def of_people(record: Record, people: Iterable[str], page: str = "") -> tuple[list[Note], str]:
    """A page of the certificates of one person's records (ids of patients), the newest first, and the next cursor."""
    asked = [
        ("patient", ",".join(f"Patient/{one}" for one in people)),
        ("category", ",".join(f"{signing.CATEGORY}|{one}" for one in signing.CERTIFICATES)),
        ("_sort", "-date"), ("_count", "50"), *([("_page", page)] if page else []),
    ]  # fmt: skip
    answer = await record.search("Composition", asked)
    return [note(one.resource) for one in answer.matches], answer.next or ""


async def origin_of(record: Record, reference: str, version: int) -> Origin | None:
    """The note that something was drafted from in a version; None where this session does not see it (any more)."""
    if not reference.startswith("Composition/"):
        return None
    try:
        found = note((await record.read("Composition", reference.partition("/")[2])).resource)
    except (Absent, Gone):
        return None
    return Origin(found, found.version != version)


async def known_of(record: Record, found: Note) -> dict[str, Source]:
    """What a certificate may begin with when it is drafted from a note. Raises `Absent` for what is out of reach."""
    return of_chart(found, await overview.chart(record, found.patient, BREADTH))


def of_chart(found: Note, chart: overview.Chart) -> dict[str, Source]:
    """The same of a chart that is read already, as wide as `BREADTH`. Nothing of what is kept back from the patient."""
    set_there = [problem(one) for one in _set_there(found, chart) if not discretion.is_labelled(one)]
    return sources(found, chart.contacts, set_there)


def is_kept_back(found: Note, chart: overview.Chart) -> bool:
    """Whether the note, or a diagnosis of its contact, is kept back from the patient and so was not taken over."""
    return found.is_kept_back or any(discretion.is_labelled(one) for one in _set_there(found, chart))


def _set_there(found: Note, chart: overview.Chart) -> list[dict[str, Any]]:
    """The diagnoses of the note's contact that hold."""
    contact = found.encounter.rpartition("/")[2]
    named = {
        str(one.get("condition", {}).get("reference", ""))
        for encounter in chart.resources.get("Encounter", ())
        for one in encounter.get("diagnosis", ())
        if encounter["id"] == contact
    }
    return [
        resource
        for resource in chart.resources.get("Condition", ())
        for one in (problem(resource),)
        if contact and (one.contact == contact or f"Condition/{one.id}" in named)
        if not one.is_struck and one.certainty != "refuted"
    ]


async def signers(record: Record, kind: Certificate) -> list[Colleague]:
    """Those at my unit now whose role signs a certificate, by family name."""
    return await at_unit(record, (kind.function, "sign"), is_alone=True)


async def my_drafts(record: Record, patient_id: str = "") -> list[Draft]:
    """The signed-in person's private drafts of certificates, of one patient or of all, newest first."""
    return [one for one in await record.drafts(patient_id) if one.kind == KIND]
