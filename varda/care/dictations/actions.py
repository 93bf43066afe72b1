"""Sending what was spoken to be written, and having written it."""

from typing import Any

from varda.care import files, patients, tasks
from varda.care.dictations.model import CONTACT, KIND, RECORDING, SYSTEM, TEMPLATE
from varda.care.dictations.queries import one_dictation
from varda.care.facts import instant
from varda.care.notes import Note, Written, clean, template
from varda.kernel.errors import Conflict, Problem, Unprocessable
from varda.record import Record
from varda.record.discretion import WITHHELD

LONGEST = 2000
"""Characters that may be written to whoever types."""


async def send(record: Record, written: Written) -> str:
    """Put the recordings beside a draft into the unit's queue; what is typed goes with them to whoever writes. Gives
    the task's id. Raises `Unprocessable` without a recording, with other files, or with more text than a task takes.
    """
    parked = await files.of_draft(record, written.draft)
    said = "\n".join(clean(text).strip() for text in written.texts.values() if text.strip())
    wrong = _wrong([one.kind for one in parked], said)
    if wrong:
        raise Unprocessable(wrong, [Problem(wrong, "texts")])
    kept = await files.keep_recordings(record, written.draft)
    session = record.session
    inputs: list[dict[str, Any]] = [
        {"type": {"text": RECORDING}, "valueReference": {"reference": f"DocumentReference/{id_}"}} for id_ in kept
    ]
    inputs += [
        {"type": {"text": name}, "valueString": value}
        for name, value in ((TEMPLATE, written.template), (CONTACT, written.encounter))
        if value
    ]
    system, withheld = WITHHELD
    task = {
        "resourceType": "Task",
        # What is said to whoever writes it is work material, as the recording is: the patient is shown the note (A17).
        "meta": {"security": [{"system": system, "code": withheld}]},
        "status": "requested",
        "intent": "order",
        "priority": "routine",
        "code": {"coding": [{"system": SYSTEM, "code": KIND}]},
        "description": f"Skriv diktat: {template(written.template).title}",
        "focus": {"reference": f"DocumentReference/{kept[0]}"},
        "for": {"reference": f"Patient/{written.patient}"},
        "authoredOn": instant(record.now),
        "requester": {"reference": session.practitioner, "display": f"{session.name}, {session.title}".rstrip(", ")},
        "owner": {"reference": f"Organization/{session.organization}", "display": session.unit_name},
        "input": inputs,
    }
    stored = await record.create(task | ({"reasonCode": {"text": said}} if said else {}))
    await record.drop_draft(written.draft)
    return stored.id


async def written(record: Record, task_id: str, note: Note) -> None:
    """The note of a dictation is written: its recordings belong to it, and the task is done. Raises `Conflict` when it
    was written before.
    """
    found = await one_dictation(record, task_id)
    if not await patients.is_same(record, note.patient, found.task.patient):
        raise Conflict("The dictation belongs to another patient.")
    if not found.task.is_open:
        raise Conflict("This dictation has been written already. Your text is kept as a draft.")
    for file in found.recordings:
        await files.give(record, file, note.id)
    if note.is_signed:
        await files.sign(record, note.id, is_withheld=note.is_withheld)
    await tasks.finish(record, task_id, found.task.version, "Utskrivet")


def _wrong(kinds: list[str], said: str) -> str:
    if not any(kind.startswith("audio/") for kind in kinds):
        return "There is no recording to write from. Record something first, or save the note unsigned."
    if not all(kind.startswith("audio/") for kind in kinds):
        return "A dictation holds recordings alone. Attach pictures and other files to the note itself."
    return "This is too long to go with a dictation. Sign it as a note of its own." if len(said) > LONGEST else ""
