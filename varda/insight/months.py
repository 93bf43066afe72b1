"""Measures of what units have written, month by month: what contacts were digital, what was coded, who came in an
emergency.

Each month is reckoned once, when it is over, of what the unit itself has written by then; what is written later about
it is not in it (decision 44). What has happened is counted, and told where it is about five people or more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from varda.care.facts import codes, codings, first_moment
from varda.care.programmes import KIND
from varda.record import Counting, Events, Measure

PURPOSE = "administration"
"""To plan, follow up and evaluate the care (PDL 2:4, 5)."""
MONTHS = 12
"""How many months that are over are reckoned the first time."""
_HELD = ("arrived", "triaged", "in-progress", "onleave", "finished")


@dataclass(frozen=True, slots=True)
class Counted:
    """Entries of a type by the month of one of their dates, which a search parameter finds; `part` says in which of so
    many `parts` one is, or None where it is not counted.
    """

    type: str
    parameter: str
    date: str
    parts: int
    part: Callable[[Mapping[str, Any]], int | None]


async def _reckoned(what: Counted, counting: Counting, as_of: date) -> dict[str, Events]:
    lacking = [one for one in months(as_of) if one not in counting.known]
    if not lacking:
        return {}
    people: dict[str, list[list[int]]] = {name: [[] for _ in range(what.parts)] for name in lacking}
    days = [(what.parameter, f"ge{min(lacking)}-01"), (what.parameter, f"lt{as_of}")]
    async for page in counting.owned(what.type, days):
        for who, stored in page:
            moment, place = first_moment(stored.resource, what.date), what.part(stored.resource)
            if moment and place is not None and (name := f"{moment.day:%Y-%m}") in people:
                people[name][place].append(who)
    return {
        name: Events(tuple(map(len, some)), tuple(len(set(each)) for each in some)) for name, some in people.items()
    }


def months(as_of: date) -> list[str]:
    """The months that are over on the first day of another, newest first, as 2026-10."""
    found, first = list[str](), as_of
    while len(found) < MONTHS:
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(f"{first:%Y-%m}")
    return found


def _digital(contact: Mapping[str, Any]) -> int | None:
    """Of contacts in open care, one by video, telephone or in writing (VR), or a visit (AMB)."""
    kind = contact.get("class", {}).get("code")
    return {"VR": 0, "AMB": 1}.get(kind) if contact.get("status") in _HELD else None


def _emergency(contact: Mapping[str, Any]) -> int | None:
    is_one = contact.get("class", {}).get("code") == "EMER" and contact.get("status") in _HELD
    return 0 if is_one else None


def _coded(diagnosis: Mapping[str, Any]) -> int | None:
    """A diagnosis or problem with a code of a named system, or in words alone."""
    if codes(diagnosis.get("verificationStatus")) & {"entered-in-error"}:
        return None
    some = codings(diagnosis.get("code"))
    return 0 if any(one.get("system") and one.get("code") for one in some) else 1


def _measure(code: str, what: Counted, kind: str) -> Measure:
    return Measure(
        code=code,
        purposes=frozenset({PURPOSE}),
        types=(what.type,),
        where=(("type", f"{KIND}|{kind}"),),
        reckoned=partial(_reckoned, what),
        is_open=True,
        is_of_months=True,
    )


MEASURES = {
    one.code: one
    for one in (
        _measure("digital-contacts", Counted("Encounter", "date", "period", 2, _digital), "care-unit"),
        _measure("emergency-visits", Counted("Encounter", "date", "period", 1, _emergency), "emergency"),
        _measure("coded-diagnoses", Counted("Condition", "recorded-date", "recordedDate", 2, _coded), "care-unit"),
    )
}
