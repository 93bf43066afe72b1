"""Who makes a note signed (R1) and who may change a signed one (R2). Pure: each rule names its problem or says nothing.

That a role signs at all is a right of the catalogue; `signs` tells whether the session has it (`Powers.signs`).

An attester of mode `legal` with a time is a signature; one without a time names who is to sign.
http://hl7.org/fhir/R4/composition-definitions.html#Composition.attester
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from varda.access.session import Session
from varda.kernel.errors import Problem

SIGNED = ("final", "amended")
"""The statuses of a note that somebody answers for."""
NOTES = "F19"
"""The function of the catalogue that notes belong to."""
_Note = Mapping[str, Any]


def named(note: _Note) -> str:
    """The reference of the one who is to sign; empty when nobody is named."""
    return next((_party(one) for one in _legal(note) if not one.get("time")), "")


def signatures(note: _Note) -> list[Mapping[str, Any]]:
    """The signatures that a note has, oldest first."""
    return [one for one in _legal(note) if one.get("time")]


def may_sign(session: Session, signs: bool, to_sign: str, authors: Collection[str]) -> bool:
    """Whether an unsigned note is this person's to sign: the one who is named (`to_sign`), else its author."""
    return signs and session.practitioner in ((to_sign,) if to_sign else authors)


def may_change(session: Session, signs: bool, authors: Collection[str], signers: Collection[str]) -> bool:
    """Whether this person may amend or strike a signed note: whoever wrote or signed it, in a role that signs."""
    return signs and session.practitioner in (*authors, *signers)


def problems(session: Session, signs: bool, before: _Note | None, after: _Note) -> Iterator[Problem]:
    """Why this session may not store `after` on top of `before` (None: a new note). Says nothing when it may.

    A system with the right to import takes over what was signed elsewhere, and is not asked.
    """
    if session.may("import"):
        return
    was, status = (before or {}).get("status", ""), after.get("status", "")
    if was == "entered-in-error":
        yield _problem("The note has been struck and cannot be changed. Write a new one.")
    elif before is not None and was in SIGNED:
        yield from _amending(session, signs, before, after)
    elif status in SIGNED:
        yield from _signing(session, signs, before, after)
    elif signatures(after):
        yield _problem("An unsigned note has no signature. Store it as final to sign it.", "attester")
    elif status == "entered-in-error" and not _is_theirs(session, before or after):
        yield _problem("An unsigned note is struck by its author or by the one who is to sign it.")


def _signing(session: Session, signs: bool, before: _Note | None, after: _Note) -> Iterator[Problem]:
    note = before or after
    if after.get("status") == "amended":
        yield _problem("Only a signed note can be amended. Store it as final to sign it first.")
    if not signs:
        yield _problem(
            "This session does not sign notes. Store it as preliminary, and name who is to sign it as an attester of "
            "mode legal without time."
        )
        return
    if not may_sign(session, signs, named(note), _authors(note)):
        yield _problem(
            f"{named(note) or 'Its author'} is to sign this note. To sign in their place, first store it as "
            "preliminary with yourself as attester of mode legal without time."
        )
    yield from _own_signature(session, before, after)


def _amending(session: Session, signs: bool, before: _Note, after: _Note) -> Iterator[Problem]:
    status = after.get("status")
    if status not in ("amended", "entered-in-error"):
        yield _problem("A signed note is changed by a version that is amended or entered-in-error, by nothing else.")
    if not may_change(session, signs, _authors(before), [_party(one) for one in signatures(before)]):
        yield _problem("Only the author or the one who signed may amend or strike this note. Write a note of your own.")
    if status == "amended":
        yield from _own_signature(session, before, after)
    elif signatures(after) != signatures(before):
        yield _problem("The signatures of a note stay as they are.", "attester")


def _own_signature(session: Session, before: _Note | None, after: _Note) -> Iterator[Problem]:
    """That the writer's own signature, and nothing else, has come after those that were there."""
    had, has = signatures(before or {}), signatures(after)
    if has[: len(had)] != had or [_party(one) for one in has[len(had) :]] != [session.practitioner]:
        yield _problem(
            f"Sign the note yourself: after the signatures it has, add one attester of mode legal with time and with "
            f"party {session.practitioner or 'the one who signs'}, and no other.",
            "attester",
        )


def _is_theirs(session: Session, note: _Note) -> bool:
    return bool(session.practitioner) and session.practitioner in (*_authors(note), named(note))


def _legal(note: _Note) -> Iterator[Mapping[str, Any]]:
    return (one for one in note.get("attester", ()) if one.get("mode") == "legal")


def _party(attester: Mapping[str, Any]) -> str:
    return str(attester.get("party", {}).get("reference", ""))


def _authors(note: _Note) -> list[str]:
    return [str(one.get("reference", "")) for one in note.get("author", ())]


def _problem(message: str, element: str = "status") -> Problem:
    return Problem(message, f"Composition.{element}", "forbidden")
