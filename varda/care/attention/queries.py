"""Finding a substance by what is typed, and one entry with its versions."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from varda.care.codes import codes
from varda.kernel.errors import Absent
from varda.record import Record, Stored
from varda.terminology import Choice

Read = TypeVar("Read")

ATC = "http://www.whocc.no/atc"
SUBSTANCES = "https://varda.example/fhir/CodeSystem/substance"
"""What people do not tolerate besides drugs: food, pollen, animals, materials."""


async def find(record: Record, text: str, *, most: int = 8) -> list[Choice]:
    """Substances by words or code: drugs, then what is none."""
    found = (await codes(record, ATC)).found(text, most=most)
    return (found + (await codes(record, SUBSTANCES)).found(text, most=most))[:most]


async def substance(record: Record, system: str, code: str) -> Choice | None:
    """A substance of the lists in force; None when it is in neither."""
    return (await codes(record, system)).get(code) if system in (ATC, SUBSTANCES) else None


async def held(record: Record, patient_id: str, type_: str, id_: str) -> Stored:
    """One entry of this patient, or of a record joined with it, as it is stored. Raises `Absent`."""
    found = await record.compartment(patient_id, {type_: 100})
    for one in found.get(type_, ()):
        if one.id == id_:
            return one
    raise Absent("There is no such entry of this patient.")


async def history(
    record: Record, patient_id: str, type_: str, id_: str, read: Callable[[Mapping[str, Any]], Read]
) -> list[Read]:
    """Every version of an entry, the newest first, as `allergy` or `signal` reads it. Raises `Absent`."""
    await held(record, patient_id, type_, id_)
    return [read(one.resource) for one in await record.history(type_, id_) if not one.deleted]
