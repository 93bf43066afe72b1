"""Files beside a draft: safe on the server from the moment they are chosen, their author's alone, and no part of the
record until the note that they belong to is."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from varda.fhir.keys import key
from varda.kernel.errors import Absent, Unprocessable
from varda.kernel.sql import named
from varda.record import writing

if TYPE_CHECKING:
    from varda.record.opened import Record

MOST = 20
"""Files of one draft."""
MOST_BYTES = 100 * 1024 * 1024
"""Bytes of all files of one draft."""
_SQL = named("varda.record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A file of a draft, without what is in it: `name` as its giver called it, `kind` its media type, `size` bytes."""

    id: str
    draft: str
    patient: str
    name: str
    kind: str
    size: int
    saved: datetime


async def park(record: "Record", file: Parked, content: bytes) -> None:
    """Keep one. Raises `Refused` out of reach, `Absent` without a draft of the session's own, `Unprocessable` where it
    has many already, or large ones.
    """
    work, place = await record.begun(), key(f"Patient/{file.patient}")
    await writing.require(record, work, {place})
    said = (file.id, file.name, file.kind, file.saved, content, MOST, MOST_BYTES)
    row = await work.maybe(_SQL["file_parked"], place, file.draft, record.session.actor, *said)
    if row is None:
        there = await parked(record, file.draft)
        if len(there) >= MOST:
            raise Unprocessable("A note has at most 20 files. Write another note for the rest.")
        if there and sum(one.size for one in there) + len(content) > MOST_BYTES:
            raise Unprocessable("The files of a note are 100 MB at most. Write another note for the rest.")
        raise Absent("There is no such draft of yours.")
    _note(record, file.patient, f"parked file {file.id} of draft {file.draft}")


async def parked(record: "Record", draft: str) -> list[Parked]:
    """The files of one of the session's own drafts, in the order in which they came."""
    async with record.at_work() as work:
        rows = await work.all(_SQL["files_parked"], record.session.actor, draft)
    return [
        Parked(
            id=row["file"], draft=draft, patient=row["patient"], name=row["name"], kind=row["kind"], size=row["size"],
            saved=row["saved"],
        )
        for row in rows
    ]  # fmt: skip


async def content(record: "Record", draft: str, file: str) -> bytes:
    """What is in a file of one of the session's own drafts; logged. Raises `Absent`."""
    async with record.at_work() as work:
        row = await work.maybe(_SQL["file_parked_content"], record.session.actor, draft, file)
    if row is None:
        raise Absent("There is no such file of yours.")
    own, about = str(record.session.unit_key), [key(f"Patient/{row['patient']}")]
    await record.note("drafts", [], "draft", f"file {file} of own draft {draft}", patients=about, origin=own)
    return bytes(row["content"])


async def drop(record: "Record", patient: str, draft: str, file: str) -> None:
    """Throw one away, at its author's word; nothing happens when there is none."""
    await (await record.begun()).run(_SQL["file_dropped"], record.session.actor, draft, file)
    _note(record, patient, f"dropped file {file} of draft {draft}")


def _note(record: "Record", patient: str, what: str) -> None:
    own = str(record.session.unit_key)
    record.written.append(record.event("draft", "done", [key(f"Patient/{patient}")], "draft", what, own))
