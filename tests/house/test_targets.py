"""The few commands that everything starts with: listed, agreeing with one another and with the README."""

import re
import subprocess

from tests.house.files import ROOT, text


def test_a_bare_make_lists_the_targets_and_changes_nothing() -> None:
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("demo", "test", "check", "prove", "bench", "lock"):
        assert re.search(rf"^  make {target} +\S", said, re.MULTILINE), said


def test_the_merge_gate_runs_what_the_readme_tells_people_to_run() -> None:
    assert "make test" in (text("README.md") or "")
    recipe = re.search(r"^test: test-ready.*\n\t@(.*)$", text("Makefile") or "", re.MULTILINE)
    assert recipe is not None
    assert recipe[1] == "$(BIN)/python -m pytest $(WORKERS) $(ARGS)"
    workers = re.search(r"^WORKERS \?= (.*)$", text("Makefile") or "", re.MULTILINE)
    assert workers is not None
    gate = text(".ci/run") or ""
    assert "make --no-print-directory test-ready" in gate
    assert f'exec .venv/bin/python -m pytest {workers[1]} "$@"' in gate


def test_shell_scripts_stop_at_the_first_error() -> None:
    for path in (".ci/run", "tools/lock", "tools/fhir-examples"):
        assert "set -euo pipefail" in (text(path) or ""), path
        assert (ROOT / path).stat().st_mode & 0o111, path
