"""An Immunization read into a dose (http://hl7.org/fhir/R4/immunization.html)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.facts import Moment, code, first_moment, label, newest_first, shown
from varda.care.programmes import dose_number

SITE = "http://terminology.hl7.org/CodeSystem/v3-ActSite"
SITES = {"LT": "left thigh", "RT": "right thigh", "LA": "left arm", "RA": "right arm"}
"""Where a dose is injected, in English to translate."""


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose. `number` is 0 where none is written, `site` a code of `SITES`, `is_told` whether it was given elsewhere
    and somebody says so; `state` is completed, not-done or entered-in-error, `reason` why, where it is not completed.
    """

    id: str
    version: int
    vaccine: str
    atc: str
    number: int
    at: Moment | None
    batch: str
    site: str
    by: str
    is_told: bool
    state: str
    reason: str


def doses(immunizations: Iterable[Mapping[str, Any]]) -> list[Dose]:
    """Every dose, newest first, those that were struck last among equals."""
    return newest_first(_dose(one) for one in immunizations)


def _dose(one: Mapping[str, Any]) -> Dose:
    notes = [str(note["text"]) for note in one.get("note", ()) if note.get("text")]
    return Dose(
        id=str(one.get("id", "")),
        version=int(one.get("meta", {}).get("versionId", "0") or 0),
        vaccine=label(one.get("vaccineCode")),
        atc=code(one.get("vaccineCode")),
        number=dose_number(one),
        at=first_moment(one, "occurrenceDateTime"),
        batch=str(one.get("lotNumber", "")),
        site=code(one.get("site"), SITE),
        by=next((shown(part.get("actor")) for part in one.get("performer", ())), "") or label(one.get("reportOrigin")),
        is_told=one.get("primarySource") is False,
        state=str(one.get("status", "")),
        reason=label(one.get("statusReason")) or " ".join(notes),
    )
