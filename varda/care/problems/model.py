"""Condition read into a line of the problem list (http://hl7.org/fhir/R4/condition.html)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.facts import Moment, code, codes, first_moment, label, newest_first, shown


@dataclass(frozen=True, slots=True)
class Problem:
    """A diagnosis or problem. `is_active` is false for what is over; `is_sure` for what is confirmed."""

    id: str
    text: str
    code: str
    is_active: bool
    is_sure: bool
    since: Moment | None
    ended: Moment | None
    by: str
    times: int = 1


def problems(resources: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """One line a diagnosis (the newest mention, and how many there are), active first, then newest first."""
    lines: dict[tuple[str, bool], Problem] = {}
    for one in newest_first((_problem(r) for r in resources if not _is_error(r)), "since"):
        same = (one.code or one.text, one.is_active)
        before = lines.get(same)
        lines[same] = _joined(before, one) if before else one
    return sorted(lines.values(), key=lambda one: not one.is_active)


def _problem(one: Mapping[str, Any]) -> Problem:
    return Problem(
        one["id"],
        label(one.get("code")) or "?",
        code(one.get("code")),
        not codes(one.get("clinicalStatus")) & {"inactive", "remission", "resolved"},
        code(one.get("verificationStatus")) in ("confirmed", ""),
        first_moment(one, "onsetDateTime", "onsetPeriod", "recordedDate"),
        first_moment(one, "abatementDateTime", "abatementPeriod"),
        shown(one.get("asserter") or one.get("recorder")),
    )


def _joined(newest: Problem, older: Problem) -> Problem:
    return Problem(
        newest.id,
        newest.text,
        newest.code,
        newest.is_active,
        newest.is_sure,
        older.since or newest.since,
        newest.ended,
        newest.by,
        newest.times + 1,
    )


def _is_error(one: Mapping[str, Any]) -> bool:
    return "entered-in-error" in codes(one.get("verificationStatus"))
