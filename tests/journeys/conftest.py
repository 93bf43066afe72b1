"""A served demo county and a browser. Browsers live as long as a module, so that no other test meets their loop.

`VARDA_JOURNEYS_AT` points the journeys at a server that runs already.
"""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.journeys.person import Person
from tests.support.browser import launched

PATIENTS = "80"
PATIENCE = 120.0
VARDA = (sys.executable, "-m", "varda.cli")
GATHERED = ("rights", "functions", "coaches", "concerns", "evidence", "rehearsed")
"""The checks that pages of readiness show with what they found; the others stand there as missing."""


@pytest.fixture(scope="session")
def varda_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the served demo keeps its files."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="session")
def varda_server(varda_home: Path) -> Iterator[str]:
    """The address of `varda demo`, filled and serving, with a home of its own."""
    running = os.environ.get("VARDA_JOURNEYS_AT")
    if running:
        yield running.rstrip("/")
        return
    home = varda_home
    address = f"http://127.0.0.1:{_free_port()}"
    environ = {**os.environ, "VARDA_HOME": str(home), "VARDA_ENVIRONMENT": "demo", "VARDA_BESIDE": "no"}
    environ.pop("VARDA_DATABASE_URL", None)
    command = [*VARDA, "demo", "--patients", PATIENTS, "--port", address.rpartition(":")[2]]
    with Path(home, "said").open("w+b") as said:
        process = subprocess.Popen(command, env=environ, stdout=said, stderr=said)
        try:
            _until_filled(process, address, Path(home, "said"))
            # Once is enough here: what goes on beside those who work has tests of its own, and machines have two cores.
            subprocess.run(
                [*VARDA, "readiness", "gather", *GATHERED], env=environ, stdout=said, stderr=said, check=True
            )
            yield address
        finally:
            process.terminate()
            process.wait(timeout=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the journeys of one module."""
    with launched() as browser:
        yield browser


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A browser window of a workstation: its own cookies and storage."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="sv-SE")
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def somebody(window: BrowserContext, varda_server: str) -> Person:
    """Somebody who has not signed in yet."""
    return Person(window.new_page(), varda_server)


@pytest.fixture
def astrid(somebody: Person) -> Person:
    """Astrid Lund, physician at a health centre, signed in at her unit's list."""
    return somebody.signs_in_as("Astrid Lund")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _until_filled(process: subprocess.Popen[bytes], address: str, said: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            is_ready = httpx.get(f"{address}/health/ready", timeout=2).status_code == 200
            if is_ready and f"{PATIENTS} of {PATIENTS}" in said.read_text(errors="replace") and _has_patients(address):
                return  # nothing more arrives in lists that a journey counts
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    raise AssertionError(f"varda demo did not serve a filled county:\n{said.read_text(errors='replace')[-4000:]}")


def _has_patients(address: str) -> bool:
    with httpx.Client(base_url=address, follow_redirects=True, timeout=10) as visitor:
        people = visitor.get("/sign-in").text
        if "Astrid Lund" not in people:
            return False
        value = {
            name: unescape(re.search(rf'name="{name}"\s+value="([^"]*)"', people)[1]) for name in ("request", "person")
        }
        visitor.post("/provider/authorize", data=value)
        return visitor.get("/patients?show=all").text.count("data-row-link") >= 8
