"""Whether a patient is within reach, for verbs that are no read and no search; what is not looks absent (A13)."""

from typing import TYPE_CHECKING

from varda.access import reach
from varda.fhir.keys import key
from varda.kernel.db import Work
from varda.kernel.errors import Absent

if TYPE_CHECKING:
    from varda.record.opened import Record


async def require(record: "Record", work: Work, patient: str, action: str) -> int:
    """The compartment of a patient whom this session reaches, or whose own it is. Raises `Absent`, which the log tells
    as a refusal.
    """
    record.powers.require_patients()
    compartment = key(f"Patient/{patient}")
    if compartment not in {*record.people, *await reach.reached(work, record.narrowing, [compartment])}:
        await record.note(action, [], "Patient", f"Patient/{patient}", patients=[compartment], outcome="refused")
        raise Absent("There is no such patient that you can see.")
    return compartment
