"""Reading files: those of a note, those of a patient, and what is in one."""

from base64 import b64decode
from binascii import Error

from varda.care.facts import newest_first
from varda.care.files.model import File, file
from varda.kernel.errors import Absent
from varda.record import Record, parked
from varda.record.parked import Parked

MOST = 100
"""Files of a patient that a page shows."""


async def of_note(record: Record, note: str) -> list[File]:
    """The files of a note in the order in which they came, struck ones too."""
    asked = [("related", f"Composition/{note}"), ("_count", str(MOST))]
    found = [file(one.resource) for one in (await record.search("DocumentReference", asked)).matches]
    return [one for one in newest_first(found)[::-1] if one.note == note]


async def of_patient(record: Record, patient: str, pages: int = 1) -> tuple[list[File], bool]:
    """The newest files of a patient that this session may see, of any kind, `MOST` a page; struck ones left out. And
    whether there are older ones.
    """
    most = MOST * pages
    stored = (await record.compartment(patient, {"DocumentReference": most + 1})).get("DocumentReference", [])
    found = [file(one.resource) for one in stored[:most]]
    return [one for one in found if one.status != "entered-in-error"], len(stored) > most


async def one_file(record: Record, id_: str, part: int = 0) -> File:
    """One file (of several attachments the one with that `part`). Raises `Absent`."""
    first = file((await record.read("DocumentReference", id_)).resource)
    found = next((one for one in (first, *first.more) if one.part == part), None)
    if found is None:
        raise Absent("There is no such file in this record.")
    return found


async def content(record: Record, wanted: File) -> bytes:
    """What is in a file. Raises `Absent` where that may not be seen, or lies elsewhere."""
    if not wanted.is_here:
        raise Absent("What is in this document is not kept here.")
    data = wanted.data or (await record.read("Binary", wanted.binary)).resource.get("data", "")
    try:
        return b64decode("".join(data.split()), validate=True)
    except (Error, ValueError) as wrong:
        raise Absent("What is in this document cannot be read.") from wrong


async def of_draft(record: Record, draft: str) -> list[Parked]:
    """The files parked beside one of the session's own drafts."""
    return await parked.parked(record, draft)


async def parked_content(record: Record, draft: str, file_id: str) -> tuple[str, bytes]:
    """The kind of a parked file and what is in it. Raises `Absent`."""
    found = next((one for one in await parked.parked(record, draft) if one.id == file_id), None)
    if found is None:
        raise Absent("There is no such file of yours.")
    return found.kind, await parked.content(record, draft, file_id)
