"""The floors of docs/architecture.md hold, and each contract of .importlinter catches the line it was written for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = [
    "kernel",
    "fhir",
    "search",
    "store",
    "access",
    "audit",
    "catalogue",
    "terminology",
    "record",
    "care",
    "insight",
    "exchange",
    "region",
    "introduction",
    "api",
    "web",
    "cli",
    "migrations",
]
# Every contract names a package that must be somewhere in the graph, so the small house has one right use of each.
RIGHT = {
    "kernel/db.py": "import asyncpg, psycopg, yoyo",
    "cli/serve.py": "import granian, cyclopts, rich, starlette, jinja2",
    "fhir/validate.py": "import fhirkit",
    "record/reading.py": "import varda.store, varda.audit, varda.access",
    "care/notes.py": "import varda.record",
    "care/orders.py": "import varda.care.notes",
}
BAD = [
    ("attic/__init__.py", "", "Imports go downward only"),
    ("search/plan.py", "import varda.store", "Imports go downward only"),
    ("kernel/clock.py", "import varda.fhir", "Imports go downward only"),
    ("store/reading.py", "import varda.audit", "Imports go downward only"),
    ("api/routes.py", "import varda.web", "Imports go downward only"),
    ("care/orders.py", "import varda.store", "Care data are reached only through the door"),
    ("web/chart.py", "import varda.audit", "Care data are reached only through the door"),
    ("store/copying.py", "import asyncpg", "The database is spoken to only by kernel.db"),
    ("care/wards.py", "import starlette", "Web and command line live on the top floors"),
    ("record/pages.py", "import jinja2", "Web and command line live on the top floors"),
    ("api/checks.py", "import fhirkit", "One module knows the validator"),
    ("care/notes.py", "import varda.record, varda.care.orders", "Domains of care import in no circle"),
]


def _house(folder: Path, extra: dict[str, str]) -> subprocess.CompletedProcess[str]:
    package = folder / "varda"
    for floor in ("", *FLOORS):
        (package / floor).mkdir()
        (package / floor / "__init__.py").touch()
    for path, line in (RIGHT | extra).items():
        (package / path).parent.mkdir(exist_ok=True)
        (package / path).write_text(line)
    (folder / ".importlinter").write_text((ROOT / ".importlinter").read_text())
    environment = os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"}
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_a_house_in_order_is_kept(tmp_path: Path) -> None:
    said = _house(tmp_path, {})
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize(("path", "line", "contract"), BAD)
def test_the_bad_line_is_caught(tmp_path: Path, path: str, line: str, contract: str) -> None:
    said = _house(tmp_path, {path: line})
    assert said.returncode == 1, said.stdout + said.stderr
    broken = [heard for heard in said.stdout.splitlines() if heard.endswith("BROKEN")]
    assert any(contract in heard for heard in broken), said.stdout


def test_the_tree_itself_is_in_order() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
