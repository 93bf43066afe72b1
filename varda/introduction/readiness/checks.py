"""The standing checks as declared: what must be so, where, how old evidence may be and who mends it (F216)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from typing import Any, Literal

from varda.catalogue import Words

Scope = Literal["unit", "county"]
EVERYTHING = "*"
"""What a change touches that may have touched any function."""


@dataclass(frozen=True, slots=True)
class Check:
    """One of them. `every` and `age` are how often it is gathered (None: said by people) and for how long that counts;
    `functions` those of the catalogue that it is about, none where it is about everything; `most` may be lacking."""

    code: str
    words: Words
    about: Words
    scope: Scope
    every: timedelta | None
    age: timedelta
    owner: str
    functions: frozenset[str]
    most: int = 0

    @property
    def is_attested(self) -> bool:
        """Whether two people say it, since nothing can be computed."""
        return self.every is None

    def is_touched(self, touches: frozenset[str]) -> bool:
        """Whether a change of these functions takes away what was found before it."""
        if not touches:
            return False
        return EVERYTHING in touches or not self.functions or bool(touches & self.functions)


def read(text: str) -> dict[str, Check]:
    """Checks by code, in order, from a file such as declared/checks.toml."""
    return {code: _check(code, one) for code, one in tomllib.loads(text).items()}


def _check(code: str, one: Mapping[str, Any]) -> Check:
    return Check(
        code,
        Words(one["sv"], one["en"]),
        Words(one["about_sv"], one["about_en"]),
        one["scope"],
        None if one["kind"] == "attested" else timedelta(minutes=one["every"]),
        timedelta(minutes=one["age"]),
        one["owner"],
        frozenset(one["functions"]),
        one.get("most", 0),
    )


CHECKS = read(resources.files(__package__).joinpath("declared", "checks.toml").read_text(encoding="utf-8"))
"""The package's by code, in the order in which they are shown."""
