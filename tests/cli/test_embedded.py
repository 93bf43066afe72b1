"""The embedded database on the days when not everybody ended in order."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.cli.commanding import home_of_its_own
from varda.kernel.embedded import EmbeddedServer


@pytest.fixture
def home() -> Iterator[Path]:
    with home_of_its_own() as home:
        yield home


def leader(home: Path) -> psutil.Process:
    return psutil.Process(int((home / "postgres" / "postmaster.pid").read_text().split()[0]))


def test_a_killed_server_is_started_again_and_kept_what_was_committed(home: Path) -> None:
    server = EmbeddedServer(home)
    try:
        with psycopg.connect(server.url("postgres")) as connection:
            connection.execute("create table kept (n int)")
            connection.execute("insert into kept values (7)")
        watch = server.watched()
        os.kill(leader(home).pid, signal.SIGKILL)
        until, found = time.monotonic() + 20, None
        while found is None and time.monotonic() < until:
            try:
                with psycopg.connect(server.url("postgres")) as connection:
                    found = connection.execute("select n from kept").fetchone()
            except psycopg.OperationalError:
                time.sleep(0.05)
        watch.end()
        assert found == (7,)
    finally:
        server.stop()


def test_a_file_that_names_somebody_elses_process_does_not_stop_the_start(home: Path) -> None:
    server = EmbeddedServer(home)
    file = home / "postgres" / "postmaster.pid"
    lines = file.read_text().splitlines()
    server.stop()
    file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    server = EmbeddedServer(home)
    try:
        assert leader(home).pid != os.getpid()
        with psycopg.connect(server.url("postgres")) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    finally:
        server.stop()


def test_users_that_were_killed_do_not_keep_it_running(home: Path) -> None:
    server = EmbeddedServer(home)
    users, process = home / "postgres" / ".handle_pids.json", leader(home)
    users.write_text(json.dumps([*json.loads(users.read_text()), 4_190_000]))
    server.stop()
    psutil.wait_procs([process], timeout=10)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_list_of_users_torn_by_a_full_disk_does_not_stop_the_start(home: Path) -> None:
    EmbeddedServer(home).stop()
    users = home / "postgres" / ".handle_pids.json"
    for torn in ("", "[12, 1"):
        users.write_text(torn)
        server = EmbeddedServer(home)
        assert json.loads(users.read_text()) == [os.getpid()]
        server.stop()
