"""What people can, by two words each; where they are to get; and what a unit needs (F182, F184-F186).

A level counts as far as the own word and the assessor's both go: who says less of themselves stands lower at once,
who says more waits for the other.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from varda.access.session import Session
from varda.introduction.competence.cards import LEVELS, Card, Task
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database
from varda.kernel.errors import Problem, Refused, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.competence")
_ORDER = ("", *LEVELS)


@dataclass(frozen=True, slots=True)
class Word:
    """A level that was said, by whom and when, of which version of the card."""

    level: str
    by_name: str
    said_at: datetime
    version: str


@dataclass(frozen=True, slots=True)
class Skill:
    """Where somebody stands in a task: the own word and the assessor's; None: not said."""

    own: Word | None = None
    confirmed: Word | None = None

    @property
    def counts(self) -> str:
        """The level on which two words agree; empty: none."""
        if self.own is None or self.confirmed is None:
            return ""
        return min(self.own.level, self.confirmed.level, key=_ORDER.index)

    @property
    def waits(self) -> bool:
        """Whether the own word says more than has been confirmed."""
        return self.own is not None and _ORDER.index(self.own.level) > _ORDER.index(self.counts)


@dataclass(frozen=True, slots=True)
class Plan:
    """Where somebody is to get in a task."""

    card: str
    task: str
    goal: str
    due: date
    courses: tuple[str, ...]
    by_name: str


@dataclass(frozen=True, slots=True)
class Supply:
    """A task at a unit: how many stand at each level or above, and how many are wanted there (none: left out)."""

    task: Task
    has: Mapping[str, int]
    wanted: Mapping[str, int]

    @property
    def gaps(self) -> dict[str, int]:
        """How many are lacking at each level."""
        return {level: lacking for level, many in self.wanted.items() if (lacking := many - self.has[level]) > 0}


class Competence:
    """Of one database. Whoever asks has seen to it that the reader may know."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, people: Sequence[str]) -> dict[str, dict[tuple[str, str], Skill]]:
        """Where some people stand, by person and by card and task."""
        found: dict[str, dict[tuple[str, str], dict[str, Word]]] = defaultdict(lambda: defaultdict(dict))
        for row in await self._database.all(_SQL["words_of"], people):
            word = Word(row["level"], row["by_name"], row["said_at"], row["version"])
            found[row["person"]][row["card"], row["task"]][row["kind"]] = word
        return {
            person: {where: Skill(words.get("self"), words.get("confirmed")) for where, words in tasks.items()}
            for person, tasks in found.items()
        }

    async def assess(self, session: Session, card: Card, levels: Mapping[str, str], now: datetime) -> None:
        """Say where one stands oneself, task by task; what is said already is not said again."""
        mine = (await self.of([session.actor])).get(session.actor, {})
        for task, level in _read(card, levels).items():
            own = mine.get((card.code, task), Skill()).own
            if own is None or own.level != level:
                await self._say(session.actor, card, task, "self", level, session, now)

    async def confirm(self, person: str, card: Card, levels: Mapping[str, str], by: Session, now: datetime) -> None:
        """The other word, of what the person has said. Raises `Refused` for one's own."""
        if person == by.actor:
            raise Refused("Nobody confirms their own competence. Ask another who leads the unit.")
        theirs = (await self.of([person])).get(person, {})
        for task, level in _read(card, levels).items():
            skill = theirs.get((card.code, task), Skill())
            if skill.own is None:
                continue
            if skill.confirmed is None or skill.confirmed.level != level or skill.confirmed.said_at < skill.own.said_at:
                await self._say(person, card, task, "confirmed", level, by, now)

    async def plans(self, person: str) -> list[Plan]:
        """Where somebody is to get, what is due first."""
        rows = await self._database.all(_SQL["plans_of"], person)
        return [Plan(**dict(row) | {"courses": tuple(row["courses"])}) for row in rows]

    async def plan(
        self, person: str, card: Card, plan: tuple[str, str, date | None], by: Session, now: datetime
    ) -> None:
        """Set where somebody is to get: task, goal (empty: no plan any more) and by when. Raises `Unprocessable`."""
        code, goal, due = plan
        task = card.task(code)
        problems = []
        if task is None:
            problems.append(Problem("Choose a task.", "task"))
        if goal not in _ORDER:
            problems.append(Problem("Choose a level.", "goal"))
        if goal and (due is None or due < now.astimezone(STOCKHOLM).date()):
            problems.append(Problem("Choose a day that is not past.", "due"))
        if task is None or problems:
            raise Unprocessable("The plan is not complete.", problems)
        values = (person, card.code, code, goal, due if goal else None, list(task.courses), by.actor, by.name, now)
        await self._database.run(_SQL["planned"], *values)

    async def want(
        self, unit: str, card: Card, wanted: Mapping[tuple[str, str], int], by: Session, now: datetime
    ) -> None:
        """Set how many a unit needs, by task and level; what stands already is not written again."""
        before = await self._demand(unit)
        for (task, level), many in wanted.items():
            if card.task(task) and level in LEVELS and before.get((card.code, task, level), 0) != many:
                await self._database.run(_SQL["wanted"], unit, card.code, task, level, many, by.actor, by.name, now)

    async def inventory(self, unit: str, people: Sequence[str], card: Card) -> list[Supply]:
        """What a unit has and needs of a card's tasks; `people` are those who have the card there."""
        skills, demand = await self.of(people), await self._demand(unit)
        found = []
        for task in card.tasks:
            levels = [skills.get(one, {}).get((card.code, task.code), Skill()).counts for one in people]
            has = {level: sum(_ORDER.index(one) >= _ORDER.index(level) for one in levels) for level in LEVELS}
            wanted = {one: many for one in LEVELS if (many := demand.get((card.code, task.code, one), 0))}
            found.append(Supply(task, has, wanted))
        return found

    async def _demand(self, unit: str) -> dict[tuple[str, str, str], int]:
        rows = await self._database.all(_SQL["demand_of"], unit)
        return {(row["card"], row["task"], row["level"]): row["wanted"] for row in rows}

    async def _say(self, person: str, card: Card, task: str, kind: str, level: str, by: Session, now: datetime) -> None:
        values = (person, card.code, task, kind, level, card.version, by.actor, by.name, now)
        await self._database.run(_SQL["said"], *values)


def _read(card: Card, levels: Mapping[str, str]) -> dict[str, str]:
    """What a form says of a card's tasks. Raises `Unprocessable` for what is no level."""
    if wrong := [task for task, level in levels.items() if level not in _ORDER]:
        raise Unprocessable("Choose a level.", [Problem("Choose a level.", one) for one in wrong])
    return {task: level for task, level in levels.items() if card.task(task)}
