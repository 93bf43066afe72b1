"""What a pack tells of a unit's patients: who is there or expected, what is not tolerated, drugs, plans, vital signs.

It is read through the door by a job that has the unit's reach and no more: what the unit itself has written and what is
the county's. What other units have is opened by choice, and nobody chooses for whoever opens the pack (PDL 4; A1, A3).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from varda.access import Session
from varda.access.people import Unit
from varda.care import attention, contacts, medication, patients, results, tasks, vitals
from varda.care.contacts import Contact
from varda.fhir.keys import key
from varda.kernel.clock import STOCKHOLM
from varda.record import Door, Record, Wanted

PURPOSE = "downtime"
"""What the reading is for, as the log says it."""
AHEAD = 2
"""Days whose bookings are told: today's and tomorrow's, so that a pack made in the evening lasts the morning."""
BACK = timedelta(days=3)
"""How old a vital sign may be."""
MOST = 1000
"""Patients of one pack; that there are more is said in it."""
_OPEN = "arrived,triaged,in-progress,onleave"
_PAGE = 500
_WANTED = [
    Wanted("AllergyIntolerance", is_whole=True),
    Wanted("Flag", is_whole=True),
    Wanted("MedicationRequest", is_whole=True),
    Wanted("MedicationStatement", is_whole=True),
    Wanted("Task", is_whole=True),
    Wanted("Appointment"),
    Wanted("Observation", vitals.ORDER),
]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is told of one patient beside who it is: drugs in use, open tasks, bookings and the last vital signs."""

    allergies: attention.Allergies
    signals: Sequence[attention.Signal]
    medicines: Sequence[medication.Medicine]
    tasks: Sequence[tasks.Task]
    booked: Sequence[Contact]
    vitals: Sequence[results.Reading]


@dataclass(frozen=True, slots=True)
class Carried:
    """One patient: why they are on the list, and the facts."""

    row: patients.Row
    facts: Facts


@dataclass(frozen=True, slots=True)
class Contents:
    """What one pack tells; `about` are the compartments of its patients. `is_cut`: there were more than `MOST`."""

    unit: Unit
    made_at: datetime
    ends_at: datetime
    patients: Sequence[Carried]
    about: frozenset[int]
    is_cut: bool


def session(unit: Unit) -> Session:
    """The job that reads for a unit: what the unit owns, of the types and patients that it reaches."""
    return Session(
        kind="job", actor="downtime-packs", name="Downtime packs", unit=unit.hsa, unit_name=unit.name,
        provider=unit.provider, provider_name=unit.provider_name, organization=unit.organization, purpose=PURPOSE,
        reach="units", units=((unit.hsa, unit.organization),), scopes=("read",),
    )  # fmt: skip


async def gathered(door: Door, unit: Unit, ends: timedelta, known: Iterable[int] = ()) -> Contents:
    """What the unit's pack is to tell now. `known` are compartments that the log has already: only who is new to the
    pack is logged, as for any list that stays open (RULES §3).
    """
    async with door.opened(session(unit), PURPOSE) as record:
        record.renews(frozenset(known))
        now = record.now
        today = now.astimezone(STOCKHOLM).date()
        rows, is_cut = await _listed(record, today)
        since = dict.fromkeys(rows, (now - BACK).astimezone(STOCKHOLM).date())
        facts = await record.cohort(since, _WANTED, _facts) if rows else {}
        carried = [Carried(row, _from(facts[who], today)) for who, row in rows.items()]
    about = frozenset(key(f"Patient/{who}") for who in rows)
    ordered = sorted(carried, key=lambda one: (not one.row.place, one.row.place, one.row.person.family))
    return Contents(unit, now, now + ends, ordered, about, is_cut)


async def _listed(record: Record, today: date) -> tuple[dict[str, patients.Row], bool]:
    """By patient the row that says most: a stay or visit that goes on before one that is booked."""
    last = today + timedelta(days=AHEAD)
    asked = [
        ("Encounter", [("status", _OPEN), ("_sort", "-date"), ("_include", "Encounter:patient")]),
        ("Appointment", [("status", "booked,pending,proposed"), ("date", f"ge{today}"), ("date", f"lt{last}"),
                         ("_sort", "date"), ("_include", "Appointment:patient")]),
    ]  # fmt: skip
    found: dict[str, patients.Row] = {}
    for type_, wanted in asked:
        page = ""
        while True:
            more = [("_page", page)] if page else []
            answer = await record.search(type_, [*wanted, ("_count", str(_PAGE)), *more], is_own=True)
            for row in patients.rows(answer.matches, answer.included):
                found.setdefault(row.person.id, row)
            if len(found) > MOST or not answer.next:
                break
            page = answer.next
    return dict(list(found.items())[:MOST]), len(found) > MOST


def _from(facts: Facts, day: date) -> Facts:
    """Less what was booked before the day."""
    return replace(facts, booked=[one for one in facts.booked if one.start is None or one.start.day >= day])


def _facts(resources: list[dict[str, Any]]) -> Facts:
    """Pure: what it makes of some versions is kept until one of them changes."""
    of: dict[str, list[dict[str, Any]]] = {}
    for one in resources:
        of.setdefault(one["resourceType"], []).append(one)
    drugs = medication.medicines([*of.get("MedicationRequest", ()), *of.get("MedicationStatement", ())])
    to_do = [one for one in map(tasks.task, of.get("Task", ())) if one.is_open]
    return Facts(
        attention.allergies(of.get("AllergyIntolerance", ())),
        attention.signals(of.get("Flag", ())),
        [one for one in drugs if one.is_current],
        tasks.in_order(to_do),
        contacts.contacts((), of.get("Appointment", ())),
        [one.last for one in vitals.vital_signs(of.get("Observation", ()))],
    )
