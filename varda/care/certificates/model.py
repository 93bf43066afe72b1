"""Certificates as declared files: each becomes a Questionnaire, with rules for whom it is and when its version holds.

A certificate in the record is a Composition of a category of its own, which is what the catalogue's rights go by
(decision 37); what was answered stands in it as a contained QuestionnaireResponse, and as sections for who reads.
http://hl7.org/fhir/R4/composition.html · http://hl7.org/fhir/R4/questionnaire.html
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from typing import Any

from varda.care import forms
from varda.care.forms import Form, Response
from varda.care.notes import KEYWORDS, Note, note
from varda.catalogue import Words
from varda.record import signing

KIND = "https://varda.example/fhir/CodeSystem/certificate"
QUESTION = "https://varda.example/fhir/CodeSystem/certificate-question"
ANSWERS = "answers"
"""The id of the contained response."""
RECORD = ("diagnosis", "written", "from", "until")
"""Where answers begin beside the keywords of a note."""


class Undeclared(ValueError):
    """A declared file that cannot be understood: which, and what is wrong there."""


@dataclass(frozen=True)
class Certificate:
    """One version of a certificate. It holds from `valid` until the next version does; `to` is who receives it, empty
    where the patient decides, `least_age` whole years. `begins`: by question the sources that its answer may begin
    with, the best first. `unsaid`: questions whose answers stand on no paper.
    """

    code: str
    category: str
    words: Words
    version: str
    valid: date
    to: str
    form: Form
    least_age: int = 0
    begins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unsaid: frozenset[str] = frozenset()

    @property
    def function(self) -> str:
        """The function of the catalogue that it belongs to: whose roles prepare it and sign it."""
        return signing.CERTIFICATES[self.category]


@dataclass(frozen=True)
class Issued:
    """A certificate in the record: the note that it is, what it was drafted from (`Composition/id`, and the version
    then), the one that it replaces, and its answers. `kind` is None where its form is not known here, or is another
    than the category that it was signed in allows.
    """

    note: Note
    kind: Certificate | None
    origin: str
    origin_version: int
    replaces: str
    answers: Response

    @property
    def state(self) -> str:
        """prepared, signed or cancelled."""
        return {"preliminary": "prepared", "entered-in-error": "cancelled"}.get(self.note.status, "signed")


def issued(resource: Mapping[str, Any]) -> Issued:
    """Read a certificate's Composition."""
    contained = (one for one in resource.get("contained", ()) if one.get("id") == ANSWERS)
    held: Mapping[str, Any] = next(contained, {})
    answers = forms.response(held)
    origin, _, version = _related(resource, "transforms").partition("/_history/")
    found, kind = note(resource), declared(answers.form)
    if kind is not None and kind.function != found.function:
        kind = None
    return Issued(
        found, kind, origin, int(version) if version.isdecimal() else 0,
        _related(resource, "replaces"), answers,
    )  # fmt: skip


def declared(canonical: str) -> Certificate | None:
    """A version of a certificate by its form's address and version."""
    return next((one for one in CERTIFICATES if one.form.canonical == canonical), None)


def read(text: str, name: str) -> Certificate:
    """The certificate that the text of a file declares. Raises `Undeclared` with the place and what is wrong there."""
    try:
        said = tomllib.loads(text)
        begins = {one["link"]: tuple(one["begins"]) for one in said["items"] if "begins" in one}
        made = Certificate(
            code=said["code"],
            category=said["category"],
            words=Words(said["sv"], said["en"]),
            version=said["version"],
            valid=said["from"],
            to=said["to"],
            form=forms.form(questionnaire(said)),
            least_age=int(said.get("least_age", 0)),
            begins=begins,
            unsaid=frozenset(one["link"] for one in said["items"] if one.get("unsaid")),
        )
    except KeyError as missing:
        raise Undeclared(f"{name}: {missing.args[0]!r} is wanted there, and is not declared.") from missing
    except (tomllib.TOMLDecodeError, TypeError, ValueError, AttributeError) as wrong:
        raise Undeclared(f"{name}: {wrong}") from wrong
    if wrong_here := next(_wrong(made), ""):
        raise Undeclared(f"{name}: {wrong_here}")
    return made


def questionnaire(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a file declares as a FHIR Questionnaire."""
    return {
        "resourceType": "Questionnaire",
        "id": f"certificate-{said['code']}-{said['version']}",
        "url": f"{signing.FORMS}{said['category']}/{said['code']}",
        "version": said["version"],
        "title": said["sv"],
        "status": "active",
        "subjectType": ["Patient"],
        "language": "sv",
        "effectivePeriod": {"start": said["from"].isoformat()},
        "item": [_item(one) for one in said["items"]],
    }


def _item(said: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"linkId": said["link"], "type": said["type"], "text": said["text"]}
    made |= {name: said[name] for name in ("required", "repeats") if name in said}
    if "choices" in said:
        made["type"] = "open-choice" if said.get("own") else "choice"
        made["answerOption"] = [{"valueCoding": {"display": one}} for one in said["choices"]]
    if "when" in said:
        question, answer = said["when"]
        wanted = {"answerBoolean": answer == "true"} if answer in ("true", "false") else {
            "answerCoding": {"display": answer}
        }  # fmt: skip
        made["enableWhen"] = [{"question": question, "operator": "=", **wanted}]
    if "within" in said:
        least, most = said["within"]
        urls = ("http://hl7.org/fhir/StructureDefinition/minValue", "http://hl7.org/fhir/StructureDefinition/maxValue")
        made["extension"] = [{"url": url, "valueInteger": one} for url, one in zip(urls, (least, most), strict=True)]
    if "help" in said:
        control = {"coding": [{"system": "http://hl7.org/fhir/questionnaire-item-control", "code": "help"}]}
        mark = {
            "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl",
            "valueCodeableConcept": control,
        }
        made["item"] = [
            {"linkId": f"{said['link']}-help", "type": "display", "text": said["help"], "extension": [mark]}
        ]
    return made


def _wrong(made: Certificate) -> Iterator[str]:
    """What does not hold together."""
    if made.category not in signing.CERTIFICATES:
        yield f"there is no category {made.category!r}; there are {', '.join(signing.CERTIFICATES)}."
    yield from (f"{one.path}: {one.message}" for one in forms.unknown(made.form))
    known = {*KEYWORDS, *RECORD}
    yield from (f"{link} begins with {one!r}, which is no keyword." for link, some in made.begins.items()
                for one in some if one not in known)  # fmt: skip


def _related(resource: Mapping[str, Any], how: str) -> str:
    found = (one.get("targetReference", {}) for one in resource.get("relatesTo", ()) if one.get("code") == how)
    return next((str(one.get("reference", "")) for one in found), "")


def _declared() -> Iterator[Certificate]:
    folder = resources.files("varda.care.certificates").joinpath("declared")
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        yield read(file.read_text(encoding="utf-8"), file.name)


CERTIFICATES = tuple(sorted(_declared(), key=lambda one: (one.category, one.code, one.valid)))
"""Every version of every certificate."""
