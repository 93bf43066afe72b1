"""Asking a colleague to countersign, and countersigning."""

from varda.care import tasks
from varda.care.countersigning.model import KIND, SYSTEM, must
from varda.care.countersigning.queries import of_note
from varda.care.facts import instant
from varda.care.notes import Note, one_note
from varda.kernel.errors import Conflict, Refused, Stale
from varda.record import Record
from varda.record.answers import ACTIVITY

DONE = "Kontrasignerad"
"""What came of the task, as the record says it."""


async def ask(record: Record, note: Note) -> None:
    """Give the colleague whom the note names (`Note.counter`) the task to countersign it, unless they have it."""
    if not note.counter or (await of_note(record, note)).task:
        return
    session = record.session
    await record.create({
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "priority": "routine",
        "code": {"coding": [{"system": SYSTEM, "code": KIND}]},
        "description": f"Kontrasignera: {note.title}",
        "focus": {"reference": f"Composition/{note.id}"},
        "for": {"reference": f"Patient/{note.patient}"},
        "authoredOn": instant(record.now),
        "requester": {"reference": session.practitioner, "display": session.name},
        "owner": {"reference": note.counter, "display": note.counter_name},
    })  # fmt: skip


async def countersign(record: Record, note_id: str, version: int) -> Note:
    """Stand beside a signed note in the version that was shown. Raises `Stale` when it has changed since, `Refused`
    for whoever wrote it, signed it or was not asked, `Conflict` when it is not signed.
    """
    note = await one_note(record, note_id)
    if not note.is_signed:
        raise Conflict("The note is not signed, so there is nothing to countersign.")
    if note.version != version:
        raise Stale("The note has changed since you read it. Read it again, and countersign what it says now.")
    session = record.session
    task = (await of_note(record, note)).task
    if session.practitioner in (*note.authors, *note.signers):
        raise Refused("Nobody countersigns what they wrote or signed themselves.")
    if must(session):
        raise Refused("What you sign is countersigned, so you countersign nothing: ask a colleague.")
    if task is None or task.owner != session.practitioner:
        raise Refused("Only the one who is asked countersigns a note. Take on the task first.")
    shown = f"{session.name}, {session.title}".rstrip(", ")
    await record.create({
        "resourceType": "Provenance",
        "target": [
            {"reference": f"Composition/{note.id}/_history/{version}"},
            {"reference": f"Patient/{note.patient}"},
        ],
        "recorded": instant(record.now),
        "activity": {"coding": [ACTIVITY]},
        "agent": [
            {
                "who": {"reference": session.practitioner, "display": shown},
                "onBehalfOf": {"reference": f"Organization/{session.organization}", "display": session.unit_name},
            }
        ],
    })  # fmt: skip
    await tasks.finish(record, task.id, task.version, DONE)
    return note
