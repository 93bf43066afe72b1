"""What bedside values mean: reading what was typed, and for whom NEWS2 is not meant. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from varda.care.facts import Moment
from varda.care.patients import Person, age
from varda.care.pregnancies import is_pregnant
from varda.care.vitals.model import LEVELS, MEASURES, Bedside, Measure
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Problem, Unprocessable

ADULT = 16
"""Years of age from which NEWS2 is meant to be used."""
LATEST = timedelta(days=7)
"""How long after it was measured a value may be written down here."""
RECENT = timedelta(hours=12)
"""How old values may be and still call for an answer when they are written down."""
PROPOSED = timedelta(hours=12)
"""How long what a device has measured waits to be confirmed."""
COMPARED = timedelta(days=365)
"""How old the last value may be that a new one is compared with."""
_TIMES = {"weight": Decimal("1.25"), "height": Decimal("1.1")}
_NUMBER = re.compile(r"\d{1,4}(?:[.,]\d{1,3})?", re.ASCII)


def bedside(said: Mapping[str, str], now: datetime | None = None) -> Bedside:
    """What was typed, as values. Raises `Unprocessable` with one problem for each field that cannot be so.

    Where the saturation was measured and no oxygen is named, air was breathed: that is an oxygen of 0. `at` is a time
    in Sweden, not after `now`; empty: now.
    """
    problems: list[Problem] = []
    numbers: dict[str, Decimal] = {}
    for key, measure in MEASURES.items():
        typed = said.get(key, "").strip().replace(" ", "")
        if not typed:
            continue
        if not _NUMBER.fullmatch(typed):
            problems.append(Problem("Write a number, such as 37.5.", key))
            continue
        value = Decimal(typed.replace(",", "."))
        if wrong := _implausible(measure, value):
            problems.append(Problem(wrong, key))
        numbers[key] = value
    level = said.get("level", "")
    if level and level not in LEVELS:
        problems.append(Problem("Choose one of A, C, V, P and U.", "level"))
    low, high = numbers.get("diastolic", Decimal(0)), numbers.get("systolic", Decimal(999))
    if low > high or low == high > 0:  # 0/0 is what is measured when the heart stands still
        problems.append(Problem("The diastolic pressure is lower than the systolic.", "diastolic"))
    if "diastolic" in numbers and "systolic" not in numbers:
        problems.append(Problem("Write the systolic pressure as well.", "systolic"))
    at = time(said.get("at", "").strip())
    if wrong := _untimely(at, now) if said.get("at") and now else "":
        problems.append(Problem(wrong, "at"))
    if problems:
        raise Unprocessable("Some values cannot be right. Nothing was stored yet.", problems)
    if "saturation" in numbers:
        numbers.setdefault("oxygen", Decimal(0))
    return Bedside(numbers, level, at)


def alike(key: str, last: Decimal) -> tuple[Decimal, Decimal]:
    """Between which numbers a measure is like the `last` one of it; what is not is looked at before it is kept.

    A weight differs by a quarter at most, a height by a tenth, anything else by three times.
    """
    times = _TIMES.get(key, Decimal(3))
    return last / times, last * times


def minute(at: datetime) -> datetime:
    """The minute of a time: what a form can say."""
    return at.replace(second=0, microsecond=0)


def time(typed: str) -> datetime | None:
    """What a form says, a time in Sweden, as an instant; None where it is none."""
    try:
        return datetime.strptime(typed, "%Y-%m-%dT%H:%M").replace(tzinfo=STOCKHOLM).astimezone(UTC)
    except ValueError:
        return None


def _untimely(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "Write day and time, such as 2026-03-01 14:05."
    if at > now:
        return "This time has not come yet. Leave it empty for now."
    return "This is more than a week ago. Is the day right?" if now - at > LATEST else ""


def _implausible(measure: Measure, value: Decimal) -> str:
    if measure.least <= value <= measure.most:
        return ""
    return "This cannot be right. Is the comma in its place?"


def unsuited(person: Person, conditions: Iterable[Mapping[str, Any]], today: date) -> str:
    """Why the score does not fit this patient (`child`, `pregnant`); empty when it does, or nobody wrote down why not.

    Each Condition speaks for itself: a line of the problem list has the age of its oldest.
    """
    if _years(person.born, today) < ADULT:
        return "child"
    return "pregnant" if any(is_pregnant(one, today) for one in conditions) else ""


def _years(born: Moment | None, today: date) -> int:
    found = age(born, today)
    if found is None:
        return ADULT  # an unknown adult in an emergency has no birth date
    return found.number if found.unit == "years" else 0
