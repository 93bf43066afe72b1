"""The whole application as `varda serve` wires it, without a process of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from varda.access.session import Session
from varda.cli.serve import Application
from varda.kernel.settings import Settings
from varda.record import Door


@asynccontextmanager
async def wired(url: str, home: Path, **settings: Any) -> AsyncIterator[Application]:
    """The application on a database, in the test environment unless said otherwise."""
    found = Settings(home=home, database_url=url, **({"environment": "test"} | settings))
    async with Application(found).running() as application:
        yield application


def asking(
    application: Application, *, base: str = "http://varda.test", address: str = "10.0.0.1"
) -> httpx.AsyncClient:
    """Somebody at a network address, who follows no redirect; faults come back as answers."""
    transport = httpx.ASGITransport(application, raise_app_exceptions=False, client=(address, 50_000))
    return httpx.AsyncClient(transport=transport, base_url=base)


def door(application: Application) -> Door:
    """The application's own door."""
    assert application.wires is not None
    return application.wires.door


async def bearer(application: Application, session: Session) -> dict[str, str]:
    """The header of a token for an hour."""
    assert application.wires is not None
    now = application.wires.clock.now()
    secret = await application.wires.tickets.made(session, kind="bearer", now=now, lasts=timedelta(hours=1))
    return {"authorization": f"Bearer {secret}"}


async def staff(application: Application, person: str, unit: str) -> Session:
    """Somebody of the small world, in one assignment."""
    assert application.wires is not None
    now = application.wires.clock.now()
    return await application.wires.people.session(f"SE9999999999-{person}", f"SE9999999999-{person}-{unit}", now)
