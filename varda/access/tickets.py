"""Browsers and clients that are signed in. A secret is shown once and stored only as its SHA-256.

Who may be signed in as whom is decided before a ticket is made: invented people only where the environment allows it.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from varda.access.session import Session
from varda.kernel.db import Database
from varda.kernel.errors import SignedOut
from varda.kernel.sql import named

_SQL = named("varda.access")
_REMEMBERED = timedelta(seconds=5)
_MOST_REMEMBERED = 20_000


class Tickets:
    """Makes, finds and ends tickets.

    A found ticket is remembered for five seconds: a sign-out is immediate in this process and takes that long at most
    in the others.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: dict[str, tuple[datetime, Session]] = {}

    async def made(self, session: Session, *, kind: str, now: datetime, lasts: timedelta) -> str:
        """A new secret for the session. `kind` is "browser" or "bearer"."""
        secret = secrets.token_urlsafe(32)
        body = msgspec.json.encode(session).decode()
        await self._database.run(_SQL["ticket_made"], _hashed(secret), kind, body, now, now + lasts)
        return secret

    async def session(self, secret: str, *, kind: str, now: datetime) -> Session:
        """The session behind a secret. Raises `SignedOut` when it is unknown, ended or of another kind."""
        known = self._remembered.get(kind + secret)
        if known is not None and known[0] > now:
            return known[1]
        row = await self._database.maybe(_SQL["ticket"], _hashed(secret), now)
        if row is None or row["kind"] != kind:
            self._remembered.pop(kind + secret, None)
            raise SignedOut("You are signed out. Sign in again; what you typed is kept.")
        session = msgspec.json.decode(row["session"], type=Session)
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[kind + secret] = (min(now + _REMEMBERED, row["closes"]), session)
        return session

    async def ended(self, secret: str, *, kind: str, now: datetime) -> None:
        """Sign out. Expired tickets are cleared away at the same time."""
        self._remembered.pop(kind + secret, None)
        await self._database.run(_SQL["ticket_ended"], _hashed(secret))
        await self._database.run(_SQL["tickets_expired"], now)


def _hashed(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
