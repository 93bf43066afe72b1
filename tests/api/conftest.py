"""Fixtures of the API's tests: a door, a client that may do everything, and a way to others."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.record.world import fill
from tests.support.apps import World
from tests.support.door import client, opened_door, token
from tests.support.server import application
from tests.support.smart import signed_in, smart_served
from varda.access.people import People
from varda.access.session import Session
from varda.record import Door

BASE = "http://varda.test/fhir"


@pytest.fixture
async def door(database_url: str) -> AsyncIterator[Door]:
    async with opened_door(database_url) as door:
        yield door


@pytest.fixture
async def http(door: Door) -> AsyncIterator[httpx.AsyncClient]:
    """A client that reaches the whole county."""
    async with asking(door, client()) as found:
        yield found


def asking(door: Door, session: Session | None) -> "Asking":
    """A client with the token of a session, or without one."""
    return Asking(door, session)


class Asking:
    """An HTTP client on the application itself: real requests and answers, no socket."""

    def __init__(self, door: Door, session: Session | None) -> None:
        self._door = door
        self._session = session

    async def __aenter__(self) -> httpx.AsyncClient:
        headers = {"content-type": "application/fhir+json"}
        if self._session is not None:
            headers["authorization"] = f"Bearer {await token(self._door, self._session)}"
        transport = httpx.ASGITransport(application(self._door))
        self._client = httpx.AsyncClient(transport=transport, base_url=f"{BASE}/", headers=headers)
        return self._client

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()


@pytest.fixture
async def world(door: Door) -> AsyncIterator[World]:
    await fill(door)
    sessions = await People(door.database).sessions("SE9999999999-astrid", door.clock.now())
    session = next(one for one in sessions if one.organization == "cardiology")
    async with (
        smart_served(door) as address,
        signed_in(door, session, address) as astrid,
        httpx.AsyncClient(base_url=address) as http,
    ):
        yield World(door, address, session, astrid, http)
