"""Varda whole, as apps meet it (API, authorization server, screens) on a port of its own; and a person at a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.support.door import BUILD
from tests.support.server import served
from varda import web
from varda.access.identity import Identities
from varda.access.once import Once
from varda.access.people import People
from varda.access.session import Session
from varda.access.tickets import Tickets
from varda.api import Fhir
from varda.api.smart import PATHS, Smart, new_key
from varda.record import Door

KEY = new_key()
BACK = "http://localhost:9/back"
"""Where the app of the tests has people come back to; nobody answers there."""


def whole(door: Door) -> Any:
    """Every face of Varda, wired as `varda serve` does."""
    tickets = Tickets(door.database)
    smart = Smart(door, tickets, key=KEY)
    fhir = Fhir(door, tickets, build=BUILD)
    parts = web.Parts(
        door=door, people=People(door.database), tickets=tickets, clock=door.clock, environment="test", build=BUILD,
        seal=b"s" * 32, reserve_block="X", once=Once(door.database), identities=Identities(door.database),
    )  # fmt: skip
    screens = web.application(parts)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] in PATHS:
            await smart(scope, receive, send)
        elif scope["path"].startswith("/fhir"):
            await fhir(scope, receive, send)
        else:
            await screens(scope, receive, send)

    return app


@asynccontextmanager
async def smart_served(door: Door) -> AsyncIterator[str]:
    """The address of all that."""
    async with served(whole(door)) as address:
        yield address


@dataclass
class Person:
    """Somebody signed in, at a browser."""

    browser: httpx.AsyncClient
    ticket: str

    async def asked(self, url: str) -> httpx.Response:
        """Go to /authorize; the page where the app's wish is approved, or where it went wrong."""
        answer = await self.browser.get(url)
        if answer.status_code == 303 and answer.headers["location"].startswith("/apps/"):
            return await self.browser.get(answer.headers["location"])
        return answer

    async def answered(self, page: httpx.Response, answer: str = "approve", **more: str) -> httpx.Response:
        """Press a button of that page."""
        secret = dict(parse_qsl(urlsplit(str(page.url)).query))["request"]
        return await self.posted("/apps/approve", request=secret, answer=answer, **more)

    async def posted(self, path: str, **form: str) -> httpx.Response:
        key = (await self.browser.get("/session/key")).json()["token"]
        return await self.browser.post(path, data=form | {"csrf": key})

    async def approved(self, url: str, **more: str) -> str:
        """Approve; the address that the browser is sent back to."""
        page = await self.asked(url)
        assert page.status_code == 200, page.text
        answer = await self.answered(page, **more)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]


@asynccontextmanager
async def signed_in(door: Door, session: Session, address: str) -> AsyncIterator[Person]:
    """The person of a session, at a browser of their own."""
    now = door.clock.now()
    ticket = await Tickets(door.database).made(session, kind="browser", now=now, lasts=timedelta(hours=1))
    async with httpx.AsyncClient(base_url=address, cookies={"varda_session": ticket}) as browser:
        yield Person(browser, ticket)


def said(url: str) -> dict[str, str]:
    """The parameters of an address."""
    return dict(parse_qsl(urlsplit(url).query))
