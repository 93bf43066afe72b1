"""Bundles that are answered, joined from finished bytes: a stored resource goes into one without being parsed.

http://hl7.org/fhir/R4/bundle.html
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

import msgspec

from varda.api.answer import etag
from varda.api.subset import PLAIN, Shape
from varda.record import Stored

Pair = tuple[str, str]
_text = msgspec.json.Encoder().encode
_UNESCAPED = re.compile(r"[A-Za-z0-9_.\-~/:|,$<>=!*]*")


def bundle(type_: str, entries: Sequence[bytes], *, total: int | None = None, links: Sequence[Pair] = ()) -> bytes:
    """A Bundle. `entries` are finished; `links` are pairs of relation and address, empty addresses left out."""
    head = b'{"resourceType":"Bundle","type":' + _text(type_)
    if total is not None:
        head += b',"total":%d' % total
    shown = [{"relation": relation, "url": url} for relation, url in links if url]
    if shown:
        head += b',"link":' + _text(shown)
    if not entries:
        return head + b"}"
    return b"".join([head, b',"entry":[', b",".join(entries), b"]}"])


def searchset(
    base: str,
    matches: Iterable[Stored],
    included: Iterable[Stored] = (),
    remark: bytes = b"",
    *,
    shape: Shape = PLAIN,
    total: int | None = None,
    links: Sequence[Pair] = (),
) -> bytes:
    """A page of a search; `remark` is an OperationOutcome about what was not done as asked.

    Joined once from its pieces: a page of fifty is copied no more often than it must be.
    """
    opened, between = b',{"fullUrl":' + _opened(base) + b"/", b'","resource":'
    pieces: list[bytes] = []
    for mode, some in ((b"match", matches), (b"include", included)):
        closed = b',"search":{"mode":"%b"}}' % mode
        for one in some:
            body = one.body if shape.is_plain else shape.of(one.body)
            pieces += (opened, one.type.encode(), b"/", one.id.encode(), between, body, closed)
    if remark:
        pieces.append(b',{"resource":%b,"search":{"mode":"outcome"}}' % remark)
    head = bundle("searchset", (), total=total, links=links)
    if not pieces:
        return head
    pieces[0] = head[:-1] + b',"entry":[' + pieces[0][1:]
    pieces.append(b"]}")
    return b"".join(pieces)


def url(base: str, stored: Stored) -> bytes:
    """Where a resource is, as JSON text. Types and ids need no escaping."""
    return b'%b/%b/%b"' % (_opened(base), stored.type.encode(), stored.id.encode())


@lru_cache(maxsize=64)
def _opened(base: str) -> bytes:
    return _text(base)[:-1]


def version(base: str, stored: Stored, shape: Shape = PLAIN) -> bytes:
    """One entry of a history. How the first version came is not kept; a PUT of it would do the same."""
    method = "DELETE" if stored.deleted else "PUT"
    status = "204" if stored.deleted else "201" if stored.version == 1 else "200"
    body = b"" if stored.deleted else b'"resource":%b,' % shape.of(stored.body)
    request = _text({"method": method, "url": stored.reference})
    response = _text({"status": status, "etag": etag(stored), "lastModified": stored.updated})
    return b'{"fullUrl":%b,%b"request":%b,"response":%b}' % (url(base, stored), body, request, response)


def stored_entry(base: str, stored: Stored, status: int, *, resource: bytes = b"", outcome: bytes = b"") -> bytes:
    """One entry of the answer to a transaction or batch: what was written or found, and where."""
    where, body = url(base, stored), b'"resource":%b,' % resource if resource else b""
    told = b',"outcome":%b' % outcome if outcome else b""
    return (
        b'{"fullUrl":%b,%b"response":{"status":"%d","location":%b/_history/%d",'
        b'"etag":"W/\\"%d\\"","lastModified":"%b"%b}}'
    ) % (where, body, status, where[:-1], stored.version, stored.version, _instant(stored.updated), told)


@lru_cache(maxsize=256)
def _instant(at: datetime) -> bytes:
    """An instant as JSON writes it; the items of one transaction share one."""
    return at.isoformat(timespec="milliseconds").removesuffix("+00:00").encode() + b"Z"


def other_entry(status: int, *, resource: bytes = b"", etag: str = "", outcome: bytes = b"") -> bytes:
    """One entry of such an answer when nothing was stored: what a GET gave, or why it failed."""
    body = b'"resource":%b,' % resource if resource else b""
    tag = b',"etag":' + _text(etag) if etag else b""
    told = b',"outcome":%b' % outcome if outcome else b""
    return b'{%b"response":{"status":"%d"%b%b}}' % (body, status, tag, told)


def address(base: str, path: str, parameters: Sequence[Pair]) -> str:
    """An address with parameters, escaped no more than it must be, so that people can read it."""
    question = "&".join([f"{_escaped(name)}={_escaped(value)}" for name, value in parameters])
    return f"{base}/{path}?{question}" if question else f"{base}/{path}"


def _escaped(text: str) -> str:
    # Nearly every value may stand as it is; to find that out by `quote` takes ten times as long.
    return text if _UNESCAPED.fullmatch(text) else quote(text, safe="/:|,$<>=!*")
