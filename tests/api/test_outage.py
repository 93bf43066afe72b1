"""A database that is lost: a clear message, nothing acknowledged that is not stored, recovery by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from tests.api.resources import body, issues, patient, post, put
from tests.support.database import TestServer

pytestmark = pytest.mark.anyio


@contextmanager
def lost(server: TestServer, url: str) -> Iterator[None]:
    """Nobody reaches the database of the address, for as long as the block lasts."""
    name = urlsplit(url).path.lstrip("/")
    with psycopg.connect(server.embedded.url("postgres"), autocommit=True) as keeper:
        keeper.execute(f"alter database {name} allow_connections false")
        keeper.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
        try:
            yield
        finally:
            keeper.execute(f"alter database {name} allow_connections true")


async def test_a_lost_database_is_said_and_found_again(
    http: httpx.AsyncClient, server: TestServer, database_url: str
) -> None:
    await put(http, patient("vera"))
    with lost(server, database_url):
        for answer in (await http.get("Patient/vera"), await post(http, patient()), await http.get("Patient")):
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert issues(answer)[0]["code"] == "transient"
    assert (await http.get("Patient/vera")).status_code == 200
    assert (await post(http, patient())).status_code == 201
    assert body(await http.get("Patient?_summary=count"))["total"] == 2
