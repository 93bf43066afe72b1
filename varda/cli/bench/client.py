"""An HTTP client that costs little, because it shares its machine with what it measures: one connection at a time each
busy with one request, parsed by httptools, nothing copied that is not asked for.
"""

import asyncio
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httptools

from varda.kernel.errors import Malformed, Unavailable

_PATIENCE = 120  # seconds for one answer; a large bundle on a slow server takes its time


@dataclass(frozen=True, slots=True)
class Target:
    """A FHIR server by its base address, and the token to show."""

    host: str
    port: int
    path: str
    tls: ssl.SSLContext | None
    head: bytes

    @classmethod
    def at(cls, url: str, token: str = "") -> "Target":
        """Raises `Malformed` for what is no address of a FHIR server."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Malformed(f"{url} is not an address such as http://127.0.0.1:8000/fhir.")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        head = f"Host: {parts.netloc.rpartition('@')[2]}\r\nAccept: application/fhir+json\r\n"
        if token:
            head += f"Authorization: Bearer {token}\r\n"
        tls = ssl.create_default_context() if parts.scheme == "https" else None
        return cls(parts.hostname, port, parts.path.rstrip("/"), tls, head.encode("latin-1"))


@dataclass(slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


class Connection(asyncio.Protocol):
    """One connection, opened at the first request and again when the server closed it."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._transport: Any = None
        self._parser: Any = None
        self._parts: list[bytes] = []
        self._answer: asyncio.Future[Answer] | None = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> Answer:
        """One request, `path` relative to the server's base. Raises `Unavailable` when no answer comes."""
        if self._transport is None or self._transport.is_closing():
            await self._open()
        loop = asyncio.get_running_loop()
        self._answer = loop.create_future()
        where = f"/{path}" if path and not path.startswith("?") else path
        lines = [f"{method} {self._target.path}{where} HTTP/1.1\r\n".encode(), self._target.head]
        if method in ("POST", "PUT"):
            lines.append(b"Content-Type: application/fhir+json\r\nContent-Length: %d\r\n" % len(body))
        self._transport.write(b"".join((*lines, b"\r\n", body)))
        late = loop.call_later(_PATIENCE, self._fail, "no answer came in time")
        try:
            return await self._answer
        finally:
            late.cancel()

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    async def _open(self) -> None:
        target = self._target
        try:
            self._transport, _ = await asyncio.get_running_loop().create_connection(
                lambda: self, target.host, target.port, ssl=target.tls
            )
        except OSError as refused:
            raise Unavailable(f"{target.host}:{target.port} does not answer: {refused.strerror}.") from refused
        self._parser = httptools.HttpResponseParser(self)

    def data_received(self, data: bytes) -> None:
        """Bytes of an answer."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as broken:
            self._fail(str(broken))

    def connection_lost(self, exc: Exception | None) -> None:
        """The server hung up."""
        self._fail("the connection was closed")

    def on_message_begin(self) -> None:
        """An answer begins."""
        self._parts = []

    def on_body(self, body: bytes) -> None:
        """Some of its body."""
        self._parts.append(body)

    def on_message_complete(self) -> None:
        """The answer is here."""
        parser = self._parser
        if not parser.should_keep_alive():
            self._transport.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Answer(parser.get_status_code(), b"".join(self._parts)))

    def _fail(self, why: str) -> None:
        if self._transport is not None:
            self._transport.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Unavailable(f"{self._target.host}:{self._target.port}: {why}."))
