"""The value of `_page`: where a page ended, as a short text for a URL.

It fits one question only, and a change to it is noticed. It gives no right: the next page is narrowed like the first.
"""

import base64
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, DecimalException
from hashlib import blake2b
from typing import Any

import msgspec

from varda.search.plan import Cursor

_SIGN = 9


def written(cursor: Cursor, fingerprint: str) -> str:
    """The text of a cursor, bound to a question."""
    body = msgspec.json.encode([cursor.born, cursor.snapshot, [_tagged(key) for key in cursor.keys]])
    return base64.urlsafe_b64encode(_sign(body, fingerprint) + body).decode().rstrip("=")


def read(text: str, fingerprint: str, keys: int) -> Cursor:
    """The cursor of a question with so many sort keys. Raises ValueError when it is not one of this question's."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        sign, body = raw[:_SIGN], raw[_SIGN:]
        if sign != _sign(body, fingerprint):
            raise ValueError("sign")
        born, snapshot, values = msgspec.json.decode(body)
        found = Cursor(tuple(_untagged(*value) for value in values), int(born), int(snapshot))
        if len(found.keys) != keys:
            raise ValueError("keys")
    except (ValueError, TypeError, OverflowError, DecimalException, msgspec.DecodeError):
        raise ValueError("it is not a page of this search; start again from the first page") from None
    return found


def _sign(body: bytes, fingerprint: str) -> bytes:
    return blake2b(body, key=fingerprint.encode()[:64], digest_size=_SIGN).digest()


def _tagged(value: Any) -> Sequence[str | None]:
    if value is None:
        return ("n", None)
    if isinstance(value, datetime):
        return ("t", value.isoformat())
    return ("d", str(value)) if isinstance(value, Decimal) else ("s", str(value))


def _untagged(tag: str, text: Any) -> Any:
    if tag == "t":
        return datetime.fromisoformat(text)
    if tag == "d":
        return Decimal(text)
    return None if tag == "n" else str(text)
