"""Exit codes, help and one-line faults: what a script and a person may rely on."""

import re
import subprocess
import sys

import pytest

from tests.cli.commanding import Command
from varda.cli import build

COMMANDS = [
    ["demo"], ["serve"], ["db", "init"], ["db", "migrate"], ["db", "status"], ["db", "backup"], ["db", "restore"],
    ["region", "fill"], ["import"], ["token"], ["audit", "verify"], ["bench"], ["build"],
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(alone: Command, words: list[str]) -> None:
    said = alone(*words, "--help")
    assert said.code == 0
    assert f"Usage: varda {' '.join(words)}" in said.out
    sentences = re.sub(r"\s+", " ", said.out.partition("\n")[2]).strip()
    assert re.match(r"[A-Z][^.]{15,}\.", sentences), said.out


def test_the_program_lists_its_commands_with_what_they_are_for() -> None:
    said = subprocess.run([sys.executable, "-m", "varda.cli", "--help"], capture_output=True, text=True, check=True)
    for words in COMMANDS:
        assert re.search(rf"^│ {words[0]} +[A-Z]\w+", said.stdout, re.MULTILINE), words


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["serve", "--port", "many"],
        ["token"],
        ["token", "--client", "bench", "--as", "somebody"],
        ["token", "--client", "bench", "--days", "0"],
        ["bench", "--concurrency", "0"],
        ["bench", "--chart", "--times", "few"],
        ["bench", "--base-url", "http://127.0.0.1:1/fhir"],
        ["db", "restore", "nowhere.dump"],
    ],
    ids=" ".join,
)
def test_what_is_not_understood_ends_with_2(alone: Command, words: list[str]) -> None:
    said = alone(*words)
    assert said.code == 2
    assert "Traceback" not in said.err


def test_a_fault_is_one_line_on_standard_error(alone: Command) -> None:
    said = alone("audit", "verify")
    assert said.code == 1
    assert said.out == ""
    assert re.fullmatch(
        r"varda: The database at postgresql://nobody@127\.0\.0\.1:1/nothing cannot be reached\.\n", said.err
    )


def test_a_password_is_never_shown(alone: Command) -> None:
    alone.set(VARDA_DATABASE_URL="postgresql://anna:secret@127.0.0.1:1/nothing")
    for words in (("audit", "verify"), ("db", "init"), ("db", "status")):
        said = alone(*words)
        assert said.code == 1
        assert "secret" not in said.out + said.err


def test_a_setting_that_cannot_be_used_is_named(alone: Command) -> None:
    alone.set(VARDA_ENVIRONMENT="playground")
    said = alone("db", "status")
    assert said.code == 2
    assert "VARDA_ENVIRONMENT must be one of" in said.err


def test_the_build_is_version_and_commit(alone: Command) -> None:
    assert alone("build").out == f"{build.name()}\n"
    told = alone("build", "--json").json
    assert told["build"] == build.name()
    assert told["build"].startswith(told["version"])
    assert told["commit"].startswith(told["build"].partition("+")[2])
