"""Fixtures for every test: a database of its own, and the asyncio loop that asyncpg needs."""

from collections.abc import AsyncIterator, Iterator

import hypothesis
import pytest

from tests.support.database import TestServer, running
from tests.support.examples import have_all
from varda.kernel.db import Database

# Other work on the machine is no fault of the code: time is limited per test (pytest-timeout), not per example.
# `make test` tries the same examples each time, so that a merge fails by its own change; `make prove` seeks new ones.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asyncio, the only loop that asyncpg knows."""
    return "asyncio"


@pytest.fixture(scope="session")
def server() -> Iterator[TestServer]:
    """The run's PostgreSQL, started by the first test that asks."""
    with running() as server:
        yield server


@pytest.fixture
def database_url(server: TestServer) -> Iterator[str]:
    """The address of a migrated database that is this test's alone."""
    with server.emptied() as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A pool on a database that is this test's alone, under the application's role."""
    database = await Database.connect(database_url, size=5)
    yield database
    await database.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say on how many official examples the run rests, so that a smaller proof is never silent."""
    used = "all published examples" if have_all() else "the committed sample only (the full package was not fetched)"
    terminalreporter.write_line(f"FHIR R4 examples: {used}")
