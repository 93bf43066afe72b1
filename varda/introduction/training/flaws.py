"""What is wrong with the files of a course, as sentences that are told in the language of whoever writes them. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from varda.kernel.errors import Problem

_COLUMN = re.compile(r"column (\d+)")


@dataclass(frozen=True, slots=True)
class Flaw(Problem):
    """A problem whose `sentence` takes `values`, so that it is translated before they are put in."""

    sentence: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def flaw(sentence: str, **values: str) -> Flaw:
    """Something wrong, by a sentence with %(names)s."""
    return Flaw(sentence % values, sentence=sentence, values=values)


def no_toml(told: str) -> Flaw:
    """Why a file is no TOML, by what Python tells in English."""
    found = _COLUMN.search(told)
    column = found[1] if found else "–"
    if re.match("Cannot|Duplicate", told):
        return flaw("This is no TOML: a name is given twice (column %(column)s).", column=column)
    if re.match("Untermin|Illegal|Unescaped|Escaped|Invalid hex", told):
        return flaw(
            "This is no TOML: a text has no closing quotation mark, or a character too many (column %(column)s).",
            column=column,
        )
    if re.match(r"Unclosed|Expected '\]", told):
        return flaw("This is no TOML: a bracket is not closed (column %(column)s).", column=column)
    if told.startswith("Expected '='"):
        return flaw("This is no TOML: an equals sign is missing after a name (column %(column)s).", column=column)
    if re.match("Invalid (value|date)", told):
        return flaw(
            "This is no TOML: after the equals sign stands no value; a text has quotation marks (column %(column)s).",
            column=column,
        )
    return flaw("This is no TOML: something is not as TOML is written (column %(column)s).", column=column)
