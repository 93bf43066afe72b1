"""A FHIR CodeSystem of many concepts, and what a new edition of it changes.

The concepts stand flat, with their parents as a property: the search parameter `code` sees the first level only.
https://hl7.org/fhir/R4/codesystem.html
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize
from uuid import NAMESPACE_URL, uuid5

from varda.fhir import values
from varda.fhir.resource import Resource
from varda.kernel.errors import Malformed
from varda.terminology.lists import Concept

_OURS = "https://varda.example/fhir/concept-properties#"
_PROPERTIES = {
    "parent": ("http://hl7.org/fhir/concept-properties#parent", "code", "The code above this one."),
    "validFrom": (f"{_OURS}validFrom", "dateTime", "The first day on which the code may be used."),
    "validTo": (f"{_OURS}validTo", "dateTime", "The last day on which the code may be used."),
}
_ABSOLUTE = re.compile(r"(?:https?://[^\s/]|urn:[a-z0-9-]+:)\S+", re.IGNORECASE)
_STAMPED = ("id", "meta")


@dataclass(frozen=True, slots=True)
class Difference:
    """Codes that come, that say something else than before, and that are not there any more."""

    new: int
    changed: int
    gone: int


def id_of(system: str) -> str:
    """The id under which the CodeSystem of a system is kept, whatever its edition."""
    return str(uuid5(NAMESPACE_URL, f"CodeSystem {system}"))


def code_system(
    system: str, name: str, concepts: Sequence[Concept], *, version: str = "", is_whole: bool = True
) -> Resource:
    """A valid CodeSystem. `is_whole` is false when some codes of the list could not be read.

    Raises Malformed for a system that is no absolute address, and for a name or version that cannot be kept.
    """
    if not _ABSOLUTE.fullmatch(system):
        raise Malformed(f"{values.shown(system)} is not the address of a code system; give a http address or an urn.")
    if wrong := [
        f"The name or version cannot be kept: {said}" for one in (name, version) if (said := values.text(one))
    ]:
        raise Malformed(wrong[0])
    if not name.strip():
        raise Malformed("Give the code system a name.")
    rows = [_row(concept) for concept in concepts]
    used = {one["code"] for row in rows for one in row.get("property", ())}
    properties = [
        {"code": code, "uri": uri, "description": said, "type": kind}
        for code, (uri, kind, said) in _PROPERTIES.items()
        if code in used
    ]
    return {
        "resourceType": "CodeSystem",
        "id": id_of(system),
        "url": system,
        **({"version": version.strip()} if version.strip() else {}),
        "name": _computable(name),
        "title": name.strip(),
        "status": "active",
        "experimental": False,
        "caseSensitive": True,
        "content": "complete" if is_whole else "fragment",
        "count": len(rows),
        **({"property": properties} if properties else {}),
        **({"concept": rows} if rows else {}),
    }


def is_same(before: Resource, after: Resource) -> bool:
    """Whether two say the same, apart from what the store itself writes."""
    return _bare(before) == _bare(after)


def difference(before: Resource | None, after: Resource) -> Difference:
    """What a reader of codes notices of a new edition."""
    old, new = _by_code(before or {}), _by_code(after)
    changed = sum(1 for code in old.keys() & new.keys() if old[code] != new[code])
    return Difference(len(new.keys() - old.keys()), changed, len(old.keys() - new.keys()))


def loose_parents(concepts: Iterable[Concept]) -> int:
    """How many different parents are named that are no codes of the list."""
    concepts = list(concepts)
    return len({one.parent for one in concepts if one.parent} - {one.code for one in concepts})


def _row(concept: Concept) -> dict[str, Any]:
    row: dict[str, Any] = {"code": concept.code, "display": concept.text}
    said_too = [{"language": "en", "value": concept.english}] if concept.english else []
    synonyms = [one.strip() for one in re.split(r"[;|]", concept.synonyms)]
    said_too += [{"language": "sv", "value": one} for one in synonyms if one]
    if said_too:
        row["designation"] = said_too
    said = (
        ("parent", "valueCode", concept.parent),
        ("validFrom", "valueDateTime", concept.since),
        ("validTo", "valueDateTime", concept.until),
    )
    if properties := [{"code": code, kind: value} for code, kind, value in said if value]:
        row["property"] = properties
    return row


def _computable(name: str) -> str:
    """A name as FHIR wants it for machines (csd-0): a capital, then letters, digits and underscores."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")
    return (words[:1].upper() + words[1:] if words[:1].isalpha() else f"List_{words}".rstrip("_"))[:255]


def _bare(resource: Resource) -> Resource:
    return {name: value for name, value in resource.items() if name not in _STAMPED}


def _by_code(resource: Resource) -> dict[str, Any]:
    return {row["code"]: row for row in resource.get("concept", ())}
