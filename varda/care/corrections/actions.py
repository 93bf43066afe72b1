"""Noting what the patient says of an entry, and that a copy is handed out."""

from collections.abc import Sequence

from varda.care.notes import clean
from varda.kernel.errors import Problem, Unprocessable
from varda.record import Record
from varda.record.copies import Way


async def note_view(record: Record, reference: str, text: str) -> None:
    """Note on an entry (Type/id) that the patient thinks it is wrong. Raises `Unprocessable`, `Refused` or `Absent`."""
    type_, _, id_ = reference.partition("/")
    if not type_ or not id_:
        raise Unprocessable("Choose the entry.", [Problem("Choose the entry.", "entry", "required")])
    await record.note_view(type_, id_, clean(text))


async def hand_out(
    record: Record, patient: str, recipient: str, way: Way, entries: Sequence[str] = (), reason: str = ""
) -> None:
    """Note that a copy of these entries, or of the whole record, is handed out. Raises `Unprocessable` without a
    recipient.
    """
    if not recipient.strip():
        raise Unprocessable("Say to whom the copy is handed out.", [Problem("Say to whom.", "recipient", "required")])
    await record.handed_out(patient, to=clean(recipient), way=way, entries=entries, reason=clean(reason))
