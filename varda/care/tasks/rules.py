"""What may be done with a task, which one goes first, and by when. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from varda.care.tasks.model import URGENT, Task
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Problem, Unprocessable

LONGEST = 2000
"""Characters that any text of a task may have: what is longer belongs in a note."""
WITHIN: Mapping[str, timedelta] = {"now": timedelta(minutes=15), "hour": timedelta(hours=1)}
DAYS: Mapping[str, int] = {"today": 0, "tomorrow": 1, "week": 7}
WHEN = (*WITHIN, *DAYS, "")
"""By when a task made by hand is to be done: within a time, by the end of a day, or without a time."""
_PRIORITY = {"now": "stat", "hour": "urgent"}
_FAR = datetime.max.replace(tzinfo=UTC)


def due(when: str, now: datetime) -> datetime | None:
    """The instant that one of `WHEN` names: days end at midnight in Sweden. Raises `Unprocessable`."""
    if when not in WHEN:
        raise Unprocessable("Choose by when.", [Problem("Choose by when.", "when")])
    if when in WITHIN:
        return now + WITHIN[when]
    if not when:
        return None
    day = now.astimezone(STOCKHOLM).date() + timedelta(days=DAYS[when] + 1)
    return datetime.combine(day, time(), STOCKHOLM).astimezone(UTC) - timedelta(minutes=1)


def due_again(task: Task, now: datetime) -> datetime | None:
    """By when what is asked for once more is to be done, where its time has passed; None: the time stands."""
    if task.due is None or task.due.at > now:
        return None
    return due({"stat": "now", "asap": "hour", "urgent": "hour"}.get(task.priority, "today"), now)


def priority(when: str) -> str:
    """How urgent a task is by its time (http://hl7.org/fhir/R4/valueset-request-priority.html)."""
    return _PRIORITY.get(when, "routine")


def is_overdue(task: Task, now: datetime) -> bool:
    """Whether its time has passed and nobody has done it."""
    return task.is_open and task.due is not None and task.due.at <= now


def turn(task: Task) -> tuple[datetime, int, datetime]:
    """The place in the queue: by the time it is due, then by urgency, then as it was asked. No time comes last."""
    rank = URGENT.index(task.priority) if task.is_urgent else len(URGENT)
    return (task.due.at if task.due else _FAR, rank, task.asked.at if task.asked else _FAR)


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """One patient's: those to be done in their order, then those that came back, then the others as they came."""
    tasks = list(tasks)
    to_do = sorted((one for one in tasks if one.is_open), key=turn)
    return to_do + sorted((one for one in tasks if not one.is_open), key=lambda one: one.phase != "declined")


def is_mine(session: Any, task: Task) -> bool:
    """Whether this person has it."""
    return bool(task.owner) and task.owner == session.practitioner


def may_take_on(session: Any, task: Task) -> bool:
    """Whether this person may take it on: it is open, and not theirs already."""
    return task.is_open and not is_mine(session, task)


def may_end(session: Any, task: Task) -> bool:
    """Whether this person may withdraw it, or let it rest after it was declined: the one who asked for it."""
    return (task.is_open or task.phase == "declined") and task.asked_by == session.practitioner


def may_ask_again(task: Task) -> bool:
    """Whether it may be asked for once more: it was declined, or said to be done."""
    return task.phase in ("declined", "done")
