"""What bedside values mean: reading what was typed, and NEWS2 (Royal College of Physicians 2017). Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from varda.care.facts import Moment
from varda.care.patients import Person, age
from varda.care.problems import problems as diagnoses
from varda.care.vitals.model import LEVELS, MEASURES, Bedside, Measure
from varda.kernel.errors import Problem, Unprocessable

VERSION = "2017"
"""The version of the score that is computed here, told with each score."""
ADULT = 16
"""Years of age from which NEWS2 is meant to be used."""
TERM = timedelta(days=300)
"""The longest that a pregnancy lasts; a diagnosis of it that is older speaks of one that is over."""
Risk = Literal["low", "one", "medium", "high"]
_NUMBER = re.compile(r"\d{1,4}(?:[.,]\d{1,3})?", re.ASCII)

# Points by the upper limit of each band, as the chart of the college has them from top to bottom.
_BANDS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "breathing": (("8", 3), ("11", 1), ("20", 0), ("24", 2), ("999", 3)),
    "saturation": (("91", 3), ("93", 2), ("95", 1), ("100", 0)),
    "systolic": (("90", 3), ("100", 2), ("110", 1), ("219", 0), ("999", 3)),
    "pulse": (("40", 3), ("50", 1), ("90", 0), ("110", 1), ("130", 2), ("999", 3)),
    "temperature": (("35.0", 3), ("36.0", 1), ("38.0", 0), ("39.0", 1), ("99", 2)),
}
_SCALE_2 = (("83", 3), ("85", 2), ("87", 1), ("92", 0))
_SCALE_2_ON_OXYGEN = (*_SCALE_2, ("94", 1), ("96", 2), ("100", 3))
_SCALE_2_ON_AIR = (*_SCALE_2, ("100", 0))
NEEDED = (*_BANDS, "level")
"""What NEWS2 cannot be computed without; that oxygen is not named means air."""
_AGAIN = {
    "none": timedelta(hours=12), "low": timedelta(hours=4), "one": timedelta(hours=1), "medium": timedelta(hours=1),
    "high": timedelta(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Score:
    """NEWS2 and the points that it is the sum of. `scale` is the scale for saturation, 1 or 2."""

    total: int
    points: Mapping[str, int]
    scale: int

    @property
    def risk(self) -> Risk:
        """low 0–4, one where a single parameter gives 3, medium 5–6, high 7 or more."""
        if self.total >= 7:
            return "high"
        if self.total >= 5:
            return "medium"
        return "one" if 3 in self.points.values() else "low"

    @property
    def needs_answer(self) -> bool:
        """Whether somebody who may decide must be told."""
        return self.risk != "low"

    @property
    def again(self) -> timedelta:
        """How soon the values are taken again at the latest; zero: all the time."""
        return _AGAIN["none" if self.total == 0 else self.risk]

    @property
    def answer_within(self) -> timedelta:
        """How soon somebody who may decide is with the patient; at once is a quarter of an hour at the most."""
        return self.again or timedelta(minutes=15)


def bedside(said: Mapping[str, str]) -> Bedside:
    """What was typed, as values. Raises `Unprocessable` with one problem for each field that cannot be so.

    Where the saturation was measured and no oxygen is named, air was breathed: that is an oxygen of 0.
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
    if problems:
        raise Unprocessable("Some values cannot be right. Nothing was stored yet.", problems)
    if "saturation" in numbers:
        numbers.setdefault("oxygen", Decimal(0))
    return Bedside(numbers, level)


def _implausible(measure: Measure, value: Decimal) -> str:
    if measure.least <= value <= measure.most:
        return ""
    return "This cannot be right. Is the comma in its place?"


def news2(seen: Bedside, scale: int = 1) -> Score | None:
    """The score; None where something is missing that it needs. Scale 2 is for those of whom a physician has decided
    so: carbon dioxide retention, 88–92 % aimed at.
    """
    if lacking(seen):
        return None
    points = _points(seen, scale)
    return Score(sum(points.values()), points, scale)


def alone(seen: Bedside) -> tuple[str, ...]:
    """What by itself gives 3 points (scale 1), be there all that a score needs or not."""
    return tuple(key for key, given in _points(seen, 1).items() if given == 3)


def _points(seen: Bedside, scale: int) -> dict[str, int]:
    """The points of what was measured; that oxygen is not named means air."""
    is_on_oxygen = seen.numbers.get("oxygen", Decimal(0)) > 0
    bands = dict(_BANDS)
    if scale == 2:
        bands["saturation"] = _SCALE_2_ON_OXYGEN if is_on_oxygen else _SCALE_2_ON_AIR
    points = {key: _within(seen.numbers[key], found) for key, found in bands.items() if key in seen.numbers}
    points["oxygen"] = 2 if is_on_oxygen else 0
    if seen.level:
        points["level"] = 0 if seen.level == "A" else 3
    return points


def _within(value: Decimal, bands: tuple[tuple[str, int], ...]) -> int:
    return next(points for limit, points in bands if value <= Decimal(limit))


def lacking(seen: Bedside) -> tuple[str, ...]:
    """What is missing for a score, of what it needs."""
    return tuple(key for key in NEEDED if key not in seen.numbers and (key != "level" or not seen.level))


def unsuited(person: Person, conditions: Iterable[Mapping[str, Any]], today: date) -> str:
    """Why the score does not fit this patient (`child`, `pregnant`); empty when it does, or nobody wrote down why not.

    Each Condition speaks for itself: a line of the problem list has the age of its oldest.
    """
    if _years(person.born, today) < ADULT:
        return "child"
    return "pregnant" if any(_is_pregnant(one, today) for one in conditions) else ""


def _is_pregnant(condition: Mapping[str, Any], today: date) -> bool:
    """Whether a Condition says so of today: it is active, sure, not ended, and began within one pregnancy's time."""
    return any(
        one.is_active
        and one.is_sure
        and one.ended is None
        and one.since is not None
        and timedelta() <= today - one.since.day <= TERM
        and _is_pregnancy(one.code)
        for one in diagnoses([condition])
    )


def _years(born: Moment | None, today: date) -> int:
    found = age(born, today)
    if found is None:
        return ADULT  # an unknown adult in an emergency has no birth date
    return found.number if found.unit == "years" else 0


def _is_pregnancy(code: str) -> bool:
    """ICD-10-SE: O00–O99 but what follows birth (O85–O99), and Z32.1, Z33–Z36."""
    chapter, rest = code[:1].upper(), code[1:].replace(".", "")
    if chapter == "O" and rest[:2].isdigit():
        return int(rest[:2]) < 85
    return chapter == "Z" and (rest.startswith("321") or rest[:2] in ("33", "34", "35", "36"))
