"""What goes back over the wire: a status, a body that is finished bytes, and the headers that FHIR asks for.

http://hl7.org/fhir/R4/http.html#versions
"""

from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import msgspec

from varda.record import Stored

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

CONTENT_TYPE = b"application/fhir+json; charset=utf-8"
# Care data may be kept by the asking client alone, and only to ask again with If-None-Match.
_ALWAYS: tuple[Header, ...] = (
    (b"content-type", CONTENT_TYPE),
    (b"cache-control", b"private, no-cache"),
    (b"x-content-type-options", b"nosniff"),
)


class Answer(msgspec.Struct, frozen=True):
    """`body` goes out untouched. An interaction returns one; nothing else writes to the wire."""

    status: int
    body: bytes = b""
    headers: tuple[Header, ...] = ()

    async def send(self, send: Send, number: str, *, bodiless: bool = False) -> None:
        """Write it, with the number to quote; `bodiless` for HEAD."""
        length = (b"content-length", b"%d" % len(self.body))
        headers = [*_ALWAYS, length, (b"x-request-id", number.encode()), *self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if bodiless else self.body})


def etag(stored: Stored) -> str:
    """A weak tag of the version, as `W/"3"`."""
    return f'W/"{stored.version}"'


def versioned(stored: Stored) -> tuple[Header, ...]:
    """ETag and Last-Modified of one version."""
    return (b"etag", etag(stored).encode()), (b"last-modified", http_date(stored.updated))


def http_date(at: datetime) -> bytes:
    """An instant as HTTP writes it, whole seconds in GMT."""
    return format_datetime(at.astimezone(UTC), usegmt=True).encode()
