"""Run-books: made by the programme office for a delivery, driven by the owners of their steps (F240).

Only ever added to. What is said of a step is its own row, in order: who says something twice, or of a step that waits
for others, is told so, and what was wrong is taken back in sight of everybody.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from varda.catalogue import Deciding
from varda.introduction.cutover.forecast import Expected, Said, forecast, switch_of
from varda.introduction.cutover.template import Step, Template, kept
from varda.introduction.cutover.waves import placed
from varda.introduction.programme import OFFICE, Gateways, Mandate, Mandates, Plans
from varda.kernel.db import Database, Row, Work
from varda.kernel.errors import Absent, Conflict, Occupied, Problem, Refused, Unprocessable
from varda.kernel.sql import named
from varda.record.live import say_people

_SQL = named("varda.introduction.cutover")
Sort = Literal["start", "rehearsal"]
Verb = Literal["begun", "ended", "go", "fault", "mended", "note", "taken-back"]
LONGEST = 2000
_AHEAD = timedelta(minutes=1)
_SOON = timedelta(days=60)
_WAITS = "This step waits for: %(steps)s. Let them be ended first."
_NOT_YOURS = "A step is reported by its owner or the programme office. Ask the office to give it to you."
_MEANWHILE = "Somebody said something of this step at the same time. Look at what stands there now."


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was said of a step. See `cutover.event`."""

    step: str
    nth: int
    kind: str
    at: datetime
    note: str
    person: str
    name: str
    said_by: str
    said_name: str
    said_at: datetime


@dataclass(frozen=True)
class Book:
    """A run-book; `is_done` is None while it is open."""

    number: int
    delivery: str
    kind: Sort
    starts: datetime
    template: Template
    build: str
    configuration: str
    made_name: str
    made_at: datetime
    is_done: bool | None
    reason: str | None
    closed_name: str | None
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether anything can be said of it."""
        return self.is_done is None

    def gate(self, wave: str) -> tuple[str, str]:
        """The delivery and the code under which a wave's go is decided."""
        return self.delivery, f"go.{self.number}.{wave}"


@dataclass(frozen=True)
class Course:
    """A run-book as it stands: each step as expected, what was said, and whose each step is (HSA-id, name)."""

    book: Book
    steps: Mapping[str, Expected]
    events: Mapping[str, Sequence[Event]]
    owners: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def late(self) -> list[Expected]:
        """What ends, or has ended, later than planned."""
        return [one for one in self.steps.values() if one.is_late]

    @property
    def now(self) -> list[Expected]:
        """What goes on, or stands and waits for its go."""
        return [one for one in self.steps.values() if one.state in ("running", "stopped")]

    @property
    def next(self) -> list[Expected]:
        """What can begin; where nothing can, what comes first of the rest."""
        able = [one for one in self.steps.values() if one.state == "next"]
        later = [one for one in self.steps.values() if one.state == "later"]
        return able or sorted(later, key=lambda one: one.opens)[:2]

    def switch(self, wave: str) -> Expected | None:
        """The step by which a wave begins."""
        return switch_of(self.steps, wave)

    @property
    def wave(self) -> str:
        """The wave that is on its way: the first that has not ended; when all have, the last."""
        open_ = [one.step.wave for one in self.steps.values() if one.state != "done"]
        codes = [one.code for one in self.book.template.waves]
        return next((one for one in codes if one in open_), codes[-1])


class Books:
    """Those of one database."""

    def __init__(self, database: Database) -> None:
        self._database, self._mandates = database, Mandates(database)

    async def all(self) -> list[Book]:
        """Every run-book, the newest first."""
        return [_book(row) for row in await self._database.all(_SQL["books"])]

    async def one(self, number: int) -> Book:
        """One. Raises `Absent`."""
        row = await self._database.maybe(_SQL["book"], number)
        if row is None:
            raise Absent("There is no such run-book.")
        return _book(row)

    async def make(
        self, delivery: str, kind: Sort, starts: datetime, template: Template, candidate: tuple[str, str],
        by: Deciding, now: datetime,
    ) -> int:  # fmt: skip
        """Make one for a delivery (its code in the plan in force) and a candidate (build, configuration); gives its
        number. Each step is given to the first who holds its role, for the whole programme or in the delivery.

        Raises `Lacking` for all but the office, `Absent`, `Unprocessable`.
        """
        await self._mandates.require(by.person, OFFICE, "", now)
        plan = await Plans(self._database).in_force()
        area = next((one.part_of for one in plan.items if one.code == delivery), None) if plan else None
        if area is None:
            raise Absent("There is no such delivery.")
        if not now - timedelta(days=1) <= starts <= now + timedelta(days=730):
            raise Unprocessable("Say when it starts.", [Problem("It starts on a day to come.", "starts")])
        template = template.first if kind == "rehearsal" else template
        units = await placed(self._database, area, template.waves)
        held = await self._mandates.in_force(now)
        content = json.dumps(template.written, ensure_ascii=False)
        async with self._database.transaction() as work:
            values = (delivery, kind, starts, content, *candidate, by.person, by.name, now)
            number = int((await work.one(_SQL["book_made"], *values))["book"])
            if units:
                await work.run(_SQL["units_placed"], number, list(units), list(units.values()))
            for step in template.steps:
                if owner := _holder(held, step.role):
                    await _event(work, (number, step.code, 1), ("owner", now, ""), owner, by, now)
        return number

    async def course(self, number: int, now: datetime) -> Course:
        """One as it stands. Raises `Absent`."""
        return (await self._courses([await self.one(number)], now))[0]

    async def under_way(self, now: datetime) -> list[Course]:
        """Those that are open and near."""
        near = [one for one in await self.all() if one.is_open and one.starts - _SOON <= now]
        return await self._courses(near, now)

    async def say(
        self, number: int, code: str, verb: Verb, by: Deciding, now: datetime, *, at: datetime | None = None,
        note: str = "",
    ) -> None:  # fmt: skip
        """Say what happened with a step, now or `at` a time before.

        Raises `Absent`, `Refused`, `Conflict` for what was said already or cannot be yet, `Unprocessable`.
        """
        course = await self.course(number, now)
        step = _step(course, code)
        await self._require(course, step, by, now)
        at = at or now
        _require_possible(course, step, verb, at, now, note)
        nth = len(course.events.get(code, ())) + 1
        async with self._database.transaction() as work:
            await _event(work, (number, code, nth), (verb, at, note.strip()), ("", ""), by, now)
            if step.kind == "switch" and verb in ("ended", "taken-back"):
                values = (number, step.wave, verb == "ended", at, by.person, by.name)
                await work.run(_SQL["wave_switched"], *values)
            await say_people(work, {person for person, _ in course.owners.values()})

    async def assign(self, number: int, code: str, to: tuple[str, str], by: Deciding, now: datetime) -> None:
        """Give a step to somebody (HSA-id, name). Raises `Lacking` for all but the office, `Absent`, `Conflict`."""
        await self._mandates.require(by.person, OFFICE, "", now)
        course = await self.course(number, now)
        _step(course, code)
        if not to[0]:
            raise Unprocessable("Choose a person.", [Problem("Choose a person.", "person")])
        nth = len(course.events.get(code, ())) + 1
        async with self._database.transaction() as work:
            await _event(work, (number, code, nth), ("owner", now, ""), to, by, now)
            await say_people(work, {to[0]})

    async def close(self, work: Work, course: Course, reason: str, by: Deciding, now: datetime) -> bool:
        """End a run-book in a piece of work; gives whether all of it was done. One that is not is called off, with a
        reason. Raises `Lacking` for all but the office, `Unprocessable`, `Conflict`.
        """
        await self._mandates.require(by.person, OFFICE, "", now)
        is_done = all(one.state == "done" for one in course.steps.values())
        if not is_done and not reason.strip():
            raise Unprocessable("Say why.", [Problem("Not every step is done. Say why it is called off.", "reason")])
        values = (course.book.number, is_done, reason.strip(), by.person, by.name, now)
        if await work.maybe(_SQL["closed"], *values) is None:
            raise Conflict("It is over already.")
        return is_done

    async def _require(self, course: Course, step: Step, by: Deciding, now: datetime) -> None:
        if not course.book.is_open:
            raise Conflict("This run-book is over. Nothing more is said of it.")
        is_owner = course.owners.get(step.code, ("", ""))[0] == by.person
        if not is_owner and await self._mandates.held(by.person, OFFICE, "", now) is None:
            raise Refused(_NOT_YOURS)

    async def _courses(self, books: Sequence[Book], now: datetime) -> list[Course]:
        said: dict[int, dict[str, list[Event]]] = defaultdict(lambda: defaultdict(list))
        for row in await self._database.all(_SQL["events"], [one.number for one in books]):
            values = dict(row)
            said[values.pop("book")][row["step"]].append(Event(**values))
        passed = await self._passed() if books else {}
        return [_course(one, said[one.number], passed, now) for one in books]

    async def _passed(self) -> dict[tuple[str, str], datetime]:
        """When each go was given by both, where it counts still."""
        gateways = Gateways(self._database)
        states = await gateways.states()
        return {
            at: one.second_at
            for one in reversed(await gateways.decisions())
            if states.get(at := (one.delivery, one.gateway)) == "passed" and one.second_at
        }


def _course(
    book: Book, events: Mapping[str, Sequence[Event]], passed: Mapping[tuple[str, str], datetime], now: datetime
) -> Course:
    said = {code: _folded(some) for code, some in events.items()}
    for step in book.template.steps:
        if step.kind == "go":  # what two keys say, and nobody alone
            at = passed.get(book.gate(step.wave))
            said[step.code] = Said(at, at, said.get(step.code, Said()).is_faulty)
    owners = {code: (one.person, one.name) for code, some in events.items() for one in some if one.kind == "owner"}
    return Course(book, forecast(book.template.steps, book.starts, said, now), events, owners)


def _folded(events: Sequence[Event]) -> Said:
    """What all that was said of a step comes to."""
    begun: datetime | None = None
    ended: datetime | None = None
    for one in events:
        if one.kind == "begun":
            begun = one.at
        elif one.kind == "ended":
            ended = one.at
        elif one.kind == "go":
            begun = ended = one.at
        elif one.kind == "taken-back":
            begun, ended = (begun, None) if ended and ended != begun else (None, None)
    faults = [one.kind for one in events if one.kind in ("fault", "mended")]
    return Said(begun, ended, bool(faults) and faults[-1] == "fault")


def _require_possible(course: Course, step: Step, verb: Verb, at: datetime, now: datetime, note: str) -> None:
    stands, problems = course.steps[step.code], []
    if at > now + _AHEAD or at < now - timedelta(days=2):
        problems.append(Problem("Say a time that has been, within two days.", "at"))
    if len(note) > LONGEST or (verb in ("note", "fault", "mended", "taken-back") and not note.strip()):
        problems.append(Problem("Say what it is, in 2,000 characters at the most.", "note"))
    if verb == "ended" and stands.state == "running" and at < stands.opens:
        problems.append(Problem("It cannot end before it began.", "at"))
    if problems:
        raise Unprocessable(problems[0].message, problems)
    if verb == "mended" and not stands.is_faulty:
        raise Conflict("No stopping fault of this step is open.")
    if verb in ("note", "fault", "mended"):
        return
    if step.kind == "go":
        raise Refused("This is decided by two keys, on the page of the decision.")
    _require_order(course, step, verb)


def _require_order(course: Course, step: Step, verb: Verb) -> None:
    state = course.steps[step.code].state
    if verb == "taken-back":
        if state not in ("running", "done"):
            raise Conflict("Nothing has been said of this step that could be taken back.")
        if any(step.code in one.step.after and one.state in ("running", "done") for one in course.steps.values()):
            raise Conflict("What comes after it has begun. Take that back first.")
        return
    if state == "done" or (state == "running" and verb == "begun"):
        raise Conflict("It has been said already. Take it back first if it was wrong.")
    if (verb == "go") != (step.kind == "hold"):
        raise Conflict("A hold point is passed by its go, and other steps begin and end.")
    if verb == "ended" and state != "running":
        raise Conflict("It has not begun. Say that first.")
    if waits := [course.steps[one].step.words.sv for one in step.after if course.steps[one].state != "done"]:
        raise Occupied(_WAITS, {"steps": "; ".join(waits)})


async def _event(
    work: Work, at: tuple[int, str, int], said: tuple[str, datetime, str], to: tuple[str, str], by: Deciding,
    now: datetime,
) -> None:  # fmt: skip
    if await work.maybe(_SQL["said"], *at, *said, *to, by.person, by.name, now) is None:
        raise Conflict(_MEANWHILE)


def _holder(held: Sequence[Mandate], role: str) -> tuple[str, str] | None:
    """The first who holds a role, for the whole programme before anybody else."""
    some = sorted((one for one in held if one.role.code == role), key=lambda one: (one.organisation != "", one.number))
    return (some[0].person, some[0].name) if some else None


def _step(course: Course, code: str) -> Step:
    if code not in course.steps:
        raise Absent("There is no such step.")
    return course.steps[code].step


def _book(row: Row) -> Book:
    values = dict(row)
    return Book(number=values.pop("book"), template=kept(json.loads(values.pop("content"))), **values)
