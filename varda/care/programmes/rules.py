"""Where a patient stands in a programme: each step done, not done, due, overdue, coming, or passed. Pure.

A step lasts until a later visit asks for the same again: what is found in that time is the earlier one's, whatever day
it was planned for. A dose of a vaccine belongs to no visit: it counts by its number, and is overdue until it is given.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from varda.care.facts import Moment, codes, first_moment, label, newest_first, shown
from varda.care.programmes.model import AGE, Programme, Step, Vaccine, Visit
from varda.care.results import Reading, readings

STEP = "https://varda.example/fhir/CodeSystem/programme-step"
"""The codes by which a step is noted by hand: programme/visit/step."""
VACCINE = "https://varda.example/fhir/CodeSystem/programme-vaccine"
"""The codes of a dose of which nobody knows the product: the vaccine as its programme names it."""
REAL = ("final", "amended", "corrected")
FILLED = ("completed", "amended")
HELD = ("arrived", "triaged", "in-progress", "onleave", "finished")
"""States in which a value, an answered form and a contact show that something was done."""
_OPEN = ("due", "overdue")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that a step was done (or, `is_done` false, that it was decided against, with the reason as `text`).
    `reading` is the value, where it is one.
    """

    reference: str
    at: Moment | None
    text: str
    by: str
    is_done: bool = True
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A step and where it stands: done, not-done, due, overdue, coming, passed. `by_hand`: nothing else can show it."""

    step: Step
    state: str
    evidence: Evidence | None

    @property
    def by_hand(self) -> bool:
        """Whether it can be noted as done by a press: no value, form or vaccine would say more."""
        return not (self.step.observation or self.step.form or self.step.vaccine)


@dataclass(frozen=True, slots=True)
class Turn:
    """A visit with its days and its rows."""

    visit: Visit
    first: date
    last: date
    rows: tuple[Row, ...]

    @property
    def state(self) -> str:
        """How the visit stands as a whole."""
        states = {one.state for one in self.rows}
        for one in ("overdue", "due", "coming"):
            if one in states:
                return one
        return "passed" if states == {"passed"} else "done"

    @property
    def missing(self) -> list[Row]:
        """What is due or overdue."""
        return [one for one in self.rows if one.state in _OPEN]


Resources = Mapping[str, Iterable[Mapping[str, Any]]]


def drawn(
    programme: Programme, since: Mapping[str, date], found: Resources, today: date, over: Collection[str] = ()
) -> list[Turn]:
    """The visits of a programme for one patient, in its order.

    `since` has the day that each kind of window counts from; visits of a kind that has none are not drawn. `found` are
    the patient's resources by type. `over` names kinds that have ended: nothing of them is asked for any more.
    """
    turns = []
    for number, visit in enumerate(programme.visits):
        if visit.counts in since:
            begins = since[visit.counts]
            first, last = visit.start.after(begins), visit.until.after(begins)
            later = programme.visits[number + 1 :]
            rows = []
            for step in visit.steps:
                ends = next((one.start.after(begins) for one in later if asks_again(one, visit, step)), date.max)
                noted_from = date.min if visit.counts == AGE else begins
                evidence = _evidence(programme, visit, step, (noted_from, first, ends), found)
                rows.append(_row(step, evidence, begins, (first, last, ends), today))
            if visit.counts in over:
                rows = [row if row.evidence else replace(row, state="passed") for row in rows]
            turns.append(Turn(visit, first, last, tuple(rows)))
    return turns


def asks_again(later: Visit, visit: Visit, step: Step) -> bool:
    """Whether a later visit asks for the same step, by the same count of days."""
    return later.counts == visit.counts and step in later.steps


def _row(step: Step, evidence: Evidence | None, begins: date, days: tuple[date, date, date], today: date) -> Row:
    first, last, ends = days
    if evidence is not None:
        return Row(step, "done" if evidence.is_done else "not-done", evidence)
    closes = closing(step, begins, ends)
    if today < first:
        return Row(step, "coming", None)
    if today >= closes:
        return Row(step, "passed", None)
    return Row(step, "due" if today <= last else "overdue", None)


def closing(step: Step, begins: date, ends: date) -> date:
    """From when on a step is too late, where a later visit asks for the same at `ends`."""
    asked = date.max if step.vaccine else ends
    return min(step.closes.after(begins), asked) if step.closes else asked


def _evidence(
    programme: Programme, visit: Visit, step: Step, days: tuple[date, date, date], found: Resources
) -> Evidence | None:
    """What was noted by hand of this very step counts first; then the newest that shows it.

    `days`: from when on a note counts (a pregnancy before has the same codes), and between which days what shows it.
    """
    noted_from, first, ends = days
    noted = _noted(f"{programme.code}/{visit.code}/{step.code}", found.get("Procedure", ()), noted_from)
    if noted and noted.is_done:
        return noted
    if step.vaccine:
        given = placed(programme, step.vaccine, found.get("Immunization", ())).get(step.dose)
        return given or noted
    shown_by = [*_contacts(step, found), *_values(step, found), *_forms(step, found)]
    within = [one for one in shown_by if one.at and first <= one.at.day < ends]
    return next(iter(newest_first(within)), None) or noted


def placed(programme: Programme, vaccine: Vaccine, immunizations: Iterable[Mapping[str, Any]]) -> dict[int, Evidence]:
    """What was given of a vaccine by the number of its dose: as written; one without a number takes the first free one
    that the programme has.
    """
    wanted = sorted({step.dose for visit in programme.visits for step in visit.steps if step.vaccine == vaccine})
    numbered: dict[int, Evidence] = {}
    unnumbered = []
    for one in given(vaccine, immunizations):
        if number := dose_number(one):
            numbered.setdefault(number, _given(one))
        else:
            unnumbered.append(one)
    for number, one in zip([one for one in wanted if one not in numbered], unnumbered, strict=False):
        numbered[number] = _given(one)
    return numbered


def given(vaccine: Vaccine, immunizations: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The doses of a vaccine that were given, by any product that counts as it, the oldest first."""
    some = [
        one
        for one in immunizations
        if one.get("status") == "completed"
        if codes(one.get("vaccineCode")) & {*vaccine.atc} or vaccine.code in codes(one.get("vaccineCode"), VACCINE)
    ]
    return sorted(some, key=lambda one: str(one.get("occurrenceDateTime", "")))


def dose_number(immunization: Mapping[str, Any]) -> int:
    """Which dose it is: a number, or a text that is one; 0 where that is not written."""
    for one in immunization.get("protocolApplied", ()):
        said = str(one.get("doseNumberPositiveInt") or one.get("doseNumberString", "")).strip()
        if said.isdecimal():
            return int(said)
    return 0


def _given(one: Mapping[str, Any]) -> Evidence:
    who = next((shown(part.get("actor")) for part in one.get("performer", ())), "")
    return Evidence(
        f"Immunization/{one['id']}", first_moment(one, "occurrenceDateTime"), label(one.get("vaccineCode")), who
    )


def _noted(step: str, procedures: Iterable[Mapping[str, Any]], since: date) -> Evidence | None:
    """The newest that was noted by hand of a step, from a day on."""
    found = []
    for one in procedures:
        if one.get("status") in ("completed", "not-done") and step in codes(one.get("code"), STEP):
            is_done = one["status"] == "completed"
            text = (
                " ".join(note.get("text", "") for note in one.get("note", ()))
                if is_done
                else label(one.get("statusReason"))
            )
            who = next((shown(part.get("actor")) for part in one.get("performer", ())), "")
            at = first_moment(one, "performedDateTime", "performedPeriod")
            if since == date.min or (at and at.day >= since):
                found.append(Evidence(f"Procedure/{one['id']}", at, text, who, is_done))
    return next(iter(newest_first(found)), None)


def _contacts(step: Step, found: Resources) -> Iterable[Evidence]:
    wanted = tuple(one.casefold() for one in step.contact)
    for one in found.get("Encounter", ()) if wanted else ():
        said = [label(one.get("reasonCode")), label(one.get("type")), *codes(one.get("type"))]
        if one.get("status") in HELD and any(word.casefold().startswith(wanted) for word in said):
            who = next((shown(part.get("individual")) for part in one.get("participant", ())), "")
            yield Evidence(f"Encounter/{one['id']}", first_moment(one, "period"), label(one.get("reasonCode")), who)


def _values(step: Step, found: Resources) -> Iterable[Evidence]:
    for one in found.get("Observation", ()) if step.observation else ():
        if one.get("status") in REAL and codes(one.get("code")) & {*step.observation}:
            read = readings([one])[0]
            yield Evidence(f"Observation/{one['id']}", read.at, "", read.by, reading=read)


def _forms(step: Step, found: Resources) -> Iterable[Evidence]:
    for one in found.get("QuestionnaireResponse", ()) if step.form else ():
        if one.get("status") in FILLED and str(one.get("questionnaire", "")).partition("|")[0] == step.form:
            yield Evidence(
                f"QuestionnaireResponse/{one['id']}", first_moment(one, "authored"), "", shown(one.get("author"))
            )
