"""Runs `varda`: in this process where only words and answers matter, in its own where processes are killed."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from varda.cli import app, edge


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Command:
    """Runs commands on one database."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], url: str, home: Path
    ) -> None:
        self.monkeypatch, self.capfd, self.url, self.home = monkeypatch, capfd, url, home
        self.set(VARDA_DATABASE_URL=url, VARDA_HOME=str(home), VARDA_ENVIRONMENT="test")
        monkeypatch.chdir(home)

    def set(self, **variables: str | None) -> None:
        """Change the surroundings; None unsets."""
        for name, value in variables.items():
            if value is None:
                self.monkeypatch.delenv(name, raising=False)
            else:
                self.monkeypatch.setenv(name, value)

    def __call__(self, *words: str) -> Said:
        self.capfd.readouterr()
        code = edge.guarded(lambda: app(list(words), exit_on_error=False))
        out, err = self.capfd.readouterr()
        return Said(code, out, err)


@contextmanager
def home_of_its_own() -> Iterator[Path]:
    """Outside pytest's folders, which the account of the embedded database may not enter."""
    home = Path(tempfile.mkdtemp(prefix="varda-served-"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


class Served:
    """A server in a process of its own, on a port of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.environ = {k: v for k, v in os.environ.items() if not k.startswith("VARDA_")}
        self.environ |= {"VARDA_HOME": str(home), "VARDA_ENVIRONMENT": "test"}
        self.headers: dict[str, str] = {}
        self.log = home / "said"
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, *words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        """A command beside the server, on the same database."""
        command = [sys.executable, "-m", "varda.cli", *words]
        return subprocess.run(
            command, env=self.environ | environ, capture_output=True, text=True, timeout=120, check=False
        )

    def start(self, *words: str) -> None:
        """Start serving and wait until it is ready."""
        command = [sys.executable, "-m", "varda.cli", *(words or ("serve",)), "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=self.environ, stdout=log, stderr=log, start_new_session=True)
        self.wait_until_ready(60)

    def wait_until_ready(self, seconds: float) -> float:
        """How long it took until /health/ready answered 200."""
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            with suppress(OSError, http.client.HTTPException):
                if self.ask("GET", "/health/ready")[0] == 200:
                    return time.monotonic() - started
            time.sleep(0.05)
        raise AssertionError(f"not ready within {seconds} s: {self.log.read_text()[-3000:]}")

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, bytes]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Content-Type": "application/fhir+json", **self.headers}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def kill(self) -> None:
        """kill -9 of the server and its workers."""
        assert self.process is not None
        leader = psutil.Process(self.process.pid)
        for process in [leader, *leader.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait(10)

    def kill_database(self) -> None:
        """kill -9 of PostgreSQL, all of it."""
        leader = psutil.Process(int((self.home / "postgres" / "postmaster.pid").read_text().split()[0]))
        for process in [leader, *leader.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def stop(self) -> int:
        """Stop it as an operator does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def end(self) -> None:
        """Leave nothing running."""
        if self.process is not None and self.process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                self.stop()
        if self.process is not None and self.process.poll() is None:
            self.kill()
        with suppress(OSError, ValueError, psutil.Error):
            self.kill_database()
