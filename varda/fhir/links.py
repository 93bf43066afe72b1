"""Where a resource points: every reference, address and narrative link in it, found along the element table.

Strings that only look like addresses (an identifier's value, a comment) are not links and are never touched.
http://hl7.org/fhir/R4/http.html#trules
"""

import html
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from varda.fhir import definitions
from varda.fhir.resource import Resource

_ADDRESS = frozenset({"uri", "url", "canonical", "oid", "uuid"})
_HREF = re.compile(r"""(?<=[\s"'])(href|src)(\s*=\s*)(["'])(.*?)\3""", re.DOTALL)


@dataclass(slots=True)
class Link:
    """One place that points somewhere: `holder[key]` is the text. `kind` is reference, address or narrative."""

    kind: str
    holder: Any
    key: Any

    @property
    def text(self) -> str:
        """The address as it stands, for a narrative the whole `div`."""
        found: str = self.holder[self.key]
        return found

    def point(self, targets: Mapping[str, str], base: str = "") -> None:
        """Replace, in place, what `targets` knows; a part after `#` is kept."""
        if self.kind == "narrative":
            self.holder[self.key] = _HREF.sub(lambda found: _relinked(found, targets), self.text)
        else:
            target = answered(self.text, targets, base if self.kind == "reference" else "")
            if target is not None:
                self.holder[self.key] = target


def answered(address: str, targets: Mapping[str, str], base: str = "") -> str | None:
    """What an address becomes, or None when `targets` does not know it.

    `base` is the server (`https://his.example/fhir/`) that a relative reference belongs to. A version is left out,
    because the target gets a new one.
    """
    target = targets.get(address) or (targets.get(base + address) if base and address else None)
    if target is not None or not ("#" in address or "/_history/" in address):
        return target
    whole, hash_, part = address.partition("#")
    for form in (whole, whole.partition("/_history/")[0]):
        target = targets.get(form) or (targets.get(base + form) if base and form else None)
        if target is not None:
            return f"{target}{hash_}{part}"
    return None


def _relinked(found: re.Match[str], targets: Mapping[str, str]) -> str:
    name, equals, quote, address = found.groups()
    target = answered(html.unescape(address), targets)
    return found[0] if target is None else f"{name}{equals}{quote}{html.escape(target)}{quote}"


def links(resource: Resource, known: Container[str] | None = None) -> list[Link]:
    """Every link of a resource, those of contained resources among them. Bears with any structure.

    With `known`, of the addresses (not of the references) only those that it may have an answer to: most are the names
    of code systems.
    """
    found: list[Link] = []
    _gather(resource, "Resource", found, known)
    return found


def references(resource: Resource) -> Iterator[tuple[str, str]]:
    """Path and text of every `Reference.reference`, as `Observation.performer[0].reference`."""
    for path, node, key in _placed(resource, "Resource", ""):
        if key == "reference" and isinstance(node[key], str):
            yield path, node[key]


def _gather(node: Resource, type_: str, found: list[Link], known: Container[str] | None) -> None:
    if type_ == "Resource":
        kind = node.get("resourceType")
        type_ = kind if isinstance(kind, str) else ""
    table = _table(type_)
    for key, value in node.items():
        inside = table.get(key)
        if inside is None:
            continue
        kind, complex_ = inside
        if not complex_:
            _note(kind, node, key, value, found, known)
        elif value.__class__ is list:
            for item in value:
                if item.__class__ is dict:
                    _gather(item, kind, found, known)
        elif value.__class__ is dict:
            _gather(value, kind, found, known)


def _note(kind: str, node: Any, key: Any, value: Any, found: list[Link], known: Container[str] | None) -> None:
    if value.__class__ is str:
        if (
            kind == "reference"
            or (kind == "narrative" and ("href" in value or "src" in value))
            or (kind == "address" and (known is None or value in known or "#" in value or "/_history/" in value))
        ):
            found.append(Link(kind, node, key))
    elif value.__class__ is list:
        for at, item in enumerate(value):
            if item.__class__ is str:
                _note(kind, value, at, item, found, known)


@cache
def _table(type_: str) -> dict[str, tuple[str, bool]]:
    """JSON key → (kind of link, False) or (type to go into, True), for the keys of a type that may hold a link."""
    table: dict[str, tuple[str, bool]] = {}
    for element in definitions.elements(type_).values():
        if type_ == "Reference" and element.key == "reference":
            table[element.key] = ("reference", False)
        elif element.type in _ADDRESS:
            table[element.key] = ("address", False)
        elif element.type == "xhtml":
            table[element.key] = ("narrative", False)
        elif element.type not in definitions.PRIMITIVE:
            table[element.key] = (element.type, True)
        if element.type in definitions.PRIMITIVE:
            table[f"_{element.key}"] = ("Element", True)
    return table


def _placed(node: Resource, type_: str, path: str) -> Iterator[tuple[str, Resource, str]]:
    """Path, holder and key of each reference; the slow way, for what is told to people."""
    if type_ == "Resource":
        kind = node.get("resourceType")
        type_ = kind if isinstance(kind, str) else ""
        path = path or type_
    table = _table(type_)
    for key, value in node.items():
        kind, complex_ = table.get(key, ("", False))
        if kind == "reference":
            yield f"{path}.{key}", node, key
        elif complex_ and isinstance(value, list):
            for at, item in enumerate(value):
                if isinstance(item, dict):
                    yield from _placed(item, kind, f"{path}.{key}[{at}]")
        elif complex_ and isinstance(value, dict):
            yield from _placed(value, kind, f"{path}.{key}")
