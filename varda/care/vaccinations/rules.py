"""What makes a dose doubtful. Pure: whoever gives it confirms each doubt by itself."""

from collections.abc import Iterator
from datetime import date, timedelta

from varda.care.facts import moment
from varda.care.programmes import Course, Step, Turn, given, placed

APART = timedelta(weeks=4)
"""The least time between two doses of a vaccine in the basic programme (Folkhälsomyndigheten: advice on intervals)."""

DOUBTS = {
    "soon": "A dose of this vaccine was given less than 4 weeks from that day.",
    "apart": "The time between this dose and the one before or after is shorter than the programme says.",
    "before": "The dose before this one is not in the record that is shown.",
    "extra": "The record has a dose of this vaccine that the schedule has no place for.",
    "early": "This is earlier than the programme says.",
    "late": "This is later than this vaccine may be given by the programme.",
    "elsewhere": "Others have more in this record that is not shown: the dose may have been given there.",
}
"""What can be doubted, by its code."""


def doubts(course: Course, turn: Turn, step: Step, day: date, *, is_more: bool = False) -> Iterator[str]:
    """Why a dose of a step on a day is not what the programme expects, as codes of `DOUBTS`. `is_more`: others have
    what is not shown.
    """
    if step.vaccine is None:
        return
    found = course.resources.get("Immunization", ())
    some = given(step.vaccine, found)
    numbered = placed(course.programme, step.vaccine, found)
    days = {number: one.at.day for number, one in numbered.items() if one.at and one.at.precision in ("day", "time")}
    steps = {
        other.dose: other for visit in course.programme.visits for other in visit.steps if other.vaccine == step.vaccine
    }
    said = [moment(str(one.get("occurrenceDateTime", ""))[:10]) for one in some]
    if any(abs(one.day - day) < APART for one in said if one and one.precision == "day"):
        yield "soon"
    if any(
        _is_close(steps.get(late), days.get(late - 1, day), days.get(late, day)) for late in (step.dose, step.dose + 1)
    ):
        yield "apart"
    if step.dose - 1 in steps and step.dose - 1 not in numbered:
        yield "before"
    if len(some) > len(steps.keys() & numbered.keys()):
        yield "extra"
    if day < turn.first:
        yield "early"
    if step.closes and day >= step.closes.after(course.since[turn.visit.counts]):
        yield "late"
    if is_more:
        yield "elsewhere"


def _is_close(step: Step | None, before: date, after: date) -> bool:
    """Whether a step's dose comes too soon after the one before it. The same day is the same dose, or another doubt."""
    return bool(step and step.apart and before < after < step.apart.after(before))
