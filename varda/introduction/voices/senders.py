"""Who has sent an answer without their name, so that nobody floods a question: known in memory alone.

Stored anywhere it would name who answered. So it holds in one process and for a day: a bound, and no proof that nobody
answered twice.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from varda.kernel.errors import Conflict

WAIT = timedelta(days=1)
"""From one answer of a sender to the next."""
_MOST = 100_000


class Senders:
    """Those of one process, made once for all questions."""

    def __init__(self) -> None:
        self._sent: dict[tuple[int, str], datetime] = {}

    @contextmanager
    def once(self, survey: int, person: str, now: datetime) -> Iterator[None]:
        """Take an answer of somebody (HSA-id) while the block runs; what fails is not counted. Raises `Conflict`."""
        key = (survey, person)
        self._forget(now)
        if key in self._sent:
            raise Conflict("You have answered this question. An answer without your name is taken once a day.")
        self._sent[key] = now
        try:
            yield
        except BaseException:
            del self._sent[key]
            raise

    def _forget(self, now: datetime) -> None:
        self._sent = {key: at for key, at in self._sent.items() if now - at < WAIT}
        if len(self._sent) >= _MOST:
            raise Conflict("Too many answer at once. Wait a while and send it again.")
