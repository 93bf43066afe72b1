"""References. https://hl7.org/fhir/R4/search.html#reference

The token of a reference is the key of its target XOR a salt of the parameter, so that SQL can join an item to what
points to it without having seen the address: `current.item # salt = token`.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec

from varda.fhir import definitions
from varda.fhir.keys import key
from varda.search.escapes import plain, split
from varda.search.kinds import token
from varda.search.kinds.token import Writer
from varda.search.parameters import Meaning, meanings
from varda.search.row import Row

MODIFIERS = frozenset({"missing", "identifier"})
INSTEAD = {"above": "name the target itself", "below": "name the target itself"}

_TYPES = frozenset(definitions.TYPES)
_LOCAL = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/([A-Za-z0-9\-.]{1,64}))?")
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


class Pointer(msgspec.Struct, frozen=True):
    """One alternative: the tokens it means, and the patient's compartment when it can be nothing but a patient."""

    keys: tuple[int, ...]
    compartment: int = 0


@lru_cache(maxsize=1 << 16)
def local(text: str) -> tuple[str, str] | None:
    """Type and id of a relative reference, with or without a version; None for any other."""
    match = _LOCAL.fullmatch(text)
    return (match[1], match[2]) if match and match[1] in _TYPES else None


def patient(value: Any) -> str:
    """The id of the patient that a Reference is to; empty when it is to something else."""
    text = value.get("reference") if value.__class__ is dict else None
    if text.__class__ is str and text.startswith("Patient/") and (found := local(text)):
        return found[1]
    return ""


@lru_cache(maxsize=1 << 16)
def _targets(text: str) -> tuple[int, ...]:
    """The keys of an address: itself, and without the version it names."""
    if text.startswith("#"):
        return ()
    bare = text.partition("/_history/")[0].partition("|")[0]
    return (key(text),) if bare == text else (key(bare), key(text))


def writer(meaning: Meaning, datatype: str) -> Writer | None:
    """What writes a Reference, or a canonical or other address."""
    if datatype != "Reference":
        return _address(meaning) if datatype in definitions.PRIMITIVE else None
    salt, present, name = meaning.salt, meaning.present, f"{meaning.name}:identifier"

    def write(index: Any, value: Any) -> None:
        tokens = index.tokens
        tokens.append(present)
        if value.__class__ is not dict:
            return
        text = value.get("reference")
        if text.__class__ is str:
            for target in _targets(text):
                tokens.append(target ^ salt)
        identifier = value.get("identifier")
        if identifier.__class__ is dict:
            tokens += token.keys(name, token.text_of(identifier, "system"), token.text_of(identifier, "value"))

    return write


def _address(meaning: Meaning) -> Writer:
    salt, present = meaning.salt, meaning.present

    def write(index: Any, value: Any) -> None:
        index.tokens.append(present)
        if value.__class__ is str:
            for target in _targets(value):
                index.tokens.append(target ^ salt)

    return write


def wanted(meaning: Meaning, modifier: str, text: str) -> Pointer:
    """One alternative: an id, Type/id or a whole address. `modifier` is empty, `identifier` or a type.

    Raises ValueError with what is possible.
    """
    family = [meanings(meaning.type)[part] for part in meaning.parts]
    if modifier == "identifier":
        return Pointer(tuple(_identifier(part, text) for part in family))
    address = plain(text)
    names, found = [address], local(address)
    if found:
        _permit(meaning, modifier, found[0])
    elif _ID.fullmatch(address):
        types = [modifier] if modifier else possible(meaning)
        names = [f"{type_}/{address}" for type_ in types]
        found = (types[0], address) if len(types) == 1 else None
    elif not re.match(r"[a-zA-Z][a-zA-Z0-9+.\-]*:\S", address):
        raise ValueError("give an id, Type/id or a whole address")
    keys = tuple(key(name) ^ part.salt for name in names for part in family)
    return Pointer(keys, key(f"Patient/{found[1]}") if found and found[0] == "Patient" else 0)


def possible(meaning: Meaning) -> list[str]:
    """The types that a reference may point to."""
    if meaning.only:
        return [meaning.only]
    return list(meaning.targets or definitions.TYPES)


def _permit(meaning: Meaning, modifier: str, type_: str) -> None:
    allowed = [modifier] if modifier else possible(meaning)
    if type_ not in allowed and "Resource" not in allowed:
        raise ValueError(f"it can only point to {', '.join(allowed)}")


def _identifier(part: Meaning, text: str) -> int:
    pieces = [plain(piece) for piece in split(text, "|")]
    if len(pieces) > 2 or not any(pieces):
        raise ValueError("give value, system|value, |value or system|")
    name = f"{part.name}:identifier"
    return key(f"{name}={pieces[0]}") if len(pieces) == 1 else key(f"{name}={pieces[0]}\x1f{pieces[1]}")


def condition(meaning: Meaning, modifier: str, values: Iterable[Pointer], row: Row) -> str:
    """The SQL of one question: any of the alternatives."""
    return row.has_any([one for value in values for one in value.keys])


missing = token.missing
