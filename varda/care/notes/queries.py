"""Reading notes and drafts."""

from dataclasses import dataclass
from datetime import UTC, datetime

from varda.care import patients
from varda.care.colleagues import Colleague, at_unit
from varda.care.facts import code
from varda.care.notes.model import Note, note
from varda.care.notes.rules import TAKE_ON, may_sign, signs
from varda.record import Draft, Page, Record, favourites, phrases, signing

KIND = "note"
DICTATION = "dictation"
"""The kind of the task that a spoken note is written from."""
_WAITING = (("status", "preliminary"), ("_sort", "date"), ("_include", "Composition:patient"))
_FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Versions:
    """A note and everything it has said before, newest first."""

    newest: Note
    all: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An unsigned note and whom it is about; `person` is None where the patient cannot be seen any more."""

    id: str
    note: Note
    person: patients.Person | None


@dataclass(frozen=True, slots=True)
class Unsigned:
    """One person's unsigned notes, oldest first: those to sign, and those written for `others` to sign."""

    mine: list[Waiting]
    others: list[Waiting]


async def one_note(record: Record, note_id: str) -> Note:
    """A note as it stands now. Raises `Absent`."""
    return note((await record.read("Composition", note_id)).resource)


async def versions(record: Record, note_id: str) -> Versions:
    """Every version of a note. Raises `Absent`."""
    history = tuple(note(one.resource) for one in await record.history("Composition", note_id) if not one.deleted)
    return Versions(history[0], history)


async def unsigned(record: Record) -> Unsigned:
    """What waits for the signed-in person's signature, and what they wrote that waits for another's (R1)."""
    me = record.session.practitioner
    found: dict[str, Waiting] = {}
    for role in ("attester", "author"):
        answer = await record.search("Composition", [*_WAITING, (role, me), ("_count", "200")])
        found |= {one.id: one for one in waiting(answer)}
    oldest = sorted(found.values(), key=lambda one: one.note.at.at if one.note.at else _FIRST)
    mine = [one for one in oldest if may_sign(record.powers, record.session, one.note)]
    return Unsigned(mine, [one for one in oldest if one not in mine])


async def to_sign(record: Record) -> int:
    """How many notes wait for the signed-in person's signature. Tells of no patient."""
    if not signs(record.powers):
        return 0
    return sum([await record.count("Composition", one) for one in waits(record)])


def waits(record: Record, *, is_whole: bool = False) -> list[list[tuple[str, str]]]:
    """What is asked for notes that wait for my signature; `is_whole`: for anybody's whose role signs the same."""
    me, unsigned_ = record.session.practitioner, ("status", "preliminary")
    others = [one for one, function in signing.CERTIFICATES.items() if not record.powers.signs(function)]
    if is_whole:
        return [[unsigned_, *((("category:not", ",".join(others)),) if others else ())]]
    return [[unsigned_, ("attester", me)], [unsigned_, ("author", me), ("attester:missing", "true")]]


async def unsigned_of_unit(record: Record, page: str = "") -> tuple[list[Waiting], str]:
    """What waits for anybody's signature at my unit, oldest first, and the cursor of the next page (R1)."""
    answer = await record.search("Composition", [*_WAITING, ("_count", "50"), *([("_page", page)] if page else [])])
    own = {one.id for one in answer.matches if one.unit == record.session.unit_key}
    return [one for one in waiting(answer) if one.id in own], answer.next or ""


def waiting(answer: Page) -> list[Waiting]:
    """The notes of a page with the patients whom they are about."""
    names = {one.id: patients.person(one.resource) for one in answer.included if one.type == "Patient"}
    notes = (note(one.resource) for one in answer.matches)
    return [Waiting(one.id, one, names.get(one.patient)) for one in notes]


async def signers(record: Record, *also: str) -> list[Colleague]:
    """Those at my unit now whose role takes on signing what others write, by family name. `also` (references): those
    who are to sign for another reason – they spoke it, or are named already – where their role signs notes.
    """
    found = await at_unit(record, (TAKE_ON, "special"))
    missing = {one for one in also if one} - {one.reference for one in found}
    if missing:
        found += [one for one in await at_unit(record, (signing.NOTES, "sign")) if one.reference in missing]
    return sorted(found, key=lambda one: one.sorted)


async def spoken_by(record: Record, dictation: str) -> str:
    """The reference of whoever spoke what a note is written from; empty where it is from no dictation."""
    if not dictation:
        return ""
    found = (await record.read("Task", dictation)).resource
    return str(found.get("requester", {}).get("reference", "")) if code(found.get("code")) == DICTATION else ""


async def countersigners(record: Record) -> list[Colleague]:
    """Those at my unit now who sign notes, but me: whom one may ask to countersign. Nobody whose own notes wait for a
    countersignature stands beside another's.
    """
    found = await at_unit(record, (signing.NOTES, "sign"), is_alone=True)
    return [one for one in found if one.reference != record.session.practitioner]


async def macros(record: Record) -> list[phrases.Phrase]:
    """The unit's macros and then the signed-in person's own, which win."""
    return await phrases.known(record)


async def my_favourites(record: Record) -> list[str]:
    """Codes of the templates that the signed-in person wants first."""
    return await favourites.known(record)


async def my_drafts(record: Record, patient_id: str = "") -> list[Draft]:
    """The signed-in person's private drafts, of one patient or of all, newest first."""
    return [one for one in await record.drafts(patient_id) if one.kind == KIND]
