"""Failed attempts to show who one is, counted for the whole installation: more processes give nobody more guesses.

The table is read once an attempt and written when one fails, by the rule of `varda.kernel.limits`. It is not logged:
a crash of the database forgives a minute.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from varda.kernel.clock import Clock
from varda.kernel.db import Database
from varda.kernel.limits import TooMany
from varda.kernel.sql import named

_SQL = named("varda.access")
_SPAN = timedelta(minutes=1)
_ROUNDING = timedelta(milliseconds=1)
_MOST_TOLD = 10_000


class Guesses:
    """`most` a minute for each key; 0 is no limit. A key says what was tried, from which address, perhaps as whom."""

    def __init__(self, database: Database, clock: Clock, most: int = 0) -> None:
        self._database, self._clock, self._most = database, clock, most
        self._told: dict[bytes, datetime] = {}

    async def require(self, *key: str) -> None:
        """Raise `TooMany` when one more would be; counts nothing."""
        if self._most:
            now = self._clock.now()
            row = await self._database.maybe(_SQL["guess_due"], _hashed(key))
            if row is not None and row["due"] + self._each > now + _SPAN + _ROUNDING:
                raise self._too_many(key, now, row["due"])

    async def count(self, *key: str) -> None:
        """Count one that failed. Raises `TooMany` when it is one too many, and then counts nothing."""
        if self._most:
            now = self._clock.now()
            values = (_hashed(key), now, self._each, now + _SPAN + _ROUNDING)
            if await self._database.maybe(_SQL["guess_counted"], *values) is None:
                raise self._too_many(key, now, now + _SPAN)

    @property
    def _each(self) -> timedelta:
        return _SPAN / self._most

    def _too_many(self, key: tuple[str, ...], now: datetime, due: datetime) -> TooMany:
        hashed = _hashed(key)
        told = self._told.get(hashed)
        is_first = told is None or now - told >= _SPAN
        if is_first:
            if len(self._told) >= _MOST_TOLD:
                self._told.clear()
            self._told[hashed] = now
        wait = (due + self._each - now - _SPAN).total_seconds()
        return TooMany("failed attempts to sign in", max(1, ceil(wait)), is_first=is_first)


def _hashed(key: tuple[str, ...]) -> bytes:
    return sha256("\x00".join(key).encode("utf-8", "replace")).digest()
