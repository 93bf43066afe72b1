"""The value of `_page`: where a page ended, as a short text for a URL.

It names the last item of the page but tells nothing of it, for addresses are kept in histories and logs: where the item
stands in the order is looked up again. It fits one question only, and gives no right: the next page is narrowed like
the first, and so is the item.
"""

import base64
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Annotated, Any

import msgspec

from varda.search.plan import Cursor, Order

_SIGN = 9
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")

_Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class _Place(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """A cursor as JSON: whole numbers that fit a bigint, and texts."""

    item: _Number
    version: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
    born: _Number
    snapshot: _Number
    keys: list[str | None]


def written(cursor: Cursor, fingerprint: str) -> str:
    """The text of a cursor, bound to a question."""
    keys = [key.isoformat() if isinstance(key, datetime) else key for key in cursor.keys]
    body = msgspec.json.encode(_Place(cursor.item, cursor.version, cursor.born, cursor.snapshot, keys))
    return base64.urlsafe_b64encode(_sign(body, fingerprint) + body).decode().rstrip("=")


def read(text: str, fingerprint: str, order: Sequence[Order]) -> Cursor:
    """The cursor of a question with these sort keys. Raises ValueError when it is not one of this question's."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        sign, body = raw[:_SIGN], raw[_SIGN:]
        if sign != _sign(body, fingerprint):
            raise ValueError("sign")
        place = msgspec.json.decode(body, type=_Place)
        keys = tuple(_key(one, key) for one, key in zip(order, place.keys, strict=True))
    except (ValueError, TypeError, OverflowError):  # what msgspec cannot read is a ValueError too
        raise ValueError("it is not a page of this search; start again from the first page") from None
    return Cursor(place.item, place.version, place.born, place.snapshot, keys)


def _sign(body: bytes, fingerprint: str) -> bytes:
    return blake2b(body, key=fingerprint.encode()[:64], digest_size=_SIGN).digest()


def _key(order: Order, text: str | None) -> Any:
    if not order.is_of_row:
        return None
    if text is None:
        raise ValueError("no key")
    if order.meaning.code == "_lastUpdated":
        return datetime.fromisoformat(text).astimezone(UTC)
    if not _ID.fullmatch(text):
        raise ValueError("no id")
    return text
