"""Support cases: who asked for the technical support, who answers, and how long it takes (F243).

A case is asked for from any page and names the kind of page, never an address: no patient can stand in it by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from varda.access.session import Session
from varda.introduction.command.incidents import COMMAND, LONGEST, SUPPORT
from varda.introduction.command.rule import RULE
from varda.introduction.programme import Mandates
from varda.kernel.db import Database, Row
from varda.kernel.errors import Absent, Conflict, Problem, Unprocessable
from varda.kernel.sql import named
from varda.record import live

_SQL = named("varda.introduction.command")
ANSWERS = (SUPPORT, COMMAND)
SHOWN_FOR = timedelta(days=14)
"""For how long the own cases are shown to whoever asked."""
MOST = 500


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `place` is a telephone or a room, as the asker says."""

    support: int
    asker: str
    asker_name: str
    unit: str
    unit_name: str
    page: str
    words: str
    place: str
    asked_at: datetime
    taken_by: str
    taken_name: str
    taken_at: datetime | None
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answered:
    """How it stands at a unit: who waits, since when, and seconds until cases were taken and answered (the middle and
    what nine in ten took at most; None where few)."""

    unit: str
    unit_name: str
    waiting: int
    oldest: datetime | None
    answered: int
    taken_in: tuple[int, int] | None
    answered_in: tuple[int, int] | None


class Cases:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database, self._mandates = database, Mandates(database)

    async def ask(self, session: Session, page: str, words: str, place: str, now: datetime) -> None:
        """Ask the support. Sent twice it is the same case. Raises `Unprocessable`."""
        text, where = words.replace("\0", "").strip(), place.replace("\0", "").strip()
        problems = []
        if not 0 < len(text) <= LONGEST:
            problems.append(Problem("Write something, of 2,000 characters at the most.", "words"))
        if len(where) > 100:
            problems.append(Problem("Write 100 characters of where you are at the most.", "place"))
        if problems:
            raise Unprocessable("Some of it is not right, so nothing was stored.", problems)
        answering = await self._answering(now)
        unit = (session.unit, session.unit_name)
        async with self._database.transaction() as work:
            if await work.maybe(_SQL["support_asked"], session.actor, session.name, *unit, page, text, where, now):
                await live.say_people(work, answering)

    async def mine(self, person: str, now: datetime) -> list[Case]:
        """Somebody's own cases, the newest first."""
        return [_case(row) for row in await self._database.all(_SQL["support_mine"], person, now - SHOWN_FOR)]

    async def waiting(self, *, most: int = MOST) -> list[Case]:
        """What is not answered, what nobody has taken first, then the oldest."""
        return [_case(row) for row in await self._database.all(_SQL["support_waiting"], most)]

    async def may_answer(self, person: str, now: datetime) -> bool:
        """Whether somebody answers for the support."""
        return await self._mandates.held(person, ANSWERS, "", now) is not None

    async def step(self, number: int, act: str, answer: str, by: Session, now: datetime) -> None:
        """Take a case, leave it to others, or answer it. Raises `Lacking`, `Absent`, `Conflict`, `Unprocessable`."""
        await self._mandates.require(by.actor, ANSWERS, "", now)
        text = answer.replace("\0", "").strip()
        if act == "answer" and not 0 < len(text) <= LONGEST:
            message = "Write something, of 2,000 characters at the most."
            raise Unprocessable(message, [Problem(message, f"answer-{number}")])
        steps: dict[str, tuple[str, Sequence[object]]] = {
            "take": ("support_taken", (by.actor, by.name, now)),
            "leave": ("support_left", (by.actor,)),
            "answer": ("support_answered", (by.actor, now, text)),
        }
        if act not in steps:
            raise Absent("There is no such entry.")
        statement, values = steps[act]
        answering = await self._answering(now)
        async with self._database.transaction() as work:
            row = await work.maybe(_SQL[statement], number, *values)
            if row is None:
                raise Conflict("A colleague has taken this case already, or it is answered.")
            await live.say_people(work, {*answering, row["asker"]})

    async def by_unit(self, now: datetime, *, most: int = MOST) -> list[Answered]:
        """How it stands by unit over the last week, the longest queue first."""
        rows = await self._database.all(_SQL["support_by_unit"], now - timedelta(days=7), most)
        return [_answered(row) for row in rows]

    async def _answering(self, now: datetime) -> set[str]:
        return {one.person for one in await self._mandates.in_force(now) if one.role.code in ANSWERS}


def _case(row: Row) -> Case:
    return Case(**{name: row[name] for name in Case.__slots__})


def _answered(row: Row) -> Answered:
    values = dict(row)
    for name in ("taken_in", "answered_in"):
        some = values[name]
        values[name] = (round(some[0]), round(some[1])) if some and row["answered"] >= RULE.shown else None
    return Answered(**values)
