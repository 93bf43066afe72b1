"""DocumentReference read into a file (http://hl7.org/fhir/R4/documentreference.html)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from varda.care.facts import Moment, codes, first_moment, shown

CATEGORY = {
    "system": "https://varda.example/fhir/CodeSystem/document-category",
    "code": "file",
    "display": "Bild eller fil",
}
"""What makes a DocumentReference one of function F31."""
DICTATION = {**CATEGORY, "code": "dictation", "display": "Diktat"}
"""The second category of a recording that a note is written from."""


@dataclass(frozen=True, slots=True)
class File:
    """A picture, document or recording of a record. `said` describes it in words, `kind` is its media type, `size` in
    bytes; `note` the id of the note that it belongs to, `binary` the id of the Binary that holds it. `status` is
    current, superseded or entered-in-error; it is `is_final` when somebody answers for it. `data` is
    what is in it (base64), where that stands in the entry itself; `more` are its other attachments, by their `part`.
    """

    id: str
    version: int
    said: str
    kind: str
    size: int
    at: Moment | None
    by: str
    patient: str
    note: str
    binary: str
    status: str
    is_final: bool
    is_dictation: bool
    part: int = 0
    data: str = ""
    more: tuple["File", ...] = ()

    @property
    def is_here(self) -> bool:
        """Whether what is in it is kept here."""
        return bool(self.binary or self.data)

    @property
    def is_image(self) -> bool:
        """Whether it is shown as a picture."""
        return self.kind.startswith("image/")

    @property
    def is_sound(self) -> bool:
        """Whether it is listened to."""
        return self.kind.startswith("audio/")


def file(resource: Mapping[str, Any]) -> File:
    """Read a DocumentReference resource, ours or another's."""
    first, *others = [one.get("attachment", {}) for one in resource.get("content", ())] or [{}]
    more = tuple(_file(resource, one, part) for part, one in enumerate(others, 1))
    return replace(_file(resource, first, 0), more=more)


def _file(resource: Mapping[str, Any], attached: Mapping[str, Any], part: int) -> File:
    related = [str(one.get("reference", "")) for one in resource.get("context", {}).get("related", ())]
    type_, _, binary = str(attached.get("url", "")).partition("/")
    return File(
        id=str(resource.get("id", "")),
        version=int(resource.get("meta", {}).get("versionId", "0") or 0),
        said=str(
            (not part and resource.get("description")) or attached.get("title") or resource.get("description", "")
        ),
        kind=str(attached.get("contentType", "")),
        size=int(attached.get("size", 0) or 0),
        at=first_moment(resource, "date"),
        by=", ".join(shown(one) for one in resource.get("author", ())),
        patient=str(resource.get("subject", {}).get("reference", "")).rpartition("/")[2],
        note=next((one.rpartition("/")[2] for one in related if one.startswith("Composition/")), ""),
        binary=binary if type_ == "Binary" and "/" not in binary else "",
        status=str(resource.get("status", "")),
        is_final=resource.get("docStatus") in ("final", "amended"),
        is_dictation=DICTATION["code"] in codes(resource.get("category"), DICTATION["system"]),
        part=part,
        data=str(attached.get("data", "")),
    )
