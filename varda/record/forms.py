"""Who answers for a filled form (R1, R2), and who changes the county's forms. Pure: each rule names its problem.

A form is changed by two persons: whoever has changed a draft is named in it and does not publish it. What is published
never changes: the next version is a Questionnaire of its own, with the same address and another version.
http://hl7.org/fhir/R4/questionnaireresponse.html · http://hl7.org/fhir/R4/questionnaire.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from varda.access.session import Session
from varda.kernel.errors import Problem
from varda.record import signing

RIGHT = "design-forms"
"""The special right of the catalogue to change the county's forms."""
WRITER = "https://varda.example/fhir/StructureDefinition/form-writer"
"""Who (a reference) has changed a draft: one extension a person."""
PUBLISHER = "https://varda.example/fhir/StructureDefinition/form-publisher"
SIGNATURE = "http://hl7.org/fhir/StructureDefinition/questionnaireresponse-signature"
"""Who (a reference) answers for the filled form, and since when: one extension a signing."""
ANSWERED_FOR = ("completed", "amended")
"""The statuses of a filled form that somebody answers for."""
_PUBLISHING = {"status", "date", "extension", "meta", "id"}
"""What publishing may change; of the extensions it adds its publisher alone."""
_SIGNATURES = "QuestionnaireResponse.extension"
_SAID = ("questionnaire", "subject", "encounter", "authored", "author", "source", "item")
_Resource = Mapping[str, Any]


def filled(session: Session, signs: bool, before: _Resource | None, after: _Resource) -> Iterator[Problem]:
    """Why staff may not store a QuestionnaireResponse `after` on top of `before`. Systems bring what others answer for.

    Whether its answers fit the form is not asked here: FHIR allows a response without its form, and what does not fit
    is shown and marked rather than refused.
    """
    was, status = (before or {}).get("status", ""), after.get("status", "")
    if status != "entered-in-error" and signing.category(str(after.get("questionnaire", ""))):
        message = "A certificate's form is answered inside the Composition that is the certificate, not by itself."
        yield Problem(message, "QuestionnaireResponse.questionnaire", "forbidden")
    if session.kind != "staff":
        return
    path = "QuestionnaireResponse.status"
    if was == "entered-in-error":
        yield Problem("The form has been struck and cannot be changed. Fill in a new one.", path, "forbidden")
    elif was in ANSWERED_FOR and status not in ("amended", "entered-in-error"):
        yield Problem("A signed form is changed by a version that is amended or entered-in-error.", path, "forbidden")
    elif was not in ANSWERED_FOR and status == "amended":
        yield Problem("Only a signed form can be amended. Store it as completed first.", path, "forbidden")
    if not signs and (was in ANSWERED_FOR or status in ANSWERED_FOR):
        yield Problem("Your role does not sign forms. Store it as in-progress.", path, "forbidden")
    if status in ANSWERED_FOR:
        yield from _own_signature(session, before or {}, after)
    elif signatures(after) != signatures(before or {}):
        yield Problem("A form that is not signed or is struck gets no signature.", _SIGNATURES, "forbidden")
    changed = [name for name in _SAID if (before or {}).get(name) != after.get(name)]
    if was in ANSWERED_FOR and status == "entered-in-error" and changed:
        message = f"Striking a form changes nothing else: {', '.join(changed)}."
        yield Problem(message, f"QuestionnaireResponse.{changed[0]}", "forbidden")


def signatures(response: _Resource) -> list[_Resource]:
    """The signatures of a filled form, oldest first."""
    return [one for one in response.get("extension", ()) if one.get("url") == SIGNATURE]


def _own_signature(session: Session, before: _Resource, after: _Resource) -> Iterator[Problem]:
    """That the writer's own signature, and nothing else, has come after those there were, in nobody else's name."""
    had, has = signatures(before), signatures(after)
    whose = [one.get("valueSignature", {}).get("who", {}) for one in has[len(had) :]]
    if has[: len(had)] != had or [one.get("reference") for one in whose] != [session.practitioner]:
        yield Problem(
            "Sign the form yourself: after the signatures it has, add one whose who is "
            f"{session.practitioner or 'the one who signs'}, and no other.",
            _SIGNATURES,
            "forbidden",
        )
    elif whose[0].get("display", session.name) not in (session.name, f"{session.name}, {session.title}"):
        yield Problem("The signature shows another name than yours.", _SIGNATURES, "forbidden")
    author = after.get("author", {})
    may_begin = before.get("status", "") not in ANSWERED_FOR and author.get("reference") == session.practitioner
    if author != before.get("author", {}) and not may_begin:
        yield Problem("The author is whoever signed first.", "QuestionnaireResponse.author", "forbidden")


def designed(session: Session, signs: bool, before: _Resource | None, after: _Resource) -> Iterator[Problem]:
    """Why staff may not store a Questionnaire `after` on top of `before`: draft, then active, then retired."""
    if session.kind != "staff":
        return
    was, status = (before or {}).get("status", ""), after.get("status", "")
    if before is None or (was, status) == ("draft", "draft"):
        if status != "draft":
            yield _problem("A form begins as a draft; another person publishes it.")
        if session.practitioner not in people(after, WRITER) or not people(before or {}, WRITER) <= people(
            after, WRITER
        ):
            yield _problem("A draft names everybody who has changed it, the last one too.", "extension")
    elif (was, status) == ("draft", "active"):
        if session.practitioner in people(before, WRITER):
            yield _problem("Somebody else than those who have changed the form publishes it.")
        if people(before, WRITER) != people(after, WRITER) or people(after, PUBLISHER) != {session.practitioner}:
            yield _problem("A published form names those who changed it and the one who publishes it.", "extension")
        yield from _unchanged(before, after, but=PUBLISHER)
    elif (was, status) in (("active", "retired"), ("draft", "retired")):
        yield from _unchanged(before, after)
    else:
        yield _problem(
            "A form goes from draft to active to retired, and does not change on the way. Make a new version."
        )


def people(form: _Resource, what: str) -> set[str]:
    """The references of a form's writers or of its publisher."""
    marks = (one for one in form.get("extension", ()) if one.get("url") == what)
    return {str(one.get("valueReference", {}).get("reference", "")) for one in marks}


def _unchanged(before: _Resource, after: _Resource, but: str = "") -> Iterator[Problem]:
    changed = {name for name in {*before, *after} - _PUBLISHING if before.get(name) != after.get(name)}
    had, has = ([one for one in form.get("extension", ()) if one.get("url") != but] for form in (before, after))
    changed |= {"extension"} if had != has else set()
    if changed:
        yield _problem(f"Publishing and retiring change nothing else: {', '.join(sorted(changed))}.")


def _problem(message: str, element: str = "status") -> Problem:
    return Problem(message, f"Questionnaire.{element}", "forbidden")
