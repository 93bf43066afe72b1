"""What was said of a diagnosis, as values, and what it meets in the record. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from varda.care.facts import Moment, moment
from varda.care.problems.model import CERTAINTIES, RANKS, SIDES, Problem, problem
from varda.kernel.errors import Problem as Wrong
from varda.kernel.errors import Unprocessable
from varda.terminology import Habit

MOST_USED, LATEST = 8, 6
"""How many of the unit's and of the person's own are offered before anything is typed."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the form says of a diagnosis; `onset` is a FHIR date of any precision."""

    rank: str = ""
    side: str = ""
    certainty: str = "confirmed"
    onset: str = ""


def said(form: Mapping[str, str], today: date, born: Moment | None) -> Said:
    """What was chosen and typed. Raises `Unprocessable` with every field that cannot be so."""
    wrong = []
    rank, side = form.get("rank", ""), form.get("side", "")
    certainty, onset = form.get("certainty") or "confirmed", form.get("onset", "").strip()
    for name, value, known in (("rank", rank, RANKS), ("side", side, SIDES), ("certainty", certainty, CERTAINTIES)):
        if value and value not in known:
            wrong.append(Wrong("Choose one of the list.", name))
    if onset and (reason := _not_since(onset, today, born)):
        wrong.append(Wrong(reason, "onset"))
    if wrong:
        raise Unprocessable("Some of this cannot be right. Nothing was stored yet.", wrong)
    return Said(rank, side, certainty, onset)


def day_of_end(text: str, today: date, since: Moment | None) -> str:
    """The day on which a diagnosis ended, as a FHIR date; today where nothing is typed. Raises `Unprocessable`."""
    typed = text.strip() or today.isoformat()
    at = moment(typed)
    if at is None or at.precision == "time":
        reason = "Write the date as 2026-05-31, or only year and month."
    elif at.day > today:
        reason = "The day has not come yet."
    elif since and at.precision == "day" and since.precision in ("day", "time") and at.day < since.day:
        reason = "This is before it began."
    else:
        return typed
    raise Unprocessable(reason, [Wrong(reason, "ended")])


def _not_since(text: str, today: date, born: Moment | None) -> str:
    at = moment(text)
    if at is None or at.precision == "time":
        return "Write the date as 2026-05-31, or only year and month."
    if at.day > today:
        return "The day has not come yet."
    if born and at.day < born.day and at.precision == "day":
        return "This is before the patient was born."
    return ""


def met(conditions: Iterable[Mapping[str, Any]], code: str, side: str) -> Problem | None:
    """The diagnosis of the same code that is here: an active one before one that is over, the newest of them. Another
    side is another diagnosis; where neither says a side they are the same, also where only one does.
    """
    found = [
        one
        for one in map(problem, conditions)
        if not one.is_struck
        and one.certainty != "refuted"
        and one.code == code
        and (not side or not one.side or one.side == side)
    ]
    newest = sorted(found, key=lambda one: (one.is_active, one.at.at.timestamp() if one.at else 0), reverse=True)
    return newest[0] if newest else None


def first(habits: Sequence[Habit]) -> dict[str, str]:
    """Which codes are offered before others, and why: the unit's favourites, its most used, the person's latest."""
    used = sorted((one for one in habits if one.times > 1), key=lambda one: -one.times)
    mine = sorted((one for one in habits if one.mine), key=lambda one: one.mine or date.min, reverse=True)
    offered = {one.code: "favourite" for one in habits if one.is_favourite}
    for one in used[:MOST_USED]:
        offered.setdefault(one.code, "unit")
    for one in mine[:LATEST]:
        offered.setdefault(one.code, "mine")
    return offered
