"""The body of a request, read as it comes and given up as soon as it is larger than what is taken."""

import zlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from varda.api.negotiation import UnsupportedMedia
from varda.kernel.errors import Malformed, TooLarge

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

LARGEST = 50 * 1024 * 1024
"""Bytes of one body, also after it has been unpacked. Larger loads go by `varda import`."""


async def read(receive: Receive, headers: Mapping[bytes, bytes]) -> bytes:
    """The whole body, unpacked when it came as gzip or deflate. Raises `TooLarge` while it is still coming."""
    said = headers.get(b"content-length", b"0")
    if said.isdigit() and int(said) > LARGEST:
        raise _too_large()
    unpacker = _unpacker(headers.get(b"content-encoding", b"").strip().lower())
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Malformed("The connection was closed before the whole body had come.")
        chunk = message.get("body", b"")
        body += _unpacked(unpacker, chunk, LARGEST + 1 - len(body)) if unpacker is not None and chunk else chunk
        if len(body) > LARGEST:
            raise _too_large()
        more = message.get("more_body", False)
    if unpacker is not None and not unpacker.eof:
        raise Malformed("The packed body ends too early.")
    return bytes(body)


def _unpacker(encoding: bytes) -> Any:
    if encoding in (b"", b"identity"):
        return None
    if encoding in (b"gzip", b"x-gzip", b"deflate"):
        return zlib.decompressobj(zlib.MAX_WBITS | 32)
    raise UnsupportedMedia("The body's Content-Encoding is not read here. Send it as gzip or as it is.")


def _unpacked(unpacker: Any, chunk: bytes, most: int) -> bytes:
    try:
        # Never more than what is taken: a small body can unpack to a very large one.
        found: bytes = unpacker.decompress(chunk, most)
    except zlib.error:
        raise Malformed("The packed body cannot be unpacked.") from None
    return found


def _too_large() -> TooLarge:
    return TooLarge(f"The body is larger than {LARGEST // 2**20} MB. Send it in parts, or load it with `varda import`.")
