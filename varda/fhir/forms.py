"""Every type of R4 as a form that msgspec fills in: whether a resource is surely right, at the speed of C.

A form is stricter than the standard and never laxer: it has no place for what is rare (`_given` beside a repeating
`given`, a contained resource in another, more than a few levels of elements). What does not fit is not wrong yet:
fhirkit and `shape.explain` judge it, and say what is. http://hl7.org/fhir/R4/json.html
"""

from binascii import a2b_base64
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache
from operator import attrgetter
from threading import RLock
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from varda.fhir import definitions, shape, values
from varda.fhir.definitions import Element
from varda.fhir.resource import Resource

_DEPTH = 6
"""Levels of elements below a resource; each level has forms of its own, so that none goes in circles."""
_DEPTH_OF_EXTENSION = 3
_HOLDERS = frozenset({"Bundle", "Parameters"})
_ATTRIBUTES = frozenset({"id", "url"})  # in XML, where they can have no extension
_MOST = 2**31 - 1
_making = RLock()
"""Threads validate side by side, and none may meet a form that another is still making."""


def is_right(resource: Resource) -> bool:
    """Whether structure and values are surely right. Control characters and repeated keys show in the bytes only."""
    try:
        _fill(_resource(resource["resourceType"]), resource)
    except Exception:  # whatever stops a form, the long way judges the resource
        return False
    return True


class _Judged:
    """A value that C cannot judge by itself; each kind of it is a class with its own test."""

    test: Callable[[Any], object]


@cache
def _kind(test: Callable[[Any], object]) -> Any:
    return type("Kind", (_Judged,), {"test": staticmethod(test)})


def _judge(kind: type[_Judged], value: Any) -> _Judged:
    if not kind.test(value):
        raise ValueError
    return kind()


def _fill(form: Any, value: Any) -> object:
    return msgspec.convert(value, form, dec_hook=_judge)


@cache
def _resource(type_: str) -> Any:
    if type_ not in definitions.RESOURCES:
        raise KeyError(type_)
    with _making:
        return _form(type_, _DEPTH)


@cache
def _form(type_: str, depth: int) -> Any:
    """The form of a type with room for `depth` more levels; None where they do not hold what it must have."""
    elements = definitions.elements(type_).values()
    held = [(element, judged) for element in elements if (judged := _value(type_, element, depth)) is not None]
    if not {element.name for element in elements if element.min} <= {element.name for element, _ in held}:
        return None
    fields: list[Any] = [("resourceType_", Literal[type_])] if type_ in definitions.RESOURCES else []
    choices: dict[str, list[Element]] = {}
    for element, judged in held:
        value = judged
        if element.many:
            value = Annotated[list[judged], Meta(min_length=1)]  # type: ignore[valid-type] # made as we go
        if element.choice:
            choices.setdefault(element.name, []).append(element)
        name = f"{element.key}_"  # `class` and `for` are words of Python
        is_needed = element.min and not element.choice
        fields.append((name, value) if is_needed else (name, value | UnsetType, UNSET))
        if element.type in definitions.PRIMITIVE and not element.many and element.key not in _ATTRIBUTES and depth:
            fields.append((f"_{name}", _form("Element", _below("Element", depth)) | UnsetType, UNSET))
    form = msgspec.defstruct(
        type_.replace(".", "_"),
        fields,
        namespace={"__post_init__": _one_of_each(choices.values())} if choices else {},
        rename=lambda name: name.removesuffix("_"),
        forbid_unknown_fields=True,
        kw_only=True,
        gc=False,
    )
    msgspec.json.Decoder(form)  # msgspec learns a form when it is first used, and a form half learnt kills the process
    return form


def _below(type_: str, depth: int) -> int:
    return min(depth - 1, _DEPTH_OF_EXTENSION) if type_ in ("Element", "Extension") else depth - 1


def _value(type_: str, element: Element, depth: int) -> Any:
    """What judges one value of an element; None where the form has no place for it."""
    if element.type == "Resource":
        return _kind(_is_right_entry if type_ == "Bundle.entry" else _is_right_contained)
    if element.type in definitions.PRIMITIVE:
        rule = shape.rule(type_, element)
        return _kind(rule.test) if rule is not None else _PLAIN[element.type]
    if not depth:
        return None
    form = _form(element.type, _below(element.type, depth))
    if form is None or not shape.is_coded(element):
        return form
    return _kind(lambda node: _fill(form, node) and not shape.uncoded(node, element))


def _one_of_each(choices: Iterable[list[Element]]) -> Callable[[Any], None]:
    """Of a choice such as `value[x]` no more than one type is given, and where one is needed not less."""
    rules = [(_values_of(some), len(some) - 1, some[0].min) for some in choices]

    def check(filled: Any) -> None:
        for given, rest, least in rules:
            empty = given(filled).count(UNSET)
            if empty < rest or (least and empty > rest):
                raise ValueError

    return check


def _values_of(some: list[Element]) -> Callable[[Any], tuple[Any, ...]]:
    names = [f"{one.key}_" for one in some]
    values_of = attrgetter(*names)
    return values_of if len(names) > 1 else lambda filled: (values_of(filled),)  # of one name it gives the bare value


def _is_right_entry(resource: Any) -> bool:
    return resource["resourceType"] not in _HOLDERS and is_right(resource)


def _is_right_contained(resource: Any) -> bool:
    return "contained" not in resource and _is_right_entry(resource)


def _is_number(value: Any) -> bool:
    return value.__class__ in (int, Decimal) and values.is_bounded(value)


def _is_base64(value: str) -> bool:
    return bool(a2b_base64(value, strict_mode=True))


_TEXT = Annotated[str, Meta(min_length=1, max_length=values.LONGEST)]
_PLAIN: dict[str, Any] = {
    "boolean": bool,
    "integer": Annotated[int, Meta(ge=-_MOST, le=_MOST)],
    "unsignedInt": Annotated[int, Meta(ge=0, le=_MOST)],
    "positiveInt": Annotated[int, Meta(ge=1, le=_MOST)],
    "decimal": _kind(_is_number),
    "base64Binary": _kind(_is_base64),
    "string": _TEXT,
    "markdown": _TEXT,
}
