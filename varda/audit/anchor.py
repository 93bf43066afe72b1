"""The newest seals of the log, noted outside the database under a key that the database does not know.

Whoever owns the database can cut off the log's newest end together with its seals, or compute every hash anew: what is
noted here still says what they were. A line is time, place, the seal's digest, and an HMAC-SHA-256 over the three.
"""

import hmac
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from varda.kernel.errors import Unavailable
from varda.kernel.log import logger

NOTE_EVERY = timedelta(minutes=1)
# What does not look like a line was torn when the disk was full; the next line may stand right behind it.
_LINE = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.]+\+00:00) (\d{1,19}) ([0-9a-f]{64}) ([0-9a-f]{64})\n")

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Noted:
    """One seal as it was when it was noted. `genuine`: the line bears our key's HMAC."""

    at: str
    place: int
    digest: bytes
    genuine: bool


class Anchor:
    """The notes of one machine about one log. `secret` is asked at the first line; it lies outside the database."""

    def __init__(self, file: Path, secret: Callable[[], bytes]) -> None:
        self.file = file
        self._secret = secret
        self._next = 0.0

    @cached_property
    def _key(self) -> bytes:
        # Of this file alone: a line from another log's file is not genuine here.
        return hmac.new(self._secret(), f"audit\x00{self.file.name}".encode(), sha256).digest()

    def note(self, at: datetime, place: int, digest: bytes, *, at_once: bool = False) -> None:
        """Add the newest seal, once a minute for all processes of the machine, or at once. `at` is UTC.

        A file that cannot be written is warned of and stops nothing.
        """
        now = at.timestamp()
        if not at_once and now < self._next:
            return
        self._next = now + NOTE_EVERY.total_seconds()
        try:
            if at_once or not self._is_fresh(now):
                self._add(now, self._line(at.isoformat(), place, digest))
        except OSError as failed:
            log.warning("the newest seal of the access log is not noted", file=str(self.file), error=str(failed))

    def noted(self) -> Iterator[Noted]:
        """Every line, oldest first; none when there is no file. Raises `Unavailable` when it cannot be read."""
        try:
            text = self.file.read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            return
        except OSError as failed:
            raise Unavailable(
                f"{self.file} cannot be read ({failed.strerror}). Use the account that serves."
            ) from failed
        for found in _LINE.finditer(text):
            at, place, digest, _ = found.groups()
            line = self._line(at, int(place), bytes.fromhex(digest))
            yield Noted(at, int(place), bytes.fromhex(digest), hmac.compare_digest(line, found.group()))

    def _is_fresh(self, now: float) -> bool:
        return self.file.exists() and 0 <= now - self.file.stat().st_mtime < NOTE_EVERY.total_seconds()

    def _add(self, now: float, line: str) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line.encode())
            os.fsync(file)
        finally:
            os.close(file)
        # The clock is the journal's, for the other processes too.
        os.utime(self.file, (now, now))

    def _line(self, at: str, place: int, digest: bytes) -> str:
        said = f"{at} {place} {digest.hex()}"
        return f"{said} {hmac.new(self._key, said.encode(), sha256).hexdigest()}\n"
