"""What a child has grown, and how far from the median of its age and sex that is. Pure but for the table, read once.

The table (who.tsv) has the L, M and S of the WHO Child Growth Standards (2006, birth to 5 years) and the WHO Growth
Reference (2007, 5 to 19 years; weight to 10) at chosen days of age; between them they are taken as straight lines. They
are the WHO's, not Sweden's own references. https://www.who.int/tools/child-growth-standards
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from itertools import pairwise
from math import exp, log
from typing import Any

from varda.care.facts import Moment, amount, codes, first_moment
from varda.care.patients import Person

KINDS = {"weight": "29463-7", "height": "8302-2", "head": "9843-4", "bmi": "39156-5"}
"""LOINC of what grows."""
SDS = (-3, -2, -1, 0, 1, 2, 3)
"""The lines of the chart, in standard deviations."""
OLDEST = 19
"""Years of age to which the table goes."""
_ALSO = {"8306-3": "height", "8287-5": "head", "3141-9": "weight"}
_GESTATION = {"76516-4", "11884-4", "49051-6"}
_TERM, _PRETERM = 280, 259  # days of a pregnancy: 40 weeks, and before 37 it was short
_CORRECTED = 730  # days of age to which a preterm child's age is corrected
_STRAIGHT = 1e-6  # a power so near to nothing is that of the logarithm
_Lms = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Point:
    """One value at an age in days (corrected for who was born too early); `sd` None where no table tells."""

    days: int
    value: float
    at: Moment
    sd: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """All values of one kind, oldest first (never empty). `early`: days that a preterm child's age is less by."""

    kind: str
    points: tuple[Point, ...]
    early: int


def growth(who: Person, observations: Iterable[Mapping[str, Any]]) -> list[Curve]:
    """The curves of a child, in the order of `KINDS`; none for who has no date of birth or is grown up."""
    born = who.born
    if born is None or born.precision != "day":
        return []
    found = list(observations)
    early = _early(found)
    values = _values(found, born.day)
    return [
        Curve(kind, tuple(_point(who.sex, kind, born.day, early, *one) for one in values[kind]), early)
        for kind in KINDS
        if values[kind]
    ]


def sd_of(sex: str, kind: str, days: int, value: float) -> float | None:
    """Standard deviations from the median (Box-Cox, Cole & Green 1992); None where the table does not reach."""
    found = _lms(sex, kind, days)
    if found is None or value <= 0:
        return None
    power, median, spread = found
    if abs(power) < _STRAIGHT:
        return log(value / median) / spread
    return float(((value / median) ** power - 1) / (power * spread))


def at_sd(sex: str, kind: str, days: int, sd: float) -> float | None:
    """The value so many standard deviations from the median."""
    found = _lms(sex, kind, days)
    if found is None:
        return None
    power, median, spread = found
    if abs(power) < _STRAIGHT:
        return median * exp(spread * sd)
    return float(median * (1 + power * spread * sd) ** (1 / power))


def lines(sex: str, kind: str, oldest: int) -> dict[int, list[tuple[int, float]]]:
    """Each line of `SDS` as (days, value) to an age in days; empty where there is no table for the sex."""
    days = [day for day, _ in _TABLE.get((kind, sex), ()) if day <= oldest]
    return {sd: [(day, at_sd(sex, kind, day, sd) or 0.0) for day in days] for sd in SDS} if days else {}


def measured(observations: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids of what `growth` is drawn of: values of its kinds, and the week of birth."""
    wanted = {*KINDS.values(), *_ALSO, *_GESTATION}
    return [str(one["id"]) for one in observations if codes(one.get("code")) & wanted]


def _values(observations: Iterable[Mapping[str, Any]], born: date) -> dict[str, list[tuple[Moment, float]]]:
    """Values by kind, oldest first; a body mass index of the day is reckoned where none was written down."""
    by_code = {code: kind for kind, code in KINDS.items()} | _ALSO
    found: dict[str, list[tuple[Moment, float]]] = defaultdict(list)
    for one in observations:
        kind = next((by_code[code] for code in codes(one.get("code")) if code in by_code), None)
        at, value = first_moment(one, "effectiveDateTime", "effectivePeriod"), amount(one.get("valueQuantity"))
        if one.get("status") in ("entered-in-error", "preliminary", "cancelled") or not (kind and at and value):
            continue
        if value.unit in ("kg", "cm", "kg/m2", "kg/m²") and 0 <= (at.day - born).days < OLDEST * 366:
            found[kind].append((at, float(value.value)))
    if not found["bmi"]:
        lengths = {at.day: value for at, value in found["height"]}
        found["bmi"] = [(at, w / (lengths[at.day] / 100) ** 2) for at, w in found["weight"] if lengths.get(at.day)]
    return {kind: sorted(found[kind]) for kind in KINDS}


def _early(observations: Iterable[Mapping[str, Any]]) -> int:
    """How many days before term the child was born; 0 where it was not preterm, or nobody has written it down."""
    told = [one for one in observations if codes(one.get("code")) & _GESTATION and one.get("status") == "final"]
    for one in told:
        value = amount(one.get("valueQuantity"))
        if value and value.unit in ("wk", "veckor", "d", "dagar"):
            days = int(float(value.value) * (7 if value.unit in ("wk", "veckor") else 1))
            return _TERM - days if 140 <= days < _PRETERM else 0
    return 0


def _point(sex: str, kind: str, born: date, early: int, at: Moment, value: float) -> Point:
    days = (at.day - born).days
    days = max(0, days - early) if days <= _CORRECTED else days
    return Point(days, value, at, sd_of(sex, kind, days, value))


def _lms(sex: str, kind: str, days: int) -> _Lms | None:
    table = _TABLE.get((kind, sex), ())
    for (first, low), (last, high) in pairwise(table):
        if first <= days <= last:
            part = (days - first) / (last - first)
            power, median, spread = (a + (b - a) * part for a, b in zip(low, high, strict=True))
            return power, median, spread
    return None


def _read() -> Mapping[tuple[str, str], Sequence[tuple[int, _Lms]]]:
    found: dict[tuple[str, str], list[tuple[int, _Lms]]] = defaultdict(list)
    rows = resources.files("varda.care.growth").joinpath("who.tsv").read_text(encoding="utf-8").splitlines()
    for row in rows[1:]:
        kind, sex, day, power, median, spread = row.split("\t")
        found[kind, sex].append((int(day), (float(power), float(median), float(spread))))
    return dict(found)


_TABLE = _read()
