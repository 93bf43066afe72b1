"""Flag and AllergyIntolerance read into attention signals. "Not known" is said aloud: a missing list is not a no."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.facts import Moment, code, codes, first_moment, label, moment

NO_KNOWN = {"716186003", "409137002", "1003774007", "no-known-allergy", "no-known-drug-allergy"}


@dataclass(frozen=True, slots=True)
class Allergy:
    """Something that is not tolerated. `reaction` and `severity` (high, low, …) may be empty; `is_sure` = confirmed."""

    id: str
    substance: str
    reaction: str
    severity: str
    kind: str
    is_sure: bool
    at: Moment | None


@dataclass(frozen=True, slots=True)
class Allergies:
    """`state` is known, none (asked and answered) or unknown (never asked)."""

    state: str
    known: tuple[Allergy, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """An attention signal in force: what, of which kind (a FHIR flag category), since when."""

    id: str
    text: str
    kind: str
    at: Moment | None
    unit: str


def allergies(resources: Iterable[Mapping[str, Any]]) -> Allergies:
    """All allergies in force; those entered in error, refuted or resolved are left out."""
    valid = [one for one in resources if not _is_void(one)]
    real = tuple(_allergy(one) for one in valid if not codes(one.get("code")) & NO_KNOWN)
    if real:
        return Allergies("known", tuple(sorted(real, key=lambda one: (one.severity != "high", one.substance))))
    return Allergies("none" if valid else "unknown")


def signals(resources: Iterable[Mapping[str, Any]]) -> list[Signal]:
    """Active flags."""
    return [
        Signal(
            one["id"],
            label(one.get("code")),
            code(one.get("category")),
            first_moment(one, "period"),
            (one.get("author") or {}).get("display", ""),
        )
        for one in resources
        if one.get("status") == "active"
    ]


def _allergy(one: Mapping[str, Any]) -> Allergy:
    reactions = one.get("reaction", ())
    return Allergy(
        one["id"],
        label(one.get("code")) or next((label(r.get("substance")) for r in reactions), "") or "?",
        ", ".join(label(m) for r in reactions for m in r.get("manifestation", ())),
        "high" if any(r.get("severity") == "severe" for r in reactions) else str(one.get("criticality", "")),
        str((one.get("category") or [""])[0]),
        code(one.get("verificationStatus")) in ("confirmed", ""),
        first_moment(one, "onsetDateTime", "recordedDate") or moment(one.get("lastOccurrence")),
    )


def _is_void(one: Mapping[str, Any]) -> bool:
    return bool(
        codes(one.get("verificationStatus")) & {"entered-in-error", "refuted"}
        or codes(one.get("clinicalStatus")) & {"resolved", "inactive"}
    )
