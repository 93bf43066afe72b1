"""What the package declares: functions, roles and the rights a role has before a county changes anything.

Read once from functions.toml and roles.toml; whoever wants to know the rules reads those. FUNCTIONS F274, F279.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Literal

Act = Literal["read", "write", "sign", "special"]
ACTS: tuple[Act, ...] = ("read", "write", "sign")
"""What may be done with a function. `special` is the act of the rights that belong to none."""


@dataclass(frozen=True, slots=True)
class Words:
    """A name in both languages."""

    sv: str
    en: str

    def said(self, language: str) -> str:
        """The name in one language, Swedish unless it is English."""
        return self.en if language == "en" else self.sv


@dataclass(frozen=True, slots=True)
class Function:
    """One function: the types ("Type" or "Type|category") and actions (each with its act) that it covers."""

    number: str
    words: Words
    area: str
    types: tuple[str, ...]
    actions: Mapping[str, Act]
    licensed: bool
    needs: tuple[str, ...] = ()
    """The functions that it rests on: it cannot do its work while one of them stands still."""
    open: Mapping[str, str] = field(default_factory=dict)
    """What is not finished: types, with the statuses that say so."""


@dataclass(frozen=True, slots=True)
class Part:
    """What has a switch of its own inside a function, such as a score: the items with its code. `number` is the
    function's with that code, as `F85.news2`; `special` is the right that writing them takes, if it takes one."""

    number: str
    words: Words
    function: str
    code: str
    special: str


@dataclass(frozen=True, slots=True)
class Special:
    """A right that belongs to no function. An emergency right never waits for a course."""

    code: str
    words: Words
    emergency: bool


Right = tuple[str, Act]
"""A function's number and an act, or a special right's code and "special"."""


@dataclass(frozen=True, slots=True)
class Role:
    """A profession in assignments of some purposes, and the rights it has by the package. `licence` is the one that
    what is licensed asks for; empty when there is none. `countersigned`: what it signs waits for a colleague too."""

    code: str
    profession: str
    purposes: tuple[str, ...]
    licence: str
    words: Words
    rights: frozenset[Right]
    countersigned: bool = False


def functions_of(resource: Mapping[str, Any]) -> tuple[str, ...]:
    """The functions that an item belongs to: by its categories where one is declared, else by its type.

    One, unless somebody gave it categories of several; then each has a say. Empty for what no function covers.
    """
    type_ = resource.get("resourceType", "")
    if type_ in _REFINED and (of := {f for c in _categories(resource) if (f := _COVERED.get(f"{type_}|{c}"))}):
        return tuple(sorted(of))
    return (_COVERED[type_],) if type_ in _COVERED else ()


def parts_of(resource: Mapping[str, Any]) -> tuple[Part, ...]:
    """The parts of functions that an item belongs to, by its code."""
    concept = resource.get("code")
    codings = concept.get("coding") or () if isinstance(concept, dict) else ()
    said = [str(one.get("code", "")) for one in codings if isinstance(one, dict)]
    return tuple(_PARTS[code] for code in dict.fromkeys(said) if code in _PARTS)


def resting_on(number: str) -> tuple["Function | Part", ...]:
    """What rests on a function or a part, at first or further hand, in the order of the catalogue."""
    found = {number}
    while more := {one for one, whom in _NEEDS.items() if whom & found} - found:
        found |= more
    return tuple(one for one in SWITCHED.values() if one.number in found - {number})


def covering(type_: str) -> frozenset[str]:
    """Every function that covers items of a type, whatever their category; empty when the county owns the type."""
    return _COVERING.get(type_, frozenset())


def covered() -> frozenset[str]:
    """The types that rights decide on. All others belong to the county and are readable by everybody who works."""
    return frozenset(_COVERING)


def role_of(profession: str, purpose: str) -> Role | None:
    """The role that a profession has in an assignment of a purpose. None has no rights: default deny (PDL 4:2)."""
    return _BY_ASSIGNMENT.get((profession, purpose))


def is_countersigned(profession: str, purpose: str) -> bool:
    """Whether what somebody signs in an assignment waits for a colleague who stands beside it."""
    role = role_of(profession, purpose)
    return role is not None and role.countersigned


def known_right(right: Right) -> bool:
    """Whether there is such a right at all."""
    what, act = right
    return what in SPECIAL if act == "special" else act in ACTS and what in FUNCTIONS


def waits_for_course(right: Right) -> bool:
    """Whether a right can demand a course: never reading, never what an emergency needs."""
    what, act = right
    return not (act == "read" or (act == "special" and SPECIAL[what].emergency))


def right_words(right: Right) -> Words:
    """What a right is about."""
    return SPECIAL[right[0]].words if right[1] == "special" else FUNCTIONS[right[0]].words


def _categories(resource: Mapping[str, Any]) -> Iterator[str]:
    # An Encounter is told apart by its class, which is a Coding; everything else by a category.
    given = resource.get("category") or resource.get("class") or ()
    for one in given if isinstance(given, list) else [given]:
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            yield from (str(one.get("text", "")), str(one.get("code", "")))
            yield from (str(coding.get("code", "")) for coding in one.get("coding") or () if isinstance(coding, dict))


def _read(file: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("varda.catalogue").joinpath(file).read_text(encoding="utf-8"))


def _words(entry: Mapping[str, Any]) -> Words:
    return Words(entry["sv"], entry["en"])


def _function(number: str, entry: Mapping[str, Any]) -> Function:
    licensed = bool(entry.get("licensed", False))
    needs = tuple(entry.get("needs", ()))
    return Function(
        number, _words(entry), entry["area"], tuple(entry["types"]), entry.get("actions", {}), licensed, needs,
        entry.get("open", {}),
    )  # fmt: skip


def _switched() -> Iterator[Function | Part]:
    for function in FUNCTIONS.values():
        yield function
        yield from (part for part in PARTS.values() if part.function == function.number)


def _role(code: str, entry: Mapping[str, Any], sets: Mapping[str, list[str]]) -> Role:
    def named(list_: str) -> set[str]:
        return {number for name in entry.get(list_, ()) for number in sets.get(name, [name])}

    sign = named("sign")
    write = named("write") | sign
    acts: dict[Act, set[str]] = {"read": named("read") | write, "write": write, "sign": sign}
    rights = {(number, act) for act, numbers in acts.items() for number in numbers}
    special: set[Right] = {(name, "special") for name in entry.get("special", ())}
    profession, purposes = entry.get("profession", code), tuple(entry.get("purposes", ("care",)))
    counter = bool(entry.get("countersigned", False))
    return Role(code, profession, purposes, entry["licence"], _words(entry), frozenset(rights | special), counter)


_functions, _roles = _read("functions.toml"), _read("roles.toml")

AREAS = {code: _words(entry) for code, entry in _functions.pop("areas").items()}
"""The areas that functions are shown by, in order."""
FUNCTIONS = {number: _function(number, entry) for number, entry in _functions.items()}
"""Every function by its number."""
PARTS = {
    f"{number}.{code}": Part(f"{number}.{code}", _words(said), number, code, said.get("special", ""))
    for number, entry in _functions.items()
    for code, said in entry.get("parts", {}).items()
}
"""Every part of a function by its number."""
SWITCHED: dict[str, Function | Part] = {one.number: one for one in _switched()}
"""All that has a switch, parts after their function."""
_NEEDS = {
    one.number: frozenset(one.needs if isinstance(one, Function) else [one.function]) for one in SWITCHED.values()
}
ACTIONS: dict[str, Right] = {
    action: (one.number, act) for one in FUNCTIONS.values() for action, act in one.actions.items()
}
"""The right that each verb of varda/care needs, by `domain.verb`."""
SPECIAL = {code: Special(code, _words(e), e.get("emergency", False)) for code, e in _roles.pop("special").items()}
"""Every right that belongs to no function, by its code."""
_SETS: dict[str, list[str]] = _roles.pop("sets")
ROLES = {code: _role(code, entry, _SETS) for code, entry in _roles.items()}
"""Every role by its code."""

_BY_ASSIGNMENT = {(role.profession, purpose): role for role in ROLES.values() for purpose in role.purposes}
_PARTS = {part.code: part for part in PARTS.values()}
_COVERED = {name: f.number for f in FUNCTIONS.values() for name in f.types}
_REFINED = {name.partition("|")[0] for name in _COVERED if "|" in name}
_TYPES = {name.partition("|")[0] for name in _COVERED}
_COVERING = {
    type_: frozenset(number for name, number in _COVERED.items() if name.partition("|")[0] == type_) for type_ in _TYPES
}
