"""A real PostgreSQL for tests: one embedded server a run, one template made by the migrations, one clone a test."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from varda.kernel.embedded import EmbeddedServer
from varda.kernel.migrate import migrate

TEMPLATE = "varda_template"


class TestServer:
    """The run's server. Nothing on it outlives the run, so it need not reach the disk."""

    __test__ = False

    def __init__(self, home: Path) -> None:
        self.embedded = EmbeddedServer(home)
        self._numbers = count(1)
        self._run("alter system set fsync = off", "alter system set synchronous_commit = off")
        self._run("select pg_reload_conf()", f"create database {TEMPLATE}")
        migrate(self.embedded.url(TEMPLATE))

    @contextmanager
    def clone(self, template: str = TEMPLATE) -> Iterator[str]:
        """The address of a fresh database, gone afterwards. `template0` gives an empty one without migrations."""
        name = f"test_{next(self._numbers)}"
        self._run(f"create database {name} template {template}")
        try:
            yield self.embedded.url(name)
        finally:
            self._run(f"drop database if exists {name} with (force)")

    def _run(self, *statements: str) -> None:
        with psycopg.connect(self.embedded.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


@contextmanager
def running() -> Iterator[TestServer]:
    """A server in a folder of its own below the system's temporary folder; both are gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="varda-tests-"))
    server = TestServer(home)
    try:
        yield server
    finally:
        server.embedded.stop()
        shutil.rmtree(home, ignore_errors=True)


def cut(server: TestServer, url: str) -> None:
    """End every connection to the database of the address, whatever it is in the middle of."""
    with psycopg.connect(server.embedded.url("postgres"), autocommit=True) as keeper:
        keeper.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [_name(url)])


@contextmanager
def lost(server: TestServer, url: str) -> Iterator[None]:
    """Nobody reaches the database of the address, for as long as the block lasts."""
    with psycopg.connect(server.embedded.url("postgres"), autocommit=True) as keeper:
        keeper.execute(f"alter database {_name(url)} allow_connections false")
        cut(server, url)
        try:
            yield
        finally:
            keeper.execute(f"alter database {_name(url)} allow_connections true")


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")
