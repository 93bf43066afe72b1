"""What is running: the version, and the commit where the code came from a repository."""

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

import varda
from varda.cli import telling


@cache
def name() -> str:
    """Version and commit as one word, shown on every page and in the log: `0.1.0+1a2b3c4d5e`."""
    found = commit()
    return f"{varda.__version__}+{found[:10]}" if found else varda.__version__


@cache
def commit() -> str:
    """The commit that the working tree stands on; empty outside a repository."""
    git = Path(str(resources.files("varda"))).parent / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        branch = git / head.removeprefix("ref: ")
        return branch.read_text(encoding="utf-8").strip() if branch.is_file() else _packed(git, head)
    except OSError:
        return ""


def _packed(git: Path, head: str) -> str:
    for line in (git / "packed-refs").read_text(encoding="utf-8").splitlines():
        digest, _, reference = line.partition(" ")
        if reference == head.removeprefix("ref: "):
            return digest
    return ""


def build(*, json: Annotated[bool, Parameter(negative="", help="Print version and commit as JSON.")] = False) -> None:
    """Print which build of Varda this is: version and commit."""
    if json:
        telling.as_json({"build": name(), "version": varda.__version__, "commit": commit()})
    else:
        telling.answer(name())
