"""A QuestionnaireResponse as people read it, and made of answers. Pure.

http://hl7.org/fhir/R4/questionnaireresponse.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from varda.care.facts import Moment, extension, first_moment, moment, shown
from varda.care.forms import typed
from varda.care.forms.model import Answer, Form, Item, answer_of, answers_of
from varda.care.forms.rules import Settled
from varda.record.forms import SIGNATURE, signatures

REASON = "https://varda.example/fhir/StructureDefinition/change-reason"
"""Why it was changed: the same element as a note's."""
DISPLAY = "http://hl7.org/fhir/StructureDefinition/display"
AUTHORS_SIGNATURE = {"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a response: a heading of a group (no answers), or a question and what was answered."""

    depth: int
    link: str
    text: str
    answers: tuple[str, ...]
    is_heading: bool


@dataclass(frozen=True, slots=True)
class Response:
    """A filled form. `status` is in-progress, completed, amended, stopped or entered-in-error; `form` the canonical of
    the Questionnaire and `signers` the references of those who have signed; `reason` why it was amended or struck.
    """

    id: str
    version: int
    status: str
    form: str
    title: str
    at: Moment | None
    patient: str
    encounter: str
    by: str
    author: str
    signers: tuple[str, ...]
    signed_by: str
    signed: Moment | None
    reason: str
    lines: tuple[Line, ...]
    answers: Mapping[str, Sequence[Answer]]

    @property
    def is_signed(self) -> bool:
        """Whether somebody answers for it."""
        return self.status in ("completed", "amended")

    @property
    def gist(self) -> str:
        """The start of what was answered."""
        said = [f"{one.text} {', '.join(one.answers)}" for one in self.lines if one.answers]
        return " · ".join(said)[:240]


def response(resource: Mapping[str, Any]) -> Response:
    """Read a QuestionnaireResponse, ours or another's."""
    marks = [one.get("valueSignature", {}) for one in signatures(resource)]
    form = str(resource.get("questionnaire", ""))
    return Response(
        id=str(resource.get("id", "")),
        version=int(resource.get("meta", {}).get("versionId", "0") or 0),
        status=str(resource.get("status", "")),
        form=form,
        title=_title(resource) or form.rpartition("/")[2] or "?",
        at=first_moment(resource, "authored"),
        patient=resource.get("subject", {}).get("reference", "").rpartition("/")[2],
        encounter=resource.get("encounter", {}).get("reference", "").rpartition("/")[2],
        by=shown(resource.get("author")),
        author=resource.get("author", {}).get("reference", ""),
        signers=tuple(one.get("who", {}).get("reference", "") for one in marks),
        signed_by=shown(marks[-1].get("who")) if marks else "",
        signed=moment(marks[-1].get("when")) if marks else None,
        reason=extension(resource, REASON),
        lines=tuple(_lines(resource.get("item", ()), 0)),
        answers=answers_of(resource),
    )


def items(form: Form, found: Settled) -> list[dict[str, Any]]:
    """The answers as items of a response, in the form's order; closed and unanswered questions are left out."""
    return list(_made(form.items, found))


def signature(who: Mapping[str, Any], when: str) -> dict[str, Any]:
    """The signature of a filled form: whose (a Reference) and since when."""
    mark = {"type": [AUTHORS_SIGNATURE], "when": when, "who": who}
    return {"url": SIGNATURE, "valueSignature": mark}


def named(form: Form) -> dict[str, Any]:
    """What a response says of its form: its canonical, and its title for who reads it without the form."""
    return {
        "questionnaire": form.canonical,
        "_questionnaire": {"extension": [{"url": DISPLAY, "valueString": form.title}]},
    }


def _made(asked: Sequence[Item], found: Settled) -> Iterator[dict[str, Any]]:
    for item in asked:
        if item.link not in found.open:
            continue
        inside = list(_made(item.items, found))
        given = [{one.key: one.value} for one in found.answers.get(item.link, ())]
        if not inside and not given:
            continue
        made: dict[str, Any] = {"linkId": item.link, "text": item.text or item.link}
        if given:
            if inside:  # what is asked because of an answer stands inside it
                given[0]["item"] = inside
            made["answer"] = given
        else:
            made["item"] = inside
        yield made


def _lines(said: Sequence[Mapping[str, Any]], depth: int) -> Iterator[Line]:
    for item in said:
        given = [answer for one in item.get("answer", ()) if (answer := answer_of(one))]
        text = str(item.get("text") or item.get("linkId", ""))
        yield Line(depth, str(item.get("linkId", "")), text, tuple(typed.shown(given)), is_heading=not given)
        yield from _lines(item.get("item", ()), depth + 1)
        for one in item.get("answer", ()):
            yield from _lines(one.get("item", ()), depth + 1)


def _title(resource: Mapping[str, Any]) -> str:
    return extension(resource.get("_questionnaire", {}), DISPLAY)
