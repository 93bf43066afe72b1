"""A Varda of its own to measure, when no server is named: a scratch database, a server process, invented bundles."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from varda.cli import db, tools
from varda.cli.place import Place
from varda.cli.serve import anchor
from varda.fhir.resource import Resource, dump
from varda.kernel.clock import WallClock
from varda.kernel.errors import Unavailable
from varda.region import life

_NAME = "varda_bench"
_SEED = 1
_PATIENCE = 30  # seconds until the server must be ready


@contextmanager
def served(place: Place) -> Iterator[tuple[str, str]]:
    """The base address and a token of a Varda with an empty database beside the given one; both gone afterwards."""
    with several(place, 1) as (_, (address,), token):
        yield address, token


@contextmanager
def several(place: Place, count: int, *scopes: str) -> Iterator[tuple[str, list[str], str]]:
    """An empty database, the base addresses of so many servers on it, and a token with scopes (none: all)."""
    url = place.beside(_NAME)
    scratch = Place(replace(place.settings, environment="test", database_url=url), url, None, True)
    dropped(scratch)
    db.prepared(scratch)
    surroundings = os.environ | {"VARDA_DATABASE_URL": url, "VARDA_ENVIRONMENT": "test"}
    surroundings["VARDA_HOME"] = str(place.settings.home)
    varda, servers, ports = [sys.executable, "-m", "varda.cli"], [], []
    try:
        for _ in range(count):
            ports.append(_free_port())
            words = [*varda, "serve", "--port", str(ports[-1])]
            servers.append(subprocess.Popen(words, env=surroundings, stderr=subprocess.DEVNULL))  # noqa: S603 - ourselves
            _wait(ports[-1], servers[-1])
        words = [*varda, "token", "--client", "bench", *(word for one in scopes for word in ("--scope", one))]
        token = subprocess.run(words, env=surroundings, stdout=subprocess.PIPE, check=True)  # noqa: S603 - ourselves
        yield url, [f"http://127.0.0.1:{port}/fhir" for port in ports], token.stdout.decode().strip()
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(_PATIENCE)
        dropped(scratch)


def dropped(scratch: Place) -> None:
    """Drop a scratch database, with what this machine has noted of its log: the next one of that name is another."""
    tools.psql(scratch.beside("postgres"), f"drop database if exists {tools.quoted(scratch.name)} with (force)")
    anchor(scratch.settings.home, scratch.url).file.unlink(missing_ok=True)


def bundles(folder: Path, lives: int = 48) -> list[Path]:
    """Write invented lives as transaction Bundles; the same ones every day of the same date."""
    return [_bundle(folder / f"life-{index:03}.json", index) for index in range(lives)]


def _bundle(file: Path, index: int) -> Path:
    entries = [_entry(item.resource) for item in life(index, _SEED, WallClock().now()).newest]
    file.write_bytes(dump({"resourceType": "Bundle", "type": "transaction", "entry": entries}))
    return file


def _entry(resource: Resource) -> Resource:
    return {
        "resource": resource,
        "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"},
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and server.poll() is None:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            try:
                connection.request("GET", "/health/ready")
                if connection.getresponse().status == 200:
                    return
            finally:
                connection.close()
        time.sleep(0.05)
    raise Unavailable("The server to measure did not start.")
