"""Migrations run once, in order, by one process at a time."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.support.database import TestServer
from varda.kernel.errors import Malformed, Unavailable
from varda.kernel.migrate import migrate, pending


def test_an_empty_database_gets_every_migration_once(server: TestServer) -> None:
    with server.clone("template0") as url:
        wanted = pending(url)
        assert wanted == sorted(wanted)
        assert wanted[0] == "0001.roles"
        assert migrate(url) == wanted
        assert pending(url) == []
        assert migrate(url) == []


def test_two_processes_do_not_migrate_twice(server: TestServer) -> None:
    with server.clone("template0") as url, ThreadPoolExecutor(2) as both:
        wanted = pending(url)
        assert sorted(both.map(migrate, [url, url])) == [[], wanted]


def test_a_lock_left_by_a_killed_process_does_not_stop_the_next(server: TestServer) -> None:
    with server.clone() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("insert into kernel.yoyo_lock (locked, ctime, pid) values (1, '2025-01-01', 999999)")
            connection.execute("delete from kernel._yoyo_migration where migration_id = '0001.roles'")
        assert migrate(url) == ["0001.roles"]


def test_an_address_that_is_not_postgresql_is_refused() -> None:
    with pytest.raises(Malformed, match="VARDA_DATABASE_URL"):
        pending("mysql://nobody@127.0.0.1/none")


def test_a_server_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        migrate("postgresql://nobody@127.0.0.1:1/none")
