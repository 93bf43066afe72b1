"""The endpoints: what comes by HTTP, what must be fetched for Authlib to decide, and what is kept of the decision.

Whatever goes wrong is told in OAuth's own format. http://www.rfc-editor.org/rfc/rfc6749#section-5.2
"""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx2
import msgspec
from authlib.oauth2.rfc6749 import InvalidClientError, InvalidGrantError, InvalidRequestError, OAuth2Error
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from varda.access import scopes
from varda.access.apps import App, Approval, Apps
from varda.access.guesses import Guesses
from varda.access.people import People
from varda.access.session import Session
from varda.access.tickets import Tickets
from varda.api.routes import PREFIX, origin
from varda.api.smart import documents, signing
from varda.api.smart.attempts import Attempts
from varda.api.smart.authority import Authority, Issued, Known, Request, Token, plain, user_claims
from varda.api.smart.received import claimed, pairs, speaking
from varda.kernel.errors import Absent, Fault, SignedOut
from varda.kernel.limits import TooMany
from varda.kernel.log import logger
from varda.record import Door

PATHS = frozenset({
    "/.well-known/smart-configuration", "/.well-known/openid-configuration",
    f"{PREFIX}/.well-known/smart-configuration", "/authorize", "/token", "/introspect", "/revoke", "/jwks",
})  # fmt: skip
"""Where the authorization server answers."""

USER_LASTS = timedelta(minutes=30)
SYSTEM_LASTS = timedelta(minutes=5)
ONLINE_LASTS = timedelta(hours=12)
OFFLINE_LASTS = timedelta(days=90)
_ONE_ASSIGNMENT = ("role", "organization", "unit", "provider")
_KEYS_LAST = 300.0  # seconds that keys fetched from an app's own address are remembered
_MOST_KEYS = 200_000  # bytes

log = logger(__name__)


class Smart:
    """The ASGI application for `PATHS`. `key` is what `new_key` made; `address` as for the FHIR API."""

    def __init__(self, door: Door, tickets: Tickets, *, key: str, address: str = "") -> None:
        self._door, database = door, door.database
        self._apps, self._tickets, self._people = Apps(database), tickets, People(database)
        self._clock, self._address = door.clock, address.rstrip("/")
        self._attempts = Attempts(door.limits, Guesses(database, door.clock, door.limits.guesses))
        self._key = signing.read(key)
        self._fetched: dict[str, tuple[float, KeySet]] = {}
        by_apps = {"/token": self._token, "/introspect": self._introspect, "/revoke": self._revoke}
        known = ("/.well-known/smart-configuration", "/.well-known/openid-configuration")
        self._app = Starlette(
            routes=[
                *(Route(path, self._configuration) for path in (*known, f"{PREFIX}{known[0]}")),
                Route("/jwks", self._jwks),
                Route("/authorize", self._attempts.counted(self._authorize), methods=["GET", "POST"]),
                *(Route(path, self._attempts.counted(one), methods=["POST"]) for path, one in by_apps.items()),
            ],
            exception_handlers={Fault: _failed, Exception: _broken},
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        await self._app(scope, receive, send)

    def _origin(self, asked: Asked) -> str:
        return self._address or origin(asked.scope, dict(asked.scope["headers"]))

    async def _configuration(self, asked: Asked) -> Response:
        return JSONResponse(documents.configuration(self._origin(asked)))

    async def _jwks(self, _: Asked) -> Response:
        return JSONResponse(signing.public(self._key))

    # What a person is asked ------------------------------------------------------------------------------------------

    async def _authorize(self, asked: Asked) -> Response:
        """Check what an app asks for, keep it, and send the person to the page where it is approved."""
        now, origin_ = self._clock.now(), self._origin(asked)
        said = await pairs(asked)
        given = dict(said)
        app = await self._named(asked, given.get("client_id", ""), now)
        authority = Authority(Known(origin=origin_, key=self._key, now=now.timestamp(), app=app))
        request = Request("GET", f"{origin_}/authorize", said, {})
        try:
            grant = speaking(lambda: authority.get_consent_grant(request))
            wish = await self._wish(given, grant.redirect_uri, origin_, now)
        except OAuth2Error as wrong:
            return authority.handle_error_response(request, wrong)  # type: ignore[no-any-return] # Authlib has no types
        secret = await self._apps.asked(wish, now)
        return RedirectResponse(f"/apps/approve?request={quote(secret)}", 303)

    async def _wish(self, given: dict[str, str], redirect: str, origin_: str, now: datetime) -> Approval:
        """What is asked, with the launch it came from. Raises `InvalidRequestError`, told to the app."""

        def wrong(why: str) -> InvalidRequestError:
            return InvalidRequestError(why, redirect_uri=redirect, state=given.get("state"))

        if given.get("aud", "").rstrip("/") != f"{origin_}{PREFIX}":
            raise wrong(plain(f"aud must be the address of the FHIR server, {origin_}{PREFIX}"))
        wish = Approval(
            client=given["client_id"],
            redirect=redirect,
            scope=given["scope"],
            state=given.get("state", ""),
            challenge=given["code_challenge"],
            nonce=given.get("nonce", ""),
        )
        wanted = given["scope"].split()
        if "launch" not in wanted:
            return wish
        launch = await self._apps.launch(given.get("launch", ""), wish.client, now)
        if launch is None:
            raise wrong("The launch is unknown, was used before or is too old. Open the app from the chart again.")
        return replace(wish, is_launch=True, patient=launch.patient, encounter=launch.encounter, actor=launch.actor)

    # Tokens ----------------------------------------------------------------------------------------------------------

    async def _token(self, asked: Asked) -> Response:
        now = self._clock.now()
        request, authority = await self._received(asked, now)
        form, known = request.form, authority.known
        if form.get("grant_type") == "authorization_code" and form.get("code"):
            known.approval = await self._apps.of_code(form["code"])
        if form.get("grant_type") == "refresh_token" and form.get("refresh_token"):
            known.refresh = await self._apps.refresh(form["refresh_token"], now)
        try:
            grant = speaking(lambda: authority.get_token_grant(request))
            try:
                speaking(grant.validate_token_request)
            finally:
                await self._use_up(known, now)
            known.issued = await self._issued(request, known, now)
            return authority.handle_response(*grant.create_token_response())
        except OAuth2Error as wrong:
            return authority.handle_error_response(request, wrong)  # type: ignore[no-any-return] # Authlib has no types

    async def _issued(self, request: Request, known: Known, now: datetime) -> Issued:
        if known.approval is not None:
            return await self._of_code(known, known.approval, now)
        if known.refresh is not None:
            return await self._of_refresh(request, known, now)
        assert known.app is not None
        session = await self._system(known.app, request.payload.scope)
        access = await self._tickets.made(session, kind="bearer", now=now, lasts=SYSTEM_LASTS)
        return Issued(access, "", _seconds(SYSTEM_LASTS), session)

    async def _of_code(self, known: Known, approval: Approval, now: datetime) -> Issued:
        if not await self._apps.code_used(approval.approval, now):
            # Used before: whoever has a copy of it shall have nothing, nor what came of it.
            await self._end(approval.approval, now)
            raise InvalidGrantError("The code was used before or is too old. Start again.")
        refresh = ""
        wanted = set(approval.scope.split())
        if wanted & {"online_access", "offline_access"}:
            lasts = OFFLINE_LASTS if "offline_access" in wanted else ONLINE_LASTS
            refresh = await self._apps.refresh_made(approval.approval, now, now + lasts)
        return await self._for_person(known, approval, approval.scope, refresh, now)

    async def _of_refresh(self, request: Request, known: Known, now: datetime) -> Issued:
        old = known.refresh
        assert old is not None
        approval = old.approval
        if approval.ended is not None or not old.is_lasting or not old.is_present:
            raise InvalidGrantError("The refresh token has ended. Start again.")
        if old.is_used or not await self._apps.refresh_used(request.form["refresh_token"]):
            await self._end(approval.approval, now)
            raise InvalidGrantError("The refresh token was used before, so everything it stood for has ended.")
        refresh = await self._apps.refresh_made(approval.approval, now, old.until)
        return await self._for_person(known, approval, request.payload.scope or approval.scope, refresh, now)

    async def _for_person(self, known: Known, approval: Approval, scope: str, refresh: str, now: datetime) -> Issued:
        """A token for the assignment that the person approved in, while it is the same."""
        before, app = approval.session, known.app
        assert before is not None
        assert app is not None
        try:
            session = await self._people.session(before.actor, before.assignment, now, language=before.language)
        except Absent:
            await self._end(approval.approval, now)
            raise InvalidGrantError("The person's assignment has ended.") from None
        if any(getattr(session, name) != getattr(before, name) for name in _ONE_ASSIGNMENT):
            # Whoever is moved between units approves anew (A2), as a browser chooses anew.
            await self._end(approval.approval, now)
            raise InvalidGrantError("The person's assignment has become another one.")
        async with self._door.opened(session, app.purpose) as record:
            may = record.powers.has("use-apps")
        if not may:
            await self._end(approval.approval, now)
            raise InvalidGrantError("The person's role may not use apps any more.")
        session = replace(
            session,
            purpose=app.purpose,
            app=app.client,
            approval=approval.approval,
            launch=approval.patient,
            grants=scopes.grants(scope),
        )
        access = await self._tickets.made(session, kind="bearer", now=now, lasts=USER_LASTS)
        context: dict[str, Any] = {}
        if approval.patient:
            context = {"patient": approval.patient, "need_patient_banner": not approval.is_launch}
        if approval.encounter:
            context["encounter"] = approval.encounter
        return Issued(access, refresh, _seconds(USER_LASTS), session, context)

    async def _system(self, app: App, scope: str) -> Session:
        """A registered system by itself: it reaches what its units own, as far as its scopes say."""
        given = scopes.grants(scope)
        try:
            units = [await self._people.unit(hsa) for hsa in app.units or (app.owner,)]
        except Absent:
            raise InvalidGrantError("A unit of the app is not there any more. Register it anew.") from None
        return Session(
            kind="client",
            actor=app.client,
            name=app.name,
            unit=units[0].hsa,
            unit_name=units[0].name,
            organization=units[0].organization,
            provider=units[0].provider,
            provider_name=units[0].provider_name,
            reach="units",
            units=tuple((unit.hsa, unit.organization) for unit in units),
            scopes=scopes.rights(given),
            purpose=app.purpose,
            app=app.client,
            grants=given,
        )

    # Tokens that are shown -------------------------------------------------------------------------------------------

    async def _introspect(self, asked: Asked) -> Response:
        _, _, answer = await self._shown(asked, "introspection")
        return answer

    async def _revoke(self, asked: Asked) -> Response:
        now = self._clock.now()
        request, authority, answer = await self._shown(asked, "revocation")
        token = authority.known.token
        if authority.known.is_revoked and token is not None:
            if token.approval:
                await self._end(token.approval, now)
            else:
                await self._tickets.ended(request.form["token"], kind="bearer", now=now)
        return answer

    async def _shown(self, asked: Asked, endpoint: str) -> tuple[Request, Authority, Response]:
        now = self._clock.now()
        request, authority = await self._received(asked, now)
        authority.known.token = await self._found(request.form.get("token", ""), now, authority.known.origin)
        answer: Response = speaking(lambda: authority.create_endpoint_response(endpoint, request))
        await self._use_up(authority.known, now)
        return request, authority, answer

    async def _found(self, secret: str, now: datetime, origin_: str) -> Token | None:
        bearer = await self._apps.bearer(secret, now)
        if bearer is not None:
            try:
                session = await self._tickets.session(secret, kind="bearer", now=now)
            except SignedOut:
                return None
            facts = _facts(session, origin_) | {"iat": _stamp(bearer.opens), "exp": _stamp(bearer.closes)}
            return Token(session.app, session.approval, facts) if session.app else None
        refresh = await self._apps.refresh(secret, now)
        if refresh is None or refresh.is_used or not refresh.is_lasting or refresh.approval.ended:
            return None
        facts = {"scope": refresh.approval.scope, "client_id": refresh.approval.client, "exp": _stamp(refresh.until)}
        return Token(refresh.approval.client, refresh.approval.approval, facts)

    # What all of them need -------------------------------------------------------------------------------------------

    async def _received(self, asked: Asked, now: datetime) -> tuple[Request, Authority]:
        """The form, and the server that knows which app shows itself in it."""
        said, origin_ = await pairs(asked), self._origin(asked)
        headers = {"Authorization": asked.headers["authorization"]} if "authorization" in asked.headers else {}
        request = speaking(lambda: Request("POST", f"{origin_}{asked.url.path}", said, headers))
        app = await self._named(asked, claimed(request), now)
        keys = await self._keys(app) if app is not None else None
        return request, Authority(Known(origin=origin_, key=self._key, now=now.timestamp(), app=app, keys=keys))

    async def _named(self, asked: Asked, client: str, now: datetime) -> App | None:
        """The app of a client id. Raises `TooMany` for one that has failed too often from there."""
        # Ids are printable ASCII (RFC 6749, appendix A.1); what is not is nobody's.
        app = await self._apps.one(client, now) if client.isascii() and client.isprintable() else None
        await self._attempts.require(asked, app.client if app else "")
        return app

    async def _use_up(self, known: Known, now: datetime) -> None:
        """Raise `InvalidClientError` when the app showed itself by an assertion that was used before."""
        if known.assertion is None or known.app is None:
            return
        jti, until = known.assertion
        closes = datetime.fromtimestamp(until, UTC) + timedelta(minutes=1)
        if not await self._apps.assertion_used(known.app.client, jti, closes):
            raise InvalidClientError("The assertion was used before.", status_code=401)

    async def _end(self, approval: str, now: datetime) -> None:
        await self._apps.end(approval, now)
        self._tickets.forget()

    async def _keys(self, app: App) -> KeySet | None:
        if app.jwks:
            return KeySet.import_key_set(msgspec.json.decode(app.jwks))
        if not app.jwks_url:
            return None
        known = self._fetched.get(app.jwks_url)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        try:
            async with httpx2.AsyncClient(timeout=5.0) as http:
                answer = await http.get(app.jwks_url)
            if answer.status_code != 200 or len(answer.content) > _MOST_KEYS:
                raise ValueError(f"status {answer.status_code}, {len(answer.content)} bytes")
            keys = KeySet.import_key_set(msgspec.json.decode(answer.content))
        except (httpx2.HTTPError, JoseError, ValueError, KeyError, TypeError, msgspec.DecodeError) as failed:
            log.warning("the keys of an app cannot be fetched", app=app.client, error=str(failed))
            return None
        self._fetched[app.jwks_url] = (time.monotonic() + _KEYS_LAST, keys)
        return keys


def _facts(session: Session, origin_: str) -> dict[str, Any]:
    """What introspection tells of an access token."""
    scope = " ".join(map(str, session.grants))
    found: dict[str, Any] = {"scope": scope, "client_id": session.app, "token_type": "Bearer", "iss": origin_}
    if session.kind == "client":
        found |= {"sub": session.actor}
    else:
        found |= user_claims(session, "fhirUser", origin_)
    return found | ({"patient": session.launch} if session.launch else {})


def _seconds(lasts: timedelta) -> int:
    return int(lasts.total_seconds())


def _stamp(at: datetime) -> int:
    return int(at.timestamp())


async def _failed(_: Asked, fault: Exception) -> Response:
    assert isinstance(fault, Fault)
    error = "temporarily_unavailable" if fault.status in (429, 503) else "invalid_request"
    body = {"error": error, "error_description": plain(fault.message)}
    wait = {"retry-after": str(fault.wait)} if isinstance(fault, TooMany) else {}
    return JSONResponse(body, fault.status, {"cache-control": "no-store"} | wait)


async def _broken(_: Asked, failed: Exception) -> Response:
    log.error("unforeseen", error=type(failed).__name__)
    return JSONResponse({"error": "server_error"}, 500, {"cache-control": "no-store"})
