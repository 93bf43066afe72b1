"""Condition read into a line of the problem list (http://hl7.org/fhir/R4/condition.html)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from varda.care.facts import Moment, code, codes, extension, first_moment, label, newest_first, shown

ICD = "urn:oid:1.2.752.116.1.1.1.1.3"
"""ICD-10-SE, the classification of diagnoses."""
RANK = "https://varda.example/fhir/StructureDefinition/diagnosis-rank"
REASON = "https://varda.example/fhir/StructureDefinition/change-reason"
SNOMED = "http://snomed.info/sct"
SIDES = {"left": ("7771000", "vänster"), "right": ("24028007", "höger"), "both": ("51440002", "bilateral")}
"""Which side, as SNOMED CT has it, and its word in the record."""
RANKS = ("main", "secondary")
CERTAINTIES = ("confirmed", "provisional")


@dataclass(frozen=True, slots=True)
class Problem:
    """A diagnosis or problem. `is_active` is false for what is over or refuted; `is_sure` is
    true for what is confirmed. `side` is one of
    `SIDES` and `rank` one of `RANKS`, or empty; `contact` is the id of the contact that it was set under, `recorder`
    who wrote this version.
    """

    id: str
    text: str
    code: str
    is_active: bool
    is_sure: bool
    since: Moment | None
    ended: Moment | None
    by: str
    times: int = 1
    side: str = ""
    rank: str = ""
    contact: str = ""
    version: int = 0
    at: Moment | None = None
    reason: str = ""
    is_struck: bool = False
    recorder: str = ""
    certainty: str = "confirmed"

    @property
    def same(self) -> tuple[str, str]:
        """What is the same diagnosis: the code, or else the words; and the side."""
        return self.code or self.text, self.side


def problems(resources: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """One line a diagnosis (the newest mention, and how many there are), active first, then newest first."""
    lines: dict[tuple[tuple[str, str], bool], Problem] = {}
    for one in newest_first((problem(r) for r in resources if not _is_error(r)), "since"):
        same = (one.same, one.is_active)
        before = lines.get(same)
        lines[same] = replace(before, since=one.since or before.since, times=before.times + 1) if before else one
    return sorted(lines.values(), key=lambda one: not one.is_active)


def struck(resources: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """What was entered in error, the newest first."""
    return newest_first(problem(one) for one in resources if _is_error(one))


def problem(one: Mapping[str, Any]) -> Problem:
    """One Condition as it stands in this version."""
    certainty = code(one.get("verificationStatus")) or "confirmed"
    sides = codes(one.get("bodySite"), SNOMED)
    return Problem(
        one["id"],
        label(one.get("code")) or "?",
        code(one.get("code")),
        not codes(one.get("clinicalStatus")) & {"inactive", "remission", "resolved"} and certainty != "refuted",
        certainty == "confirmed",
        first_moment(one, "onsetDateTime", "onsetPeriod", "recordedDate"),
        first_moment(one, "abatementDateTime", "abatementPeriod"),
        shown(one.get("asserter") or one.get("recorder")),
        side=next((side for side, (known, _) in SIDES.items() if known in sides), ""),
        rank=extension(one, RANK),
        contact=str((one.get("encounter") or {}).get("reference", "")).rpartition("/")[2],
        version=int(one.get("meta", {}).get("versionId", 0)),
        at=first_moment(one.get("meta", {}), "lastUpdated"),
        reason=extension(one, REASON),
        is_struck=_is_error(one),
        recorder=shown(one.get("recorder")),
        certainty=certainty,
    )


def _is_error(one: Mapping[str, Any]) -> bool:
    return "entered-in-error" in codes(one.get("verificationStatus"))
