"""What one patient waits for, reckoned for a whole unit at once: the steps that `drawn` calls due or overdue. Pure.

A list of 1,500 children asks ten thousand times whether a step is done. So each record is read once into what it can
show (`Told`), which the door keeps as long as no entry of it changes; what that leaves to be done is kept for the day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from varda.care.facts import Moment, codes, first_moment, label, moment
from varda.care.programmes.model import AGE, Programme, Step, Vaccine, Visit
from varda.care.programmes.rules import FILLED, HELD, REAL, STEP, VACCINE, asks_again, closing, dose_number

Since = tuple[tuple[str, date], ...]
"""The day that each kind of window counts from."""
_BOOKED = ("proposed", "pending", "booked", "arrived", "checked-in", "waitlist")


class Fact(NamedTuple):
    """What one entry can show: `kind` is value, form, contact, step, dose or booking. `names` are its codes, its
    address or its words; `number` that of a dose. A tuple, because a list has thirty thousand.
    """

    kind: str
    names: tuple[str, ...]
    at: Moment | None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """A step that nothing shows to be done: due from `first` until `last`, then overdue; too late on `closes`. What
    shows it is of a day before `ends`.
    """

    visit: Visit
    step: Step
    first: date
    last: date
    closes: date
    ends: date

    @property
    def name(self) -> str:
        """visit/step"""
        return f"{self.visit.code}/{self.step.code}"

    def is_overdue(self, today: date) -> bool:
        """Whether it should have been done before today."""
        return today > self.last

    def deadline(self, today: date) -> date | None:
        """The last day on which it is in time, then on which it can be done at all; None where it has no other end."""
        if today <= self.last:
            return self.last
        return self.closes - timedelta(days=1) if self.closes < date.max else None


@dataclass(slots=True, eq=False)
class Told:
    """What a patient's entries show together: days by code, address, words and noted step; doses as they came. One is
    as good as itself alone, so that what was reckoned of it can be kept.
    """

    values: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))
    forms: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))
    contacts: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))
    noted: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))
    doses: list[Fact] = field(default_factory=list)
    bookings: list[Moment] = field(default_factory=list)

    @classmethod
    def of(cls, facts: Iterable[Fact | None]) -> "Told":
        """What facts show together; None shows nothing."""
        told = cls()
        places = {"value": told.values, "form": told.forms, "contact": told.contacts, "step": told.noted}
        for one in facts:
            if one is None:
                continue
            if one.kind == "dose":
                told.doses.append(one)
            elif one.kind == "booking":
                told.bookings += [one.at] if one.at else []
            elif one.at or one.kind == "step":
                for name in one.names:
                    places[one.kind][name].append(one.at.day if one.at else date.min)
        return told


def told(entries: Iterable[Mapping[str, Any]]) -> Told:
    """What entries show together."""
    return Told.of(map(fact, entries))


def fact(one: Mapping[str, Any]) -> Fact | None:
    """What a resource can show; None: nothing."""
    read = _READ.get(str(one.get("resourceType")))
    return read(one) if read else None


@lru_cache(20_000)
def coming(programme: Programme, since: Since, over: tuple[str, ...], days: tuple[date, date]) -> tuple[Wait, ...]:
    """The steps whose time has come on a day or begins until another, and is not over, done or not. `since`: the days
    that windows count from, `over` the kinds that have ended, as of `drawn`.
    """
    (today, ahead), begun, by = days, dict(since), _plan(programme)
    starts = [visit.start.after(begun[visit.counts]) if visit.counts in begun else date.max for visit, _ in by]
    found = []
    for (visit, steps), first in zip(by, starts, strict=True):
        if ahead < first or visit.counts in over:
            continue
        begins = begun[visit.counts]
        last = visit.until.after(begins)
        for step, again in steps:
            ends = date.max if again < 0 else starts[again]
            if today < (closes := closing(step, begins, ends)):
                found.append(Wait(visit, step, first, last, closes, ends))
    return tuple(found)


@cache
def _plan(programme: Programme) -> list[tuple[Visit, list[tuple[Step, int]]]]:
    """Each visit with its steps, and of each the place of the next visit that asks for the same; -1: none does."""
    visits = programme.visits
    return [
        (
            visit,
            [
                (step, next((n for n in range(at + 1, len(visits)) if asks_again(visits[n], visit, step)), -1))
                for step in visit.steps
            ],
        )
        for at, visit in enumerate(visits)
    ]


@lru_cache(20_000)
def waits(
    programme: Programme, since: Since, over: tuple[str, ...], days: tuple[date, date], told: Told
) -> tuple[Wait, ...]:
    """Those of `coming` that nothing shows to be done: by the same rules as `drawn`."""
    begun = dict(since)
    given = {one.code: placed(programme, one, told.doses) for one in programme.vaccines} if told.doses else {}
    found = []
    for one in coming(programme, since, over, days):
        step, visit = one.step, one.visit
        is_given = step.vaccine is not None and step.dose in given.get(step.vaccine.code, ())
        noted = told.noted.get(f"{programme.code}/{visit.code}/{step.code}", ())
        noted_from = date.min if visit.counts == AGE else begun[visit.counts]
        if (
            not is_given
            and not any(day >= noted_from for day in noted)
            and not is_shown(told, step, one.first, one.ends)
        ):
            found.append(one)
    return tuple(found)


def is_shown(told: Told, step: Step, first: date, ends: date) -> bool:
    """Whether a value, a form or a contact of these days shows a step."""
    days = [day for code in step.observation for day in told.values.get(code, ())]
    days += told.forms.get(step.form, ()) if step.form else ()
    if step.contact:
        days += met(told, step)
    return any(first <= day < ends for day in days)


def met(told: Told, step: Step) -> list[date]:
    """The days of contacts for a step."""
    wanted = tuple(one.casefold() for one in step.contact)
    return [day for words, some in told.contacts.items() if words.startswith(wanted) for day in some]


def placed(programme: Programme, vaccine: Vaccine, doses: Iterable[Fact]) -> dict[int, Moment | None]:
    """When the doses of a vaccine were given, by number, as `rules.placed` has it."""
    names = {*vaccine.atc, f"{VACCINE}|{vaccine.code}"}
    some = sorted((one for one in doses if not names.isdisjoint(one.names)), key=_order)
    numbered: dict[int, Moment | None] = {}
    for one in some:
        if one.number:
            numbered.setdefault(one.number, one.at)
    if unnumbered := [one.at for one in some if not one.number]:
        wanted = sorted({step.dose for visit in programme.visits for step in visit.steps if step.vaccine == vaccine})
        numbered |= zip([one for one in wanted if one not in numbered], unnumbered, strict=False)
    return numbered


def _order(dose: Fact) -> float:
    return dose.at.at.timestamp() if dose.at else 0.0


def _measured(one: Mapping[str, Any]) -> Fact | None:
    at = first_moment(one, "effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued")
    return Fact("value", tuple(codes(one.get("code"))), at) if one.get("status") in REAL else None


def _met(one: Mapping[str, Any]) -> Fact | None:
    words = (label(one.get("reasonCode")), label(one.get("type")), *codes(one.get("type")))
    said = tuple(dict.fromkeys(each.casefold() for each in words if each))
    return Fact("contact", said, first_moment(one, "period")) if one.get("status") in HELD else None


def _answered(one: Mapping[str, Any]) -> Fact | None:
    address = str(one.get("questionnaire", "")).partition("|")[0]
    return Fact("form", (address,), first_moment(one, "authored")) if one.get("status") in FILLED else None


def _noted(one: Mapping[str, Any]) -> Fact | None:
    if one.get("status") not in ("completed", "not-done"):
        return None
    return Fact("step", tuple(codes(one.get("code"), STEP)), first_moment(one, "performedDateTime", "performedPeriod"))


def _given(one: Mapping[str, Any]) -> Fact | None:
    if one.get("status") != "completed":
        return None
    code = one.get("vaccineCode")
    names = (*codes(code), *(f"{VACCINE}|{each}" for each in codes(code, VACCINE)))
    return Fact("dose", names, first_moment(one, "occurrenceDateTime"), dose_number(one))


def _booked(one: Mapping[str, Any]) -> Fact | None:
    return Fact("booking", (), moment(one.get("start"))) if one.get("status") in _BOOKED else None


_READ = {
    "Observation": _measured,
    "Encounter": _met,
    "QuestionnaireResponse": _answered,
    "Procedure": _noted,
    "Immunization": _given,
    "Appointment": _booked,
}
