"""A door on a test's own database, its log started, and the tokens to come through it with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from varda.access.session import Session
from varda.access.tickets import Tickets
from varda.audit import Journal
from varda.kernel.clock import WallClock
from varda.kernel.db import Database
from varda.record import Door

BUILD = "0.1.0+test"


@asynccontextmanager
async def opened_door(url: str, *, size: int = 6) -> AsyncIterator[Door]:
    """A door with a pool of its own, and another for the log."""
    database, apart = await Database.connect(url, size=size), await Database.connect(url, size=2)
    journal = Journal(apart, WallClock(), BUILD)
    await journal.start()
    try:
        yield Door(database, journal, WallClock())
    finally:
        await journal.stop()
        await apart.close()
        await database.close()


def client(**changed: Any) -> Session:
    """A registered system that reaches the whole invented county; `changed` makes it another one."""
    given: dict[str, Any] = {
        "kind": "client",
        "actor": "bench",
        "name": "bench",
        "unit": "SE9999999999-C",
        "provider": "SE9999999999-R",
        "reach": "county",
        "scopes": ("read", "write", "delete", "import"),
    }
    return Session(**(given | changed))


async def token(door: Door, session: Session | None = None) -> str:
    """A bearer token for an hour."""
    now = door.clock.now()
    return await Tickets(door.database).made(session or client(), kind="bearer", now=now, lasts=timedelta(hours=1))
