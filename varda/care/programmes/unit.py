"""The unit's list of a programme: whom it follows of the patients that the unit reaches, and what each waits for.

Nothing is planned into tables (decision 32): the list is reckoned anew from the records, in a few trips for all of
them. What one may not see counts for nobody, here as on the patient's own page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from varda.care.facts import Moment, codes
from varda.care.patients import Person, person
from varda.care.pregnancies import AFTER, DIAGNOSES, ENDED, METHODS, TERM, Pregnancy
from varda.care.programmes.model import AGE, Programme, Visit
from varda.care.programmes.queries import Followed, by_age, followed, require_mine
from varda.care.programmes.waiting import Told, Wait, coming, told, waits
from varda.fhir.resource import parse
from varda.kernel.clock import STOCKHOLM
from varda.record import Record, Wanted
from varda.search.kinds.string import swedish

AHEAD = timedelta(days=7)
"""How far ahead the list looks: what begins within a week is to be booked now."""
MOST = 5000
"""Patients of a list; a unit with more is told that its list is cut."""
_PAGE = 1000
_NEVER = date.max


@dataclass(frozen=True, slots=True)
class Due:
    """One whom the programme follows, and what they wait for; `booked` is the next time that is seen, if any is."""

    who: Person
    waits: tuple[Wait, ...]
    booked: Moment | None
    pregnancy: Pregnancy | None
    today: date

    @property
    def by(self) -> date | None:
        """The day by which what waits longest should have been done, or is to be."""
        return min((one.last for one in self.waits), default=None)

    @property
    def closes(self) -> date | None:
        """The last day on which the first of what is overdue can be done at all; None where nothing has such an end."""
        ends = (one.closes for one in self.waits if one.is_overdue(self.today) and one.closes < date.max)
        first = min(ends, default=None)
        return first - timedelta(days=1) if first else None

    @property
    def is_closing(self) -> bool:
        """Whether something that is overdue cannot be done any more within a week."""
        return bool(self.closes and self.closes <= self.today + AHEAD)

    @property
    def visits(self) -> list[tuple[Visit, list[Wait]]]:
        """What waits, visit by visit in the programme's order."""
        found: dict[str, tuple[Visit, list[Wait]]] = {}
        for one in self.waits:
            found.setdefault(one.visit.code, (one.visit, []))[1].append(one)
        return list(found.values())


@dataclass(frozen=True, slots=True)
class Roll:
    """Everybody whom a programme follows at the unit. `is_cut`: there are more than `MOST`."""

    programme: Programme
    everybody: tuple[Due, ...]
    is_cut: bool


CHOICES: Mapping[str, Callable[[Due, Wait], bool]] = {
    "waiting": lambda one, wait: True,
    "overdue": lambda one, wait: wait.is_overdue(one.today),
    "week": lambda one, wait: bool((day := wait.deadline(one.today)) and day <= one.today + AHEAD),
    "unbooked": lambda one, wait: one.booked is None,
    "all": lambda one, wait: True,
}
"""Which of them a list shows, by what each waits for: anything, what is overdue, what will be late or too late within a
week, anything without a time; and everybody.
"""
ORDERS: Mapping[str, Callable[[Due], Any]] = {
    "by": lambda one: (not one.is_closing, one.by or _NEVER, one.who.born.day if one.who.born else date.min),
    "name": lambda one: swedish(f"{one.who.family} {one.who.name}"),
    "born": lambda one: one.who.born.day if one.who.born else date.min,
    "booked": lambda one: (one.booked is None, one.booked.at.timestamp() if one.booked else 0),
}
"""What a list is sorted by; first by what is too late for good within a week, then by what has waited longest."""


async def roll(record: Record, code: str) -> Roll:
    """Whom a programme follows at the unit, with what they wait for today and within a week. Raises `Absent` where
    there is no such programme, or the own kind of unit does not work with it.
    """
    programme = await require_mine(record, code)
    today = record.now.astimezone(STOCKHOLM).date()
    listed = _by_age if programme.counts == AGE else _pregnant
    due, is_cut = await listed(record, programme, today)
    return Roll(programme, tuple(due), is_cut)


async def _by_age(record: Record, programme: Programme, today: date) -> tuple[list[Due], bool]:
    people, is_cut = await children(record, programme, today)
    days = (today, today + AHEAD)
    since = {}
    for who, born in people:
        some = coming(programme, ((AGE, born),), (), days)
        since[who.id] = min((wait.first for wait in some if wait.step.vaccine is None), default=today)
    found = await record.cohort(since, _wanted(programme), told)
    due = [_due(Followed(programme, {AGE: born}), who, found[who.id], record.now) for who, born in people]
    return due, is_cut


def _due(follows: Followed, who: Person, shown: Told, now: datetime) -> Due:
    today = now.astimezone(STOCKHOLM).date()
    left = waits(follows.programme, tuple(follows.since.items()), follows.over, (today, today + AHEAD), shown)
    booked = min((one for one in shown.bookings if one.at >= now), default=None)
    return Due(who, left, booked, follows.pregnancy, today)


async def children(record: Record, programme: Programme, today: date) -> tuple[list[tuple[Person, date]], bool]:
    """Those of an age that the programme follows whom the unit reaches, with their birth dates, and whether there are
    more than `MOST`.
    """
    assert programme.until is not None
    years = (programme.until.after(today) - today).days // 365 + 1
    asked = [("birthdate", f"ge{today.year - years}-01-01"), ("_count", str(_PAGE))]
    found: list[Person] = []
    page: str | None = ""
    while page is not None and len(found) < MOST:
        answer = await record.search("Patient", [*asked, *([("_page", page)] if page else [])])
        found += [_person(one.body) for one in answer.matches]
        page = answer.next
    by_birth = ((one, by_age(programme, one, today)) for one in found if not one.replaced_by)
    return [(one, follows.since[AGE]) for one, follows in by_birth if follows], page is not None


@lru_cache(10_000)
def _person(body: bytes) -> Person:
    """A Patient as it is shown, kept by what it says."""
    return person(parse(body))


async def _pregnant(record: Record, programme: Programme, today: date) -> tuple[list[Due], bool]:
    """Of whom somebody has estimated when birth is expected, or set a diagnosis of pregnancy (Z32.1–Z36)."""
    since = today - TERM - AFTER
    asked = {
        "Observation": [("code", ",".join(METHODS.values())), ("date", f"ge{since.isoformat()}")],
        "Condition": [("code", ",".join(DIAGNOSES)), ("recorded-date", f"ge{since.isoformat()}")],
    }
    ids: set[str] = set()
    is_cut = False
    for type_, question in asked.items():
        answer = await record.search(type_, [*question, ("_count", str(_PAGE))])
        ids |= {one.resource["subject"]["reference"].removeprefix("Patient/") for one in answer.matches}
        is_cut = is_cut or answer.next is not None
    people = await _standing(record, ids)
    wanted = [Wanted("Condition", is_whole=True), *_wanted(programme)]
    found = await record.cohort({who.id: since for who in people}, wanted, _pregnancy) if people else {}
    due = []
    for who in people:
        shown, of = found[who.id]
        follows = next((one for one in followed(who, of, today) if one.programme is programme), None)
        if follows:
            due.append(_due(follows, who, shown, record.now))
    return due, is_cut


async def _standing(record: Record, ids: set[str]) -> list[Person]:
    """These people, and for a record that another one has taken over, that one: what either says is said of both."""
    found: dict[str, Person] = {}
    while left := sorted(ids - found.keys()):
        answer = await record.search("Patient", [("_id", ",".join(left)), ("_count", str(_PAGE))])
        some = {one.id: one for one in (_person(each.body) for each in answer.matches)}
        found |= some
        ids = {one.replaced_by for one in some.values() if one.replaced_by}
    return [one for one in found.values() if not one.replaced_by]


def _pregnancy(entries: list[dict[str, Any]]) -> tuple[Told, dict[str, list[Mapping[str, Any]]]]:
    """What entries can show, and by type those that tell of the pregnancy."""
    of: dict[str, list[Mapping[str, Any]]] = {}
    for one in entries:
        if one["resourceType"] == "Condition" or codes(one.get("code")) & {ENDED, *METHODS.values()}:
            of.setdefault(one["resourceType"], []).append(one)
    return told(entries), of


def _wanted(programme: Programme) -> list[Wanted]:
    """What can show a step, and the times that are booked."""
    steps = [step for visit in programme.visits for step in visit.steps]
    measured = {code for step in steps for code in step.observation}
    measured |= {ENDED, *METHODS.values()} if programme.counts != AGE else set()
    return [
        Wanted("Encounter"),
        Wanted("Appointment"),
        Wanted("Observation", tuple(sorted(measured))),
        Wanted("Procedure", is_whole=True),
        *([Wanted("Immunization", is_whole=True)] if programme.vaccines else []),
        *([Wanted("QuestionnaireResponse")] if any(step.form for step in steps) else []),
    ]


def chosen(roll: Roll, choice: str, step: str, by: str) -> list[Due]:
    """The rows of a list: those who wait for something of one of `CHOICES`, of one step (visit/step; empty: any, and
    then all that they wait for is shown), in one of `ORDERS`.
    """
    some = [
        replace(one, waits=tuple(w for w in one.waits if w.name == step)) if step else one for one in roll.everybody
    ]
    return sorted((one for one in some if fits(one, choice, is_any=not step)), key=ORDERS[by])


def fits(one: Due, choice: str, *, is_any: bool = True) -> bool:
    """Whether something that somebody waits for is of a choice; `is_any`: who waits for nothing is of everybody too."""
    return any(CHOICES[choice](one, wait) for wait in one.waits) or (is_any and choice == "all")


def awaited(roll: Roll, choice: str) -> dict[str, tuple[Wait, int]]:
    """The steps that anybody waits for who is of a choice by that very step, by visit/step in the programme's order,
    each with how many do.
    """
    found: dict[str, tuple[Wait, int]] = {}
    for one in roll.everybody:
        for wait in one.waits:
            if CHOICES[choice](one, wait):
                found[wait.name] = (wait, found.get(wait.name, (wait, 0))[1] + 1)
    order = [f"{visit.code}/{step.code}" for visit in roll.programme.visits for step in visit.steps]
    return {name: found[name] for name in order if name in found}
