"""One migrated database for all tests that only look at its shape."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support.database import TestServer
from varda.kernel.db import Database


@pytest.fixture(scope="session")
def shape_url(server: TestServer) -> Iterator[str]:
    """A database that nobody writes to."""
    with server.clone() as url:
        yield url


@pytest.fixture
async def database(shape_url: str) -> AsyncIterator[Database]:
    """A pool on that database, under the application's role."""
    database = await Database.connect(shape_url, size=1)
    yield database
    await database.close()
