"""Finding a diagnosis by what is typed, and what became of one."""

from dataclasses import dataclass

from varda.care.codes import codes
from varda.care.problems.model import ICD, Problem, problem
from varda.care.problems.rules import first
from varda.kernel.errors import Absent
from varda.record import Record, Stored
from varda.terminology import habits


@dataclass(frozen=True, slots=True)
class Offered:
    """A code to choose. `why` it comes first: favourite, unit (often chosen there), mine; empty where nothing but the
    words is for it.
    """

    code: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """What is offered for a text. `is_loaded` is false where the county has no list of diagnoses; `is_guessed` is true
    where the first was found by an everyday word: then it is for a person to choose.
    """

    offered: list[Offered]
    is_loaded: bool
    is_guessed: bool


async def find(record: Record, text: str, *, most: int = 12) -> Found:
    """Diagnoses by Swedish words, parts of words or code; nothing typed: what the unit and the person often choose."""
    known = await codes(record, ICD)
    async with record.at_work() as work:
        why = first(await habits(work, record.session.unit, ICD, record.session.actor))
    found = known.found(text, first=list(why), most=most)
    is_guessed = bool(found) and known.is_guessed(text, found[0].code)
    return Found([Offered(one.code, one.text, why.get(one.code, "")) for one in found], len(known) > 0, is_guessed)


async def is_favourite(record: Record, code: str) -> bool:
    """Whether the unit has put a code on top."""
    async with record.at_work() as work:
        known = await habits(work, record.session.unit, ICD, record.session.actor)
    return any(one.code == code and one.is_favourite for one in known)


async def history(record: Record, patient_id: str, condition_id: str) -> list[Problem]:
    """Every version of a diagnosis, the newest first. Raises `Absent`."""
    return await versions(record, await held(record, patient_id, condition_id))


async def versions(record: Record, stored: Stored) -> list[Problem]:
    """Every version of a diagnosis that is held, the newest first."""
    return [problem(one.resource) for one in await record.history("Condition", stored.id) if not one.deleted]


async def held(record: Record, patient_id: str, condition_id: str) -> Stored:
    """One diagnosis of this patient, or of a record joined with it, as it is stored. Raises `Absent`."""
    found = await record.compartment(patient_id, {"Condition": 500})
    for one in found.get("Condition", ()):
        if one.id == condition_id:
            return one
    raise Absent("There is no such diagnosis of this patient.")
