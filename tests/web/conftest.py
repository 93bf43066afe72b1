"""The screens on a door and a database of their own, and a browser without a screen."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from random import Random

import httpx
import pytest

from tests.record import world
from tests.support import signing_in
from varda import web
from varda.access.identity import Identities
from varda.access.once import Once
from varda.access.people import People
from varda.access.tickets import Tickets
from varda.audit import Journal
from varda.care.patients import INVENTED_BLOCK
from varda.catalogue import ROLES
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door, Owner, Wish

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
Visitor = httpx.AsyncClient
SignIn = Callable[..., Awaitable[Visitor]]
"""A name, a profession, and what the assignment is for if not care."""


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
async def door(database: Database, clock: SetClock) -> AsyncIterator[Door]:
    journal = Journal(database, clock, "0.1.0+test")
    await journal.start()
    door = Door(database, journal, clock)
    await world.fill(door)
    yield door
    await journal.stop()


@pytest.fixture
def visitor_of(door: Door, database: Database, clock: SetClock) -> Callable[..., Visitor]:
    """A browser at screens that may be wired otherwise than in a demo."""

    def made(**changed: object) -> Visitor:
        wired = {
            "environment": "test",
            "may_choose": True,
            "reserve_block": INVENTED_BLOCK,
            "draw": Random(1).randrange,
        } | changed
        parts = web.Parts(
            door=door, people=People(database), tickets=Tickets(database), clock=clock, build="0.1.0+test",
            once=Once(database), identities=Identities(database), seal=b"s" * 32, **wired,
        )  # fmt: skip
        screens = httpx.ASGITransport(web.application(parts), raise_app_exceptions=False)
        return httpx.AsyncClient(transport=screens, base_url="http://varda.test")

    return made


@pytest.fixture
async def visitor(visitor_of: Callable[..., Visitor]) -> AsyncIterator[Visitor]:
    """Somebody who has not signed in."""
    async with visitor_of() as visitor:
        yield visitor


@pytest.fixture
async def astrid(visitor: Visitor) -> Visitor:
    """Physician at cardiology, where Vera lies, signed in."""
    answer = await signing_in.signed_in(visitor, "SE9999999999-astrid", "SE9999999999-astrid-cardiology")
    assert answer.status_code == 303
    return visitor


@pytest.fixture
async def signed_in(door: Door, visitor_of: Callable[..., Visitor]) -> AsyncIterator[SignIn]:
    """Somebody with the licence of the profession at cardiology, where Vera lies, signed in."""
    async with AsyncExitStack() as stack:

        async def made(name: str, role: str, purpose: str = "") -> Visitor:
            licences = [licence] if (licence := ROLES[role].licence if role in ROLES else "") else []
            known = world.person(name, name.capitalize(), "Ny", *licences)
            county = [known, world.assignment(name, "cardiology", role, purpose)]
            async with door.opened(world.SYSTEM, "administration") as record:
                await record.write([Wish("update", one, owner=Owner("", "")) for one in county])
            visitor = await stack.enter_async_context(visitor_of())
            await signing_in.signed_in(visitor, f"SE9999999999-{name}", f"SE9999999999-{name}-cardiology")
            return visitor

        yield made
