"""A command of ours that runs beside those who serve for as long as they do, and is begun again when it ends."""

import subprocess
import sys
from threading import Event, Thread

from varda.kernel.log import logger

FIRST, AGAIN = 10.0, 30.0
"""Seconds until it is begun, so that the start is nobody's waiting time, and until it is begun again."""
_PATIENCE = 10.0
log = logger(__name__)


class Beside:
    """`varda` with some words, from shortly after now until `end`."""

    def __init__(self, *command: str, first: float = FIRST) -> None:
        self._command = command
        self._ended = Event()
        self._thread = Thread(target=self._keep, args=(first,), daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop it, and wait until it has stopped."""
        self._ended.set()
        self._thread.join(_PATIENCE + 2)

    def _keep(self, wait: float) -> None:
        while not self._ended.wait(wait):
            wait = AGAIN
            process = subprocess.Popen(  # noqa: S603 - our own program with our own words
                [sys.executable, "-m", "varda.cli", *self._command], stdout=subprocess.DEVNULL
            )
            while process.poll() is None and not self._ended.wait(1):
                pass
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(_PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()
            elif not self._ended.is_set():
                log.warning("a command beside has ended and is begun again", command=" ".join(self._command))
