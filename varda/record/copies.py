"""Copies that leave: to whom, when, by whom and what (PDL 3:11, RULES R6). Whatever prints or exports says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, get_args

from varda.access import reach
from varda.kernel.db import Work
from varda.kernel.errors import Malformed
from varda.kernel.sql import named
from varda.record import reached

if TYPE_CHECKING:
    from varda.record.opened import Record

_SQL = named("varda.record")
Way = Literal["paper", "file", "message"]
"""Printed on paper, exported as a file, or sent as a message."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy, and why it was made. `entries` are references; none means all that the provider had."""

    patient: str
    at: datetime
    name: str
    unit_name: str
    way: str
    recipient: str
    reason: str
    entries: tuple[str, ...]


async def note(
    record: "Record", patient: str, recipient: str, way: Way, entries: Sequence[str], reason: str = ""
) -> None:
    """Keep that a copy was handed out, in the same transaction as its log row. See `Record.handed_out`."""
    if not recipient.strip():
        raise Malformed("Say to whom the copy is handed out.")
    if way not in get_args(Way):
        raise Malformed(f"A copy is handed out as one of: {', '.join(get_args(Way))}.")
    work, session = await record.begun(), record.session
    compartment = await reached.require(record, work, patient, "hand-out")
    await work.run(
        _SQL["copy_noted"], compartment, patient, session.provider, session.unit_name, record.now, session.actor,
        session.name, way, recipient.strip(), list(entries), reason.strip(),
    )  # fmt: skip
    what = f"Patient/{patient} {way}: {' '.join(entries) or 'whole record'}"
    record.written.append(record.event("hand-out", "done", [compartment], "copy", what, str(session.unit_key)))


async def handed_out(record: "Record", patient: str) -> list[Copy]:
    """The own provider's copies about a patient, the newest first. Raises `Absent`."""
    async with record.at_work() as work:
        compartment = await reached.require(record, work, patient, "copies")
        found = await of_patient(work, await reach.linked(work, [compartment]), record.session.provider)
    own = str(record.session.provider_key)
    await record.note("copies", [], "copy", f"Patient/{patient} copies", patients=[compartment], origin=own)
    return found


async def of_patient(work: Work, compartments: Sequence[int], provider: str) -> list[Copy]:
    """The same without asking who wants to know."""
    rows = await work.all(_SQL["copies"], list(compartments), provider)
    same = ("patient", "at", "name", "unit_name", "way", "recipient", "reason")
    return [Copy(**{name: row[name] for name in same}, entries=tuple(row["entries"])) for row in rows]
