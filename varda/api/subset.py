"""Part of a resource, when part is asked for: `_elements`, `_summary`; and the same resource with lines (`_pretty`).

A part is marked SUBSETTED, so that nobody writes it back as the whole. http://hl7.org/fhir/R4/search.html#elements
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from varda.fhir import definitions
from varda.fhir.resource import dump, parse
from varda.kernel.errors import Malformed

SHAPING = frozenset({"_elements", "_summary", "_format", "_pretty"})
"""Parameters that shape the answer and ask nothing of the search."""

SUBSETTED = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "SUBSETTED",
    "display": "subsetted",
}
_SUMMARIES = frozenset({"", "true", "text", "data", "count", "false"})
_ALWAYS = frozenset({"resourceType", "id", "meta"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What is asked of each resource of an answer. The plain shape leaves the bytes untouched."""

    elements: frozenset[str] = frozenset()
    summary: str = ""
    pretty: bool = False

    @property
    def counts_only(self) -> bool:
        """Whether only the number of matches is wanted."""
        return self.summary == "count"

    @property
    def is_plain(self) -> bool:
        """Whether every resource goes out as it was stored."""
        return not self.elements and self.summary in ("", "count")

    def of(self, body: bytes) -> bytes:
        """One stored resource in this shape."""
        keep = self._kept()
        if keep is None:
            return body
        resource = parse(body)
        type_ = resource["resourceType"]
        part = {name: value for name, value in resource.items() if name in _ALWAYS or keep(type_, name)}
        if len(part) < len(resource):
            part["meta"] = _marked(part.get("meta") or {})
        return dump(part)

    def laid_out(self, body: bytes) -> bytes:
        """A whole answer, with lines and indents when they were asked for."""
        return msgspec.json.format(body, indent=2) if self.pretty and body else body

    def _kept(self) -> Callable[[str, str], bool] | None:
        if self.elements:
            return lambda type_, name: _name(type_, name) in self.elements or _is_required(type_, name)
        if self.summary == "text":
            return lambda type_, name: name == "text" or _is_required(type_, name)
        if self.summary == "data":
            return lambda _, name: name != "text"
        if self.summary == "true":
            return lambda _, name: name not in ("text", "contained")
        return None


PLAIN = Shape()


def shape(parameters: Sequence[tuple[str, str]]) -> Shape:
    """The shape that parameters ask for. Raises `Malformed`."""
    given = dict(parameters)
    summary = given.get("_summary", "")
    if summary not in _SUMMARIES:
        raise Malformed("_summary must be true, text, data, count or false.")
    names = [name.strip() for key, value in parameters if key == "_elements" for name in value.split(",")]
    elements = frozenset(name.rpartition(".")[2] for name in names if name)
    return Shape(elements, "" if summary == "false" else summary, given.get("_pretty") == "true")


def _name(type_: str, key: str) -> str:
    """The element's name in FHIRPath: `value` for valueQuantity, `birthDate` for _birthDate."""
    bare = key.removeprefix("_")
    element = definitions.elements(type_).get(bare)
    return element.name if element is not None else bare


def _is_required(type_: str, key: str) -> bool:
    element = definitions.elements(type_).get(key.removeprefix("_"))
    return element is not None and element.min > 0


def _marked(meta: dict[str, Any]) -> dict[str, Any]:
    return {**meta, "tag": [*meta.get("tag", ()), SUBSETTED]}
