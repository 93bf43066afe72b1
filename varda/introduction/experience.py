"""How many actions and how much time ordinary tasks take, at units where people have said that they want to be counted.

One action is a click, a key that does something, or a chosen option; filled fields are counted beside them. A measure
belongs to a unit, a task and a week. Who did it is not kept, so nobody can be ranked, though where few take part it may
be guessed; the page says so.

Of a quarter that is over an organisation is told the minutes of a person's day: what its units with `PEOPLE` or more
have counted, by all days of all of them. How many people they are is known by marks that name nobody and go with the
quarter.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from varda.access.organisations import Organisations
from varda.catalogue import Words
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database, Row
from varda.kernel.errors import Malformed
from varda.kernel.sql import named

FEWEST = 10
"""Fewer are not told: a middle of few says nothing."""
PEOPLE = 5
"""Of a unit where fewer were counted, nothing is told outside it."""
WEEKS = 8
"""How far back a unit sees."""
_MOST = 200
_LONGEST = 1800  # seconds; what takes longer was interrupted and says nothing of the task
_STEP = 5
_SQL = named("varda.introduction")


@dataclass(frozen=True, slots=True)
class Task:
    """What is counted. `budget` is the most actions it should take; `with_fields`: filled fields are among them."""

    code: str
    words: Words
    budget: int
    with_fields: bool = False


TASKS = {
    one.code: one
    for one in (
        Task("chart-opened", Words("Öppna rätt patients journal", "Open the right patient's record"), 2, True),
        Task("note-signed", Words("Skriva och signera en anteckning", "Write and sign a note"), 3),
        Task("patient-registered", Words("Registrera en patient", "Register a patient"), 4, True),
    )
}
"""In the order in which they are shown. The screen that ends a task names it (`data-task-done`)."""


@dataclass(frozen=True, slots=True)
class Effort:
    """One task done: `actions` and `fields` are counts, `seconds` last from its first action to its end."""

    task: str
    actions: int
    fields: int
    seconds: int

    @classmethod
    def told(cls, said: Mapping[str, Any]) -> "Effort | None":
        """What a browser has counted; None where it was interrupted. Raises `Malformed` for what is no count."""
        task = said.get("task")
        numbers = [one for name in ("actions", "fields", "seconds") if type(one := said.get(name)) is int and one >= 0]
        if not isinstance(task, str) or task not in TASKS or len(numbers) != 3:
            raise Malformed("This is no count of a task that is known.")
        actions, fields, seconds = numbers
        if actions > _MOST or fields > _MOST or seconds > _LONGEST:
            return None
        return cls(task, actions, fields, seconds)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a task takes at a unit: the middle of all, and of nine in ten at most. None where `times` are few."""

    task: Task
    times: int
    actions: int | None = None
    most_actions: int | None = None
    seconds: int | None = None

    @property
    def is_within(self) -> bool:
        """Whether the middle keeps the budget."""
        return self.actions is not None and self.actions <= self.task.budget


@dataclass(frozen=True, slots=True)
class Spent:
    """What the tasks that were counted took in a quarter, at all units of an organisation that may be told of: seconds,
    by so many days, each person's own. At `silent` units more fewer than `PEOPLE` were counted.
    """

    organisation: str
    quarter: date
    seconds: int
    days: int
    silent: int


class Experience:
    """What is counted, in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, unit: str, effort: Effort, mark: bytes, now: datetime) -> None:
        """Add one task done at a unit (HSA-id). `mark` is the same for one person at this unit, and names nobody."""
        seconds = -(-effort.seconds // _STEP) * _STEP
        week, today = _monday(now), now.astimezone(STOCKHOLM).date()
        async with self._database.transaction() as work:
            counted = (effort.actions, effort.fields, seconds)
            await work.run(_SQL["effort_counted"], unit, effort.task, week, *counted)
            await work.run(_SQL["effort_added"], unit, week, today, mark, seconds)
            await work.run(_SQL["effort_marks_gone"], unit, week)

    async def spent(self, organisations: Sequence[str], since: date, now: datetime) -> list[Spent]:
        """Of organisations (HSA-ids) with all below them, the quarters that are over, in the order of time."""
        below = await Organisations(self._database).below_each(organisations)
        pairs = [(root, unit) for root, units in below.items() for unit in units]
        roots, units = [root for root, _ in pairs], [unit for _, unit in pairs]
        rows = await self._database.all(_SQL["effort_compared"], roots, units, since, _monday(now), PEOPLE)
        return [Spent(*row) for row in rows]

    async def of_unit(self, unit: str, now: datetime) -> list[Measure]:
        """Each task at a unit over the last weeks."""
        rows = await self._database.all(_SQL["effort_of_unit"], unit, _monday(now) - timedelta(weeks=WEEKS - 1))
        return [_measure(task, [row for row in rows if row["task"] == task.code]) for task in TASKS.values()]


def _measure(task: Task, rows: Sequence[Row]) -> Measure:
    actions = sorted(_each(rows, ("actions", "fields") if task.with_fields else ("actions",)))
    if len(actions) < FEWEST:
        return Measure(task, len(actions))
    return Measure(
        task,
        len(actions),
        actions=actions[len(actions) // 2],
        most_actions=actions[len(actions) * 9 // 10],
        seconds=sorted(_each(rows, ("seconds",)))[len(actions) // 2],
    )


def _each(rows: Sequence[Row], names: Sequence[str]) -> Iterator[int]:
    for row in rows:
        yield from [sum(row[name] for name in names)] * row["times"]


def _monday(now: datetime) -> date:
    day = now.astimezone(STOCKHOLM).date()
    return day - timedelta(days=day.weekday())
