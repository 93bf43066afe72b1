"""The command line as a script sees it: words in, exit code and two streams out, on a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli import disk
from tests.cli.commanding import Command, Served, home_of_its_own
from tests.support.database import TestServer


@pytest.fixture
def empty_url(server: TestServer) -> Iterator[str]:
    """A database without tables."""
    with server.clone("template0") as url:
        yield url


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """`alone(...)` runs a command where there is no database to reach."""
    return Command(monkeypatch, capfd, "postgresql://nobody@127.0.0.1:1/nothing", tmp_path)


@pytest.fixture
def varda(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Command:
    """`varda(...)` runs a command on a migrated database that is stamped for tests."""
    command = Command(monkeypatch, capfd, database_url, tmp_path)
    assert command("db", "init").code == 0
    return command


@pytest.fixture
def bare(empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """`bare(...)` runs a command on a database that holds nothing."""
    return Command(monkeypatch, capfd, empty_url, tmp_path)


@pytest.fixture
def served() -> Iterator[Served]:
    """A `varda serve` in processes of its own, with an embedded database of its own."""
    with home_of_its_own() as home:
        served = Served(home)
        try:
            yield served
        finally:
            served.end()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say by which means a disk was filled, so that a smaller proof is never silent."""
    if disk.way:
        terminalreporter.write_line(f"Full disk: {disk.way}")
