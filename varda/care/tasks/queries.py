"""Reading tasks: what waits for me and for my unit, and one patient's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from varda.care import patients
from varda.care.colleagues import Colleague, at_unit
from varda.care.tasks.model import DECLINED, OPEN, URGENT, Task, task
from varda.care.tasks.rules import is_mine, may_end, turn
from varda.catalogue import Right
from varda.record import Page, Record

MOST = 500
"""Tasks of a kind that one list shows: the oldest, and whatever is urgent. That there are more is said."""
_OPEN = ("status", ",".join(OPEN))
_URGENT = ("priority", ",".join(URGENT))
_RIGHT: Right = ("F87", "write")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task and whom it is about."""

    task: Task
    person: patients.Person


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits, soonest first: `mine` are those I have, `unclaimed` the unit's that nobody has taken on, `declined`
    those that have come back to me, `others` those that colleagues have or have back. `is_cut`: there are more.
    """

    mine: list[Waiting]
    unclaimed: list[Waiting]
    others: list[Waiting]
    declined: list[Waiting]
    is_cut: bool = False


async def queue(record: Record, people: Collection[str] = (), *, is_whole: bool = False) -> Queue:
    """My unit's open tasks that I have or nobody has, and those that came back to me; of `people`
    (references) those as well, whom I cover; `is_whole`: all colleagues' too.

    The unit's own alone: another unit's are seen in the chart, and are not mine to do.
    """
    session = record.session
    pages = [page for kind in waits(record, people, is_whole=is_whole) for page in await _oldest(record, kind)]
    each = {one.task.id: one for page in pages for one in _waiting(page)}
    found = sorted(each.values(), key=lambda one: turn(one.task))
    places: dict[str, list[Waiting]] = {"mine": [], "unclaimed": [], "others": [], "declined": []}
    for one in found:
        places[_place(session, one.task)].append(one)
    return Queue(**places, is_cut=any(page.next for page in pages))


async def still_open(record: Record, people: Sequence[str]) -> list[dict[str, Any]]:
    """A person's open tasks, the oldest first, as they are stored; `people` are ids of the person's records."""
    wanted = [_OPEN, ("patient", ",".join(people)), ("_sort", "authored-on"), ("_count", str(MOST))]
    return [one.resource for one in (await record.search("Task", wanted)).matches]


async def waiting(record: Record, people: Collection[str] = ()) -> int:
    """How many wait for me: mine, the unit's that nobody has, and what was declined; `people` as `queue`. Of no
    patient is anything told."""
    return sum([await record.count("Task", one, is_own=True) for one in waits(record, people)])


async def one_task(record: Record, task_id: str) -> Task:
    """A task as it stands now. Raises `Absent`."""
    return task((await record.read("Task", task_id)).resource)


async def colleagues(record: Record) -> list[Colleague]:
    """Those at my unit to whom a task can be given, by family name."""
    return await at_unit(record, _RIGHT)


def waits(record: Record, people: Collection[str] = (), *, is_whole: bool = False) -> list[list[tuple[str, str]]]:
    """What is asked for open tasks that are mine or nobody's, and for those that came back to me; `people` and
    `is_whole` as `queue`.
    """
    back = ("status", DECLINED)
    if is_whole:
        return [[_OPEN], [back]]
    who = ",".join([record.session.practitioner, *people])
    whose = f"{who},Organization/{record.session.organization}"
    return [[_OPEN, ("owner", whose)], [back, ("requester", who)]]


async def _oldest(record: Record, wanted: list[tuple[str, str]]) -> list[Page]:
    """The oldest; where there are more, the urgent ones too: what is new and urgent does not wait behind old lists."""
    asked = [*wanted, ("_include", "Task:patient"), ("_count", str(MOST))]
    oldest = await record.search("Task", [*asked, ("_sort", "authored-on")], is_own=True)
    if not oldest.next:
        return [oldest]
    return [oldest, await record.search("Task", [*asked, _URGENT, ("_sort", "-authored-on")], is_own=True)]


def _place(session: Any, task: Task) -> str:
    if task.phase == "waiting":
        return "unclaimed"
    if task.phase == "declined":
        return "declined" if may_end(session, task) else "others"
    return "mine" if is_mine(session, task) else "others"


def _waiting(answer: Page) -> list[Waiting]:
    """Tasks about people who are seen."""
    people = {one.id: patients.person(one.resource) for one in answer.included if one.type == "Patient"}
    own = [task(one.resource) for one in answer.matches]
    return [Waiting(one, people[one.patient]) for one in own if one.patient in people]
