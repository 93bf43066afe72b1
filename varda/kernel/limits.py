"""How often something may be done: so many a minute, counted for each person, system or address in this process.

The generic cell rate algorithm (ITU-T I.371): one number a key, no timer. At once as many as in a minute, evenly after.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from math import ceil
from typing import Any

from varda.kernel.errors import Problem, Refused
from varda.kernel.settings import Settings

_SPAN = 60.0  # seconds that `most` is counted over
_MOST_KEYS = 100_000
_ROUNDING = 1e-6


class TooMany(Refused):
    """It was asked too often by one person, system or address. `wait` is in seconds; `is_first` once a minute."""

    number, status, code = "V429", 429, "throttled"

    def __init__(self, limit: str, wait: int, *, is_first: bool) -> None:
        message = f"Too many {limit} in a short time. Wait {wait} seconds and try again."
        super().__init__(message, [Problem(message, code=self.code)])
        self.limit, self.wait, self.is_first = limit, wait, is_first


class Limit:
    """`most` a minute for each key; 0 is no limit. `what` is said to whoever meets it. `tick` gives seconds."""

    def __init__(self, what: str, most: int = 0, tick: Callable[[], float] = time.monotonic) -> None:
        self.what = what
        self.most = most
        self._each = _SPAN / most if most else 0.0
        self._tick = tick
        self._due: dict[str, float] = {}
        self._told: dict[str, float] = {}

    def take(self, key: str, count: int = 1) -> None:
        """Count so many for the key. Raises `TooMany`, and then counts nothing."""
        if self.most:
            due = self._fits(key, count)
            if len(self._due) >= _MOST_KEYS:
                self._forget()
            self._due[key] = due

    def _fits(self, key: str, count: int) -> float:
        now = self._tick()
        due = max(self._due.get(key, now), now) + count * self._each
        if due > now + _SPAN + _ROUNDING:
            told = self._told.get(key)
            is_first = told is None or now - told >= _SPAN
            if is_first:
                self._told[key] = now
            raise TooMany(self.what, max(1, ceil(due - now - _SPAN)), is_first=is_first)
        return due

    def _forget(self) -> None:
        # Memory has an end: kept are those who owe most, so that nobody is forgiven for hiding in a crowd.
        now = self._tick()
        self._told = {key: at for key, at in self._told.items() if now - at < _SPAN}
        owing = sorted((item for item in self._due.items() if item[1] > now), key=lambda item: item[1])
        self._due = dict(owing[-(_MOST_KEYS // 2) :])


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is limited in one process; as made without values, nothing is.

    `sign_in` goes by address, and by app where one shows itself; `searches` and `numbers` (whole identity numbers asked
    for) by person, `systems` (searches) by registered system. `guesses` is how many attempts to sign in may fail, which
    `varda.access.guesses` counts for all processes together.
    """

    sign_in: Limit = field(default_factory=lambda: Limit("attempts to sign in"))
    searches: Limit = field(default_factory=lambda: Limit("searches"))
    numbers: Limit = field(default_factory=lambda: Limit("identity numbers"))
    systems: Limit = field(default_factory=lambda: Limit("searches"))
    guesses: int = 0

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """The limits that an operator chose."""
        return cls(
            sign_in=Limit("attempts to sign in", settings.limit_sign_in),
            searches=Limit("searches", settings.limit_searches),
            numbers=Limit("identity numbers", settings.limit_numbers),
            systems=Limit("searches", settings.limit_systems),
            guesses=settings.limit_guesses,
        )


def network(client: Sequence[Any] | None) -> str:
    """Who is asking, by address (host first): the 64 bits of an IPv6 network are one household and count as one."""
    host = str(client[0]) if client else ""
    return str(ip_network(f"{host}/64", strict=False)) if ":" in host else host
