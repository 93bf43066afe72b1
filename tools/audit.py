"""Asks the Python advisory database about every locked package: `make audit`.

0: nothing is known against any. 1: something is, and is listed. 2: about one or more nothing could be learnt. A package
that the database does not answer about counts as not asked: pip-audit alone would pass over it and call it well.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".cache" / "audit"
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock", "requirements-audit.lock")
CLEAN, KNOWN, UNASKED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Said:
    """What the database says about the packages of one lock: sentences, and names it did not answer about."""

    known: tuple[str, ...]
    unasked: tuple[str, ...]


def said(answer: dict[str, Any]) -> Said:
    """Read pip-audit's JSON."""
    known, unasked = [], []
    for one in answer["dependencies"]:
        if "skip_reason" in one:
            unasked.append(one["name"])
        for wrong in one.get("vulns", ()):
            corrected = ", ".join(wrong["fix_versions"]) or "no version yet"
            known.append(f"{one['name']} {one['version']}: {wrong['id']}, corrected in {corrected}")
    return Said(tuple(known), tuple(unasked))


def verdict(answers: dict[str, Said | None]) -> tuple[int, list[str]]:
    """The exit code and what is told, from what was said of each lock; None where there was no answer at all."""
    lines, code = [], CLEAN
    for lock, one in answers.items():
        if one is None:
            lines.append(f"{lock}: the advisory database could not be asked. NOTHING IS KNOWN about these packages.")
            code = code or UNASKED
            continue
        lines += [f"{lock}: {sentence}" for sentence in one.known]
        if one.unasked:
            names = ", ".join(one.unasked[:5]) + (" …" if len(one.unasked) > 5 else "")
            lines.append(f"{lock}: NOTHING IS KNOWN about {len(one.unasked)} packages, no answer came: {names}")
        code = KNOWN if one.known or code == KNOWN else UNASKED if one.unasked else code
    if code == UNASKED:
        lines.append("Run make audit where https://pypi.org can be reached.")
    return code, lines or ["Nothing is known against any locked package."]


def asked(lock: str) -> Said | None:
    """Ask about the packages of one lock."""
    answer = HOME / "answer.json"
    answer.unlink(missing_ok=True)
    command = [HOME / "bin" / "pip-audit", "-r", lock, "--require-hashes", "--disable-pip", "--progress-spinner", "off",
               "--timeout", "20", "--format", "json", "--output", answer]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=False, stderr=subprocess.DEVNULL)
    return said(json.loads(answer.read_text("utf-8"))) if answer.is_file() and answer.stat().st_size else None


def installed() -> bool:
    """pip-audit in a folder of its own, by hash; False when it cannot be had."""
    stamp, lock = HOME / "stamp", ROOT / "requirements-audit.lock"
    if stamp.is_file() and stamp.read_bytes() == lock.read_bytes():
        return True
    make: Sequence[Sequence[Any]] = (
        [sys.executable, "-m", "venv", "--clear", HOME],
        [HOME / "bin" / "python", "-m", "pip", "install", "-q", "--require-hashes", "-r", lock],
    )
    if any(subprocess.run(command, check=False).returncode for command in make):
        return False
    stamp.write_bytes(lock.read_bytes())
    return True


def main() -> int:
    """Ask, tell, and give the exit code."""
    if not installed():
        print("pip-audit could not be installed: NOTHING WAS CHECKED. Is the package index reachable?", file=sys.stderr)
        return UNASKED
    code, lines = verdict({lock: asked(lock) for lock in LOCKS})
    print("\n".join(lines), file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
