"""What is taken up once and soon: a sign-in on its way, a code. Whoever has the secret may take it, the first time."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec

from varda.kernel.db import Database
from varda.kernel.sql import named

_SQL = named("varda.access")


class Once:
    """Keeps values under secrets that are stored only as their SHA-256; shared by every process."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def kept(self, kind: str, body: dict[str, Any], *, now: datetime, lasts: timedelta, secret: str = "") -> str:
        """Keep a JSON value; gives the secret, a new one unless the caller has made it."""
        secret = secret or secrets.token_urlsafe(32)
        text = msgspec.json.encode(body).decode()
        await self._database.run(_SQL["once_kept"], _hashed(secret), kind, text, now + lasts)
        return secret

    async def taken(self, kind: str, secret: str, *, now: datetime) -> dict[str, Any] | None:
        """The value, which is gone afterwards. None when there is none, it has been taken already or it is too late."""
        row = await self._database.maybe(_SQL["once_taken"], _hashed(secret), kind, now)
        return msgspec.json.decode(row["body"], type=dict[str, Any]) if row and row["is_open"] else None


def _hashed(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "replace")).digest()
