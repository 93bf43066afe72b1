"""Faults as staff tell them: what is told of the same thing is one fault, and one that comes again is told to command.

Rights were wrong three days in a row and nobody saw that it was the same fault (INTRODUCTION §3). So a fault is a
function and a category: told by a second person, by the same one an hour later, or again within a week after it was
closed, it is escalated by itself. What one sender sends a thousand times is kept as often, and stands as one line.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from varda.access.session import Session
from varda.catalogue import FUNCTIONS
from varda.introduction.command.rule import RULE
from varda.introduction.programme import OFFICE, Mandates
from varda.kernel.db import Database, Row, Work
from varda.kernel.errors import Absent, Conflict, Problem, Unprocessable
from varda.kernel.sql import named
from varda.record import live

_SQL = named("varda.introduction.command")
COMMAND, SUPPORT = "command", "support"
"""Who leads a start, and who answers for the technical support; roles of the introduction."""
DECIDES = (COMMAND, OFFICE)
LONGEST = 2000
MOST = 200
STEPS = ("take", "say", "judge", "close")
"""What may be done with a fault."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What somebody says of a fault. `function` empty: of none that they know; `patient`: id of a record, or empty."""

    category: str
    severity: int
    words: str
    function: str = ""
    page: str = "other"
    patient: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `unit` is where it was told first; `escalated_at` None: it has not come again."""

    fault: int
    function: str
    category: str
    place: str
    severity: int
    unit: str
    unit_name: str
    first_by: str
    first_at: datetime
    last_at: datetime
    reports: int
    escalated_at: datetime | None
    owner: str
    owner_name: str
    taken_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who told a fault, how often, and their newest words. `is_about`: whether a patient stands in them."""

    person: str
    name: str
    unit: str
    unit_name: str
    times: int
    words: str
    build: str
    is_about: bool
    severity: int
    at: datetime
    telling: int


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody did with a fault; nobody's name where Varda did it by itself."""

    act: str
    words: str
    name: str
    at: datetime


class Incidents:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database, self._mandates = database, Mandates(database)

    async def tell(self, said: Telling, session: Session, build: str, now: datetime) -> int:
        """Tell a fault; gives the number of the fault that it is. Raises `Unprocessable`."""
        if problems := list(_problems(said)):
            raise Unprocessable("Some of it is not right, so nothing was stored.", problems)
        key = (said.function, said.category, "" if said.function else session.unit)
        command = await commanding(self._mandates, now)
        async with self._database.transaction() as work:
            row = await work.one(
                _SQL["fault_told"], *key, said.severity, session.unit, session.unit_name, session.actor, now
            )
            words = said.words.replace("\0", "").strip()
            await work.run(
                _SQL["told"], row["fault"], said.severity, session.unit, session.unit_name, session.actor, session.name,
                words, said.page, build, said.patient, now,
            )  # fmt: skip
            is_again = row["escalated_at"] is None and await _is_again(work, row, session.actor, now)
            if is_again and await work.maybe(_SQL["fault_escalated"], row["fault"], now) is not None:
                await work.run(_SQL["stepped"], row["fault"], "escalated", "", "", "", now)
            if is_again or row["reports"] == 1:
                await live.say_people(work, command)
        return int(row["fault"])

    async def open(self, *, most: int = MOST) -> list[Fault]:
        """What is open: what has come again first, then the gravest."""
        return [_fault(row) for row in await self._database.all(_SQL["faults_open"], most)]

    async def closed(self, *, most: int = 50) -> list[Fault]:
        """What was closed, the newest first."""
        return [_fault(row) for row in await self._database.all(_SQL["faults_closed"], most)]

    async def counted(self) -> dict[int, Row]:
        """How many are open by severity."""
        return {row["severity"]: row for row in await self._database.all(_SQL["faults_counted"])}

    async def unowned(self) -> int:
        """How many have come again and are nobody's."""
        return int((await self._database.one(_SQL["faults_unowned"]))["many"])

    async def one(self, number: int) -> Fault:
        """One of them. Raises `Absent`."""
        row = await self._database.maybe(_SQL["fault"], number)
        if row is None:
            raise Absent("There is no such fault.")
        return _fault(row)

    async def senders(self, number: int, *, most: int = MOST) -> list[Sender]:
        """Who told it, each once, the newest first."""
        return [_sender(row) for row in await self._database.all(_SQL["senders"], number, most)]

    async def telling(self, number: int) -> Row:
        """One telling, with the id of the record that it is about. Raises `Absent`."""
        row = await self._database.maybe(_SQL["telling"], number)
        if row is None or not row["patient"]:
            raise Absent("There is no such entry.")
        return row

    async def told(self, number: int, person: str, *, most: int = MOST) -> list[Row]:
        """All that one person told of it, the newest first."""
        return await self._database.all(_SQL["tellings_of"], number, person, most)

    async def extent(self, number: int) -> tuple[int, int]:
        """At how many units and by how many people it is told."""
        row = await self._database.one(_SQL["told_units"], number)
        return row["units"], row["people"]

    async def steps(self, number: int) -> list[Step]:
        """What became of it, the oldest first."""
        return [Step(**dict(row)) for row in await self._database.all(_SQL["steps"], number)]

    async def step(self, number: int, act: str, words: str, by: Session, now: datetime) -> None:
        """Take it, judge how grave it is (`words`: the severity), close it with what was done, or say something of it.

        Raises `Lacking` for all but command and the office, `Absent`, `Conflict` where there is nothing to do.
        """
        fault = await self.one(number)
        await self._mandates.require(by.actor, DECIDES, fault.place, now)
        text = words.replace("\0", "").strip()
        values = _values(act, text, by, now)
        async with self._database.transaction() as work:
            if act != "say" and await work.maybe(_SQL[_DONE[act]], number, *values) is None:
                raise Conflict("It is so already, or a colleague was before you. Look at it again.")
            await work.run(_SQL["stepped"], number, act, text, by.actor, by.name, now)
            await live.say_people(work, {fault.first_by, by.actor, fault.owner})


async def commanding(mandates: Mandates, now: datetime) -> set[str]:
    """Everybody who commands a start now."""
    return {one.person for one in await mandates.in_force(now) if one.role.code == COMMAND}


async def seeing(mandates: Mandates, now: datetime) -> set[str]:
    """Everybody who sees the situation picture now."""
    return {one.person for one in await mandates.in_force(now) if one.role.code in (*DECIDES, SUPPORT)}


_DONE = {"take": "fault_taken", "judge": "fault_judged", "close": "fault_closed"}


def _values(act: str, text: str, by: Session, now: datetime) -> Sequence[object]:
    if act not in STEPS:
        raise Absent("There is no such entry.")
    if act == "judge":
        if not (text.isascii() and text.isdecimal() and int(text) in RULE.severities):
            raise Unprocessable("Say how grave it is.", [Problem("Say how grave it is.", "severity")])
        return (int(text),)
    if act in ("say", "close") and not 0 < len(text) <= LONGEST:
        message = "Write something, of 2,000 characters at the most."
        raise Unprocessable(message, [Problem(message, "words")])
    return (by.actor, by.name, now) if act == "take" else (now,)


async def _is_again(work: Work, fault: Row, person: str, now: datetime) -> bool:
    """Whether it is the same fault twice: another person's, the same one's later, or one that was closed."""
    if fault["reports"] > 1 and (fault["first_by"] != person or now - fault["first_at"] >= RULE.sender):
        return True
    key = (fault["function"], fault["category"], fault["place"])
    return bool((await work.one(_SQL["fault_was"], *key, now - RULE.again))["was"])


def _problems(said: Telling) -> Collection[Problem]:
    found = []
    if said.category not in RULE.categories:
        found.append(Problem("Say what kind of fault it is.", "category"))
    if said.severity not in RULE.severities:
        found.append(Problem("Say how grave it is.", "severity"))
    if said.function and said.function not in FUNCTIONS:
        found.append(Problem("There is no such function.", "function"))
    if not 0 < len(said.words.replace("\0", "").strip()) <= LONGEST:
        found.append(Problem("Write something, of 2,000 characters at the most.", "words"))
    return found


def _fault(row: Row) -> Fault:
    return Fault(**{name: row[name] for name in Fault.__slots__})


def _sender(row: Row) -> Sender:
    values = dict(row)
    is_about = bool(values.pop("patient"))
    return Sender(**values, is_about=is_about)
