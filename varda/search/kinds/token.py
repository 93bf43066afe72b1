"""Codes, identifiers, booleans and contact points. https://hl7.org/fhir/R4/search.html#token

One Coding is found as `code`, `system|code` (or `|code`) and `system|`: three keys, made together and remembered.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from varda.fhir import definitions
from varda.fhir.keys import key
from varda.search.escapes import plain, split
from varda.search.parameters import Meaning, meanings
from varda.search.row import Row

MODIFIERS = frozenset({"missing", "not"})
INSTEAD = {
    "text": "search the code itself, or use a string parameter",
    "in": "list the codes with commas",
    "not-in": "list the codes with commas and use :not",
    "above": "list the codes with commas",
    "below": "list the codes with commas",
    "of-type": "use system|value",
}
CONTACTS = frozenset({"telecom", "phone", "email"})
_CUT = str.maketrans("", "", " -().\t\u00a0")

Writer = Callable[[Any, Any], None]


@lru_cache(maxsize=1 << 17)
def keys(name: str, system: str, code: str) -> tuple[int, ...]:
    """All keys under which a system and a code (either may be empty) are found."""
    found = []
    if code:
        found += [key(f"{name}={code}"), key(f"{name}={system}\x1f{code}")]
    if system:
        found.append(key(f"{name}={system}\x1f"))
    return tuple(found)


def text_of(value: dict[str, Any], field: str) -> str:
    """A field that should be a text; empty when it is anything else."""
    found = value.get(field)
    return found if found.__class__ is str else ""


def contact(text: str) -> str:
    """A phone number or address without what people write differently: case, spaces, dashes, brackets, dots."""
    if "@" in text:
        return text.strip().lower()
    return text.lower().translate(_CUT)


def presence(meaning: Meaning) -> Writer:
    """Writes only that there is a value."""
    present = meaning.present

    def write(index: Any, value: Any) -> None:
        if _is_mine(meaning, value):
            index.tokens.append(present)

    return write


def _is_mine(meaning: Meaning, value: Any) -> bool:
    if not meaning.only:
        return True
    return isinstance(value, dict) and (
        str(value.get("reference", "")).rpartition("/")[0].rpartition("/")[2] == meaning.only
        or value.get("type") == meaning.only
    )


def writer(meaning: Meaning, datatype: str) -> Writer | None:
    """What writes a value of one datatype; None for a datatype that no token can be."""
    if datatype == "CodeableConcept":
        return _concept(meaning)
    if datatype == "Coding":
        return _pair(meaning, "code")
    if datatype == "Identifier":
        return _pair(meaning, "value")
    if datatype == "ContactPoint":
        return _contact(meaning)
    return _primitive(meaning) if datatype in definitions.PRIMITIVE else None


def _concept(meaning: Meaning) -> Writer:
    one = _pair(meaning, "code")
    present = meaning.present

    def write(index: Any, value: Any) -> None:
        index.tokens.append(present)
        if isinstance(value, dict):
            codings = value.get("coding")
            for coding in codings if isinstance(codings, list) else ():
                one(index, coding)

    return write


def _pair(meaning: Meaning, field: str) -> Writer:
    name, present = meaning.name, meaning.present

    def write(index: Any, value: Any) -> None:
        tokens = index.tokens
        tokens.append(present)
        if value.__class__ is dict:
            tokens += keys(name, text_of(value, "system"), text_of(value, field))

    return write


def _contact(meaning: Meaning) -> Writer:
    def write(index: Any, value: Any) -> None:
        index.tokens.append(meaning.present)
        if isinstance(value, dict) and (text := text_of(value, "value")):
            index.tokens.append(key(f"{meaning.name}={contact(text)}"))

    return write


def _primitive(meaning: Meaning) -> Writer:
    name, present = meaning.name, meaning.present
    is_alone = meaning.datatypes <= definitions.PRIMITIVE

    def write(index: Any, value: Any) -> None:
        text = ("true" if value else "false") if value.__class__ is bool else str(value)
        index.tokens.append(present)
        if is_alone:  # no system can be meant, so that one key answers `code` and `|code`
            index.tokens.append(key(f"{name}={text}"))
        else:
            index.tokens += keys(name, "", text)

    return write


def wanted(meaning: Meaning, modifier: str, text: str) -> tuple[int, ...]:
    """The keys that one alternative of a question means. Raises ValueError with what is possible."""
    pieces = [plain(piece) for piece in split(text, "|")]
    if len(pieces) > 2 or not any(pieces):
        raise ValueError("give code, system|code, |code or system|")
    family = meanings(meaning.type)
    return tuple(_asked(family[part], pieces) for part in meaning.parts)


def _asked(part: Meaning, pieces: list[str]) -> int:
    code = pieces[-1]
    if part.datatypes == {"boolean"} and code not in ("true", "false"):
        raise ValueError("give true or false")
    if part.datatypes == {"ContactPoint"}:
        return key(f"{part.name}={contact(code)}")
    if len(pieces) == 1:
        return key(f"{part.name}={code}")
    system = pieces[0]
    is_alone = part.datatypes <= definitions.PRIMITIVE
    if is_alone and code and (not system or system in part.systems):
        return key(f"{part.name}={code}")
    return key(f"{part.name}={system}\x1f{code}")


def condition(meaning: Meaning, modifier: str, values: tuple[tuple[int, ...], ...], row: Row) -> str:
    """The SQL of one question: any of the alternatives, or with `:not` none of them."""
    found = row.has_any([one for value in values for one in value])
    return f"not ({found})" if modifier == "not" else found


def missing(meaning: Meaning, row: Row) -> str:
    """The SQL that is true of an item without any value."""
    family = meanings(meaning.type)
    present = [meaning.present] if meaning.only else [family[part].present for part in meaning.parts]
    return f"not ({row.has_any(present)})"
