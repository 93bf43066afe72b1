"""What people have done of their courses, kept; and that a course is finished, which rights may wait for.

A finished course stands here with its version, and in the catalogue, where rights ask for it: there first, so that what
is cut short between the two is done again at the next look and nobody is held back.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from varda.access import Session
from varda.catalogue import Catalogue
from varda.introduction.training.curriculum import Finished, Place, may_begin, path, required
from varda.introduction.training.model import Course, Step
from varda.kernel.db import Database, Row
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.training")
LONGEST = 2000
"""Characters of a remark or of its answer."""
_MOST = 500
_MONTH = timedelta(days=30.4375)
_CLOSED = "This course opens when you have finished what comes before it."


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step took: tries, and of an exercise actions and seconds; whether a self-test's answer was right."""

    is_right: bool = True
    tries: int = 0
    actions: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody said about a step, and what was answered (None: nothing yet)."""

    remark: int
    course: str
    step: str
    version: str
    name: str
    unit: str
    said: str
    said_at: datetime
    answer: str | None
    answered_name: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Approval:
    """That an organisation stands behind a version of a course."""

    course: str
    version: str
    organisation: str
    organisation_name: str
    approved_name: str
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody of a unit: the assignments there, and how each course stands."""

    person: str
    name: str
    titles: tuple[str, ...]
    duties: tuple[str, ...]
    places: Mapping[str, Place]

    @property
    def is_ready(self) -> bool:
        """Whether the introduction and every base course asked for count as finished: the criterion of going live."""
        return all(one.counts for one in self.places.values() if one.course.kind in ("introduction", "base"))


@dataclass(frozen=True, slots=True)
class Held:
    """A duty that somebody holds at a unit (HSA-ids); `is_ready`: its track is finished and counts."""

    person: str
    name: str
    unit: str
    is_ready: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What people have finished that counts, and their duties, by HSA-id."""

    finished: Mapping[str, Collection[str]]
    duties: Mapping[str, Collection[str]]

    def may_teach(self, courses: Mapping[str, Course], person: str, held: Collection[str], course: str) -> bool:
        """Whether somebody may teach a course: it itself and the tracks of the duties that they hold are finished."""
        tracks = [one.code for one in courses.values() if one.kind == "track" and one.whom.duties & set(held)]
        return {*tracks, course} <= set(self.finished.get(person, ()))


class Learning:
    """Of one database. `build` stands beside what was done on it."""

    def __init__(self, database: Database, catalogue: Catalogue, build: str) -> None:
        self._database, self._catalogue, self._build = database, catalogue, build

    # My path ---------------------------------------------------------------------------------------------------------

    async def path(
        self, courses: Mapping[str, Course], person: str, sessions: Sequence[Session], now: datetime, *, also: str = ""
    ) -> list[Place]:
        """What is required of somebody (HSA-id) by all assignments, and how it stands; see `curriculum.path`."""
        finished, done = await self.finished(person), await self._done(person)
        duties = (await self._duties([person])).get(person, {})
        reasons = required(courses, sessions, duties, _given(courses, finished))
        return path(courses, reasons, finished, done, now, also=also)

    async def finished(self, person: str) -> dict[str, Finished]:
        """The newest of each course that somebody has finished."""
        return (await self._finished([person])).get(person, {})

    async def done(self, person: str, course: str) -> set[str]:
        """The steps of a course that somebody has done since they last finished it."""
        return set((await self._done(person)).get(course, ()))

    async def took(self, person: str, course: str, step: str) -> Taken | None:
        """What a step took when it was done last; None: not done yet."""
        row = await self._database.maybe(_SQL["step_took"], person, course, step)
        return Taken(**dict(row)) if row is not None else None

    async def step_done(
        self, person: str, course: Course, step: Step, now: datetime, taken: Taken = Taken()
    ) -> Finished | None:
        """Keep that a step is done; what is finished by it, if it is the last. Raises `Refused` while the course is
        closed, or withdrawn before it was begun.
        """
        finished, steps = await self._begun(person, course, now)
        if course.code in finished and not steps and not _is_due(finished[course.code], now):
            return None  # looked at again: it counts already
        if step.code not in steps:
            await self._database.run(
                _SQL["step_done"], person, course.code, step.code, course.version, now, taken.is_right, taken.tries,
                taken.actions, taken.seconds, self._build,
            )  # fmt: skip
        return await self.settle(person, course, now)

    async def require_open(self, person: str, course: Course, now: datetime) -> None:
        """Raises `Refused` where `step_done` would: asked before something else is kept together with the step."""
        await self._begun(person, course, now)

    async def step_undone(self, person: str, course: Course, step: Step, now: datetime) -> None:
        """Take a step back: it is as if it had not been done. What has been finished by it stays."""
        if step.code in await self.done(person, course.code):
            await self._database.run(
                _SQL["step_undone"], person, course.code, step.code, course.version, now, self._build
            )

    async def settle(self, person: str, course: Course, now: datetime) -> Finished | None:
        """Finish a course whose steps are all done: the right that waits for it is given. Again it does nothing."""
        done = (await self._done(person)).get(course.code, {})
        if not {one.code for one in course.steps} <= set(done):
            return None
        until = now + _MONTH * course.refresh if course.refresh else None
        right = sum(is_right for is_right in done.values())
        await self._catalogue.finished([(person, course.code, now, until)])
        await self._database.run(
            _SQL["course_finished"], person, course.code, course.version, now, until, right, self._build
        )
        return Finished(course.code, course.version, now, until, right)

    # A unit ----------------------------------------------------------------------------------------------------------

    async def finishers(self, people: Sequence[str], course: str, now: datetime) -> set[str]:
        """Those of some people for whom a finished course counts."""
        found = await self._finished(people)
        return {person for person, mine in found.items() if course in mine and mine[course].lasts(now)}

    async def of_unit(self, courses: Mapping[str, Course], at: Sequence[Session], now: datetime) -> list[Learner]:
        """How it stands for everybody who works at a unit (one session for each assignment there), by name. What other
        units ask of them is not told here.
        """
        people: dict[str, list[Session]] = defaultdict(list)
        for one in at:
            people[one.actor].append(one)
        finished, duties = await self._finished(list(people)), await self._duties(list(people))
        done: dict[str, dict[str, list[str]]] = defaultdict(dict)
        found = []
        for row in await self._database.all(_SQL["begun_by"], list(people)):
            done[row["person"]][row["course"]] = row["steps"]
        for person, sessions in people.items():
            mine, here = finished.get(person, {}), {session.unit for session in sessions}
            held = [duty for duty, units in duties.get(person, {}).items() if units & here]
            reasons = required(courses, sessions, held)  # a self-test is between the person and the portal
            places = {
                one.course.code: one for one in path(courses, reasons, mine, done[person], now) if one.is_required
            }
            titles = tuple(dict.fromkeys(one.title for one in sessions))
            found.append(Learner(person, sessions[0].name, titles, tuple(held), places))
        return found

    # Remarks ---------------------------------------------------------------------------------------------------------

    async def remark(self, session: Session, course: Course, step: Step, said: str, now: datetime) -> None:
        """Say something about a step. Raises `Unprocessable` for nothing, or for too much."""
        await self._database.one(
            _SQL["remarked"], course.code, step.code, course.version, session.actor, session.name, session.unit_name,
            _text(said), now,
        )  # fmt: skip

    async def own_remarks(self, person: str, course: str, step: str) -> list[Remark]:
        """What somebody has said about a step, oldest first."""
        return [_remark(row) for row in await self._database.all(_SQL["remarks_of_step"], course, step, person)]

    async def remarks(self) -> list[Remark]:
        """What everybody has said: what waits for an answer first, then newest first."""
        return [_remark(row) for row in await self._database.all(_SQL["remarks"], _MOST)]

    async def answer(self, number: int, said: str, session: Session, now: datetime) -> None:
        """Answer a remark. Raises `Unprocessable`, `Absent`, or `Conflict` when somebody has answered it."""
        text = _text(said)
        if await self._database.maybe(_SQL["remark"], number) is None:
            raise Absent("There is no such remark.")
        if await self._database.maybe(_SQL["answered"], number, text, session.actor, session.name, now) is None:
            raise Conflict("Somebody has answered this already. Look at it again.")

    # Approval by organisations ---------------------------------------------------------------------------------------

    async def approve(self, course: Course, organisation: tuple[str, str], by: Session, now: datetime) -> None:
        """Note that an organisation (HSA-id, name) stands behind a course as it reads now. Twice changes nothing."""
        await self._database.run(_SQL["approved"], course.code, course.version, *organisation, by.actor, by.name, now)

    async def approvals(self) -> dict[str, list[Approval]]:
        """Who has approved each course, in whichever version, oldest first."""
        found: dict[str, list[Approval]] = defaultdict(list)
        for row in await self._database.all(_SQL["approvals"]):
            found[row["course"]].append(Approval(**dict(row)))
        return found

    # Coaches and instructors -----------------------------------------------------------------------------------------

    async def appoint(self, whom: Session, duty: str, by: Session, now: datetime, *, is_on: bool) -> None:
        """Appoint somebody of the own unit, or end it. Whether they may teach yet is asked by `teachers`."""
        if whom.unit != by.unit:
            raise Refused("Coaches and instructors are appointed at the own unit.")
        await self._database.run(
            _SQL["duty_said"], whom.actor, whom.name, duty, whom.unit, is_on, by.actor, by.name, now
        )

    async def held(
        self,
        courses: Mapping[str, Course],
        duty: str,
        now: datetime,
        *,
        units: Sequence[str] | None = None,
        people: Sequence[str] | None = None,
    ) -> list[Held]:
        """Who holds a duty at some units or among some people, by name; None: everywhere."""
        rows = await self._database.all(_SQL["duties_at"], duty, units, people)
        finished = await self._finished([row["person"] for row in rows])
        tracks = {one.code for one in courses.values() if one.kind == "track" and duty in one.whom.duties}
        ready = {
            person
            for person, mine in finished.items()
            if tracks and all(code in mine and mine[code].lasts(now) for code in tracks)
        }
        return [Held(row["person"], row["name"], row["unit"], row["person"] in ready) for row in rows]

    async def teachers(self, courses: Mapping[str, Course], course: str, now: datetime) -> list[tuple[str, str]]:
        """Everybody (HSA-id, name) who may teach a course, by name; see `Standing.may_teach`."""
        names, duties = dict[str, str](), defaultdict[str, set[str]](set)
        for row in await self._database.all(_SQL["duties_on"]):
            names[row["person"]] = row["name"]
            duties[row["person"]].add(row["duty"])
        finished = await self._finished(list(duties))
        lasting = {who: [code for code, one in mine.items() if one.lasts(now)] for who, mine in finished.items()}
        standing = Standing(lasting, duties)
        able = [who for who, held in duties.items() if standing.may_teach(courses, who, held, course)]
        return sorted(((who, names[who]) for who in able), key=lambda one: one[1])

    async def standing(self, now: datetime) -> "Standing":
        """What everybody has finished that counts, and is appointed to: for whoever plans for many at once."""
        finished: dict[str, set[str]] = defaultdict(set)
        for row in await self._database.all(_SQL["finished_that_counts"], now):
            finished[row["person"]].update(row["courses"])
        duties: dict[str, set[str]] = defaultdict(set)
        for row in await self._database.all(_SQL["duties_on"]):
            duties[row["person"]].add(row["duty"])
        return Standing(finished, duties)

    # -----------------------------------------------------------------------------------------------------------------

    async def _begun(
        self, person: str, course: Course, now: datetime
    ) -> tuple[Mapping[str, Finished], Mapping[str, bool]]:
        finished, steps = await self.finished(person), (await self._done(person)).get(course.code, {})
        if not may_begin(course, finished, now):
            raise Refused(_CLOSED)
        if course.is_withdrawn and not steps:
            raise Refused("This course has been withdrawn. What you have done of it is kept.")
        return finished, steps

    async def _done(self, person: str) -> dict[str, dict[str, bool]]:
        """The steps of each course done since it was last finished, and whether they were right."""
        found: dict[str, dict[str, bool]] = defaultdict(dict)
        for row in await self._database.all(_SQL["steps_done"], person):
            found[row["course"]].setdefault(row["step"], row["is_right"])
        return found

    async def holding(self, people: Collection[str], courses: Collection[str], now: datetime) -> set[str]:
        """Those of some people who have finished all of some courses (codes), so that it counts now."""
        finished = await self._finished(list(people))
        counts = {who: {code for code, one in mine.items() if one.lasts(now)} for who, mine in finished.items()}
        return {who for who, mine in counts.items() if mine.issuperset(courses)}

    async def _finished(self, people: Sequence[str]) -> dict[str, dict[str, Finished]]:
        found: dict[str, dict[str, Finished]] = defaultdict(dict)
        for row in await self._database.all(_SQL["finished_by"], people):
            one = Finished(row["course"], row["version"], row["finished_at"], row["until"], row["answers_right"])
            found[row["person"]][row["course"]] = one
        return found

    async def _duties(self, people: Sequence[str]) -> dict[str, dict[str, set[str]]]:
        found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for row in await self._database.all(_SQL["duties_of"], people):
            found[row["person"]][row["duty"]].add(row["unit"])
        return found


def _given(courses: Mapping[str, Course], finished: Mapping[str, Finished]) -> Collection[str]:
    """The courses that self-tests have given."""
    tests = (one for one in courses.values() if one.kind == "self-test" and one.code in finished)
    return [one.gives for one in tests if finished[one.code].right < one.enough]


def _is_due(finished: Finished, now: datetime) -> bool:
    return finished.until is not None and (finished.until - now).days < 30


def _text(said: str) -> str:
    text = said.replace("\0", "").strip()
    if not text or len(text) > LONGEST:
        message = "Write something, of 2,000 characters at the most."
        raise Unprocessable(message, [Problem(message, "said")])
    return text


def _remark(row: Row) -> Remark:
    return Remark(**dict(row))
