"""Reading tasks: what waits for me and for my unit, and one patient's."""

from dataclasses import dataclass
from typing import Any

from varda.care import patients
from varda.care.colleagues import Colleague, at_unit
from varda.care.tasks.model import DECLINED, OPEN, Task, task
from varda.care.tasks.rules import is_mine, may_end, turn
from varda.catalogue import Right
from varda.record import Page, Record

MOST = 500
"""Open tasks that one list shows; a unit with more has another trouble than its list."""
_STATUS = ("status", ",".join([*OPEN, DECLINED]))
_RIGHT: Right = ("F87", "write")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task and whom it is about."""

    task: Task
    person: patients.Person


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits, soonest first: `mine` are those I have, `unclaimed` the unit's that nobody has taken on, `declined`
    those that have come back to me, `others` those that colleagues have or have back.
    """

    mine: list[Waiting]
    unclaimed: list[Waiting]
    others: list[Waiting]
    declined: list[Waiting]


async def queue(record: Record) -> Queue:
    """My unit's open tasks, and those of mine that were declined."""
    session = record.session
    answer = await record.search("Task", [_STATUS, ("_include", "Task:patient"), ("_count", str(MOST))])
    found = sorted(_waiting(answer, session.unit_key), key=lambda one: turn(one.task))
    places: dict[str, list[Waiting]] = {"mine": [], "unclaimed": [], "others": [], "declined": []}
    for one in found:
        places[_place(session, one.task)].append(one)
    return Queue(**places)


async def waiting(record: Record) -> int:
    """How many wait for me: mine, the unit's that nobody has, and what was declined. Tells of no patient."""
    session = record.session
    whose = f"{session.practitioner},Organization/{session.organization}"
    wanted = (
        [("status", ",".join(OPEN)), ("owner", whose)],
        [("status", DECLINED), ("requester", session.practitioner)],
    )
    return sum([(await record.search("Task", [*one, ("_summary", "count")])).total or 0 for one in wanted])


async def one_task(record: Record, task_id: str) -> Task:
    """A task as it stands now. Raises `Absent`."""
    return task((await record.read("Task", task_id)).resource)


async def colleagues(record: Record) -> list[Colleague]:
    """Those at my unit to whom a task can be given, by family name."""
    return await at_unit(record, _RIGHT)


def _place(session: Any, task: Task) -> str:
    if task.phase == "waiting":
        return "unclaimed"
    if task.phase == "declined":
        return "declined" if may_end(session, task) else "others"
    return "mine" if is_mine(session, task) else "others"


def _waiting(answer: Page, unit: int) -> list[Waiting]:
    """Tasks of my own unit about people who are seen; another unit's are seen in the chart, and are not mine to do."""
    people = {one.id: patients.person(one.resource) for one in answer.included if one.type == "Patient"}
    own = [task(one.resource) for one in answer.matches if one.unit == unit]
    return [Waiting(one, people[one.patient]) for one in own if one.patient in people]
