"""A disk that is really full, below a served Varda, and that room can be made on.

A small file system of its own where the machine lets us mount one, as root does; elsewhere the operating system's limit
of file size for PostgreSQL's processes. `way` says which, and the end of a run tells it.
"""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from tests.cli.commanding import Served
from varda.kernel.embedded import EmbeddedServer

MB = 1024 * 1024
way = ""


@dataclass(frozen=True)
class Short:
    """A served Varda that will soon have no room once it was made `tight`, a token for it, and what makes room."""

    token: str
    make_room: Callable[[], None]
    make_tight: Callable[[], None] = lambda: None


@contextmanager
def data_short_of_room(served: Served) -> Iterator[Short]:
    """The database's tables have little room; PostgreSQL's own write-ahead log has plenty."""
    folder = served.home / "data"
    if not _mounts(folder, 40):
        yield _limited(served, 17 * MB)
        return
    with _mounted(folder):
        server = EmbeddedServer(served.home)
        shutil.chown(folder, server.data.owner())
        with psycopg.connect(server.url("postgres"), autocommit=True) as keeper:
            keeper.execute(f"create tablespace tiny location '{folder}'")
            keeper.execute("create database varda tablespace tiny template template0 encoding 'UTF8'")
        server.stop()
        yield Short(_begun(served), lambda: _grow(folder), lambda: _leave(folder, 8 * MB))
        served.end()


@contextmanager
def database_short_of_room(served: Served) -> Iterator[Short]:
    """Everything that PostgreSQL writes has little room: it stops when its write-ahead log cannot grow."""
    folder = served.home / "postgres"
    if not _mounts(folder, 150):
        yield _limited(served, 9 * MB)  # less than a segment of the write-ahead log
        return
    with _mounted(folder):
        yield Short(_begun(served), lambda: _grow(folder), lambda: _leave(folder, 24 * MB))
        served.end()


def _begun(served: Served) -> str:
    said = served.run("db", "init")
    assert said.returncode == 0, said.stderr
    served.start()
    said = served.run("token", "--client", "bench")
    assert said.returncode == 0, said.stderr
    return said.stdout.strip()


def _mounts(folder: Path, megabytes: int) -> bool:
    global way
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", str(folder)]
    with suppress(OSError):
        if subprocess.run(command, check=False, capture_output=True).returncode == 0:
            way = "a file system of its own"
            return True
    way = "a limit of file size only (nothing can be mounted here)"
    return False


@contextmanager
def _mounted(folder: Path) -> Iterator[None]:
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _leave(folder: Path, most: int) -> None:
    """Take all but so many bytes, so that it takes no long writing to use up the rest."""
    state = os.statvfs(folder)
    taken = state.f_bavail * state.f_frsize - most
    with (folder / "taken").open("wb") as file:
        if taken > 0:
            os.posix_fallocate(file.fileno(), 0, taken)


def _grow(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=1000m", str(folder)], check=True)


def _limited(served: Served, most: int) -> Short:
    return Short(_begun(served), lambda: _limit(served, resource.RLIM_INFINITY), lambda: _limit(served, most))


def _limit(served: Served, most: int) -> None:
    """Writes behind this place of a file fail, in the server and in the processes it will start; -1 for no place."""
    with suppress(OSError, psutil.NoSuchProcess):
        leader = psutil.Process(int((served.home / "postgres" / "postmaster.pid").read_text().split()[0]))
        for process in [leader, *leader.children(recursive=True)]:
            soft = "unlimited" if most == resource.RLIM_INFINITY else str(most)
            # Only its own account may limit a process; root may become that account.
            own = {"user": process.uids().real, "group": process.gids().real, "extra_groups": []}
            command = ["prlimit", f"--pid={process.pid}", f"--fsize={soft}:unlimited"]
            done = subprocess.run(command, check=False, capture_output=True, **(own if os.geteuid() == 0 else {}))
            assert done.returncode == 0 or not process.is_running(), done.stderr
