"""Who needs which classes: from assignments, duties and finished courses to people in a stage of the cascade. Pure.

A person counts for coverage at the first unit and role, and needs each course once, whatever roles ask for it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from varda.access import Session
from varda.introduction.training import Course, Standing
from varda.introduction.training.curriculum import required

STAGES = ("instructor", "coach", "")
"""The cascade: the duty whose people are trained in each stage; the last is everybody else."""
Cell = tuple[str, str]
"""A unit (HSA-id) and a role there: what coverage is reckoned for."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who needs classes: of `courses`, each after those that it asks for. Of those `given` there is a
    seat in a class that stands."""

    person: str
    name: str
    cell: Cell
    area: str
    stage: int
    courses: tuple[str, ...]
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """Who needs classes; how many work in each cell; who may teach each course now, by area; what units are called; how
    many of a cell have a seat already in a week of the period (counted from 0), which coverage counts as well; and when
    the class is over that a (person, course) is booked at."""

    people: tuple[Person, ...]
    headcount: Mapping[Cell, int]
    teachers: Mapping[str, Mapping[str, frozenset[str]]]
    names: Mapping[str, str] = field(default_factory=dict)
    seated: Mapping[tuple[Cell, int], int] = field(default_factory=dict)
    ahead: Mapping[tuple[str, str], datetime] = field(default_factory=dict)

    def within(self, area: str) -> "Need":
        """Of one area (empty: all)."""
        if not area:
            return self
        mine = tuple(one for one in self.people if one.area == area)
        return replace(self, people=mine, teachers={area: self.teachers.get(area, {})})


def needed(
    courses: Mapping[str, Course],
    sessions: Iterable[Session],
    standing: Standing,
    areas: Mapping[str, str],
    booked: Collection[tuple[str, str]] = (),
) -> Need:
    """What everybody needs; `areas` by unit, `booked` are (person, course) that have a seat already."""
    held: dict[str, list[Session]] = defaultdict(list)
    for one in sessions:
        held[one.actor].append(one)
    asked = _asking(courses)
    people, headcount, names = [], Counter[Cell](), {}
    teachers: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    with_class = [code for code in _in_order(courses) if courses[code].class_minutes and not courses[code].is_withdrawn]
    for person, mine in held.items():
        first, duties = mine[0], frozenset(standing.duties.get(person, ()))
        cell, area = (first.unit, first.role), areas.get(first.unit, "")
        headcount[cell] += 1
        names[first.unit] = first.unit_name
        done = standing.finished.get(person, ())
        wanted = asked(mine, duties)
        lacking = tuple(
            code for code in with_class if code in wanted and code not in done and (person, code) not in booked
        )
        if lacking:
            stage = next(nth for nth, duty in enumerate(STAGES) if not duty or duty in duties)
            people.append(Person(person, first.name, cell, area, stage, lacking))
        if duties:
            for code in with_class:
                if standing.may_teach(courses, person, duties, code):
                    teachers[area][code].add(person)
    able = {area: {code: frozenset(some) for code, some in by.items()} for area, by in teachers.items()}
    return Need(tuple(people), headcount, able, names)


def _asking(courses: Mapping[str, Course]) -> "_Asking":
    return _Asking(courses)


class _Asking:
    """What is required of many: reckoned once for those who are alike."""

    def __init__(self, courses: Mapping[str, Course]) -> None:
        self._courses = courses
        self._known: dict[object, frozenset[str]] = {}

    def __call__(self, sessions: Sequence[Session], duties: frozenset[str]) -> frozenset[str]:
        alike = (frozenset((one.role, one.assignment_purpose, one.is_municipal) for one in sessions), duties)
        if alike not in self._known:
            self._known[alike] = frozenset(required(self._courses, sessions, duties))
        return self._known[alike]


def _in_order(courses: Mapping[str, Course]) -> list[str]:
    """Each course after those that it asks for."""
    found: dict[str, None] = {}

    def take(code: str) -> None:
        for needed_ in courses[code].requires:
            if needed_ in courses and needed_ not in found:
                take(needed_)
        found[code] = None

    for code in courses:
        take(code)
    return list(found)
