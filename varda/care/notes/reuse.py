"""Text of an earlier note used again: marked as copied, with where it came from, until somebody edits it (F19).

The mark is an extension of the section and names the note. Whether it is true is asked of that note itself when the
copy is stored, not of whoever says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.facts import Moment
from varda.care.notes.model import COPIED, Note, note
from varda.care.notes.rules import clean
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent, Gone
from varda.record import Record

_NEWEST = 12  # notes that are looked through for a text to begin from


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the newest note with a keyword says under it."""

    note: str
    at: Moment | None
    by: str
    text: str


async def earlier(record: Record, patient_id: str) -> dict[str, Earlier]:
    """By keyword the newest text that this session may see, of a note that is signed or waits to be."""
    found: dict[str, Earlier] = {}
    stored = await record.compartment(patient_id, {"Composition": _NEWEST})
    for one in (note(item.resource) for item in stored.get("Composition", ())):
        for part in one.parts if one.status != "entered-in-error" else ():
            if part.code and part.text.strip():
                found.setdefault(part.code, Earlier(one.id, one.at, one.by, part.text))
    return found


async def marks(record: Record, patient: str, texts: Mapping[str, str], copied: Mapping[str, str]) -> dict[str, Any]:
    """By keyword the extension of what stands there word for word as in the note that it was copied from."""
    made: dict[str, Any] = {}
    for word, note_id in copied.items():
        origin = await _origin(record, note_id) if texts.get(word, "").strip() else None
        if origin and origin.patient == patient and clean(texts[word]) == _under(origin, word):
            shown = f"{origin.title} {_day(origin)}, {origin.by}".rstrip(", ")
            made[word] = {"url": COPIED, "valueReference": {"reference": f"Composition/{note_id}", "display": shown}}
    return made


async def _origin(record: Record, note_id: str) -> Note | None:
    try:
        return note((await record.read("Composition", note_id)).resource)
    except (Absent, Gone):
        return None


def _under(origin: Note, word: str) -> str:
    return next((part.text for part in origin.parts if part.code == word), "")


def _day(origin: Note) -> str:
    return origin.at.at.astimezone(STOCKHOLM).date().isoformat() if origin.at else ""
