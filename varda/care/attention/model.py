"""Flag and AllergyIntolerance read into attention signals. "Not known" is said aloud: a missing list is not a no."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.facts import Moment, code, codes, extension, first_moment, label, moment, shown

NO_KNOWN = {"716186003", "409137002", "1003774007", "no-known-allergy", "no-known-drug-allergy"}
ATTENTION = "https://varda.example/fhir/CodeSystem/attention"
KINDS = ("disease", "treatment", "infection", "restriction")
"""What an attention signal is about, hypersensitivity apart."""
REASON = "https://varda.example/fhir/StructureDefinition/change-reason"


@dataclass(frozen=True, slots=True)
class Allergy:
    """Something that is not tolerated. `reaction` and `severity` (high, low, …) may be empty; `is_sure` = confirmed;
    `said_by` who told it, `by` who wrote this version; `state` is active, resolved, refuted or struck. What is not
    `is_coded` stands as it was typed.
    """

    id: str
    substance: str
    reaction: str
    severity: str
    kind: str
    is_sure: bool
    at: Moment | None
    is_coded: bool = False
    said_by: str = ""
    by: str = ""
    version: int = 0
    written: Moment | None = None
    state: str = "active"
    reason: str = ""
    is_none: bool = False


@dataclass(frozen=True, slots=True)
class Allergies:
    """`state` is known, none (asked and answered) or unknown (never asked)."""

    state: str
    known: tuple[Allergy, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """An attention signal: what, of which kind (of `KINDS`, or a FHIR flag category), since when; `until` a day that it
    ends by itself."""

    id: str
    text: str
    kind: str
    at: Moment | None
    unit: str
    until: Moment | None = None
    by: str = ""
    version: int = 0
    written: Moment | None = None
    state: str = "active"
    reason: str = ""


def allergies(resources: Iterable[Mapping[str, Any]]) -> Allergies:
    """All allergies in force; those entered in error, refuted or resolved are left out."""
    valid = [one for one in map(allergy, resources) if one.state == "active"]
    real = [one for one in valid if not one.is_none]
    if real:
        return Allergies("known", tuple(sorted(real, key=lambda one: (one.severity != "high", one.substance))))
    return Allergies("none" if valid else "unknown")


def signals(resources: Iterable[Mapping[str, Any]]) -> list[Signal]:
    """Active flags."""
    return [one for one in map(signal, resources) if one.state == "active"]


def allergy(one: Mapping[str, Any]) -> Allergy:
    """One AllergyIntolerance as it stands in this version."""
    reactions = one.get("reaction", ())
    return Allergy(
        one["id"],
        label(one.get("code")) or next((label(r.get("substance")) for r in reactions), "") or "?",
        ", ".join(label(m) for r in reactions for m in r.get("manifestation", ())),
        "high" if any(r.get("severity") == "severe" for r in reactions) else str(one.get("criticality", "")),
        str((one.get("category") or [""])[0]),
        code(one.get("verificationStatus")) in ("confirmed", ""),
        first_moment(one, "onsetDateTime", "recordedDate") or moment(one.get("lastOccurrence")),
        is_coded=bool(codes(one.get("code"))),
        said_by=str((one.get("asserter") or {}).get("display", "")),
        by=shown(one.get("recorder")),
        version=int(one.get("meta", {}).get("versionId", 0)),
        written=first_moment(one.get("meta", {}), "lastUpdated"),
        state=_state(one),
        reason=extension(one, REASON),
        is_none=bool(codes(one.get("code")) & NO_KNOWN),
    )


def signal(one: Mapping[str, Any]) -> Signal:
    """One Flag as it stands in this version."""
    states = {"active": "active", "entered-in-error": "struck"}
    return Signal(
        one["id"],
        label(one.get("code")),
        code(one.get("category")),
        first_moment(one, "period"),
        (one.get("author") or {}).get("display", ""),
        moment((one.get("period") or {}).get("end")),
        extension(one, f"{ATTENTION}-by"),
        int(one.get("meta", {}).get("versionId", 0)),
        first_moment(one.get("meta", {}), "lastUpdated"),
        states.get(str(one.get("status")), "resolved"),
        extension(one, REASON),
    )


def _state(one: Mapping[str, Any]) -> str:
    if "entered-in-error" in codes(one.get("verificationStatus")):
        return "struck"
    if "refuted" in codes(one.get("verificationStatus")):
        return "refuted"
    return "resolved" if codes(one.get("clinicalStatus")) & {"resolved", "inactive"} else "active"
