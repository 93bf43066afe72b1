"""No secret is in the tree, every locked package is pinned and wanted, no audit passes for want of an answer."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest

from tests.house.files import paths, text
from tools import audit, secrets
from tools.audit import Said

LOCKS = [path for path in paths() if re.fullmatch(r"requirements[\w-]*\.lock", path)]
_LINE = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==(\S+)")
# Put together here, so that this file does not look like what it looks for.
_KEY = "-----BEGIN " + "RSA PRIVATE KEY-----"
_TOKEN = "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
_PASSWORD = "postgresql://varda:" + "Kv7wq2Zp" + "@db.example/varda"


@pytest.mark.parametrize("line", [_KEY, f"token = '{_TOKEN}'", f'URL = "{_PASSWORD}"'])
def test_a_secret_in_a_file_is_found(tmp_path: Path, line: str) -> None:
    file = tmp_path / "settings.py"
    file.write_text(f'"""A module."""\n\n{line}\n')
    assert set(secrets.found(file).values()) == {3}
    file.write_text('"""A module."""\n\nport = 8000\n')
    assert secrets.found(file) == {}


def test_what_was_looked_at_and_is_none_is_still_there() -> None:
    for file, kind, hash_ in secrets.accepted():
        assert (kind, hash_) in secrets.found(secrets.ROOT / file), (
            f"{file}: {kind}. `python -m tools.secrets --accept`"
        )


def test_the_gate_looks_for_secrets() -> None:
    recipe = re.search(r"^check:.*\n((?:\t.*\n)+)", text("Makefile") or "", re.MULTILINE)
    assert recipe is not None
    assert "-m tools.secrets" in recipe[1]


def _locked(lock: str) -> dict[str, list[str]]:
    """Name of each package in a lock and its hashes."""
    found: dict[str, list[str]] = {}
    for line in lock.splitlines():
        if match := _LINE.match(line):
            found[match[1].lower()] = []
        elif match := re.match(r"\s+--hash=(sha256:[0-9a-f]{64})", line):
            found[list(found)[-1]].append(match[1])
        elif line.strip() and not line.startswith("#"):
            found[line] = []
    return found


@pytest.mark.parametrize("path", LOCKS)
def test_every_locked_package_is_pinned_and_hashed(path: str) -> None:
    assert [name for name, hashes in _locked(text(path) or "").items() if not hashes] == []


def test_a_package_without_hash_or_version_is_caught() -> None:
    good = "anyio==4.1 \\\n    --hash=sha256:" + "0" * 64
    assert [name for name, hashes in _locked(f"{good}\nrich==15.0\nhttpx>=1\n").items() if not hashes] == [
        "rich",
        "httpx>=1",
    ]


def test_every_locked_package_is_wanted_by_one_that_is_declared() -> None:
    project = tomllib.loads(text("pyproject.toml") or "")["project"]
    wanted = {_name(one) for one in [*project["dependencies"], *project["optional-dependencies"]["dev"]]}
    waiting = list(wanted)
    while waiting:
        try:
            needs = {_name(one) for one in requires(waiting.pop()) or ()}
        except PackageNotFoundError:
            continue  # of another platform
        waiting += needs - wanted
        wanted |= needs
    locked = {
        _name(one) for path in ("requirements.lock", "requirements-dev.lock") for one in _locked(text(path) or "")
    }
    assert sorted(locked - wanted) == [], "`make lock`; nothing is installed that nobody asked for"


def _name(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def test_an_audit_without_an_answer_is_not_a_clean_one() -> None:
    clean, none = Said((), ()), Said((), ("rich",))
    known = audit.said(
        {"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}]}
    )
    assert known.known == ("a 1: CVE-1, corrected in 2",)
    assert audit.said({"dependencies": [{"name": "b", "skip_reason": "not found"}]}).unasked == ("b",)
    assert audit.verdict({"x.lock": clean})[0] == 0
    assert audit.verdict({"x.lock": clean, "y.lock": none})[0] == 2
    assert audit.verdict({"x.lock": None, "y.lock": clean})[0] == 2
    assert audit.verdict({"x.lock": None, "y.lock": known, "z.lock": none})[0] == 1
    assert "NOTHING IS KNOWN" in audit.verdict({"x.lock": None})[1][0]
