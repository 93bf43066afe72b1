"""Apps that are registered to use the record (SMART on FHIR), what people have approved, and the secrets in between.

A secret is given out once and stored only as its SHA-256. Who may approve what is decided before; nothing here speaks
HTTP or OAuth.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec

from varda.access.session import Session
from varda.kernel.db import Database, Taken
from varda.kernel.errors import Absent, Conflict
from varda.kernel.sql import named

_SQL = named("varda.access")
_ASKED_LASTS = timedelta(minutes=15)
_CODE_LASTS = timedelta(minutes=1)
_LAUNCH_LASTS = timedelta(minutes=5)

_PORTS = {"http": 80, "https": 443}

Auth = Literal["none", "client_secret_basic", "private_key_jwt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A registered app. `owner` is the HSA-id of the unit that answers for it, `purpose` what its reading is logged as.

    `redirects` are the only addresses people are sent back to, `launch` where the chart opens it. `scopes` are the most
    that it may ask for. `jwks` are its public keys (JSON) or `jwks_url` where they are. `units` are HSA-ids of what it
    reaches by itself, without a user.
    """

    client: str
    name: str
    owner: str
    purpose: str
    scopes: str
    auth: Auth
    redirects: tuple[str, ...] = ()
    launch: str = ""
    jwks: str = ""
    jwks_url: str = ""
    units: tuple[str, ...] = ()
    secret: bytes | None = None
    opens: datetime | None = None
    closes: datetime | None = None

    def is_secret(self, secret: str) -> bool:
        """Whether this is the app's secret; takes the same time either way."""
        return self.secret is not None and secrets.compare_digest(self.secret, hashed(secret))


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What an app asks of a person, and what became of it. `launch`: it was opened from the chart, for `patient`."""

    approval: str = ""
    client: str
    redirect: str
    scope: str
    state: str
    challenge: str
    nonce: str
    is_launch: bool = False
    patient: str = ""
    encounter: str = ""
    actor: str = ""
    session: Session | None = None
    is_used: bool = False
    opens: datetime | None = None
    closes: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refresh:
    """A refresh token that was shown, and the approval it rests on. `is_present`: the person is still signed in."""

    approval: Approval
    is_used: bool
    is_lasting: bool
    is_present: bool
    until: datetime


@dataclass(frozen=True, slots=True)
class Launch:
    """What was open in the chart when the app was opened from it."""

    actor: str
    patient: str
    encounter: str


@dataclass(frozen=True, slots=True)
class Bearer:
    """An access token that works now."""

    session: Session
    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class InUse:
    """An approval that an app can use now: the app, its owner (HSA-id) and purpose, what it may, and since when."""

    approval: str
    name: str
    owner: str
    purpose: str
    scope: str
    opens: datetime


class Apps:
    """Keeps apps and approvals."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Registration ----------------------------------------------------------------------------------------------------

    async def registered(self, app: App, now: datetime) -> None:
        """Register an app. Raises `Conflict` when its client id has been given out."""
        try:
            await self._database.run(
                _SQL["app_registered"], app.client, app.name, app.owner, app.purpose, list(app.redirects), app.launch,
                app.scopes, app.auth, app.secret, app.jwks, app.jwks_url, list(app.units), now,
            )  # fmt: skip
        except Taken:
            raise Conflict(f"There is an app with the client id {app.client} already; choose another.") from None

    async def all(self) -> list[App]:
        """Every app that was ever registered, by name."""
        return [_app(row) for row in await self._database.all(_SQL["apps"])]

    async def one(self, client: str, now: datetime) -> App | None:
        """An app that is in use; None when there is none of that client id."""
        row = await self._database.maybe(_SQL["app"], client, now)
        return _app(row) if row else None

    async def origins(self, now: datetime) -> frozenset[str]:
        """The sites of all apps in use, as `origin` says them."""
        rows = await self._database.all(_SQL["app_redirects"], now)
        return frozenset(origin(row["redirect"]) for row in rows) - {""}

    async def ended(self, client: str, now: datetime) -> None:
        """End an app, and every token it has. Raises `Absent`."""
        if await self._database.maybe(_SQL["app_ended"], client, now) is None:
            raise Absent(f"There is no app {client} in use. See: varda app list")

    # From asking to approval -----------------------------------------------------------------------------------------

    async def launched(self, client: str, launch: Launch, now: datetime) -> str:
        """The secret of a launch, to give to the app; good once, for five minutes."""
        secret = secrets.token_urlsafe(32)
        values = (launch.actor, launch.patient, launch.encounter, now + _LAUNCH_LASTS)
        await self._database.run(_SQL["launch_made"], hashed(secret), client, *values)
        return secret

    async def launch(self, secret: str, client: str, now: datetime) -> Launch | None:
        """Take up a launch that was made for this app."""
        row = await self._database.maybe(_SQL["launch_taken"], hashed(secret), client, now)
        return Launch(row["actor"], row["patient"], row["encounter"]) if row and row["is_good"] else None

    async def asked(self, wish: Approval, now: datetime) -> str:
        """Keep what an app asks for until somebody approves it; gives the secret to find it by."""
        secret = secrets.token_urlsafe(32)
        await self._database.run(
            _SQL["approval_asked"], uuid4().hex, wish.client, hashed(secret), wish.redirect, wish.scope, wish.state,
            wish.challenge, wish.nonce, wish.is_launch, wish.patient, wish.encounter, wish.actor, now,
            now + _ASKED_LASTS,
        )  # fmt: skip
        return secret

    async def waiting(self, secret: str, now: datetime) -> Approval:
        """What waits for a person to approve. Raises `Absent` when it has been answered or is too old."""
        row = await self._database.maybe(_SQL["approval_waiting"], hashed(secret), now)
        if row is None:
            raise Absent("This request has been answered or is too old. Go back to the app and start again.")
        return _approval(row)

    async def approved(
        self, secret: str, session: Session, *, patient: str, encounter: str, browser: str, now: datetime
    ) -> str:
        """Approve; gives the code that the app comes back with, good once, for a minute. Raises `Absent`.

        `browser` is the ticket that the app's tokens end with; empty when they do not.
        """
        code = secrets.token_urlsafe(32)
        ticket = hashed(browser) if browser else None
        body = msgspec.json.encode(session).decode()
        values = (patient, encounter, ticket, hashed(code), now + _CODE_LASTS, now)
        if await self._database.maybe(_SQL["approval_given"], hashed(secret), body, *values) is None:
            raise Absent("This request has been answered or is too old. Go back to the app and start again.")
        return code

    async def end(self, approval: str, now: datetime) -> None:
        """End an approval and every token that rests on it."""
        await self._database.run(_SQL["approval_ended"], approval, now)

    async def in_use(self, actors: Sequence[str], now: datetime) -> list[InUse]:
        """What a person (by all names as an actor) has approved and apps can use now, the newest first."""
        return [InUse(**dict(row)) for row in await self._database.all(_SQL["approvals_in_use"], list(actors), now)]

    async def taken_back(self, approval: str, actors: Sequence[str], now: datetime) -> str:
        """End an approval that this person gave; gives the app's client id. Raises `Absent`."""
        row = await self._database.maybe(_SQL["approval_taken_back"], approval, list(actors), now)
        if row is None:
            raise Absent("You have approved no such app, or it has ended already.")
        return str(row["client"])

    # From approval to tokens -----------------------------------------------------------------------------------------

    async def of_code(self, code: str) -> Approval | None:
        """The approval that a code stands for, used or not."""
        row = await self._database.maybe(_SQL["approval_of_code"], hashed(code))
        return _approval(row) if row else None

    async def code_used(self, approval: str, now: datetime) -> bool:
        """Use a code up. False when it was used before, is too old or the approval has ended."""
        return await self._database.maybe(_SQL["code_used"], approval, now) is not None

    async def refresh_made(self, approval: str, now: datetime, until: datetime) -> str:
        """A new refresh token."""
        secret = secrets.token_urlsafe(32)
        await self._database.run(_SQL["refresh_made"], hashed(secret), approval, now, until)
        return secret

    async def refresh(self, secret: str, now: datetime) -> Refresh | None:
        """What a refresh token stands for, used or not."""
        row = await self._database.maybe(_SQL["refresh"], hashed(secret), now)
        if row is None:
            return None
        return Refresh(_approval(row), row["was_used"], row["is_lasting"], row["is_present"], row["until"])

    async def refresh_used(self, secret: str) -> bool:
        """Use a refresh token up. False when it was used before."""
        return await self._database.maybe(_SQL["refresh_used"], hashed(secret)) is not None

    async def assertion_used(self, client: str, jti: str, until: datetime) -> bool:
        """Use the assertion of an app up. False when it was used before."""
        return await self._database.maybe(_SQL["assertion_used"], client, jti, until) is not None

    async def bearer(self, secret: str, now: datetime) -> Bearer | None:
        """What an access token stands for while it lasts; `Tickets` knows whether its person still may use it."""
        row = await self._database.maybe(_SQL["bearer"], hashed(secret), now)
        if row is None:
            return None
        return Bearer(msgspec.json.decode(row["session"], type=Session), row["opens"], row["closes"])


def origin(url: str) -> str:
    """The site of a web address as browsers say it, `https://app.example:8443`; "" for an app's own scheme.

    https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in (None, _PORTS[parts.scheme]) else f":{port}")


def hashed(secret: str) -> bytes:
    """A secret as it is stored."""
    return sha256(secret.encode("utf-8", "replace")).digest()


def _app(row: Any) -> App:
    found: dict[str, Any] = dict(row)
    return App(**found | {"redirects": tuple(found["redirects"]), "units": tuple(found["units"])})


def _approval(row: Any) -> Approval:
    names = Approval.__dataclass_fields__.keys() - {"session"}
    body = row["session"]
    session = msgspec.json.decode(body, type=Session) if body else None
    return Approval(session=session, **{name: row[name] for name in names})
