"""What an answer's background may be, and the kinds and codes that people give what was said, as declared in
declared/voices.toml (FUNCTIONS F257, F262, F263). Pure."""

from dataclasses import dataclass

from varda.catalogue import Words
from varda.introduction.programme import declared


@dataclass(frozen=True, slots=True)
class Code:
    """What a statement is about, in one of the three groups."""

    code: str
    group: str
    words: Words


_said = declared("voices.toml", "voices")


def _words(part: str) -> dict[str, Words]:
    return {code: Words(one["sv"], one["en"]) for code, one in _said[part].items()}


PROFESSIONS, ROLES, KINDS, GROUPS = _words("professions"), _words("roles"), _words("kinds"), _words("groups")
STATUSES = _words("statuses")
"""How a sub-area stands in a traffic report."""
CODES = {code: Code(code, one["group"], Words(one["sv"], one["en"])) for code, one in _said["codes"].items()}
"""The 28, group by group."""
