"""What a message between staff must be like: nobody writes in another's name, and what was sent stays as it was.

Afterwards it changes twice at most: somebody to whom it went has read it, and who sent it strikes it with a reason.
Pure: each rule names its problem or says nothing. http://hl7.org/fhir/R4/communication.html
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from varda.access.session import Session
from varda.kernel.errors import Problem

CATEGORY = {"system": "https://varda.example/fhir/CodeSystem/communication", "code": "staff-message"}
_CHANGING = ("meta", "status", "statusReason", "received", "recipient")
_READ_ONCE = "A message is read once, by somebody to whom it went or who covers for them."
_Message = Mapping[str, Any]


def is_message(resource: _Message | None) -> bool:
    """Whether a Communication is a message between staff; of others nothing is asked here."""
    said = [one for concept in (resource or {}).get("category") or () for one in concept.get("coding") or ()]
    return any(one.get("code") == CATEGORY["code"] and one.get("system") == CATEGORY["system"] for one in said)


def problems(session: Session, signs: bool, before: _Message | None, after: _Message) -> Iterator[Problem]:
    """Why this session may not store `after` on top of `before` (None: a new message). Says nothing when it may."""
    if session.may("import") or not (is_message(before) or is_message(after)):
        return
    if before is None:
        yield from _sending(session, after)
        return
    if any(before.get(name) != after.get(name) for name in {*before, *after} - {*_CHANGING}):
        yield _problem("What was sent stays as it is. Strike it and write a new message.", "payload")
    yield from _reading(session, before, after)
    if after.get("status") != before.get("status"):
        if after.get("status") != "entered-in-error" or _ref(before.get("sender")) != session.practitioner:
            yield _problem(
                "Who sent a message may strike it (entered-in-error); its status changes no other way.", "status"
            )
        if not (after.get("statusReason") or {}).get("text"):
            yield _problem("Write why the message is struck.", "statusReason")
    elif after.get("statusReason") != before.get("statusReason"):
        yield _problem("The reason of a message says why it was struck, and stays.", "statusReason")


def _sending(session: Session, after: _Message) -> Iterator[Problem]:
    if not session.practitioner or _ref(after.get("sender")) != session.practitioner:
        yield _problem("Send messages in your own name: be the sender.", "sender")
    if after.get("status") != "completed" or after.get("received"):
        yield _problem("A message is sent as completed, and nobody has read it yet.", "status")
    if not _ref(after.get("subject")).startswith("Patient/"):
        yield _problem("A message between staff in the record is about one patient: name the Patient.", "subject")
    if len(after.get("recipient") or ()) != 1:
        yield _problem("Send a message to one colleague or to one unit.", "recipient")


def _reading(session: Session, before: _Message, after: _Message) -> Iterator[Problem]:
    was, now = before.get("recipient") or [], after.get("recipient") or []
    if after.get("received") == before.get("received"):
        if was != now:
            yield _problem("To whom a message went stays as it is.", "recipient")
        return
    to = [_ref(one) for one in was]
    if before.get("received"):
        yield _problem(_READ_ONCE, "received")
    added = [session.practitioner] if session.practitioner not in to else []
    if now[: len(was)] != was or [_ref(one) for one in now[len(was) :]] != added:
        yield _problem("Who has read a message for others is named after them, and nobody else.", "recipient")


def read_problems(session: Session, covered: Collection[str], before: _Message, after: _Message) -> Iterator[Problem]:
    """Why this session may not say that a message is read: it went to them, or from somebody else to their unit or to
    one of those whom they cover for (`covered`, references).
    """
    if session.may("import") or not is_message(before) or after.get("received") == before.get("received"):
        return
    others = {f"Organization/{session.organization}", *covered}
    mine = {session.practitioner} | (others if _ref(before.get("sender")) != session.practitioner else set())
    if not mine & {_ref(one) for one in before.get("recipient") or ()}:
        yield _problem(_READ_ONCE, "received")


def _ref(party: Any) -> str:
    return str((party or {}).get("reference", ""))


def _problem(message: str, element: str) -> Problem:
    return Problem(message, f"Communication.{element}", "forbidden")
