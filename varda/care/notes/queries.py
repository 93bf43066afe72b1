"""Reading notes and drafts."""

from dataclasses import dataclass

from varda.care.notes.model import Note, note
from varda.record import Draft, Record

KIND = "note"


@dataclass(frozen=True, slots=True)
class Versions:
    """A note and everything it has said before, newest first."""

    newest: Note
    all: tuple[Note, ...]


async def one_note(record: Record, note_id: str) -> Note:
    """A note as it stands now. Raises `Absent`."""
    return note((await record.read("Composition", note_id)).resource)


async def versions(record: Record, note_id: str) -> Versions:
    """Every version of a note. Raises `Absent`."""
    history = tuple(note(one.resource) for one in await record.history("Composition", note_id) if not one.deleted)
    return Versions(history[0], history)


async def unsigned(record: Record) -> list[Note]:
    """The notes that wait for the signed-in person's signature, oldest first (R1)."""
    answer = await record.search(
        "Composition",
        [("status", "preliminary"), ("author", record.session.practitioner), ("_sort", "date"), ("_count", "100")],
    )
    return [note(one.resource) for one in answer.matches]


async def my_drafts(record: Record, patient_id: str = "") -> list[Draft]:
    """The signed-in person's private drafts, of one patient or of all, newest first."""
    return [one for one in await record.drafts(patient_id) if one.kind == KIND]
