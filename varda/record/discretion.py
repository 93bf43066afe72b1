"""What is kept back inside a resource: where a protected person lives (A14), what care withholds from a patient (A17),
who one of the staff is outside work.

Confidentiality codes are FHIR's own: http://terminology.hl7.org/CodeSystem/v3-Confidentiality, R restricted and V very
restricted mark a protected identity (sekretessmarkering, skyddad folkbokföring).
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from varda.fhir import resource as json
from varda.record.finding import IDENTITIES
from varda.search.index import Index, indexed
from varda.store.model import Stored

WITHHELD = ("https://varda.example/fhir/CodeSystem/discretion", "withheld")
"""The label of an entry that care keeps back from the patient's own view."""
RIGHT = "protected-identities"
"""The special right to see where protected people live."""

_CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
PROTECTING = tuple(f"{_CONFIDENTIALITY}|{code}" for code in ("R", "V"))
"""The labels of a protected identity, as a search asks for them."""
PEOPLE = frozenset({"Patient", "RelatedPerson", "Person"})
_WHEREABOUTS = ("address", "telecom", "contact", "photo", "text")
"""The narrative too: it may say in words what the elements say."""
_PLACES = ("valueAddress", "valueContactPoint")
_UNSIGNED = ("preliminary", "registered")


def is_protected(resource: Mapping[str, Any]) -> bool:
    """Whether the person's identity is protected."""
    return any(label == (_CONFIDENTIALITY, code) for label in _labels(resource) for code in ("R", "V"))


def is_known_by_a_relative(resource: Mapping[str, Any]) -> bool:
    """Whether a Person is tied to a patient through a RelatedPerson alone: nobody can tell whose home it names."""
    linked = [str((one.get("target") or {}).get("reference", "")) for one in resource.get("link") or ()]
    kinds = {kind for one in linked for kind in ("Patient", "RelatedPerson") if f"{kind}/" in one}
    return resource.get("resourceType") == "Person" and "RelatedPerson" in kinds and "Patient" not in kinds


def keeps_back(resource: Mapping[str, Any]) -> bool:
    """Whether what the resource says of itself is enough to keep its whereabouts back."""
    return is_protected(resource) or is_known_by_a_relative(resource)


def is_withheld(resource: Mapping[str, Any]) -> bool:
    """Whether the entry is kept back from the patient: labelled so, or a note or a file that nobody has signed yet."""
    said = {"Composition": "status", "DocumentReference": "docStatus"}.get(str(resource.get("resourceType")))
    is_unsigned = said is not None and resource.get(said) in _UNSIGNED
    return is_unsigned or is_labelled(resource)


def is_labelled(resource: Mapping[str, Any]) -> bool:
    """Whether care keeps the entry back, signed or not."""
    return WITHHELD in _labels(resource)


def labelled(resource: Mapping[str, Any]) -> dict[str, Any]:
    """The entry kept back from the patient's own view. Other labels stay, the one of what is unsigned too."""
    system, code = WITHHELD
    label, meta = {"system": system, "code": code}, resource.get("meta", {})
    others = [one for one in meta.get("security", ()) if one != label]
    return {**resource, "meta": {**meta, "security": [*others, label]}}


def without_whereabouts(resource: Mapping[str, Any]) -> dict[str, Any]:
    """The person less address and contacts: elements, narrative, extensions, and those of what is contained."""
    told = {name: value for name, value in resource.items() if name.removeprefix("_") not in _WHEREABOUTS}
    if "contained" in told:
        told["contained"] = [without_whereabouts(one) for one in told["contained"]]
    if any(map(_says_where, told.get("extension") or ())):
        told["extension"] = [one for one in told["extension"] if not _says_where(one)]
    return {name: value for name, value in told.items() if value != []}


def at_work(stored: Stored) -> Stored:
    """One of the staff as colleagues and patients know them: without identity number and home. Others as they are."""
    if stored.type != "Practitioner" or stored.deleted:
        return stored
    return msgspec.structs.replace(stored, body=json.dump(without_private_life(stored.resource)))


def without_private_life(practitioner: Mapping[str, Any]) -> dict[str, Any]:
    """The Practitioner less identity number, home address and private contacts: log review alone needs them."""
    kept = dict(practitioner)
    for name in ("identifier", "address", "telecom"):
        public = [one for one in kept.pop(name, None) or [] if not _is_private(one)]
        kept |= {name: public} if public else {}
    return kept


def _is_private(part: Mapping[str, Any]) -> bool:
    return part.get("use") == "home" or part.get("system") in IDENTITIES


def shown(stored: Stored, *, also_if: bool = False) -> Stored:
    """What is shown of a version to somebody without the right: a protected person without the whereabouts.

    `also_if`: the person is protected now, or would tell of somebody who is, whatever this version says.
    """
    if stored.type not in PEOPLE or stored.deleted:
        return stored
    if not also_if and (not _may_keep_back(stored) or not keeps_back(stored.resource)):
        return stored
    return msgspec.structs.replace(stored, body=json.dump(without_whereabouts(stored.resource)))


def _may_keep_back(stored: Stored) -> bool:
    """A glance at the bytes, so that nearly nobody is parsed."""
    return b'"security"' in stored.body or (stored.type == "Person" and b"RelatedPerson/" in stored.body)


def searchable(resource: dict[str, Any], written: bytes = b"", *, also_if: bool = False) -> Index:
    """The index of a resource; nobody finds out by searching where a protected person lives, or one of the staff.

    `written`: see `indexed`. `also_if`: the person would tell where a protected one lives.
    """
    if resource["resourceType"] == "Practitioner":
        return indexed(without_private_life(resource))
    if also_if or keeps_back(resource):
        return indexed(without_whereabouts(resource))
    return indexed(resource, written)


def still_protected(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """An update by somebody without the right keeps the whereabouts that were there, and the label that hides them."""
    hidden = (*_WHEREABOUTS, "contained")
    kept = {name: value for name, value in before.items() if name.removeprefix("_") in hidden}
    told = without_whereabouts(after)
    if places := [one for one in before.get("extension") or () if _says_where(one)]:
        kept["extension"] = [*told.get("extension", ()), *places]
    hiding = [one for one in (before.get("meta") or {}).get("security") or () if _is_hiding(one)]
    meta = after.get("meta") or {}
    others = [one for one in meta.get("security") or [] if not _is_hiding(one)]
    labels = {"security": [*hiding, *others]} if hiding or others else {}
    rest = {name: value for name, value in meta.items() if name != "security"}
    return {**told, **kept, **({"meta": {**rest, **labels}} if rest or labels else {})}


def _says_where(extension: Mapping[str, Any]) -> bool:
    """Whether an extension, or one inside it, is an address or a way to reach somebody."""
    is_place = any(name in extension for name in _PLACES)
    return is_place or any(map(_says_where, extension.get("extension") or ()))


def _is_hiding(label: Mapping[str, Any]) -> bool:
    return label.get("system") == _CONFIDENTIALITY and label.get("code") in ("R", "V")


def _labels(resource: Mapping[str, Any]) -> set[tuple[str, str]]:
    meta = resource.get("meta")
    labels = meta.get("security") if isinstance(meta, dict) else None
    return {(one.get("system", ""), one.get("code", "")) for one in labels or [] if isinstance(one, dict)}
