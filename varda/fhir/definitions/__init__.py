"""What the R4 standard says, distilled to what a server asks: types, elements, search parameters, compartment, codes.

The files beside this module are written by `tools/definitions.py` from the official package and never by hand
(NOTICE.md tells source and licence). They are read at first use.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import msgspec


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.json.decode(files(__name__).joinpath(name).read_bytes())
    return content


_KINDS = _read("types.json")

TYPES: tuple[str, ...] = tuple(_KINDS["resource"])
"""The 146 resource types, sorted. A type's 1-based position is its number in the database: never reorder."""
COMPLEX: frozenset[str] = frozenset(_KINDS["complex-type"])
PRIMITIVE: frozenset[str] = frozenset(_KINDS["primitive-type"])
RESOURCES: frozenset[str] = frozenset(TYPES)
"""The same for asking whether a word is a resource type."""
_NO_DOMAIN = frozenset({"Binary", "Bundle", "Parameters"})


@dataclass(frozen=True, slots=True)
class Component:
    """One half of a composite parameter; its expression starts at what the composite's expression gives."""

    code: str
    type: str
    expression: str
    url: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One search parameter as it applies to one resource type.

    `type` is token, reference, string, date, number, quantity, uri, composite or special. `expression` speaks of this
    type only and is empty where the standard gives none (`_text`, `_content`, `_filter`, `_query`, `Patient.age` …).
    `targets` are the types a reference may point to. `single` is true when a resource has one value at most.
    """

    base: str
    code: str
    type: str
    expression: str = ""
    targets: tuple[str, ...] = ()
    components: tuple[Component, ...] = ()
    single: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """One JSON property of a type. A choice such as `value[x]` is one Element a type: `valueQuantity`, `valueString` …

    `name` is the FHIRPath name (`value`), `type` a FHIR type or, for backbone elements, their path (`Patient.contact`).
    `codes` is the address of the required value set, `targets` what a Reference may point to (empty: anything).
    """

    key: str
    name: str
    type: str
    min: int = 0
    many: bool = False
    codes: str = ""
    targets: tuple[str, ...] = ()
    choice: bool = False


@cache
def _tables(name: str) -> dict[str, Any]:
    return _read(name)


@cache
def parameters(type_: str) -> Mapping[str, Parameter]:
    """Every search parameter of a resource type by code, `_id`, `_tag`, `_lastUpdated` … among them.

    Raises KeyError for what is no resource type.
    """
    if type_ not in RESOURCES:
        raise KeyError(type_)
    table = _tables("search_parameters.json")
    bases = ("Resource", type_) if type_ in _NO_DOMAIN else ("Resource", "DomainResource", type_)
    found = {code: _parameter(base, code, row) for base in bases for code, row in table.get(base, {}).items()}
    return MappingProxyType(found)


def _parameter(base: str, code: str, row: dict[str, Any]) -> Parameter:
    components = tuple(Component(*part) for part in row.get("components", ()))
    return Parameter(
        base,
        code,
        row["type"],
        expression=row.get("expression", ""),
        targets=tuple(row.get("targets", ())),
        components=components,
        single=row.get("single", False),
        url=row["url"],
    )


@cache
def compartment(type_: str) -> tuple[str, ...]:
    """Codes of the reference parameters that put a type into a patient's compartment; () when it belongs to none.

    http://hl7.org/fhir/R4/compartmentdefinition-patient.html
    """
    return tuple(_tables("compartment.json").get(type_, ()))


@cache
def elements(type_: str) -> Mapping[str, Element]:
    """The elements of a resource, complex type or backbone path by JSON key; empty for primitives and unknown types."""
    found = {}
    for name, row in _tables("elements.json").get(type_, {}).items():
        for element in _elements(name, row):
            found[element.key] = element
    return MappingProxyType(found)


def _elements(name: str, row: list[Any]) -> Iterator[Element]:
    types, least, many, codes, targets = row + [0, 0, "", ()][len(row) - 1 :]
    word = name.removesuffix("[x]")
    for kind in types:
        key = word if word == name else word + kind[0].upper() + kind[1:]
        yield Element(key, word, kind, least, bool(many), codes, tuple(targets), word != name)


@cache
def choices(type_: str, name: str) -> tuple[Element, ...]:
    """The elements a FHIRPath name can mean: one, or one a type for a choice; () when there is no such name."""
    return tuple(element for element in elements(type_).values() if element.name == name)


@cache
def value_set(url: str) -> Mapping[str, frozenset[str]]:
    """Codes by system of a value set with a required binding; empty when it is open (mime types, languages, units)."""
    rows = _tables("codes.json").get(url, {})
    return MappingProxyType({system: frozenset(codes) for system, codes in rows.items()})


@cache
def codes(url: str) -> frozenset[str]:
    """All codes of a required value set, whatever the system; empty when it is open."""
    return frozenset[str]().union(*value_set(url).values())
