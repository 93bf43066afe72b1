"""Looks for secrets in every file of the tree, by detect-secrets: `python -m tools.secrets` (part of `make check`).

What looks like one and is none stands in `.secrets.baseline`, by file, kind and hash, after somebody has looked at it:
`python -m tools.secrets --accept` writes it anew.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from fnmatch import fnmatch
from multiprocessing import Pool
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.settings import default_settings

ROOT = Path(__file__).parents[1]
BASELINE = ROOT / ".secrets.baseline"
# Files of others, kept as they came, and hashes of packages, which are nothing but chance.
NOT_OURS = (
    "*.lock",
    ".secrets.baseline",
    "varda/web/static/vendor/*",
    "varda/fhir/definitions/*",
    "tests/*/examples/*",
    "tests/support/vendor/*",
)
Found = tuple[str, str, str]


def tree() -> list[str]:
    """What is tracked, and what would be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for path in said.stdout.splitlines() if not any(fnmatch(path, one) for one in NOT_OURS)]


def found(path: Path) -> dict[tuple[str, str], int]:
    """Kind and hash of whatever looks like a secret in a file, with its line."""
    secrets = SecretsCollection()
    with default_settings():
        secrets.scan_file(str(path))
    return {(one.type, one.secret_hash): one.line_number for _, one in secrets}


def accepted() -> set[Found]:
    """File, kind and hash of what somebody has looked at."""
    return {(one["file"], one["kind"], one["hash"]) for one in json.loads(BASELINE.read_text("utf-8"))}


def _of(path: str) -> list[tuple[Found, int]]:
    file = ROOT / path
    return [((path, *one), line) for one, line in found(file).items()] if file.is_file() else []


def main(words: Iterable[str]) -> int:
    """0 when nothing new looks like a secret; otherwise 1, and where it is."""
    with Pool() as pool:
        all_ = [one for some in pool.map(_of, tree(), chunksize=8) for one in some]
    if "--accept" in words:
        rows = [{"file": file, "kind": kind, "hash": hash_} for (file, kind, hash_), _ in sorted(all_)]
        BASELINE.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
        return 0
    known = accepted()
    new = [(one, line) for one, line in all_ if one not in known]
    for (file, kind, _), line in new:
        print(f"{file}:{line}: looks like a secret ({kind})", file=sys.stderr)
    if new:
        print("Take it out, and change it wherever it is used. If it is none: python -m tools.secrets --accept",
              file=sys.stderr)  # fmt: skip
    return bool(new)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
