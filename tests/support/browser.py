"""A Chromium for journeys: found on the machine, else installed. `python -m tests.support.browser` makes sure of it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--no-sandbox",  # tests run as root in containers
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--no-first-run",
    "--no-proxy-server",
    "--force-color-profile=srgb",
)


class NoBrowser(Exception):
    """There is no Chromium here and none could be installed."""


def found() -> str | None:
    """The path of a Chromium: CHROMIUM if set, else the machine's own, else Playwright's."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        if not Path(chosen).is_file():
            raise NoBrowser(f"CHROMIUM names {chosen}, which is not there.")
        return chosen
    return next(filter(None, map(shutil.which, NAMES)), None) or _of_playwright()


def _of_playwright() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def installed() -> str:
    """Like `found`, installing one if there is none. Raises `NoBrowser` saying what was tried."""
    path = found()
    if path:
        return path
    tried = []
    for command in _ways():
        print("No Chromium found. Running:", *command, flush=True)
        try:
            subprocess.run(command, check=True)
        except (OSError, subprocess.CalledProcessError) as failed:
            tried.append(f"{' '.join(command)}: {failed}")
            continue
        path = found()
        if path:
            return path
        tried.append(f"{' '.join(command)}: ran, but left no Chromium")
    raise NoBrowser("The journeys need a Chromium and none could be installed. Tried:\n  " + "\n  ".join(tried))


def _ways() -> Iterator[list[str]]:
    if shutil.which("apt-get") and os.geteuid() == 0:
        yield ["apt-get", "update"]
        yield ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
    yield [sys.executable, "-m", "playwright", "install", "chromium"]


@contextmanager
def launched(*more: str) -> Iterator[Browser]:
    """A headless Chromium driven by Playwright, with `more` flags; closed afterwards."""
    path = found()
    if path is None:
        raise NoBrowser("There is no Chromium. `make test` installs one, or set CHROMIUM to the path of one.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *more])
        try:
            yield browser
        finally:
            browser.close()


def main() -> None:
    """Say which Chromium the journeys will use, installing one if need be; exit 1 if none will run."""
    try:
        path = installed()
        with launched() as browser:
            print(f"Chromium {browser.version} at {path}")
    except (NoBrowser, Error) as failed:
        sys.exit(str(failed))


if __name__ == "__main__":
    main()
