"""Named statements: a `queries.sql` beside its owner, each `-- name: what_it_is` followed by why and the statement."""

import re
from collections.abc import Mapping
from importlib import resources

_names: dict[str, str] = {}
_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


def named(package: str, file: str = "queries.sql") -> Mapping[str, str]:
    """The statements of one package by name, comments left out."""
    found = parsed(resources.files(package).joinpath(file).read_text(encoding="utf-8"))
    _names.update({statement: f"{package.removeprefix('varda.')}.{name}" for name, statement in found.items()})
    return found


def name_of(statement: str) -> str:
    """What a statement is called where it was read from a file; of one that was put together, its first word."""
    return _names.get(statement) or statement.split(maxsplit=1)[0].lower()


def parsed(text: str) -> Mapping[str, str]:
    """The statements of such a file's text, by name."""
    parts = _NAME.split(text)[1:]
    return {name: _bare(body) for name, body in zip(parts[::2], parts[1::2], strict=True)}


def _bare(statement: str) -> str:
    kept = (line for line in statement.splitlines() if not line.lstrip().startswith("--"))
    return "\n".join(kept).strip().rstrip(";")
