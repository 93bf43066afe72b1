"""What is to be told to the store, kept until the store has it. Nothing is lost while the network is down.

A statement is put in once, by its id; it is taken for a while by one sender, and what is not said to have arrived in
that time is taken again. What the store refuses for good is parked with its reason, until an operator sends it again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from varda.kernel.db import Database
from varda.kernel.sql import named

_SQL = named("varda.exchange.xapi")
BATCH = 50
_LEASE = timedelta(minutes=2)
_FIRST, _LONGEST = timedelta(seconds=30), timedelta(hours=1)
_KEPT = timedelta(days=1)
"""How long one that has arrived is known, so that it is not put in again."""
_REASON = 300


@dataclass(frozen=True, slots=True)
class Held:
    """One that is to be sent; `tries` counts this one."""

    id: str
    body: Mapping[str, Any]
    tries: int


@dataclass(frozen=True, slots=True)
class Stock:
    """How it stands: how many wait, since when, why the last try failed; and those that are parked, by reason."""

    waiting: int
    oldest: datetime | None
    trouble: str
    parked: Mapping[str, int]


class Outbox:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, statements: Sequence[Mapping[str, Any]], now: datetime) -> None:
        """Put in what is not there already."""
        if statements:
            bodies = [msgspec.json.encode(one).decode() for one in statements]
            await self._database.run(_SQL["statements_put"], [one["id"] for one in statements], bodies, now)

    async def heard(self, source: str) -> datetime | None:
        """Until when the events of a source are in."""
        row = await self._database.maybe(_SQL["heard"], source)
        return row["until"] if row is not None else None

    async def hear(self, source: str, until: datetime) -> None:
        """The events of a source are in until then."""
        await self._database.run(_SQL["hear"], source, until)

    async def take(self, now: datetime) -> list[Held]:
        """Take what is due, for as long as a sender may need, in the order in which it was put in."""
        rows = await self._database.all(_SQL["statements_taken"], now, now + _LEASE, BATCH)
        rows.sort(key=lambda row: row["made"])
        return [Held(str(row["id"]), msgspec.json.decode(row["body"]), row["tries"]) for row in rows]

    async def arrived(self, ids: Sequence[str], now: datetime) -> None:
        """The store has them; those of long ago are taken away."""
        await self._database.run(_SQL["statements_sent"], ids, now)
        await self._database.run(_SQL["statements_cleared"], now - _KEPT)

    async def park(self, one: Held, reason: str, now: datetime) -> None:
        """The store will not have it."""
        await self._database.run(_SQL["statement_parked"], one.id, reason[:_REASON], now)

    async def again(self, some: Sequence[Held], reason: str, now: datetime) -> None:
        """Try again later, and later each time."""
        tries = max((one.tries for one in some), default=1)
        due = now + min(_FIRST * 2 ** min(tries - 1, 10), _LONGEST)
        await self._database.run(_SQL["statements_again"], [one.id for one in some], due, reason[:_REASON])

    async def unpark(self, now: datetime) -> int:
        """Send what is parked once more; gives how many."""
        return len(await self._database.all(_SQL["statements_unparked"], now))

    async def stock(self) -> Stock:
        """How it stands."""
        row = await self._database.one(_SQL["statements_waiting"])
        parked = {row["reason"]: row["many"] for row in await self._database.all(_SQL["statements_parked"])}
        return Stock(row["waiting"], row["oldest"], row["trouble"] or "", parked)
