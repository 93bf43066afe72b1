"""Observation read into values with judgement marks, and into trends (http://hl7.org/fhir/R4/observation.html)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from varda.care.facts import Amount, Moment, amount, code, codes, first_moment, label, newest_first, shown


@dataclass(frozen=True, slots=True)
class Reading:
    """One observed value. `text` holds what is not a number; `mark` is high, low, abnormal, critical or empty.

    `parts` are components (systolic, diastolic); `state` is preliminary, final, amended, corrected or cancelled;
    `method` is how it was come by, where that is told.
    """

    id: str
    name: str
    code: str
    value: Amount | None
    text: str
    mark: str
    low: Decimal | None
    high: Decimal | None
    at: Moment | None
    state: str
    by: str
    parts: tuple["Reading", ...] = ()
    method: str = ""

    @property
    def is_critical(self) -> bool:
        """Whether it needs to be acted on at once."""
        return self.mark == "critical"


@dataclass(frozen=True, slots=True)
class Series:
    """All readings of one kind, newest first (never empty)."""

    code: str
    name: str
    readings: tuple[Reading, ...]

    @property
    def last(self) -> Reading:
        """The newest."""
        return self.readings[0]

    @property
    def unit(self) -> str:
        """The unit of the newest value."""
        value = _drawn(self.last)
        return value.unit if value else ""

    @property
    def points(self) -> list[tuple[float, float]]:
        """(time in seconds, value) oldest first, of what can be drawn: one number, or the first component."""
        drawn = []
        for one in reversed(self.readings):
            value = _drawn(one)
            if one.at and value and value.unit == self.unit:
                drawn.append((one.at.at.timestamp(), float(value.value)))
        return drawn


def readings(resources: Iterable[Mapping[str, Any]], *, only: str = "", but: str = "") -> list[Reading]:
    """Observations newest first, of one category or of all but one; those entered in error are left out.

    What carries no category is an answer too: it is shown rather than lost.
    """
    return newest_first(
        _reading(one)
        for one in resources
        if one.get("status") != "entered-in-error"
        and (not only or only in codes(one.get("category")))
        and (not but or but not in codes(one.get("category")))
    )


def series(items: Iterable[Reading]) -> list[Series]:
    """Readings grouped by kind; the kind with the newest reading first."""
    groups: dict[str, list[Reading]] = {}
    for one in items:
        groups.setdefault(one.code or one.name, []).append(one)
    return [Series(kind, group[0].name, tuple(group)) for kind, group in groups.items()]


def _reading(one: Mapping[str, Any]) -> Reading:
    low, high = _range(one.get("referenceRange", ()))
    value = amount(one.get("valueQuantity"))
    return Reading(
        str(one.get("id", "")),
        label(one.get("code")) or "?",
        code(one.get("code")),
        value,
        "" if value else _said(one),
        _mark(codes(one.get("interpretation")), value, low, high),
        low,
        high,
        first_moment(one, "effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued"),
        str(one.get("status", "")),
        shown(next(iter(one.get("performer", ())), None)),
        tuple(_reading(part) for part in one.get("component", ())),
        label(one.get("method")),
    )


def _said(one: Mapping[str, Any]) -> str:
    for name in ("valueString", "valueInteger", "valueDateTime", "valueTime"):
        if name in one:
            return str(one[name])
    if "valueBoolean" in one:
        return "Ja" if one["valueBoolean"] else "Nej"
    said = label(one.get("valueCodeableConcept"))
    notes = " ".join(str(note.get("text", "")) for note in one.get("note", ()))
    return said or notes or label(one.get("dataAbsentReason"))


def _range(ranges: Any) -> tuple[Decimal | None, Decimal | None]:
    for one in ranges:
        low, high = amount(one.get("low")), amount(one.get("high"))
        if low or high:
            return low.value if low else None, high.value if high else None
    return None, None


def _mark(said: frozenset[str], value: Amount | None, low: Decimal | None, high: Decimal | None) -> str:
    if said & {"HH", "LL", "AA"}:
        return "critical"
    for mark, words in (("high", {"H", "HU"}), ("low", {"L", "LU"}), ("abnormal", {"A", "POS", "R"})):
        if said & words:
            return mark
    if said or value is None:
        return ""
    if high is not None and value.value > high:
        return "high"
    return "low" if low is not None and value.value < low else ""


def _drawn(one: Reading) -> Amount | None:
    return one.value or (one.parts[0].value if one.parts else None)
