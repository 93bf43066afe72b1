"""Patients about whom something is open in a function that stands still, or in what rests on it (F245).

What is open stands in the catalogue (`open`). It is asked of the door as any list of the own unit: nobody is told
of what their role does not read, not even how much there is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from varda.care import patients
from varda.catalogue import SWITCHED, Function, functions_of, resting_on
from varda.record import Page, Record

MOST = 500
"""Entries of a type that are looked through, the newest first; where there are more it is said."""
_READ_AT = {
    "DiagnosticReport": "answers/DiagnosticReport/", "Observation": "answers/Observation/", "Composition": "notes/",
}  # fmt: skip
UNSIGNED = "unsigned"
"""What stands in the place of statuses for answers: open are those that nobody has signed."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """A patient and how much is open about them, by function."""

    person: patients.Person
    open: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Concern:
    """Whom it concerns, the most first; `unread` are functions that the reader's role does not read; `is_cut`: there
    may be more."""

    people: tuple[Concerned, ...]
    unread: tuple[Function, ...]
    is_cut: bool


async def concerned(record: Record, number: str) -> Concern:
    """Whom a function's stop concerns at the own unit, as far as this session sees it; logged as any list."""
    asked = [one for one in _asked(number) if record.powers.may("read", one.number)]
    unread = tuple(one for one in _asked(number) if one not in asked)
    people: dict[str, patients.Person] = {}
    found: dict[str, dict[str, int]] = {}
    is_cut = False
    for type_, statuses in _types(asked):
        page = await _open(record, type_, statuses)
        is_cut |= page.next is not None
        people |= {one.id: patients.person(one.resource) for one in page.included if one.type == "Patient"}
        for stored in page.matches:
            for function in _of(stored.resource, asked):
                counted = found.setdefault(_patient(stored.resource), {})
                counted[function] = counted.get(function, 0) + 1
    rows = [Concerned(people[one], counted) for one, counted in found.items() if one in people]
    return Concern(tuple(sorted(rows, key=lambda one: (-sum(one.open.values()), one.person.name))), unread, is_cut)


async def stopped_for(record: Record, entry: str) -> str:
    """Where the entry (Type/id) is read that a comparison has stopped a function for; empty for who does not see it."""
    type_, _, id_ = entry.partition("/")
    place = _READ_AT.get(type_)
    if place is None or not record.powers.reads(type_):
        return ""
    page = await record.search(type_, [("_id", id_)])
    return next((f"/chart/{_patient(one.resource)}/{place}{one.id}" for one in page.matches), "")


def _asked(number: str) -> list[Function]:
    """The function and what rests on it, of those in which something can be open."""
    every = (SWITCHED[number], *resting_on(number))
    return [one for one in every if isinstance(one, Function) and one.open]


def _types(asked: Sequence[Function]) -> Iterator[tuple[str, str]]:
    """Each type once, with the statuses of all its functions."""
    said: dict[str, dict[str, None]] = {}
    for one in asked:
        for type_, statuses in one.open.items():
            said.setdefault(type_, {}).update(dict.fromkeys(statuses.split(",")))
    for type_, each in said.items():
        yield type_, ",".join(each)


async def _open(record: Record, type_: str, statuses: str) -> Page:
    around = [("_include", f"{type_}:patient"), ("_sort", "-_lastUpdated"), ("_count", str(MOST))]
    if statuses == UNSIGNED:
        return await record.unsigned(type_, around)
    return await record.search(type_, [("status", statuses), *around], is_own=True)


def _of(resource: Mapping[str, Any], asked: Sequence[Function]) -> list[str]:
    """The functions, of those that are asked for, that an entry is open in."""
    type_, status, own = resource["resourceType"], str(resource.get("status", "")), functions_of(resource)
    return [
        one.number
        for one in asked
        if one.number in own and (said := one.open.get(type_)) and (said == UNSIGNED or status in said.split(","))
    ]


def _patient(resource: Mapping[str, Any]) -> str:
    about = resource.get("subject") or resource.get("for") or resource.get("patient") or {}
    if resource["resourceType"] == "Appointment":
        actors = [str(one.get("actor", {}).get("reference", "")) for one in resource.get("participant", ())]
        about = {"reference": next((one for one in actors if one.startswith("Patient/")), "")}
    return str(about.get("reference", "")).removeprefix("Patient/")
