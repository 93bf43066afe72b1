"""Sending, answering, having read, striking. Who did what when is never lost: each step is a version."""

from dataclasses import dataclass
from typing import Any

from varda.care.facts import instant
from varda.care.messages.model import Message, message
from varda.care.messages.queries import Thread, colleagues, one_talk
from varda.care.messages.rules import LONGEST, may_read, names_somebody
from varda.care.notes import clean
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Conflict, Problem, Unprocessable
from varda.record import Record, Wish, covering, memos
from varda.record.discretion import WITHHELD
from varda.record.messages import CATEGORY

_READ = "Somebody has read this message already."
_STRUCK = "This message has been struck."
_NOT_MINE = "This message is not yours to read: you do not cover, or no longer cover, for whom it went to."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody writes: `to` a colleague's reference, empty for the whole unit."""

    text: str
    to: str = ""


async def send(record: Record, patient_id: str, wanted: Wanted) -> str:
    """Write to a colleague or to the unit about a patient; gives the message's id. Raises `Unprocessable`."""
    made = _made(record, patient_id, wanted.text, await _named(record, wanted.to))
    return (await record.create(made)).id


async def answer(record: Record, thread: Thread, wanted: Wanted, mark: str) -> str:
    """Answer whom it says; what of the thread waits for me is read with it. `mark` is the `Thread.mark` that was seen.
    Gives the answer's id. Raises `Conflict` when somebody has written since, so that nothing is read unseen.
    """
    _as_seen(thread, mark)
    made = _made(record, thread.last.patient, wanted.text, await _named(record, wanted.to))
    made["inResponseTo"] = [{"reference": f"Communication/{thread.id}"}]
    covered = await covering.covered(record)
    for one in thread.messages:
        if may_read(record.session, one, covered):
            await mark_read(record, one.id, one.version)
    (stored,) = await record.write([Wish("create", made)])
    return stored.id


async def mark_read(record: Record, message_id: str, version: int) -> Message:
    """Say that it is read: by me, for the whole unit when it went there, or for somebody away whom I cover. Raises
    `Conflict` when it is not mine to read or somebody has, `Stale` when it changed meanwhile.
    """
    before = (await record.read("Communication", message_id)).resource
    found, session = message(before), record.session
    if not may_read(session, found, await covering.covered(record)):
        raise Conflict(_READ if found.read else _STRUCK if found.is_struck else _NOT_MINE)
    recipients = before["recipient"]
    if found.to != session.practitioner:
        recipients = [*recipients, {"reference": session.practitioner, "display": session.name}]
    changed = before | {"received": instant(record.now), "recipient": recipients}
    return message((await record.update(changed, expected=version)).resource)


async def strike(record: Record, message_id: str, version: int, reason: str) -> Message:
    """Take back what was sent to the wrong person or about the wrong patient: it stays, told apart, with the reason."""
    if not reason.strip() or len(reason) > LONGEST:
        told = "Write why the message is struck." if not reason.strip() else _TOO_LONG
        raise Unprocessable(told, [Problem(told, "reason")])
    before = (await record.read("Communication", message_id)).resource
    changed = before | {"status": "entered-in-error", "statusReason": {"text": clean(reason).strip()}}
    return message((await record.update(changed, expected=version)).resource)


async def tell(record: Record, wanted: Wanted) -> int:
    """Write to a colleague or to the unit about no patient; gives its number. Raises `Unprocessable`."""
    record.powers.require_writing("Communication")
    to = await _named(record, wanted.to)
    return await memos.send(record, to["reference"], to["display"], _about_nobody(record, wanted.text))


async def tell_back(record: Record, thread: Thread, wanted: Wanted, mark: str) -> None:
    """Answer in such a thread, as `answer` does."""
    record.powers.require_writing("Communication")
    _as_seen(thread, mark)
    to = await _named(record, wanted.to)
    said = _about_nobody(record, wanted.text)
    for one in thread.messages:
        if may_read(record.session, one):
            await memos.mark_read(record, int(one.id))
    await memos.send(record, to["reference"], to["display"], said, int(thread.id))


async def mark_told(record: Record, number: int) -> Message:
    """Say that I have read it. Raises `Absent` for what is not to be seen here."""
    thread = await one_talk(record, number)
    await memos.mark_read(record, number)
    return next(one for one in thread.messages if one.id == str(number))


def _as_seen(thread: Thread, mark: str) -> None:
    if mark != thread.mark:
        raise Conflict("Somebody has written since you opened this. Read it, then send your answer.")


_NAMES_SOMEBODY = (
    "This names somebody by identity number. Write it from the patient's chart: there it is kept, and who may sees it."
)
_TOO_LONG = "This is too long for a message; write a note instead."


def _said(text: str) -> str:
    """The text as it is kept. Raises `Unprocessable` for none, and for what is too long."""
    told = "" if text.strip() else "Write what you want to say."
    if told or len(text) > LONGEST:
        raise Unprocessable(told or _TOO_LONG, [Problem(told or _TOO_LONG, "text")])
    return clean(text).strip()


def _about_nobody(record: Record, text: str) -> str:
    if names_somebody(text, record.now.astimezone(STOCKHOLM).date()):
        raise Unprocessable(_NAMES_SOMEBODY, [Problem(_NAMES_SOMEBODY, "text")])
    return _said(text)


def _made(record: Record, patient_id: str, text: str, to: dict[str, str]) -> dict[str, Any]:
    session = record.session
    system, code = WITHHELD
    return {
        "resourceType": "Communication",
        # What staff say to one another on the way is kept back from the patient's own view until care lets it out.
        "meta": {"security": [{"system": system, "code": code}]},
        "status": "completed",
        "category": [{"coding": [CATEGORY], "text": "Meddelande mellan medarbetare"}],
        "subject": {"reference": f"Patient/{patient_id}"},
        "sent": instant(record.now),
        "sender": {"reference": session.practitioner, "display": f"{session.name}, {session.title}".rstrip(", ")},
        "recipient": [to],
        "payload": [{"contentString": _said(text)}],
    }


async def _named(record: Record, to: str) -> dict[str, str]:
    """The unit, or the colleague who is named. Raises `Unprocessable` for anybody who works elsewhere."""
    session = record.session
    if not to:
        return {"reference": f"Organization/{session.organization}", "display": session.unit_name}
    chosen = next((one for one in await colleagues(record) if one.reference == to), None)
    if chosen is None:
        raise Unprocessable("Choose who is to read it.", [Problem("Choose who is to read it.", "to")])
    return {"reference": chosen.reference, "display": chosen.shown}
