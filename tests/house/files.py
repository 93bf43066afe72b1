"""The files that the rules look at: what is tracked, and what would be (new and not ignored)."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def paths() -> tuple[str, ...]:
    """Every path from the root, with forward slashes."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if said.returncode == 0:
        return tuple(path for path in said.stdout.splitlines() if (ROOT / path).is_file())
    # An unpacked archive has no git.
    hidden = {".venv", ".git", ".cache", "__pycache__"}
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return tuple(path.as_posix() for path in found if not hidden & set(path.parts))


@cache
def text(path: str) -> str | None:
    """The text of a file; None if it is not text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
