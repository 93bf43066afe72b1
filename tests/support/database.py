"""A real PostgreSQL for tests: one embedded server a run, a template by the migrations, a clone that is emptied."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from varda.kernel.embedded import EmbeddedServer
from varda.kernel.migrate import migrate

TEMPLATE = "varda_template"
_OWN = "relnamespace::regnamespace::text !~ '^(pg_|information_schema)'"
_WHOLE = f"not relispartition and {_OWN}"
_SHAPE = f"""
    select md5(string_agg(line, E'\\n' order by line))
    from (
        select concat_ws(' ', oid, relname, relkind, relowner, relacl, relnatts, reloptions)
        from pg_class where {_WHOLE}
        union all select concat_ws(' ', tgrelid, tgname, tgenabled)
        from pg_trigger join pg_class as c on c.oid = tgrelid where {_WHOLE}
        union all select concat_ws(' ', conrelid, pg_get_constraintdef(o.oid))
        from pg_constraint as o join pg_class as c on c.oid = conrelid where {_WHOLE}
        union all select concat_ws(' ', oid, proname, proacl, prosrc) from pg_proc where oid > 16384
        union all select concat_ws(' ', setrole, setconfig) from pg_db_role_setting
    ) as seen(line)
"""
"""Everything of a database but its rows, and the months of the log that a test has begun."""
_EMPTYING = f"""
    select string_agg(format(
        case relkind
            when 'S' then 'select setval(seqrelid, seqstart, false) from pg_sequence where seqrelid = %1$L::regclass'
            else 'delete from %1$s'
        end, c.oid::regclass), ';')
    from pg_class as c
    where relkind in ('r', 'p', 'S') and not starts_with(relname, '_yoyo') and {_WHOLE}
"""


class TestServer:
    """The run's server. Nothing on it outlives the run, so it need not reach the disk."""

    __test__ = False

    def __init__(self, home: Path) -> None:
        self.embedded = EmbeddedServer(home)
        self._numbers = count(1)
        self._kept = self._shape = ""
        self._run("alter system set fsync = off", "alter system set synchronous_commit = off")
        self._run("select pg_reload_conf()", f"create database {TEMPLATE}")
        migrate(self.embedded.url(TEMPLATE))

    @contextmanager
    def emptied(self) -> Iterator[str]:
        """The address of a migrated database without rows. It serves the next test as well, unless this one has changed
        more than rows; a clone for every test took most of the run's time."""
        if not self._kept:
            self._kept = self._cloned(TEMPLATE)
            with self._inside(self._kept) as keeper:
                self._shape = _one(keeper, _SHAPE)
        try:
            yield self.embedded.url(self._kept)
        finally:
            if not self._has_emptied():
                self._drop(self._kept)
                self._kept = ""

    @contextmanager
    def clone(self, template: str = TEMPLATE) -> Iterator[str]:
        """The address of a fresh database, gone afterwards. `template0` gives an empty one without migrations."""
        name = self._cloned(template)
        try:
            yield self.embedded.url(name)
        finally:
            self._drop(name)

    def _has_emptied(self) -> bool:
        with self._inside(self._kept) as keeper:
            others = "datname = current_database() and pid <> pg_backend_pid()"
            keeper.execute(f"select pg_terminate_backend(pid, 5000) from pg_stat_activity where {others}")
            if _one(keeper, _SHAPE) != self._shape:
                return False
            keeper.execute("set session_replication_role = replica")  # the log's own guards let nobody delete
            keeper.execute(_one(keeper, _EMPTYING))
            return True

    def _cloned(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self._run(f"create database {name} template {template}")
        return name

    def _drop(self, name: str) -> None:
        self._run(f"drop database if exists {name} with (force)")

    def _inside(self, name: str) -> psycopg.Connection[Any]:
        return psycopg.connect(self.embedded.url(name), autocommit=True)

    def _run(self, *statements: str) -> None:
        with self._inside("postgres") as connection:
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


def _one(connection: psycopg.Connection[Any], question: str) -> str:
    return str(connection.execute(question).fetchone()[0])


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")
