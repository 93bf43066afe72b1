"""How the command line speaks: figures and names to standard output, everything else to standard error.

Progress is a moving bar on a terminal and a plain line now and then elsewhere, so that a log stays readable.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

# A file or pipe has no width of its own: tables are then written as wide as they need.
_WIDTH = None if sys.stdout.isatty() else 140
out = Console(highlight=False, soft_wrap=True, width=_WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True)
_LINE_EVERY = 5.0  # seconds between two plain lines


def say(text: str) -> None:
    """A line to a person, on standard error: standard output is for what a script would read."""
    err.print(text, markup=False)


def answer(text: str) -> None:
    """A line of the answer, on standard output, exactly as it is."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def as_json(value: Any) -> None:
    """The answer as JSON on standard output."""
    answer(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


class Advance:
    """Counts what is done of a long piece of work. `share` (0 to 1) tells how far that is when no total is known."""

    def __init__(self, what: str, total: int | None) -> None:
        self.what, self.total, self.count = what, total, 0
        self.started = time.monotonic()

    def __call__(self, more: int = 1, *, share: float | None = None) -> None:
        """So many more are done."""
        self.count += more

    @property
    def rate(self) -> float:
        """How many a second so far."""
        return self.count / max(time.monotonic() - self.started, 1e-6)

    @property
    def said(self) -> str:
        """The count and the rate in words."""
        of = f" of {self.total:,}" if self.total else ""
        return f"{self.count:,}{of} ({self.rate:,.0f}/s)"


class _Bar(Advance):
    def __init__(self, what: str, total: int | None, bars: Progress) -> None:
        super().__init__(what, total)
        self._bars = bars
        self._task = bars.add_task(what, total=1.0, said="")

    def __call__(self, more: int = 1, *, share: float | None = None) -> None:
        super().__call__(more)
        done = share if share is not None else self.count / self.total if self.total else None
        self._bars.update(self._task, completed=done, said=self.said)


class _Lines(Advance):
    def __init__(self, what: str, total: int | None) -> None:
        super().__init__(what, total)
        self._next = self.started

    def __call__(self, more: int = 1, *, share: float | None = None) -> None:
        super().__call__(more)
        now = time.monotonic()
        if now >= self._next or self.count == self.total:
            self._next = now + _LINE_EVERY
            say(f"{self.what}: {self.said}")


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Advance]:
    """Show how far a long piece of work has come. The value is called with how many more are done."""
    if not err.is_terminal:
        yield _Lines(what, total)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[said]}"))
    with Progress(*columns, TimeRemainingColumn(), console=err) as bars:
        yield _Bar(what, total, bars)
