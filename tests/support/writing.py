"""Somebody who writes as static/draft.js does over HTTP, and a wire on which everything may go wrong."""

import asyncio
import json
import re
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from html import unescape
from random import Random
from typing import Any

import httpx

from varda.care.notes import clean

WORDS = ("kontaktorsak", "anamnes", "status", "bedomning", "planering", "hud")
ODD = (
    "",
    " ",
    "\n",
    "😀👩🏽‍⚕️",
    "שלום",
    "\u202eمرحبا\u202c",
    "e\u0301",
    "<b>&amp;",
    "\x00",
    "\ud83d",
    "\r\n",
    "\x0b",
    "åäö",
    "\\u0000",
    "'\"",
)
MARK = re.compile(r"[a-z]\d+-\d{5}")


class Lost(httpx.TransportError):
    """No answer came."""


@dataclass
class Wire(httpx.AsyncBaseTransport):
    """Between a browser and the application. `odds` is how often something goes wrong; `server` are ways of the caller
    to hurt the other end while a request is under way."""

    inner: httpx.AsyncBaseTransport
    dice: Random
    server: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    odds: float = 0.0
    met: Counter[str] = field(default_factory=Counter)
    underway: set["asyncio.Task[httpx.Response]"] = field(default_factory=set)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass it on, lose it, lose its answer, send it late or twice, break it off, or hurt the server meanwhile."""
        await request.aread()
        if self.dice.random() >= self.odds:
            return await self.inner.handle_async_request(request)
        way = self.dice.choice(["never sent", "answer lost", "late", "twice", "broken off", *self.server])
        self.met[way] += 1
        if way == "never sent":
            raise Lost(way)
        if way in self.server:
            answered = self._sent(request)
            await asyncio.sleep(self.dice.random() * 0.02)
            await self.server[way]()
            return await answered
        if way == "twice":
            self._sent(request, self.dice.random() * 0.05)
            return await self.inner.handle_async_request(request)
        answered = self._sent(request, self.dice.random() * 0.05 if way == "late" else 0)
        if way == "answer lost":
            await answered
        elif way == "broken off":
            await asyncio.sleep(self.dice.random() * 0.02)
            answered.cancel()
        raise Lost(way)

    def _sent(self, request: httpx.Request, after: float = 0.0) -> "asyncio.Task[httpx.Response]":
        async def sent() -> httpx.Response:
            await asyncio.sleep(after)
            return await self.inner.handle_async_request(request)

        task = asyncio.ensure_future(sent())
        self.underway.add(task)
        return task

    async def quiet(self) -> None:
        """Until nothing is under way any more."""
        self.odds = 0.0
        await asyncio.gather(*self.underway, return_exceptions=True)
        self.underway.clear()


@dataclass
class Writer:
    """One window with one note. `shown` are the marks that were on the screen when it said that all was saved."""

    browser: httpx.AsyncClient
    home: str
    dice: Random
    name: str
    draft: str = field(default_factory=lambda: uuid.uuid4().hex)
    window: str = field(default_factory=lambda: uuid.uuid4().hex)
    texts: dict[str, str] = field(default_factory=dict)
    revision: int = 0
    count: int = 0
    typed: int = 0
    shown: set[str] = field(default_factory=set)
    is_done: bool = False

    def types(self) -> None:
        """A mark that nobody else types, and something awkward after it."""
        self.typed += 1
        self.count += 1
        word = self.dice.choice(WORDS)
        said = f"{self.name}-{self.typed:05d} {self.dice.choice(ODD)}"
        self.texts[word] = self.texts.get(word, "") + said

    def body(self) -> dict[str, Any]:
        """What a save sends."""
        known = {"revision": self.revision, "window": self.window, "count": self.count}
        return {"template": "visit", "texts": dict(self.texts)} | known

    async def saves(self) -> int:
        """One save, as often as it is answered with what to do first; the last status, 0 when there was no answer."""
        for _ in range(4):
            sent = self.body()
            try:
                path, said = (
                    f"{self.home}/drafts/{self.draft}",
                    json.dumps(sent),
                )  # escapes lone surrogates, as browsers do
                answer = await self.browser.post(path, content=said, headers={"Content-Type": "application/json"})
            except httpx.TransportError:
                return 0
            if answer.status_code == 200:
                self.revision = answer.json()["revision"]
                self.shown |= marks(sent["texts"])
            if answer.status_code != 409:
                return answer.status_code
            self.differs(answer.json())
        return 409

    def differs(self, theirs: dict[str, Any]) -> None:
        """As `differs` of draft.js: an answer of one's own that was lost, nothing there, or both kept by choice."""
        if theirs.get("gone"):
            if not self.revision:
                self.draft = uuid.uuid4().hex
            self.revision = 0
            return
        if theirs["window"] != self.window:
            for word, text in theirs["texts"].items():
                if text and text != self.texts.get(word, ""):
                    self.texts[word] = f"{self.texts.get(word, '')}\n\n{text}".strip()
            self.count += 1
        self.revision = theirs["revision"]

    async def signs(self) -> str:
        """The address of the signed note; empty when there is none, or nobody heard of it."""
        data = {f"text-{word}": clean(text) for word, text in self.texts.items()}
        data |= {"template": "visit", "act": "sign", "revision": str(self.revision)}
        try:
            answer = await self.browser.post(
                f"{self.home}/drafts/{self.draft}/finish", data=data, headers={"HX-Request": "true"}
            )
        except httpx.TransportError:
            return ""
        return str(answer.headers.get("HX-Redirect", "")).partition("?")[0]

    async def reopens(self) -> bool:
        """A new window on the same draft, after the tab was killed: it knows what the server gives."""
        try:
            answer = await self.browser.get(f"{self.home}/notes/write", params={"draft": self.draft})
        except httpx.TransportError:
            return False
        if answer.status_code != 200:
            return False
        draft = re.search(r'data-draft="([^"]+)"', answer.text)
        revision = re.search(r'name="revision" value="(\d+)"', answer.text)
        assert draft is not None, answer.text
        assert revision is not None, answer.text
        self.draft, self.revision, self.window = draft[1], int(revision[1]), uuid.uuid4().hex
        self.texts = fields(answer.text)
        return True


def fields(page: str) -> dict[str, str]:
    """What stands in the text fields of a page, as a browser reads them: the first line end is not part of the text."""
    found = re.findall(r'name="text-([^"]+)"[^>]*>\n?([^<]*)</textarea>', page)
    return {word: unescape(text) for word, text in found if text}


def marks(texts: dict[str, str]) -> set[str]:
    """The marks that stand in texts."""
    return set(MARK.findall("\n".join(texts.values())))
