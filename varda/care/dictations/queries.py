"""Reading dictations: the unit's queue, and one with what it is to become."""

from dataclasses import dataclass

from varda.care import patients
from varda.care.dictations.model import KIND, SYSTEM, Dictation, dictation
from varda.care.tasks import OPEN
from varda.kernel.errors import Absent
from varda.record import Record

MOST = 200
"""Dictations that the queue shows, the oldest."""
WAITS = [("code", f"{SYSTEM}|{KIND}"), ("status", ",".join(OPEN))]
"""What is asked for the unit's that are not written."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dictation that nobody has written yet, and whom it is about."""

    dictation: Dictation
    person: patients.Person


async def waiting(record: Record) -> list[Waiting]:
    """The unit's dictations that are not written, the oldest first."""
    more = [("_include", "Task:patient"), ("_sort", "authored-on"), ("_count", str(MOST))]
    page = await record.search("Task", [*WAITS, *more], is_own=True)
    people = {one.id: patients.person(one.resource) for one in page.included if one.type == "Patient"}
    found = [dictation(one.resource) for one in page.matches]
    return [Waiting(one, people[one.task.patient]) for one in found if one.task.patient in people]


async def one_dictation(record: Record, task_id: str) -> Dictation:
    """One dictation. Raises `Absent` for what is none."""
    found = dictation((await record.read("Task", task_id)).resource)
    if found.task.kind != KIND:
        raise Absent("There is no such dictation.")
    return found
