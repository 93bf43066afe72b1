"""The sample in a database that is only asked, never changed: filled once a run."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.search.kept import keep
from tests.search.sample import sample
from tests.support.database import TestServer
from varda.kernel.db import Database


@pytest.fixture(scope="session")
def kept_url(server: TestServer) -> Iterator[str]:
    with server.clone() as url:
        yield url


@pytest.fixture
async def kept(kept_url: str) -> AsyncIterator[Database]:
    database = await Database.connect(kept_url, size=2)
    if not await database.maybe("select 1 from store.current limit 1"):
        await keep(database, sample())
    yield database
    await database.close()
