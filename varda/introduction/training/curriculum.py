"""From assignments to a curriculum: which courses somebody must finish, why, and what is open to them now. Pure.

Nobody keeps a list of who must do what: a new assignment, role or function changes the curriculum by itself (F196).
A person's courses are those of all assignments together, each once, with every reason.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from varda.access import Session
from varda.catalogue import Role, role_of
from varda.introduction.training.model import Course

State = Literal["done", "begun", "open", "closed", "soon", "past"]
"""`closed`: something must be finished first; `soon`: done, and to be done anew within a month; `past`: done once, and
to be done anew now."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a course is required: an assignment with its role, the functions of it that the course is about; a duty that
    somebody is appointed to; another course that asks for it, or a self-test that gives it."""

    unit: str = ""
    role: Role | None = None
    functions: tuple[str, ...] = ()
    duty: str = ""
    course: str = ""
    test: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """That a course was finished: when, in which version, until when it counts, and how many answers were right."""

    course: str
    version: str
    at: datetime
    until: datetime | None
    right: int = 0

    def lasts(self, now: datetime) -> bool:
        """Whether it counts."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Place:
    """One course on somebody's path. `missing` are the courses that must be finished first, `done` how many of its
    steps are."""

    course: Course
    reasons: tuple[Reason, ...]
    state: State
    missing: tuple[str, ...] = ()
    done: int = 0
    finished: Finished | None = None

    @property
    def counts(self) -> bool:
        """Whether it is finished and still counts."""
        return self.state in ("done", "soon")

    @property
    def is_required(self) -> bool:
        """Whether it belongs to the curriculum; else it was begun by own choice."""
        return bool(self.reasons)


def required(
    courses: Mapping[str, Course],
    sessions: Iterable[Session],
    duties: Collection[str] = (),
    given: Collection[str] = (),
) -> dict[str, tuple[Reason, ...]]:
    """The courses that a person's assignments, duties and self-tests ask for, each with every reason, in their order.

    `given` are the courses that self-tests have given. What a required course asks for is required as well.
    """
    found: dict[str, list[Reason]] = {}
    sessions = list(sessions)
    for one in courses.values():
        if not one.is_withdrawn and one.kind not in ("pre-training", "self-test"):
            reasons = [*_by_work(one, sessions), *(Reason(duty=duty) for duty in sorted(one.whom.duties & set(duties)))]
            if reasons:
                found[one.code] = list(dict.fromkeys(reasons))
    for test in courses.values():
        if test.gives in given and test.gives in courses:
            found.setdefault(test.gives, []).append(Reason(test=test.code))
    waiting = list(found)
    while waiting:
        for needed in courses[waiting.pop()].requires:
            if needed in courses and needed not in found:
                found[needed] = [Reason(course=next(one for one in found if needed in courses[one].requires))]
                waiting.append(needed)
    return {code: tuple(found[code]) for code in courses if code in found}


def path(
    courses: Mapping[str, Course],
    reasons: Mapping[str, Sequence[Reason]],
    finished: Mapping[str, Finished],
    done: Mapping[str, Collection[str]],
    now: datetime,
    *,
    also: str = "",
) -> list[Place]:
    """Somebody's path: what is required, then self-tests, and what was begun or finished without being required;
    `also` is a course that is looked at, asked for or not.

    `finished` has the newest of each course, `done` the codes of the steps that were done since.
    """
    counted = {code for code, one in finished.items() if one.lasts(now)}
    places = []
    for code, one in courses.items():
        steps = [step.code for step in one.steps if step.code in done.get(code, ())]
        is_offered = one.kind == "self-test" and not one.is_withdrawn
        if code not in reasons and code not in finished and not steps and not is_offered and code != also:
            continue
        missing = tuple(needed for needed in one.requires if needed not in counted)
        state = _state(finished.get(code), bool(steps), bool(missing), now)
        places.append(Place(one, tuple(reasons.get(code, ())), state, missing, len(steps), finished.get(code)))
    return sorted(places, key=lambda place: not place.is_required)


def may_begin(course: Course, finished: Mapping[str, Finished], now: datetime) -> bool:
    """Whether all that a course asks for is finished and counts."""
    return all(needed in finished and finished[needed].lasts(now) for needed in course.requires)


def _by_work(course: Course, sessions: Iterable[Session]) -> Iterable[Reason]:
    whom = course.whom
    if whom.duties and not whom.roles:
        return
    for session in sessions:
        role = role_of(session.role, session.assignment_purpose)
        writes = {what for what, act in role.rights if act == "write"} if role else set()
        at = "municipality" if session.is_municipal else "region"
        if (
            (not whom.roles or (role and role.code in whom.roles))
            and (not whom.functions or whom.functions & writes)
            and (not whom.providers or at in whom.providers)
        ):
            yield Reason(session.unit_name, role, tuple(sorted(whom.functions & writes)))


def _state(finished: Finished | None, is_begun: bool, lacks: bool, now: datetime) -> State:
    if finished is not None and finished.lasts(now):
        is_near = finished.until is not None and (finished.until - now).days < 30
        return "soon" if is_near else "done"
    if finished is not None and not is_begun:
        return "past"
    if lacks:
        return "closed"
    return "begun" if is_begun else "open"
