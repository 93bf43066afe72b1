"""The database's shape over time: plain SQL in varda/migrations, ordered, forward only, run by yoyo-migrations.

What has been run is kept in the schema `kernel` (https://ollycope.com/software/yoyo/latest/). One process migrates at a
time: the others wait for an advisory lock, which a killed process cannot leave behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg
from yoyo import get_backend, read_migrations

from varda.kernel.errors import Malformed, Unavailable

_TURN = 0x7661726461  # any number that no other program takes a lock by


def migrate(url: str) -> list[str]:
    """Run what has not been run, each migration in a transaction of its own. Gives the names, oldest first."""
    with _alone(url), _runner(url) as (runner, known):
        # Whoever holds the lock above is alone: a row that says otherwise was left by a process that died.
        runner.break_lock()
        wanted = runner.to_apply(known)
        names = [migration.id for migration in wanted]
        with runner.lock():
            runner.apply_migrations(wanted)
    return names


def pending(url: str) -> list[str]:
    """The names of the migrations that this database lacks, oldest first."""
    with _connection(url) as connection:
        untouched = connection.execute("select to_regclass('kernel._yoyo_migration') is null").fetchone() == (True,)
    if untouched:
        return [migration.id for migration in _known()]
    with _runner(url) as (runner, known):
        return [migration.id for migration in runner.to_apply(known)]


def _known() -> Any:
    return read_migrations(str(resources.files("varda").joinpath("migrations")))


@contextmanager
def _connection(url: str) -> Iterator[psycopg.Connection]:
    try:
        connection = psycopg.connect(url, autocommit=True)
    except psycopg.OperationalError as lost:
        raise Unavailable(f"The database cannot be reached: {lost}") from lost
    except psycopg.ProgrammingError as unread:
        raise Malformed(f"VARDA_DATABASE_URL must be an address such as postgresql://host/name: {unread}") from unread
    with connection:
        yield connection


@contextmanager
def _alone(url: str) -> Iterator[None]:
    with _connection(url) as connection:
        connection.execute("select pg_advisory_lock(%s)", [_TURN])
        connection.execute("create schema if not exists kernel")
        yield


@contextmanager
def _runner(url: str) -> Iterator[tuple[Any, Any]]:
    with get_backend(_for_yoyo(url)) as runner:
        yield runner, _known()


def _for_yoyo(url: str) -> str:
    parts = urlsplit(url)
    query = urlencode([*parse_qsl(parts.query), ("schema", "kernel")])
    return urlunsplit(("postgresql+psycopg", parts.netloc, parts.path, query, ""))
