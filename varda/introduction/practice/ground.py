"""The ground where people practise: copied units are made, taken, and left for a fresh one; each goes through the door.

Nothing is deleted: whoever begins anew gets another copy and the old one is closed, so that a reset takes as long as a
copy does. A county that wants the room back opens the training environment anew.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from varda.access.projection import LICENCE
from varda.access.session import Session
from varda.catalogue import role_of
from varda.introduction import training
from varda.introduction.practice import lives
from varda.introduction.practice.words import Word
from varda.introduction.training import Course, Doer, Exercise, Judgement, judged
from varda.kernel.db import Row
from varda.kernel.errors import Conflict, Malformed, Refused
from varda.kernel.sql import named
from varda.record import Door
from varda.record.writing import Owner, Wish
from varda.region import Assignment, Item, Unit, county
from varda.region.model import Resource
from varda.region.organisations import organization
from varda.region.staff import TITLES, practitioner, practitioner_role

JOB = Session(
    kind="job", actor="practice", name="Practice", reach="county", scopes=("read", "write", "import")
)  # fmt: skip
_SQL = named("varda.introduction.practice")
_ITEMS_AT_ONCE = 800
_MOST_COUNTED = 32_000
_LONGEST = timedelta(minutes=1)
OWN_TEAM = "team:"
"""How the class that is the team of one real unit is called: nobody leads it, and nobody names one so."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Where somebody practises: the copied unit (HSA-id), its patients by p1, p2 …, and the assignment there."""

    copy: int
    unit: str
    kind: str
    unit_class: str
    is_shared: bool
    patients: dict[str, str]
    person: str
    role: str
    course: str
    material: str
    assignment: str
    since: datetime

    @property
    def is_led(self) -> bool:
        """Whether somebody who leads a class begins it anew, and nobody of those who practise."""
        return self.is_shared and not self.unit_class.startswith(OWN_TEAM)


@dataclass(frozen=True, slots=True)
class Member:
    """One of those who share a copied unit: the profession, and since when they do an exercise (None: not begun)."""

    person: str
    role: str
    begun: datetime | None


@dataclass(frozen=True, slots=True)
class Stock:
    """Copies of a kind for a class ("": for anybody): how many nobody has taken yet, of how many."""

    kind: str
    unit_class: str
    spare: int
    all: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """An exercise that was begun, and what it took once it was right (`passed` None: not yet)."""

    exercise: str
    begun: datetime
    passed: datetime | None
    actions: int
    seconds: int


class Ground:
    """One a process, in the training environment only."""

    def __init__(self, door: Door) -> None:
        self._door = door

    # Opening ---------------------------------------------------------------------------------------------------------

    async def prepare(self, now: datetime) -> bool:
        """See to it that the kinds of unit are known; says whether they were found now, which takes seconds."""
        if await self._door.database.all(_SQL["kinds"]):
            return False
        for kind in lives.kinds(lives.monday(now)):
            await self._door.database.run(_SQL["kind_known"], kind.name, list(kind.patients), kind.told)
        return True

    async def make(self, kind: str, *, unit_class: str = "", is_shared: bool = False) -> int:
        """A copied unit that waits for whoever comes. Gives its number. Raises `Malformed`, or `Conflict` when there
        have been as many as there are reserve numbers for."""
        wanted, database = await self._kind(kind), self._door.database
        begun = await database.maybe(_SQL["copy_begun"], kind, unit_class, is_shared)
        if begun is None:
            raise Conflict("This class shares a unit already. Begin that one anew, or take another name.")
        number = int(begun["copy"])
        if number > lives.MOST_COPIES:
            raise Conflict(
                "There is no room for more copies. Open the training environment anew, in an empty database."
            )
        copy = lives.copied(wanted, number)
        async with self._door.opened(JOB, "import") as record:
            for first in range(0, len(copy.items), _ITEMS_AT_ONCE):
                await record.write([_wish(item, copy.unit) for item in copy.items[first : first + _ITEMS_AT_ONCE]])
            names = msgspec.json.encode(dict(copy.names)).decode()
            await (await record.begun()).run(_SQL["copy_made"], number, copy.unit.hsa, names, self._door.clock.now())
        return number

    async def stock(self) -> list[Stock]:
        """What there is, by class and kind."""
        return [
            Stock(row["kind"], row["class"], row["spare"], row["all"])
            for row in await self._door.database.all(_SQL["spares"])
        ]

    # Coming ----------------------------------------------------------------------------------------------------------

    async def come(self, word: Word, course: Course) -> Seat:
        """The seat of whoever brings a word: the one they have, else a spare unit, else a new one. Who presses twice,
        and a team that comes in the same moment, is seated once."""
        async with self._alone(word.unit_class if course.is_of_team else word.person):
            asked = (word.person, word.course, course.version, word.unit_class)
            held = await self._door.database.maybe(_SQL["seat_of_person"], *asked)
            return _seat(held) if held is not None else await self._seated(word, course)

    async def anew(self, seat: Seat, session: Session, course: Course) -> Seat:
        """Leave a unit as it is and begin on a fresh one; the team of a unit does so for all of it. Raises `Conflict`
        for a class's shared one: see `reset`."""
        if seat.is_led:
            raise Conflict("This unit is shared by a class. Whoever leads the class begins it anew for everybody.")
        await self._end(seat.copy)
        word = Word(
            kind="come", build="", person=seat.person, name=session.name, role=seat.role, title=session.title,
            licences=session.licences, unit_kind=seat.kind, unit_class=seat.unit_class, course=seat.course,
        )  # fmt: skip
        return await self.come(word, course)

    async def read(self, code: str, material: str, files: Mapping[str, str]) -> Course | None:
        """A course by its fingerprint: the package's, a county's own that was practised before, or the one of `files`
        if it has that fingerprint; None where there is none."""
        shipped = training.shipped().get(code)
        if shipped is not None and shipped.version == material:
            return shipped
        row = await self._door.database.maybe(_SQL["course"], material)
        if row is None and not files:
            return None
        known = msgspec.json.decode(row["files"], type=dict[str, str]) if row is not None else files
        course = training.read(code, known)
        if course.version != material:
            return None
        if row is None:
            await self._door.database.run(_SQL["course_known"], material, code, msgspec.json.encode(known).decode())
        return course

    async def team(self, seat: Seat, exercise: str) -> list[Member]:
        """Who shares the unit of a seat, in the order in which they came."""
        rows = await self._door.database.all(_SQL["team"], seat.copy, exercise)
        return [Member(row["person"], row["role"], row["begun"]) for row in rows]

    async def reset(self, unit_class: str | None, told: Callable[[int], None] = lambda _: None) -> int:
        """End every copy of a class, or (None) of everybody; whoever comes back gets a fresh one, a team one
        that it shares as before. Gives how many were ended."""
        copies = await self._door.database.all(_SQL["copies_of"], unit_class)
        for row in copies:
            await self._end(row["copy"])
            if row["shared"]:
                await self.make(row["kind"], unit_class=row["class"], is_shared=True)
            told(1)
        return len(copies)

    async def seats(self, person: str) -> list[Seat]:
        """Where somebody (HSA-id) practises, the newest first."""
        return [_seat(row) for row in await self._door.database.all(_SQL["seats_of_person"], person)]

    # Exercises -------------------------------------------------------------------------------------------------------

    async def attempts(self, seat: Seat) -> dict[str, Attempt]:
        """The exercises that were begun here, by code."""
        rows = await self._door.database.all(_SQL["attempts"], seat.copy, seat.person)
        return {row["exercise"]: Attempt(**dict(row)) for row in rows}

    async def begin(self, seat: Seat, exercise: str, now: datetime) -> None:
        """From `now`, by the unit's clock, what is done counts for the exercise."""
        await self._door.database.run(_SQL["attempt_begun"], seat.copy, seat.person, exercise, now)

    async def judge(self, seat: Seat, exercise: Exercise, *, actions: int, seconds: int) -> Judgement:
        """How an exercise stands for a learner, or for the team that shares the unit, kept for the learner once it is
        right. Raises `Refused` for one that was not begun."""
        attempt = (await self.attempts(seat)).get(exercise.code)
        if attempt is None:
            raise Refused("Begin the exercise first: only what is done from then on counts.")
        mine = Doer(seat.person, attempt.begun, seat.role)
        doers = [mine]
        if exercise.team:
            others = await self.team(seat, exercise.code)
            doers = [Doer(one.person, one.begun, one.role) for one in others if one.begun]
        async with self._door.opened(JOB, "training") as record:
            told = await judged(record, exercise, seat.patients, doers)
            if exercise.team and told.is_passed:
                alone = await judged(record, exercise, seat.patients, [mine])
                own = [one.is_met for one in alone.goals if one.goal.by == seat.role]
                told = replace(told, lacks_own=not own or not all(own))
        if told.is_passed:
            taken = (min(actions, _MOST_COUNTED), min(seconds, _MOST_COUNTED))
            await self._door.database.run(
                _SQL["attempt_passed"], seat.copy, seat.person, exercise.code, self._door.clock.now(), *taken
            )
        return told

    # -----------------------------------------------------------------------------------------------------------------

    async def _seated(self, word: Word, course: Course) -> Seat:
        now, database = self._door.clock.now(), self._door.database
        role = role_of(word.role, "care")
        if role is None:
            raise Malformed(f"{word.role or 'Nobody'} is no role that anybody practises here.")
        kind = await self._kind(word.unit_kind)
        asked = (kind.name, word.unit_class, now)
        row = await database.maybe(_SQL["shared_taken"], *asked)
        taking = _SQL["shared_taken" if course.is_of_team else "spare_taken"]
        while row is None and (row := await database.maybe(taking, *asked)) is None:
            await self.make(kind.name, unit_class=word.unit_class, is_shared=course.is_of_team)
        number = row["copy"]
        unit = replace(kind.unit, hsa=row["unit"], name=lives.called(kind, number))
        post = _post(word, unit, role.words.sv)
        invented = lives.placed(kind, number, unit, [who for one in course.exercises for who in one.patients])
        items = [Item(practitioner_role(post, unit, kind.told), "")]
        if row["taken"] == now:
            items.append(lives.clocked(unit, kind.told - now))
        async with self._door.opened(JOB, "import") as record:
            if not await record.count("Practitioner", [("_id", word.person)]):
                items.append(Item(_licensed(practitioner(post, lives.SEED), word.licences), ""))
            if not set(invented.names) <= set(msgspec.json.decode(row["names"], type=dict[str, str])):
                items += invented.items
            await record.write([_wish(item, unit) for item in items])
            work = await record.begun()
            await work.run(_SQL["patients_placed"], number, msgspec.json.encode(dict(invented.names)).decode())
            seated = (number, word.person, word.role, word.course, course.version, post.hsa, now)
            await work.run(_SQL["seat_taken"], *seated)
        asked_for = (word.person, word.course, course.version, word.unit_class)
        return _seat(await database.one(_SQL["seat_of_person"], *asked_for))

    @asynccontextmanager
    async def _alone(self, name: str) -> AsyncIterator[None]:
        """Nobody else seats a person, or a team, meanwhile. No connection is held: seating takes several."""
        database, now = self._door.database, self._door.clock.now
        while await database.maybe(_SQL["came"], name, now(), now() - _LONGEST) is None:  # noqa: ASYNC110 - of any process
            await asyncio.sleep(0.1)
        try:
            yield
        finally:
            await database.run(_SQL["seated"], name)

    async def _end(self, copy: int) -> None:
        async with self._door.opened(JOB, "import") as record:
            row = await (await record.begun()).maybe(_SQL["copy_ended"], copy, self._door.clock.now())
            if row is not None:
                kind = await self._kind(row["kind"])
                closed = organization(replace(kind.unit, hsa=row["unit"], name=lives.called(kind, copy)))
                await record.write([Wish("update", closed | {"active": False}, owner=Owner("", ""))])

    async def _kind(self, name: str) -> lives.Kind:
        row = await self._door.database.maybe(_SQL["kind"], name)
        if row is None:
            known: Sequence[Row] = await self._door.database.all(_SQL["kinds"])
            names = ", ".join(one["name"] for one in known) or "none: run varda training open"
            raise Malformed(f"There is no kind of unit {name!r} to practise at. There are: {names}.")
        return lives.Kind(row["name"], tuple(row["patients"]), row["told"])


def _post(word: Word, unit: Unit, role: str) -> Assignment:
    given, _, family = word.name.rpartition(" ")
    hsa = f"{unit.hsa}{word.person.rpartition('-')[2]}"
    return Assignment(hsa, word.person, given, family, word.role, word.title or TITLES.get(word.role, role), unit.hsa)


def _licensed(somebody: Resource, licences: Sequence[str]) -> Resource:
    """With the licences that the person has at home, and no other."""
    codes = [{"code": {"coding": [{"system": LICENCE, "code": one}], "text": f"legitimerad {one}"}} for one in licences]
    return {name: value for name, value in somebody.items() if name != "qualification"} | (
        {"qualification": codes} if codes else {}
    )


def _wish(item: Item, copied: Unit) -> Wish:
    units = county(lives.SEED).units
    provider = copied.provider if item.unit == copied.hsa else units[item.unit].provider if item.unit else ""
    return Wish("update", item.resource, owner=Owner(item.unit, provider))


def _seat(row: Row) -> Seat:
    return Seat(
        copy=row["copy"],
        unit=row["unit"],
        kind=row["kind"],
        unit_class=row["class"],
        is_shared=row["shared"],
        patients=msgspec.json.decode(row["names"], type=dict[str, str]),
        person=row["person"],
        role=row["role"],
        course=row["course"],
        material=row["material"],
        assignment=row["assignment"],
        since=row["since"],
    )
