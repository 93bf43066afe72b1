"""SMART scopes as values: `patient/Observation.rs?category=laboratory` becomes a Grant, which only ever narrows.

Scopes of SMART version 1 (`.read`, `.write`) are translated to those of version 2.
https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from varda.fhir.definitions import TYPES
from varda.fhir.keys import key
from varda.kernel.errors import Malformed
from varda.search.plan import Ask
from varda.search.question import asked
from varda.search.within import Within

Level = Literal["patient", "user", "system"]

OTHERS = {
    "openid": "openid", "fhirUser": "fhirUser", "profile": "profile", "launch": "launch",
    "launch/patient": "launch/patient", "launch/encounter": "launch/encounter",
    "online_access": "online_access", "offline_access": "offline_access",
}  # fmt: skip
"""Scopes that ask for no care data: who the user is, what is open, and for how long."""

_CLINICAL = re.compile(r"(patient|user|system)/(\*|[A-Za-z]+)\.(read|write|\*|[cruds]+)(?:\?(.+))?")
_VERSION_1 = {"read": "rs", "write": "cud", "*": "cruds"}
_TYPES = frozenset(TYPES)


@dataclass(frozen=True, slots=True)
class Grant:
    """What an app may do at most: letters of `cruds` on one resource type (`*`: all) of one level.

    "patient" means the patient of the launch. `where` are search parameters that an item must match to be read.
    """

    level: Level
    type: str
    may: str
    where: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        question = f"?{urlencode(self.where, safe=':/|,')}" if self.where else ""
        return f"{self.level}/{self.type}.{self.may}{question}"

    def is_for(self, type_: str, letter: str) -> bool:
        """Whether it says anything about doing this to items of a type."""
        return letter in self.may and self.type in ("*", type_)


def understood(scope: str) -> Grant | None:
    """A clinical scope as a Grant; None for one of `OTHERS`. Raises `Malformed` saying what is wrong with it."""
    if scope in OTHERS:
        return None
    match = _CLINICAL.fullmatch(scope)
    if match is None:
        raise Malformed(f"{scope[:100]} is no scope. Write it as user/Observation.rs or patient/Condition.read.")
    level, type_, said, question = match.groups()
    may = _VERSION_1.get(said, said)
    if may != "".join(letter for letter in "cruds" if letter in may):
        raise Malformed(f"{scope[:100]}: the letters after the point are some of cruds, each once, in this order.")
    if type_ != "*" and type_ not in _TYPES:
        raise Malformed(f"{scope[:100]}: {type_} is no resource type of FHIR R4.")
    where = tuple(parse_qsl(question, keep_blank_values=True)) if question else ()
    if where:
        _require_plain(scope, type_, may, where)
    return Grant(level, type_, may, where)  # type: ignore[arg-type] # the pattern allows no other level


def grants(scopes: str) -> tuple[Grant, ...]:
    """The clinical scopes of a text with spaces between them. Raises `Malformed`."""
    return tuple(found for scope in scopes.split() if (found := understood(scope)) is not None)


def checked(scopes: str) -> str:
    """The scopes of a registration, each once. Raises `Malformed`."""
    for scope in scopes.split():
        understood(scope)
    return " ".join(dict.fromkeys(scopes.split()))


def translated(scopes: str) -> str:
    """The same scopes as version 2 writes them, each once. Raises `Malformed`."""
    written = [str(found) if (found := understood(scope)) is not None else scope for scope in scopes.split()]
    return " ".join(dict.fromkeys(written))


def beyond(wanted: str, registered: str) -> list[str]:
    """The scopes that are wanted and not registered. A registered one covers every narrower one of its level."""
    names, known = set(registered.split()), grants(registered)
    return [
        scope
        for scope in wanted.split()
        if not (_is_covered(grant, known) if (grant := understood(scope)) is not None else scope in names)
    ]


def within(given: Iterable[Grant], letter: str, patient: str) -> tuple[Within, ...]:
    """What a session with these grants may meet by one letter, as the compiler writes it into statements."""
    return tuple(
        Within(
            type="" if grant.type == "*" else grant.type,
            compartments=(key(f"Patient/{patient}"),) if grant.level == "patient" else (),
            criteria=_criteria(grant.type, grant.where) if grant.where else (),
        )
        for grant in given
        if letter in grant.may and (grant.level != "patient" or patient)
    )


def rights(given: Iterable[Grant]) -> tuple[str, ...]:
    """What a registered system may do at all with these grants, as `Session.scopes` says it."""
    letters = {letter for grant in given for letter in grant.may}
    wanted = {"read": letters & set("rs"), "write": letters & set("cu"), "delete": letters & {"d"}}
    return tuple(name for name, found in wanted.items() if found)


def _is_covered(wanted: Grant, known: Iterable[Grant]) -> bool:
    covering = [
        grant
        for grant in known
        if grant.level == wanted.level and grant.type in ("*", wanted.type) and set(grant.where) <= set(wanted.where)
    ]
    return all(any(letter in grant.may for grant in covering) for letter in wanted.may)


def _require_plain(scope: str, type_: str, may: str, where: tuple[tuple[str, str], ...]) -> None:
    """Raise `Malformed` unless the parameters can be asked of one item without looking at others."""
    if type_ == "*" or not set(may) <= set("rs"):
        raise Malformed(f"{scope[:100]}: search parameters narrow reading (.rs) of one named resource type only.")
    try:
        question = asked(type_, where)
    except Malformed as wrong:
        raise Malformed(f"{scope[:100]}: {wrong.message}") from None
    if len(question.criteria) != len(where) or not all(isinstance(one, Ask) for one in question.criteria):
        raise Malformed(f"{scope[:100]}: use parameters of {type_} itself; no chains, includes or sorting.")


@lru_cache(maxsize=1024)
def _criteria(type_: str, where: tuple[tuple[str, str], ...]) -> tuple[Ask, ...]:
    return tuple(one for one in asked(type_, where).criteria if isinstance(one, Ask))
