"""Keeping files: parked beside a draft, kept with its note, signed with it, struck with it."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import uuid4

from varda.care.facts import instant
from varda.care.files.model import CATEGORY, DICTATION, File
from varda.care.files.queries import of_note
from varda.care.files.rules import Fit, described, fit
from varda.kernel.errors import Refused
from varda.record import Record, Wish, discretion, parked
from varda.record.discretion import WITHHELD
from varda.record.parked import Parked

_NOT_YOURS = "Your role keeps no pictures and files."
_LONGEST_NAME = 200
_UNSIGNED = {"system": WITHHELD[0], "code": WITHHELD[1], "display": "unsigned"}
"""The label of a Binary until somebody signs; its display tells it from what care keeps back."""


async def park(record: Record, patient: str, draft: str, name: str, content: bytes) -> tuple[Parked, Fit]:
    """Put a file in safety beside a draft. Raises `Unprocessable` or `TooLarge` with what is wrong, `Refused`."""
    if not record.powers.does("files.park"):
        raise Refused(_NOT_YOURS)
    kept = await asyncio.to_thread(fit, name, content)  # millions of bytes are read
    name = " ".join(name.replace("\\", "/").rpartition("/")[2].split())[:_LONGEST_NAME]
    file = Parked(
        id=uuid4().hex, draft=draft, patient=patient, name=name, kind=kept.kind, size=len(kept.content),
        saved=record.now,
    )  # fmt: skip
    await parked.park(record, file, kept.content)
    return file, kept


async def take_back(record: Record, patient: str, draft: str, file: str) -> None:
    """Throw a parked file away, at its author's word."""
    await parked.drop(record, patient, draft, file)


async def keep(
    record: Record, draft: str, note: str, said: Mapping[str, str], *, is_signed: bool, is_withheld: bool
) -> None:
    """Make a draft's files part of the record with their note, described by `said`, and kept back from the patient
    where the note is. Raises `Unprocessable` without a description of each. The draft and its files are still there
    afterwards.
    """
    for file in await parked.parked(record, draft):
        words = described(said.get(file.id, ""))
        content = await parked.content(record, draft, file.id)
        held = await asyncio.to_thread(_binary, record, file, content, is_signed=is_signed)
        entry = _entry(record, file, note, words, held, is_signed=is_signed)
        if is_signed and is_withheld:
            held, entry = discretion.labelled(held), discretion.labelled(entry)
        await record.write([Wish("update", held), Wish("update", entry)])


async def keep_recordings(record: Record, draft: str) -> list[str]:
    """Make a draft's recordings part of the record before there is a note, for somebody to write from; their ids."""
    kept = []
    for file in await parked.parked(record, draft):
        content = await parked.content(record, draft, file.id)
        held = await asyncio.to_thread(_binary, record, file, content, is_signed=False)
        entry = _entry(record, file, "", "Diktat", held, is_signed=False)
        entry["category"][0]["coding"].append(DICTATION)
        await record.write([Wish("update", held), Wish("update", entry)])
        kept.append(str(entry["id"]))
    return kept


async def give(record: Record, file: str, note: str) -> None:
    """Let a recording belong to the note that was written from it."""
    stored = (await record.read("DocumentReference", file)).resource
    await record.update({**stored, "context": {**stored.get("context", {}), "related": _related(note)}})


async def sign(record: Record, note: str, *, is_withheld: bool) -> None:
    """Answer for the files of a note with it: from then on the patient is shown them, unless care keeps back the note
    (`is_withheld`) or the file. The note replaces what it was written from, which is kept and shown to nobody first.
    """
    for file in await of_note(record, note):
        if file.status != "current" or file.is_final:
            continue
        stored = (await record.read("DocumentReference", file.id)).resource
        if file.is_dictation:
            await record.update({**stored, "status": "superseded"}, expected=file.version)
            continue
        signed = {**stored, "docStatus": "final", "authenticator": _me(record)}
        is_kept_back = is_withheld or discretion.is_withheld(signed)
        signed = discretion.labelled(signed) if is_kept_back else signed
        wishes = [Wish("update", signed, expected=file.version)]
        for one in _held(file):
            held = _without_unsigned((await record.read("Binary", one)).resource)
            wishes.append(Wish("update", discretion.labelled(held) if is_kept_back else held))
        await record.write(wishes)


async def strike(record: Record, note: str) -> None:
    """Strike the files of a note with it; what they held stays in the history. The patient is shown them no longer:
    they may be somebody else's.
    """
    for file in await of_note(record, note):
        if file.status != "current":
            continue
        stored = (await record.read("DocumentReference", file.id)).resource
        struck = discretion.labelled({**stored, "status": "entered-in-error"})
        wishes = [Wish("update", struck, expected=file.version)]
        held = [(await record.read("Binary", one)).resource for one in _held(file)]
        wishes += [Wish("update", discretion.labelled(one)) for one in held]
        await record.write(wishes)


def _held(file: File) -> list[str]:
    """The ids of what holds a file's bytes."""
    return [one.binary for one in (file, *file.more) if one.binary]


def _binary(record: Record, file: Parked, content: bytes, *, is_signed: bool) -> dict[str, Any]:
    held: dict[str, Any] = {
        "resourceType": "Binary",
        "id": _id(record, file, "Binary"),
        "contentType": file.kind,
        "securityContext": {"reference": f"Patient/{file.patient}"},
        "data": b64encode(content).decode(),
    }
    if not is_signed:  # it has no status of its own
        held["meta"] = {"security": [_UNSIGNED]}
    return held


def _without_unsigned(held: dict[str, Any]) -> dict[str, Any]:
    """A Binary without the label that it has while nobody has signed it. Labels that others put there stay."""
    meta = held.get("meta", {})
    rest = {name: value for name, value in meta.items() if name != "security"}
    others = [one for one in meta.get("security", ()) if one != _UNSIGNED]
    return {**held, "meta": {**rest, **({"security": others} if others else {})}}


def _entry(
    record: Record, file: Parked, note: str, said: str, held: Mapping[str, Any], *, is_signed: bool
) -> dict[str, Any]:
    session = record.session
    attachment = {"contentType": file.kind, "url": f"Binary/{held['id']}", "size": file.size, "title": file.name}
    made: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "id": _id(record, file, "DocumentReference"),
        "status": "current",
        "docStatus": "final" if is_signed else "preliminary",
        "category": [{"coding": [CATEGORY]}],
        "subject": {"reference": f"Patient/{file.patient}"},
        "date": instant(record.now),
        "author": [_me(record)],
        "custodian": {"reference": f"Organization/{session.organization}", "display": session.unit_name},
        "description": said,
        "content": [{"attachment": {name: value for name, value in attachment.items() if value != ""}}],
    }
    made |= {"context": {"related": _related(note)}} if note else {}
    return made | ({"authenticator": _me(record)} if is_signed else {})


def _related(note: str) -> list[dict[str, str]]:
    return [{"reference": f"Composition/{note}"}]


def _id(record: Record, file: Parked, type_: str) -> str:
    """Follows from the file, so that a button pressed twice keeps it once."""
    return sha256(f"{record.session.actor}/{file.draft}/{file.id}/{type_}".encode()).hexdigest()[:32]


def _me(record: Record) -> dict[str, str]:
    session = record.session
    return {"reference": session.practitioner, "display": f"{session.name}, {session.title}".rstrip(", ")}
