"""Browsers and clients that are signed in. A secret is shown once and stored only as its SHA-256.

Who may be signed in as whom is decided before a ticket is made: see `varda.access.identity`.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from varda.access.session import Session
from varda.kernel.db import Database
from varda.kernel.errors import Refused, SignedOut
from varda.kernel.sql import named

_SQL = named("varda.access")
_REMEMBERED = timedelta(seconds=5)
_MOST_REMEMBERED = 20_000
_SEEN_EVERY = timedelta(seconds=20)
_SIGNED_OUT = "You are signed out. Sign in again; what you typed is kept."


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whom a provider of identities has vouched for: `subject` by its own name, `name` as one says it.

    `people` are HSA-ids of the person as staff, `offered` those of the assignments to choose among. `sid` is the
    sign-in as the provider calls it, `proof` the id_token that it vouched with.
    """

    subject: str = ""
    name: str = ""
    people: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    sid: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A signed-in browser. No `session`: none is chosen yet, or the assignment of the chosen one is not any more."""

    holder: Holder
    session: Session | None
    closes: datetime
    is_locked: bool


class Tickets:
    """Makes, finds, locks and ends tickets.

    A browser's ticket is looked up each time. The session of a bearer token is remembered for five seconds: its end is
    immediate in this process and takes that long at most in the others.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: dict[str, tuple[datetime, Session]] = {}

    async def made(
        self, session: Session | None, *, kind: str, now: datetime, lasts: timedelta, holder: Holder | None = None
    ) -> str:
        """A new secret for the session. `kind` is "browser" or "bearer"."""
        secret, holder = secrets.token_urlsafe(32), holder or Holder()
        body = msgspec.json.encode(session).decode() if session else None
        await self._database.run(
            _SQL["ticket_made"], _hashed(secret), kind, body, now, now + lasts,
            holder.subject, holder.name, list(holder.people), list(holder.offered), holder.sid, holder.proof,
        )  # fmt: skip
        return secret

    async def session(self, secret: str, *, kind: str, now: datetime) -> Session:
        """The session behind a secret. Raises `SignedOut` when it is unknown, ended, locked or of another kind."""
        known = self._remembered.get(kind + secret)
        if known is not None and known[0] > now:
            return known[1]
        row = await self._database.maybe(_SQL["ticket"], _hashed(secret), now)
        if row is None or row["kind"] != kind or row["locked"] or not row["is_current"]:
            self._remembered.pop(kind + secret, None)
            raise SignedOut(_SIGNED_OUT)
        session = msgspec.json.decode(row["session"], type=Session)
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[kind + secret] = (min(now + _REMEMBERED, row["closes"]), session)
        return session

    async def browser(self, secret: str, *, now: datetime, idle: timedelta, is_quiet: bool = False) -> Ticket:
        """The ticket of a browser, locked after `idle` without a request; one that `is_quiet` was made by the page and
        by nobody, and does not count. Raises `SignedOut`."""
        row = await self._database.maybe(_SQL["ticket"], _hashed(secret), now)
        if row is None or row["kind"] != "browser":
            raise SignedOut(_SIGNED_OUT)
        is_locked = row["locked"] or now - row["seen"] >= idle
        if not is_quiet and not is_locked and now - row["seen"] >= _SEEN_EVERY:
            await self._database.run(_SQL["ticket_seen"], _hashed(secret), now)
        holder = Holder(
            subject=row["subject"], name=row["name"], people=tuple(row["people"]), offered=tuple(row["offered"]),
            sid=row["sid"], proof=row["proof"],
        )  # fmt: skip
        session = msgspec.json.decode(row["session"], type=Session) if row["is_current"] else None
        return Ticket(holder, session, row["closes"], is_locked)

    async def active(self, since: datetime, now: datetime) -> int:
        """How many different people have done something in a browser since then."""
        return int((await self._database.one(_SQL["tickets_active"], since, now))["many"])

    async def locked(self, secret: str) -> None:
        """Lock at once; everything stays as it is until the same person unlocks."""
        await self._database.run(_SQL["ticket_locked"], _hashed(secret))

    async def unlocked(self, secret: str, subject: str, *, now: datetime) -> None:
        """Go on, for the one who has just been vouched for anew. Raises `Refused` for anybody else."""
        if await self._database.maybe(_SQL["ticket_unlocked"], _hashed(secret), now, subject) is None:
            raise Refused("Somebody else is signed in here. Only they can unlock; you can sign them out instead.")

    def forget(self) -> None:
        """Look up every session anew: some have ended elsewhere."""
        self._remembered.clear()

    async def ended(self, secret: str, *, kind: str, now: datetime) -> None:
        """Sign out; with a browser end the tokens of apps that were opened in it, but those of `offline_access`."""
        await self._database.run(_SQL["ticket_ended"], _hashed(secret), now)
        self._remembered.clear()

    async def ended_everywhere(self, holder: Holder, now: datetime) -> None:
        """Sign the person out of every browser, and end the tokens in the person's name; apps with `offline_access` can
        have new ones."""
        await self._database.run(_SQL["tickets_ended_of"], holder.subject, list(holder.people), now)
        self._remembered.clear()

    async def ended_by(self, issuer: str, subject: str, sid: str, *, until: datetime, now: datetime) -> None:
        """A provider has signed somebody out: of one sign-in (`sid`), or of all when it names none. What began later
        than `until` stays, so that a message that is heard twice does no harm."""
        await self._database.run(_SQL["tickets_ended_by_provider"], f"{issuer}|", subject, sid, until, now)
        self._remembered.clear()


def _hashed(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "replace")).digest()
