"""What makes somebody's course other than most: noted by hand from the programme's own list, until it is taken away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from varda.care.facts import Moment, codes, first_moment, newest_first, shown
from varda.care.programmes.model import PROGRAMMES, Programme, Risk
from varda.care.programmes.queries import Course
from varda.care.programmes.rules import REAL

RISK = "https://varda.example/fhir/CodeSystem/programme-risk"
"""The codes of what is noted: programme/risk."""
CODES = tuple(f"{one.code}/{risk.code}" for one in PROGRAMMES.values() for risk in one.risks)
"""Those of every programme, for a question that asks for them."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A risk that is there, when that was noted and by whom, and what was written beside."""

    risk: Risk
    at: Moment | None
    by: str
    text: str


def risks(programme: Programme, observations: Iterable[Mapping[str, Any]], since: date) -> list[Noted]:
    """Those that are there now by what was noted last, since a day: the pregnancy before has risks of its own."""
    some = [
        (first_moment(one, "effectiveDateTime", "issued"), one) for one in observations if one.get("status") in REAL
    ]
    found = []
    for risk in programme.risks:
        name = f"{programme.code}/{risk.code}"
        said = [_Said(at, one) for at, one in some if at and at.day >= since and name in codes(one.get("code"), RISK)]
        last = next(iter(newest_first(said)), None)
        if last and last.one.get("valueBoolean") is True:
            who = next((shown(part) for part in last.one.get("performer", ())), "")
            text = " ".join(str(note["text"]) for note in last.one.get("note", ()) if note.get("text"))
            found.append(Noted(risk, last.at, who, text))
    return found


def of_course(at: Course) -> list[Noted]:
    """Those of somebody's course; none as long as nobody knows from which day on it counts."""
    since = at.since.get(at.programme.counts)
    return risks(at.programme, at.resources.get("Observation", ()), since) if since else []


@dataclass(frozen=True, slots=True)
class _Said:
    at: Moment
    one: Mapping[str, Any]
