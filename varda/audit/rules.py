"""What log review looks for by itself. Pure: a day's reading and what is known of the people, in; what to judge, out.

PDL 4:3 and HSLF-FS 2016:40 ask for systematic, recurring review. A finding is a question to a person, never a verdict:
most of what is found has its reason in care.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from varda.audit.reading import Deed, Place
from varda.kernel.clock import STOCKHOLM

READING = frozenset({"read", "vread", "history", "search", "chart", "sought", "timeline", "everything"})
"""Actions that show somebody's data. Finding a patient shows name and age only."""
_EMERGENCIES = ("emergency", "request")
_OPENING = ("choice", *_EMERGENCIES)
_COUNTY = "find-in-county"
CHOICE_LASTS = timedelta(hours=12)
LEAST_REFUSED = 3
"""Refused attempts of one person about one patient in a day that are worth a question."""
LEAST_OUTSIDE = 25
"""Patients that one person reads outside hours in a day before it is much, and twice what colleagues do."""

LEAST_COUNTY = 10
"""Searches of the whole county by one person in a day that are many, whatever was opened after them."""


@dataclass(frozen=True, slots=True)
class Human:
    """What the rules know of a patient or of one of the staff: identity numbers, surname, address, protection."""

    identities: frozenset[str] = frozenset()
    surname: str = ""
    address: str = ""
    is_protected: bool = False


NOBODY = Human()


@dataclass(frozen=True, slots=True)
class Known:
    """`patients` by compartment and `staff` by HSA-id; `colleagues` are identity numbers of those who work at a unit
    (by HSA-id); `related` tells whether a unit had a care relation to a patient at an instant.
    """

    patients: Mapping[int, Human]
    staff: Mapping[str, Human]
    colleagues: Mapping[str, frozenset[str]] = field(default_factory=dict)
    related: Callable[[int, str, datetime], bool] = lambda patient, unit, at: True


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One actor at one unit, and one patient (0: none in particular), that a rule asks about, and the rows why."""

    rule: str
    provider: str
    unit: str
    actor: str
    patient: int
    rows: tuple[Place, ...]


Rule = Callable[[Sequence[Deed], Known], Iterator[tuple[Deed, int]]]


def suspicions(day: Sequence[Deed], known: Known) -> list[Suspicion]:
    """What every rule finds in the rows of a unit's day, oldest first, one for each rule, actor, unit and patient."""
    found: list[Suspicion] = []
    for name, rule in RULES.items():
        rows: dict[tuple[str, str, str, int], list[Deed]] = defaultdict(list)
        for row, patient in rule(day, known):
            rows[row.provider, row.unit, row.actor, patient].append(row)
        found += [Suspicion(name, *who, tuple(some)) for who, some in rows.items()]
    return found


def no_relation(day: Sequence[Deed], known: Known) -> Iterator[tuple[Deed, int]]:
    """Data read after an active choice, when the unit had no care relation to the patient. The choice comes first, with
    its reason.
    """
    chosen: dict[tuple[str, int], Deed] = {}
    told: set[tuple[Deed, int]] = set()
    for row in day:
        if row.action == "choice":
            chosen |= {(row.assignment, patient): row for patient in row.patients}
        for patient in _shown(row):
            choice = chosen.get((row.assignment, patient))
            if choice and row.at - choice.at <= CHOICE_LASTS and not known.related(patient, row.unit, row.at):
                if (choice, patient) not in told:
                    told.add((choice, patient))
                    yield choice, patient
                yield row, patient


def own_record(day: Sequence[Deed], known: Known) -> Iterator[tuple[Deed, int]]:
    """Somebody of the staff reads about themselves in the system of work."""
    yield from _like(day, known, lambda reader, read: bool(reader.identities & read.identities))


def colleague(day: Sequence[Deed], known: Known) -> Iterator[tuple[Deed, int]]:
    """The patient works at the reader's own unit."""
    others: dict[tuple[str, str], frozenset[str]] = {}
    for row, patient in _pairs(day):
        who = row.unit, row.actor
        if who not in others:
            own = known.staff.get(row.actor, NOBODY).identities
            others[who] = known.colleagues.get(row.unit, frozenset()) - own
        if others[who] and others[who] & known.patients.get(patient, NOBODY).identities:
            yield row, patient


def same_surname(day: Sequence[Deed], known: Known) -> Iterator[tuple[Deed, int]]:
    """Reader and patient have the same surname and are not the same person."""
    yield from _like(
        day, known, lambda a, b: a.surname != "" and a.surname == b.surname and not a.identities & b.identities
    )


def same_address(day: Sequence[Deed], known: Known) -> Iterator[tuple[Deed, int]]:
    """Reader and patient live at the same address and are not the same person."""
    yield from _like(
        day, known, lambda a, b: a.address != "" and a.address == b.address and not a.identities & b.identities
    )


def protected(day: Sequence[Deed], known: Known) -> Iterator[tuple[Deed, int]]:
    """The patient has a protected identity (A14)."""
    yield from ((row, p) for row, p in _pairs(day) if known.patients.get(p, NOBODY).is_protected)


def emergency(day: Sequence[Deed], known: Known) -> Iterator[tuple[Deed, int]]:
    """Every emergency opening is looked at (A5, A11). Asking to lift an outer block is one: of the own unit's record
    (A12).
    """
    yield from ((row, patient) for row in day if row.action in _EMERGENCIES for patient in row.patients or (0,))


def refused(day: Sequence[Deed], known: Known) -> Iterator[tuple[Deed, int]]:
    """Somebody tried again and again what the rules refuse."""
    tried: dict[tuple[str, str, int], list[Deed]] = defaultdict(list)
    for row in day:
        if row.outcome == "refused" and row.role:
            for patient in row.patients or (0,):
                tried[row.actor, row.unit, patient].append(row)
    for (_, _, patient), rows in tried.items():
        if len(rows) >= LEAST_REFUSED:
            yield from ((row, patient) for row in rows)


def outside_hours(day: Sequence[Deed], known: Known) -> Iterator[tuple[Deed, int]]:
    """Many patients read at night or in a weekend, and twice as many as colleagues of the unit who were awake then."""
    first: dict[tuple[str, str], dict[int, Deed]] = defaultdict(dict)
    for row in day:
        if (patients_shown := _shown(row)) and is_outside_hours(row.at):
            for patient in patients_shown:
                first[row.unit, row.actor].setdefault(patient, row)
    for (unit, actor), patients in first.items():
        others = [len(some) for (at, who), some in first.items() if at == unit and who != actor]
        if len(patients) >= max(LEAST_OUTSIDE, 2 * median(others) if others else 0):
            yield from ((row, 0) for row in patients.values())


def county_search(day: Sequence[Deed], known: Known) -> Iterator[tuple[Deed, int]]:
    """Somebody looked through the whole county by name: again and again, or and then opened nobody of those shown."""
    searches: dict[tuple[str, str], list[Deed]] = defaultdict(list)
    opened: dict[tuple[str, int], datetime] = {}
    for row in day:
        if row.action == _COUNTY and row.outcome == "given":
            searches[row.unit, row.actor].append(row)
        elif row.action in _OPENING or _shown(row):
            opened |= {(row.actor, patient): row.at for patient in row.patients}
    for (_, actor), rows in searches.items():
        in_vain = [row for row in rows if row.patients and not _was_opened(row, actor, opened)]
        yield from ((row, 0) for row in (rows if len(rows) >= LEAST_COUNTY else in_vain))


def _was_opened(search: Deed, actor: str, opened: Mapping[tuple[str, int], datetime]) -> bool:
    """Whether the last opening of anybody whom a search showed came after it."""
    return any((actor, one) in opened and opened[actor, one] >= search.at for one in search.patients)


def is_outside_hours(at: datetime) -> bool:
    """Before seven, from six in the evening, and in the weekend. Swedish time."""
    local = at.astimezone(STOCKHOLM)
    return local.weekday() >= 5 or not 7 <= local.hour < 18


RULES: Mapping[str, Rule] = {
    "no-relation": no_relation,
    "own-record": own_record,
    "colleague": colleague,
    "same-surname": same_surname,
    "same-address": same_address,
    "protected": protected,
    "emergency": emergency,
    "refused": refused,
    "outside-hours": outside_hours,
    "county-search": county_search,
}


def _shown(row: Deed) -> tuple[int, ...]:
    return row.patients if row.action in READING and row.outcome == "given" and row.role else ()


def _pairs(day: Sequence[Deed]) -> Iterator[tuple[Deed, int]]:
    """Each staff reading with each patient it showed."""
    return ((row, patient) for row in day for patient in _shown(row))


def _like(day: Sequence[Deed], known: Known, are_alike: Callable[[Human, Human], bool]) -> Iterator[tuple[Deed, int]]:
    # A day's rows show the same patients to the same people over and over: each pair is compared once.
    alike: dict[tuple[str, int], bool] = {}
    for row, patient in _pairs(day):
        who = row.actor, patient
        if who not in alike:
            reader, read = known.staff.get(row.actor), known.patients.get(patient)
            alike[who] = bool(reader and read and are_alike(reader, read))
        if alike[who]:
            yield row, patient
