"""Sending statements to a store: https://github.com/adlnet/xAPI-Spec/blob/master/xAPI-Communication.md#stmtres (1.0.3).

Many go by one POST; where the store will not have them together each goes by a PUT of its own. 409 says that it has the
statement already. What no other try can mend is parked; all else is tried again, later each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import httpx2
import msgspec

from varda.exchange.xapi.outbox import Held, Outbox

VERSION = "1.0.3"
_HAS = frozenset({200, 204, 409})
_MENDS = frozenset({401, 403, 404, 407, 408, 425, 429})
"""Of the 4xx those that another try may find mended: credentials, addresses, too many at once."""
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Store:
    """A learning record store by its address, without /statements at the end, and the key and secret it gave us."""

    url: str
    key: str = ""
    secret: str = field(default="", repr=False)
    transport: httpx2.AsyncBaseTransport | None = field(default=None, repr=False)

    def client(self) -> httpx2.AsyncClient:
        """A client that says version and credentials."""
        return httpx2.AsyncClient(
            base_url=self.url.rstrip("/"),
            auth=(self.key, self.secret) if self.key else None,
            headers={"X-Experience-API-Version": VERSION, "Content-Type": "application/json"},
            transport=self.transport,
            timeout=_PATIENCE,
        )


async def send(outbox: Outbox, store: Store, now: datetime) -> int:
    """Send what is due, once; gives how many the store has now."""
    some = await outbox.take(now)
    if not some:
        return 0
    try:
        async with store.client() as client:
            answer = await client.post("/statements", content=msgspec.json.encode([one.body for one in some]))
            if answer.status_code == 200:
                await outbox.arrived([one.id for one in some], now)
                return len(some)
            if answer.status_code >= 500 or answer.status_code in _MENDS or answer.is_redirect:
                await outbox.again(some, _why(answer), now)
                return 0
            return await _each(outbox, client, some, now)
    except (httpx2.HTTPError, httpx2.InvalidURL) as lost:
        await outbox.again(some, f"the store does not answer ({type(lost).__name__})", now)
        return 0


async def _each(outbox: Outbox, client: httpx2.AsyncClient, some: Sequence[Held], now: datetime) -> int:
    """One at a time, so that one bad statement keeps no other back."""
    there = 0
    for nth, one in enumerate(some):
        try:
            answer = await client.put(
                "/statements", params={"statementId": one.id}, content=msgspec.json.encode(one.body)
            )
        except httpx2.HTTPError as lost:
            await outbox.again(some[nth:], f"the store does not answer ({type(lost).__name__})", now)
            return there
        if answer.status_code in _HAS:
            await outbox.arrived([one.id], now)
            there += 1
        elif answer.status_code >= 500 or answer.status_code in _MENDS or answer.is_redirect:
            await outbox.again([one], _why(answer), now)
        else:
            await outbox.park(one, _why(answer), now)
    return there


def _why(answer: httpx2.Response) -> str:
    return " ".join(f"{answer.status_code} {answer.text}".split())
