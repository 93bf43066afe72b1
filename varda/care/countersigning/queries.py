"""Reading what waits to be countersigned, and how one note stands."""

from dataclasses import dataclass

from varda.care import patients
from varda.care.countersigning.model import KIND, SYSTEM, Countersigning, standing
from varda.care.notes import Note, note
from varda.care.tasks import OPEN, Task, task
from varda.record import Record

_OF_KIND = [("code", f"{SYSTEM}|{KIND}"), ("status", ",".join(OPEN))]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A note that somebody is asked to countersign, and whom it is about."""

    note: Note
    task: Task
    person: patients.Person


async def of_note(record: Record, found: Note) -> Countersigning:
    """How a note stands."""
    asked = [*_OF_KIND, ("focus", f"Composition/{found.id}"), ("_count", "5")]
    open_ = [task(one.resource) for one in (await record.search("Task", asked)).matches] if _reads(record) else []
    signed = await record.search("Provenance", [("patient", f"Patient/{found.patient}"), ("_count", "500")])
    return standing(found, [one.resource for one in signed.matches], next(iter(open_), None))


async def waiting(record: Record, *, is_asker: bool = False) -> list[Waiting]:
    """Notes that I am to countersign, or that I asked others to (`is_asker`), the oldest first."""
    if not _reads(record):
        return []
    more = [("_include", "Task:focus"), ("_include", "Task:patient"), ("_sort", "authored-on"), ("_count", "200")]
    page = await record.search("Task", [*waits(record, is_asker=is_asker), *more], is_own=True)
    seen = {one.reference: one.resource for one in page.included}
    found = [task(one.resource) for one in page.matches]
    return [
        Waiting(note(seen[one.focus]), one, patients.person(seen[f"Patient/{one.patient}"]))
        for one in found
        if one.focus in seen and f"Patient/{one.patient}" in seen
    ]


def waits(record: Record, *, is_asker: bool = False) -> list[tuple[str, str]]:
    """What is asked for the tasks of them."""
    return [*_OF_KIND, ("requester" if is_asker else "owner", record.session.practitioner)]


def _reads(record: Record) -> bool:
    return record.powers.reads("Task")
