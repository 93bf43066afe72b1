"""Bundles that are answered, joined from finished bytes: a stored resource goes into one without being parsed.

http://hl7.org/fhir/R4/bundle.html
"""

from collections.abc import Iterable, Sequence
from urllib.parse import quote, urlencode

import msgspec

from varda.api.answer import etag
from varda.api.subset import PLAIN, Shape
from varda.fhir.resource import dump
from varda.record import Stored

Pair = tuple[str, str]
_text = msgspec.json.Encoder().encode


def bundle(type_: str, entries: Iterable[bytes], *, total: int | None = None, links: Sequence[Pair] = ()) -> bytes:
    """A Bundle. `entries` are finished; `links` are pairs of relation and address, empty addresses left out."""
    head = b'{"resourceType":"Bundle","type":' + _text(type_)
    if total is not None:
        head += b',"total":%d' % total
    shown = [{"relation": relation, "url": url} for relation, url in links if url]
    if shown:
        head += b',"link":' + _text(shown)
    joined = b",".join(entries)
    return head + (b',"entry":[' + joined + b"]}" if joined else b"}")


def found(base: str, stored: Stored, mode: str, shape: Shape = PLAIN) -> bytes:
    """One entry of a searchset; `mode` is match or include."""
    url = _text(f"{base}/{stored.reference}")
    return b'{"fullUrl":%b,"resource":%b,"search":{"mode":"%b"}}' % (url, shape.of(stored.body), mode.encode())


def remarked(outcome: bytes) -> bytes:
    """The entry of a searchset that says what was not done as asked."""
    return b'{"resource":%b,"search":{"mode":"outcome"}}' % outcome


def version(base: str, stored: Stored, shape: Shape = PLAIN) -> bytes:
    """One entry of a history. How the first version came is not kept; a PUT of it would do the same."""
    method = "DELETE" if stored.deleted else "PUT"
    status = "204" if stored.deleted else "201" if stored.version == 1 else "200"
    body = b"" if stored.deleted else b'"resource":%b,' % shape.of(stored.body)
    request = _text({"method": method, "url": stored.reference})
    response = _text({"status": status, "etag": etag(stored), "lastModified": stored.updated})
    url = _text(f"{base}/{stored.reference}")
    return b'{"fullUrl":%b,%b"request":%b,"response":%b}' % (url, body, request, response)


def responded(response: dict[str, object], *, url: str = "", resource: bytes = b"", outcome: bytes = b"") -> bytes:
    """One entry of the answer to a transaction or batch."""
    parts = [b'"fullUrl":' + _text(url)] if url else []
    if resource:
        parts.append(b'"resource":' + resource)
    told = dump(response)
    parts.append(b'"response":' + (told[:-1] + b',"outcome":' + outcome + b"}" if outcome else told))
    return b"{" + b",".join(parts) + b"}"


def address(base: str, path: str, parameters: Sequence[Pair]) -> str:
    """An address with parameters, escaped no more than it must be, so that people can read it."""
    question = urlencode(parameters, safe="/:|,$<>=!*", quote_via=quote) if parameters else ""
    return f"{base}/{path}?{question}" if question else f"{base}/{path}"
