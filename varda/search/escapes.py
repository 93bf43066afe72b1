r"""Separators inside a value: `,` between alternatives and `|` between parts, unless a backslash stands before them.

https://hl7.org/fhir/R4/search.html#escaping
"""

import re

_ESCAPE = re.compile(r"\\([,|$\\])")
_PIECE = re.compile(r"\\.|.", re.DOTALL)


def split(text: str, separator: str) -> list[str]:
    """The parts between unescaped separators, still escaped themselves; at least one."""
    if "\\" not in text:
        return text.split(separator)
    found: list[str] = []
    part: list[str] = []
    for piece in _PIECE.findall(text):
        if piece == separator:
            found.append("".join(part))
            part = []
        else:
            part.append(piece)
    return [*found, "".join(part)]


def plain(text: str) -> str:
    r"""The text that was meant: `\,`, `\|`, `\$` and `\\` without their backslash; any other backslash stays."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(r"\1", text)


def escaped(text: str) -> str:
    """The way to write a text so that it is taken as it is."""
    return re.sub(r"([,|$\\])", r"\\\1", text)
