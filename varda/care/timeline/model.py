"""A life as rows by year. What is alike on one day – results, prescriptions – is one row that opens. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from varda.care.finding import Line
from varda.record import Counted, Sort
from varda.search.lifetime import coded

_STAY = coded("Encounter", "class", "IMP", "ACUTE", "NONAC")
_MEASURED = coded("Observation", "category", "vital-signs")

KINDS: dict[str, tuple[Sort, ...]] = {
    "contacts": (Sort("contacts", "Encounter", lacking=_STAY), Sort("contacts", "Appointment")),
    "admissions": (Sort("admissions", "Encounter", having=_STAY),),
    "notes": tuple(Sort("notes", type_) for type_ in ("Composition", "DocumentReference", "QuestionnaireResponse")),
    "diagnoses": (Sort("diagnoses", "Condition"),),
    "procedures": (Sort("procedures", "Procedure"),),
    "results": (Sort("results", "DiagnosticReport"), Sort("results", "Observation", lacking=_MEASURED)),
    "prescriptions": (Sort("prescriptions", "MedicationRequest"), Sort("prescriptions", "MedicationStatement")),
    "vaccinations": (Sort("vaccinations", "Immunization"),),
}
"""What a reader calls them. Vital signs are measured too often to be events of a life: they have their own chart."""
TYPES = tuple(dict.fromkeys(sort.type for sorts in KINDS.values() for sort in sorts))
_KIND_OF = {sort.type: kind for kind, sorts in KINDS.items() for sort in sorts if kind != "admissions"}
_ONE_ROW = frozenset({"results", "prescriptions", "vaccinations", "diagnoses"})


@dataclass(frozen=True, slots=True)
class Row:
    """What stands in one row: one entry, or all of a kind on one day."""

    kind: str
    lines: tuple[Line, ...]

    @property
    def struck(self) -> int:
        """How many of them were entered in error."""
        return sum(one.is_struck for one in self.lines)

    @property
    def named(self) -> list[Line]:
        """One line for each that is called and holds alike, without what was entered in error."""
        return list({(one.title, one.state): one for one in reversed(self.lines) if not one.is_struck}.values())[::-1]


@dataclass(frozen=True, slots=True)
class Year:
    """The rows of a year (None: without a date), newest first."""

    year: int | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Years:
    """A year in the picture: how many entries, `share` of the year with most (0–1), and how many empty years lie
    between it and the newer one before it.
    """

    year: int
    entries: int
    share: float
    empty: int


def by_year(lines: Iterable[Line]) -> list[Year]:
    """Lines that come newest first, by year and row."""
    rows: dict[tuple[object, ...], list[Line]] = {}
    for number, one in enumerate(lines):
        kind, day = _kind(one), one.at.day if one.at else None
        alike = (kind,) if kind in _ONE_ROW and day else (kind, number)
        rows.setdefault((day, *alike), []).append(one)
    told = [
        (day.year if isinstance(day, date) else None, Row(str(kind), tuple(some)))
        for (day, kind, *_), some in rows.items()
    ]
    return [Year(year, tuple(row for _, row in some)) for year, some in groupby(told, key=lambda one: one[0])]


def years(counted: Sequence[Counted], units: Iterable[int]) -> list[Years]:
    """The picture of all years that have something of some units (none: all), newest first."""
    at = set(units)
    entries: dict[int, int] = {}
    for one in counted:
        if one.year is not None and (not at or one.unit in at):
            entries[one.year] = entries.get(one.year, 0) + one.entries
    most = max(entries.values(), default=1)
    ordered = sorted(entries, reverse=True)
    return [
        Years(year, entries[year], entries[year] / most, newer - year - 1)
        for newer, year in zip([ordered[0] + 1 if ordered else 0, *ordered], ordered, strict=False)
    ]


def _kind(one: Line) -> str:
    return "admissions" if one.is_stay else _KIND_OF[one.type]
