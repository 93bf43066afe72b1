"""Addresses, matched exactly; a canonical also without its version. https://hl7.org/fhir/R4/search.html#uri"""

from typing import Any

from varda.fhir.keys import key
from varda.search.escapes import plain
from varda.search.kinds import token
from varda.search.kinds.token import Writer
from varda.search.parameters import Meaning, meanings
from varda.search.row import Row

MODIFIERS = frozenset({"missing", "not"})
INSTEAD = {"above": "list the addresses with commas", "below": "list the addresses with commas"}


def writer(meaning: Meaning, datatype: str) -> Writer | None:
    """What writes an address."""
    name, present = meaning.name, meaning.present

    def write(index: Any, value: Any) -> None:
        index.tokens.append(present)
        if value.__class__ is str:
            index.tokens.append(key(f"{name}={value}"))
            if datatype == "canonical" and "|" in value:
                index.tokens.append(key(f"{name}={value.partition('|')[0]}"))

    return write


def wanted(meaning: Meaning, modifier: str, text: str) -> tuple[int, ...]:
    """The keys of one address. Raises ValueError when it is empty."""
    if not text.strip():
        raise ValueError("give an address")
    family = meanings(meaning.type)
    return tuple(key(f"{family[part].name}={plain(text)}") for part in meaning.parts)


condition = token.condition
missing = token.missing
__all__ = ["INSTEAD", "MODIFIERS", "Row", "condition", "missing", "wanted", "writer"]
