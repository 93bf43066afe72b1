"""What people are appointed to in the introduction, as declared in declared/roles.toml (FUNCTIONS F224)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

from varda.catalogue import Words

Extent = Literal["programme", "local", "either"]
OFFICE = "programme-office"
"""The role that appoints to all the others."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the introduction. `extent`: whether it is for the whole programme, for an organisation, or either;
    `gives` are codes of the roles that its holders appoint others to."""

    code: str
    words: Words
    extent: Extent
    gives: frozenset[str]


def declared(file: str, package: str = "programme") -> dict[str, Any]:
    """A file of a package's own declarations: this one's, or a neighbour's."""
    folder = resources.files(f"varda.introduction.{package}") / "declared"
    return tomllib.loads(folder.joinpath(file).read_text(encoding="utf-8"))


def _role(code: str, entry: Mapping[str, Any], codes: frozenset[str]) -> Role:
    gives = frozenset(entry.get("gives", ()))
    return Role(code, Words(entry["sv"], entry["en"]), entry["for"], codes if "all" in gives else gives)


_entries = declared("roles.toml")
ROLES = {code: _role(code, entry, frozenset(_entries)) for code, entry in _entries.items()}
"""Every role by its code, in the order in which they are shown."""
LOCAL = tuple(one.code for one in ROLES.values() if one.extent == "local")
"""The six roles of a municipality or an administration."""
