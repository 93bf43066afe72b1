"""The values inside a resource, walked along the element table: what is wrong, and where.

`forms` answers faster, and only whether all is right. Both read the same rules, so they agree: what fits a form,
`explain` has nothing to say about.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from varda.fhir import definitions, values
from varda.fhir.definitions import Element
from varda.fhir.resource import Resource
from varda.kernel.errors import Problem

EMPTY = "An object must not be empty; leave the element out."
_CODED = frozenset({"CodeableConcept", "Coding"})


def explain(resource: Resource) -> Iterator[Problem]:
    """Every value that is wrong, with its path. Bears with any structure: what it cannot read it passes by."""
    kind = resource.get("resourceType")
    if isinstance(kind, str) and kind in definitions.RESOURCES:
        yield from _in_object(resource, kind, kind)


@cache
def rule(type_: str, element: Element) -> values.Rule | None:
    """The rule for a primitive element; None where any string, number or boolean will do."""
    if type_ == "Reference" and element.key == "reference":
        return values.REFERENCE
    if element.type == "code" and element.codes:
        listed = definitions.codes(element.codes)
        if listed:
            return values.one_of(listed, element.codes)
    return values.RULES.get(element.type)


def is_coded(element: Element) -> bool:
    """Whether a CodeableConcept or Coding must hold a code of a value set."""
    return bool(element.codes and element.type in _CODED and definitions.codes(element.codes))


def uncoded(node: Any, element: Element) -> str:
    """The reason why a CodeableConcept or Coding holds codes but none of its required value set."""
    codings = node.get("coding") if element.type == "CodeableConcept" else [node]
    if not isinstance(codings, list):
        return ""  # nothing, or a matter of structure
    listed = definitions.value_set(element.codes)
    named = [(coding.get("system", ""), coding["code"]) for coding in codings if _is_named(coding)]
    if not named or any(code in listed.get(system, ()) for system, code in named):
        return ""
    return f"None of the codes is one of {element.codes}."


def _is_named(coding: Any) -> bool:
    """Whether there is a code to look up; one of the wrong kind is a matter of structure."""
    return (
        isinstance(coding, dict) and isinstance(coding.get("code"), str) and isinstance(coding.get("system", ""), str)
    )


def _in_object(node: Resource, type_: str, path: str) -> Iterator[Problem]:
    if not node:
        yield Problem(EMPTY, path, "structure")
    elements = definitions.elements(type_)
    for key, value in node.items():
        element = elements.get(key)
        here = f"{path}.{key}"
        if element is not None:
            for item, place in _each(value, here):
                yield from _in_value(item, type_, element, place)
        elif key[:1] == "_" and key[1:] in elements:
            for item, place in _each(value, here):
                if isinstance(item, dict):
                    yield from _in_object(item, "Element", place)
        elif key == "fhir_comments":
            yield Problem("FHIR has no such element here.", here, "structure")


def _each(value: Any, path: str) -> Iterator[tuple[Any, str]]:
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield item, f"{path}[{at}]"
    else:
        yield value, path


def _in_value(item: Any, type_: str, element: Element, path: str) -> Iterator[Problem]:
    if element.type in definitions.PRIMITIVE:
        if isinstance(item, str):
            yield from _in_text(item, type_, element, path)
        elif element.type == "decimal" and isinstance(item, (int, Decimal)) and not values.is_bounded(item):
            yield Problem(f"A number of this size cannot be kept: at most {values.DIGITS} digits.", path, "value")
    elif isinstance(item, dict):
        kind = item.get("resourceType") if element.type == "Resource" else element.type
        if is_coded(element):
            reason = uncoded(item, element)
            if reason:
                yield Problem(reason, path, "code-invalid")
        if isinstance(kind, str):
            yield from _in_object(item, kind, path)


def _in_text(item: str, type_: str, element: Element, path: str) -> Iterator[Problem]:
    reason = values.text(item, element.type)
    if reason:
        yield Problem(reason, path, "value")
        return
    own = rule(type_, element)
    reason = own.reason(item) if own is not None and item else ""  # an empty text is a matter of structure
    if reason:
        yield Problem(reason, path, "code-invalid" if element.type == "code" and element.codes else "value")
