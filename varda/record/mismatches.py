"""That what is shown of an entry is not what came in: on the access log, about the patient (F245)."""

from typing import TYPE_CHECKING

from varda.fhir.keys import key

if TYPE_CHECKING:
    from varda.record.opened import Record

_MOST = 2000  # characters of what differs that the log keeps


async def note(record: "Record", patient: str, entry: str, what: str) -> None:
    """Log what differs between an entry (Type/id) and what is shown of it, durably."""
    await record.note("mismatch", [], entry.partition("/")[0], what[:_MOST], patients=[key(f"Patient/{patient}")])
