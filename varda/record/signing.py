"""Who makes a note signed (R1) and who may change a signed one (R2). Pure: each rule names its problem or says nothing.

That a role signs at all is a right of the catalogue; `signs` tells whether the session has it (`Powers.signs`).

An attester of mode `legal` with a time is a signature; one without a time names who is to sign.
http://hl7.org/fhir/R4/composition-definitions.html#Composition.attester
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from varda.access.session import Session
from varda.catalogue import functions_of, is_countersigned
from varda.kernel.errors import Problem

SIGNED = ("final", "amended")
"""The statuses of a note that somebody answers for."""
NOTES = "F19"
"""The function of the catalogue that notes belong to."""
CATEGORY = "https://varda.example/fhir/CodeSystem/note-category"
CERTIFICATES = {"certificate": "F28", "physical-activity": "F30"}
"""The categories of Compositions that are certificates, and the functions that they belong to."""
FORMS = "https://varda.example/fhir/certificates/"
"""Where the forms of certificates are, each below its category: `certificate/sick-leave`, say."""
_STANDING = frozenset({"status", "docStatus", "authenticator", "meta"})
_CANCELLED = frozenset({"status", "extension", "meta"})
"""What cancelling may change: the extensions hold the reason."""
_Note = Mapping[str, Any]


def named(note: _Note) -> str:
    """The reference of the one who is to sign; empty when nobody is named."""
    return next((_party(one) for one in _legal(note) if not one.get("time")), "")


def function(note: _Note) -> str:
    """The function of the catalogue that a note belongs to: that of notes, or of the kind of certificate that it is."""
    return next((one for one in functions_of(note) if one != NOTES), NOTES)


def signatures(note: _Note) -> list[Mapping[str, Any]]:
    """The signatures that a note has, oldest first."""
    return [one for one in _legal(note) if one.get("time")]


def counter(note: _Note) -> Mapping[str, Any]:
    """Who is asked to countersign a note (a Reference): an attester of mode `professional`; empty when nobody is."""
    asked = (one for one in note.get("attester", ()) if one.get("mode") == "professional" and not one.get("time"))
    return next((one.get("party", {}) for one in asked), {})


def may_sign(session: Session, signs: bool, to_sign: str, authors: Collection[str]) -> bool:
    """Whether an unsigned note is this person's to sign: the one who is named (`to_sign`), else its author."""
    return signs and session.practitioner in ((to_sign,) if to_sign else authors)


def may_change(session: Session, signs: bool, authors: Collection[str], signers: Collection[str]) -> bool:
    """Whether this person may amend or strike a signed note: whoever wrote or signed it, in a role that signs."""
    return signs and session.practitioner in (*authors, *signers)


def category(form: str) -> str:
    """The category of certificates that a form (a canonical) belongs to; empty where it is no certificate's."""
    return form.removeprefix(FORMS).partition("/")[0] if form.startswith(FORMS) else ""


def problems(session: Session, signs: bool, before: _Note | None, after: _Note) -> Iterator[Problem]:
    """Why this session may not store `after` on top of `before` (None: a new note). Says nothing when it may.

    A system with the right to import takes over what was signed elsewhere, and is not asked.
    """
    if session.may("import"):
        return
    if after.get("status") != "entered-in-error":
        yield from _formed(after)
    was, status = (before or {}).get("status", ""), after.get("status", "")
    if before is not None and function(before) != function(after):
        yield _problem("A note becomes no certificate, and a certificate no note. Write another one.", "category")
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


def _formed(after: _Note) -> Iterator[Problem]:
    """That a certificate answers a form of its own category: rights go by the category, and what is read by the form.

    Whoever signs activity on prescription would else sign sick leave by naming its form (A2).
    """
    forms = (str(one.get("questionnaire", "")) for one in after.get("contained", ()))
    for form in forms:
        wanted = category(form)
        if wanted and functions_of(after) != (CERTIFICATES.get(wanted),):
            yield _problem(
                f"{form} is a form of the category {wanted!r}. Give the Composition that category of {CATEGORY} and no "
                "other, or a form of its own.",
                "contained",
            )


def follows(before: _Note, after: _Note) -> bool:
    """Whether a file that belongs to a note, or is given to one, changes in nothing else but how it stands."""
    kept = _STANDING if _is_of_a_note(before) else _STANDING | {"context"}
    names = {*before, *after} - kept
    return _is_of_a_note(after) and all(before.get(name) == after.get(name) for name in names)


def _is_of_a_note(file: _Note) -> bool:
    related = (file.get("context") or {}).get("related") or ()
    return any(str(one.get("reference", "")).startswith("Composition/") for one in related)


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
    yield from _countersigned(session, after)


def _countersigned(session: Session, after: _Note) -> Iterator[Problem]:
    """That what a student signs names the colleague who is to stand beside it."""
    whom = str(counter(after).get("reference", ""))
    if is_countersigned(session.role, session.assignment_purpose) and whom in ("", session.practitioner):
        yield _problem(
            "Choose who is to countersign the note: an attester of mode professional without time.", "attester"
        )


def _amending(session: Session, signs: bool, before: _Note, after: _Note) -> Iterator[Problem]:
    status = after.get("status")
    if function(before) != NOTES:
        yield from _cancelling(before, after)
    if status not in ("amended", "entered-in-error"):
        yield _problem("A signed note is changed by a version that is amended or entered-in-error, by nothing else.")
    if not may_change(session, signs, _authors(before), [_party(one) for one in signatures(before)]):
        yield _problem("Only the author or the one who signed may amend or strike this note. Write a note of your own.")
    if status == "amended":
        yield from _own_signature(session, before, after)
        yield from _countersigned(session, after)
    elif signatures(after) != signatures(before):
        yield _problem("The signatures of a note stay as they are.", "attester")


def _cancelling(before: _Note, after: _Note) -> Iterator[Problem]:
    """That a signed certificate stays as it was handed out: it is cancelled or replaced by another, never amended."""
    if after.get("status") == "amended":
        yield _problem("A signed certificate is not amended. Cancel it, or replace it by a new one.")
    changed = [name for name in {*before, *after} - _CANCELLED if before.get(name) != after.get(name)]
    if changed:
        yield _problem(f"Cancelling a certificate changes nothing else: {', '.join(sorted(changed))}.", changed[0])


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
