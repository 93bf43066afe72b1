"""The stream of what changed (server-sent events): a word, no more; it ends with the session and keeps nobody awake."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from tests.support import signing_in
from varda.kernel.clock import SetClock
from varda.record import Door
from varda.record.live import KINDS, Live


class Stream:
    """What one browser hears: the ASGI application asked by hand, since a client waits for the end of an answer."""

    def __init__(self, visitor: httpx.AsyncClient) -> None:
        self.said: asyncio.Queue[str] = asyncio.Queue()
        self.status, self.headers, self.is_over = 0, {}, asyncio.Event()
        self._gone = asyncio.Event()
        cookie = f"varda_session={visitor.cookies.get('varda_session')}".encode()
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": "/live", "raw_path": b"/live", "query_string": b"", "root_path": "", "client": ("10.0.0.1", 1),
            "server": ("varda.test", 80), "headers": [(b"host", b"varda.test"), (b"cookie", cookie)],
        }  # fmt: skip
        self.task = asyncio.create_task(visitor._transport.app(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, object]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        elif body := message.get("body", b""):
            await self.said.put(body.decode())
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.is_over.set()

    async def hears(self, within: float = 5) -> str:
        return await asyncio.wait_for(self.said.get(), within)

    async def closes(self) -> None:
        self._gone.set()
        await asyncio.wait_for(self.task, 5)


@asynccontextmanager
async def streaming(visitor: httpx.AsyncClient) -> AsyncIterator[Stream]:
    stream = Stream(visitor)
    try:
        yield stream
    finally:
        await stream.closes()


@pytest.fixture
def wired(visitor_of: Callable[..., httpx.AsyncClient], door: Door) -> tuple[Live, httpx.AsyncClient]:
    """Screens that tell, with a short beat."""
    live = Live(door)
    return live, visitor_of(live=live, beat=0.2)


@pytest.fixture
async def astrid(wired: tuple[Live, httpx.AsyncClient]) -> httpx.AsyncClient:
    """Signed in there."""
    await signing_in.signed_in(wired[1], "SE9999999999-astrid", "SE9999999999-astrid-cardiology")
    return wired[1]


async def test_a_page_is_told_a_word_and_then_that_the_line_is_there(
    wired: tuple[Live, httpx.AsyncClient], astrid: httpx.AsyncClient
) -> None:
    live, _ = wired
    telling = asyncio.create_task(live.tell())
    async with streaming(astrid) as stream:
        assert await stream.hears() == "retry: 3000\n\n"
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        live.heard("")
        said = {await stream.hears() for _ in range(8)}
        assert said == {f"data: {' '.join(sorted(KINDS))}\n\n", "event: beat\ndata: \n\n"}
    telling.cancel()


@pytest.mark.parametrize("way", ["signed out", "locked", "left alone", "another assignment"])
async def test_it_ends_with_the_session(
    wired: tuple[Live, httpx.AsyncClient], astrid: httpx.AsyncClient, clock: SetClock, way: str
) -> None:
    async with streaming(astrid) as stream:
        await stream.hears()
        assert "beat" in await stream.hears()
        token = {"csrf": (await astrid.get("/session/key")).json()["token"]}
        if way == "signed out":
            await astrid.post("/sign-out", data=token)
        elif way == "locked":
            await astrid.post("/session/lock", data=token)
        elif way == "left alone":
            clock.instant += timedelta(minutes=16)
        else:
            await astrid.post("/sign-in/assignment", data=token | {"assignment": "SE9999999999-astrid-surgery"})
        await asyncio.wait_for(stream.is_over.wait(), 5)
        said = [stream.said.get_nowait() for _ in range(stream.said.qsize())]
        assert said[-1] == "event: end\ndata: \n\n"


async def test_a_stream_keeps_nobody_awake(astrid: httpx.AsyncClient, clock: SetClock) -> None:
    """15 minutes are 15 minutes, however many streams a page has begun meanwhile."""
    for _ in range(5):
        clock.instant += timedelta(minutes=3, seconds=30)
        async with streaming(astrid):
            await asyncio.sleep(0.05)
    assert (await astrid.get("/inbox/waiting")).status_code == 423


async def test_it_ends_with_the_process(wired: tuple[Live, httpx.AsyncClient], astrid: httpx.AsyncClient) -> None:
    async with streaming(astrid) as stream:
        await stream.hears()
        wired[0].end()
        await asyncio.wait_for(stream.is_over.wait(), 5)


async def test_who_is_not_signed_in_hears_nothing(visitor_of: Callable[..., httpx.AsyncClient]) -> None:
    async with visitor_of() as visitor:
        assert (await visitor.get("/live")).status_code == 303
