"""Asking an OpenID Connect provider who somebody is: authorization code with PKCE, and an id_token that is believed
only after every check (https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth).
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

from varda.kernel.clock import Clock
from varda.kernel.errors import Refused, Unavailable

ALGORITHMS = ("ES256", "ES384", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512")
"""Signatures that only the holder of a private key can make; `none` and shared secrets are not among them."""
SKEW = timedelta(seconds=60)
"""How much the clocks of provider and Varda may differ."""
OLDEST = timedelta(minutes=10)
"""The age at which an id_token is no answer to a sign-in of now."""
_KNOWN_FOR = timedelta(hours=1)
_KEYS_AT_MOST_EACH = timedelta(seconds=30)
_MOST_KNOWN = 100
_LONGEST_HINT = 6000  # characters that an address can take
_SIGNED_OUT = "http://schemas.openid.net/event/backchannel-logout"
_PATIENCE = 10.0  # seconds that the provider may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What Varda is to the provider: settings of the installation.

    `issuer` is the provider's address; one that begins with `/` stands below the address that the browser uses.
    `secret` or `key` shows who we are. `levels` are values of `acr` that are strong enough (A15).
    """

    issuer: str
    id: str
    levels: tuple[str, ...]
    secret: str = ""
    key: RSAKey | ECKey | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in on its way: where the browser goes, and what the answer must fit."""

    url: str
    issuer: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Who it is, and the id_token that said so first."""

    claims: dict[str, Any]
    id_token: str


@dataclass(frozen=True, slots=True)
class Ended:
    """Whom a provider has signed out, and when: a subject, one sign-in (`sid`) or both; empty where it says nothing."""

    issuer: str
    subject: str
    sid: str
    at: datetime


@dataclass(slots=True)
class _Known:
    """What a provider says of itself, and its keys."""

    about: dict[str, Any]
    keys: KeySet
    at: datetime
    asked: datetime


class Relying:
    """One a process. Remembers what the provider says of itself for an hour; asks anew for a key it has not seen."""

    def __init__(self, client: Client, clock: Clock, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self.client = client
        self._clock = clock
        self._transport = transport
        self._known: dict[str, _Known] = {}

    async def begun(self, address: str, state: str, *, again: bool = False, hint: str = "") -> Begun:
        """The first step. `address` is ours as the browser knows it; `again` demands that somebody proves who they are
        though the provider knows them already. Raises `Unavailable` when the provider does not answer."""
        issuer = self._issuer(address)
        known = await self._provider(issuer)
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        wanted = {"nonce": nonce, "acr_values": " ".join(self.client.levels)}
        if again:
            wanted |= {"prompt": "login", "max_age": "0"}
        if hint:
            wanted["login_hint"] = hint
        async with self._asking(address) as asking:
            url, _ = asking.create_authorization_url(
                known.about["authorization_endpoint"], state=state, code_verifier=verifier, **wanted
            )
        return Begun(url, issuer, nonce, verifier)

    async def finished(self, begun: Begun, address: str, code: str, *, since: datetime | None = None) -> Proof:
        """Who it is. `since`: they must have proved it after that instant.

        Raises `Refused` when anything about the answer is not as it must be, `Unavailable` when there is none.
        """
        known = await self._provider(begun.issuer)
        try:
            async with self._asking(address) as asking:
                given = await asking.fetch_token(
                    known.about["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    redirect_uri=callback(address),
                    code_verifier=begun.verifier,
                )
                claims = await self._believed(begun, known, given)
                self._require_strong(claims, since)
                if "userinfo_endpoint" in known.about and not {"employeeHsaId", "personalIdentityNumber"} & set(claims):
                    more = (await asking.get(known.about["userinfo_endpoint"])).raise_for_status().json()
                    if not isinstance(more, dict) or more.get("sub") != claims["sub"]:
                        raise Refused("The sign-in service answered about somebody else. Begin again.")
                    claims = more | claims
        except OAuthError as refused:
            raise Refused("The sign-in service does not accept this sign-in any more. Begin again.") from refused
        except (httpx2.HTTPError, ValueError) as lost:
            raise Unavailable("The sign-in service does not answer. Wait a moment and try again.") from lost
        return Proof(claims, str(given["id_token"]))

    async def leaving(self, address: str, proof: str) -> str:
        """Where the browser signs out of the provider too and comes back from; empty when there is no such place or
        the provider does not answer. https://openid.net/specs/openid-connect-rpinitiated-1_0.html"""
        issuer = self._issuer(address)
        try:
            known = await self._provider(issuer)
        except Unavailable:
            return ""
        end = known.about.get("end_session_endpoint", "")
        if not isinstance(end, str) or not end.startswith((f"{issuer}/", "https://")):
            return ""
        said = [("client_id", self.client.id), ("post_logout_redirect_uri", left(address))]
        return str(add_params_to_uri(end, [*said, *[("id_token_hint", proof)] * (0 < len(proof) < _LONGEST_HINT)]))

    async def ended(self, address: str, text: str) -> Ended:
        """Whom the provider says, by itself, that it has signed out. Raises `Refused`.

        https://openid.net/specs/openid-connect-backchannel-1_0.html"""
        issuer, now = self._issuer(address), self._clock.now()
        known = await self._provider(issuer)
        try:
            key = await self._key(issuer, known, jws.extract_compact(text.encode()).protected)
            claims = jwt.decode(text, key, algorithms=ALGORITHMS).claims
            rules = jwt.JWTClaimsRegistry(
                now=int(now.timestamp()), leeway=int(SKEW.total_seconds()),
                iss={"essential": True, "value": issuer}, aud={"essential": True, "value": self.client.id},
                iat={"essential": True}, jti={"essential": True},
            )  # fmt: skip
            rules.validate(claims)
            subject, sid = claims.get("sub", ""), claims.get("sid", "")
            is_whole = (
                isinstance(claims.get("events"), dict) and isinstance(claims["events"].get(_SIGNED_OUT), dict)
                and "nonce" not in claims and isinstance(subject, str) and isinstance(sid, str) and bool(subject or sid)
                and _is_after(claims["iat"], now - OLDEST)
            )  # fmt: skip
            if not is_whole:
                raise ValueError("no message of a sign-out")
            return Ended(issuer, subject, sid, datetime.fromtimestamp(claims["iat"], UTC))
        except (JoseError, ValueError, KeyError, TypeError, OverflowError) as wrong:
            raise Refused("What the sign-in service says cannot be trusted.") from wrong

    def _require_strong(self, claims: Mapping[str, Any], since: datetime | None) -> None:
        if since is not None and not _is_after(claims.get("auth_time"), since - SKEW):
            raise Refused("The sign-in service did not ask who you are. Begin again.")
        if claims.get("acr") not in self.client.levels:
            raise Refused("You signed in with a method that is not strong enough. Use your card or your e-identity.")

    async def _believed(self, begun: Begun, known: _Known, given: Mapping[str, Any]) -> dict[str, Any]:
        text, now = given.get("id_token"), self._clock.now()
        try:
            if not isinstance(text, str):
                raise ValueError("no id_token")
            key = await self._key(begun.issuer, known, jws.extract_compact(text.encode()).protected)
            token = jwt.decode(text, key, algorithms=ALGORITHMS)
            options = {
                "iss": {"essential": True, "value": begun.issuer},
                "aud": {"essential": True, "value": self.client.id},
            }
            params = {"nonce": begun.nonce, "client_id": self.client.id, "access_token": given.get("access_token")}
            rules = CodeIDToken(token.claims, token.header, options, params)
            rules.validate(now=int(now.timestamp()), leeway=int(SKEW.total_seconds()))
            if not _is_after(token.claims["iat"], now - OLDEST):
                raise ValueError("an old id_token")
        except (JoseError, ValueError, KeyError, TypeError) as wrong:
            raise Refused("What the sign-in service answered cannot be trusted. Begin again.") from wrong
        return dict(token.claims)

    async def _key(self, issuer: str, known: _Known, header: Mapping[str, Any]) -> Key:
        kid, now = header.get("kid"), self._clock.now()
        if kid not in {key.kid for key in known.keys} and kid is not None and now - known.asked >= _KEYS_AT_MOST_EACH:
            # The provider may have a new key since we asked.
            known.asked = now
            known.keys = KeySet.import_key_set(await self._fetched(known.about["jwks_uri"]))  # type: ignore[arg-type] # checked there
        return known.keys.get_by_kid(kid)

    async def _provider(self, issuer: str) -> _Known:
        known, now = self._known.get(issuer), self._clock.now()
        if known is not None and now - known.at < _KNOWN_FOR:
            return known
        about = await self._fetched(issuer.rstrip("/") + "/.well-known/openid-configuration")
        if about.get("issuer") != issuer:
            raise Unavailable("The sign-in service gives another name than it is set up with (VARDA_OIDC_ISSUER).")
        try:
            keys = KeySet.import_key_set(await self._fetched(about["jwks_uri"]))  # type: ignore[arg-type] # checked there
            if not all(isinstance(about[name], str) for name in ("authorization_endpoint", "token_endpoint")):
                raise ValueError("no endpoints")
        except (JoseError, ValueError, KeyError, TypeError) as wrong:
            raise Unavailable(
                "The sign-in service does not say what is needed. Wait a moment and try again."
            ) from wrong
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[issuer] = known = _Known(about, keys, now, now)
        return known

    async def _fetched(self, url: str) -> dict[str, Any]:
        try:
            async with httpx2.AsyncClient(transport=self._transport, timeout=_PATIENCE) as asking:
                body = (await asking.get(url)).raise_for_status().json()
        except (httpx2.HTTPError, httpx2.InvalidURL, json.JSONDecodeError) as lost:
            raise Unavailable("The sign-in service does not answer. Wait a moment and try again.") from lost
        if not isinstance(body, dict):
            raise Unavailable("The sign-in service does not say what is needed. Wait a moment and try again.")
        return body

    def _asking(self, address: str) -> Any:
        client = self.client
        asking = AsyncOAuth2Client(
            client.id,
            client.key or client.secret,
            token_endpoint_auth_method="private_key_jwt" if client.key else "client_secret_basic",
            scope="openid profile",
            redirect_uri=callback(address),
            code_challenge_method="S256",
            leeway=0,
            transport=self._transport,
            timeout=_PATIENCE,
        )
        if client.key:
            asking.register_client_auth_method(
                PrivateKeyJWT(alg="RS256" if isinstance(client.key, RSAKey) else "ES256")
            )
        return asking

    def _issuer(self, address: str) -> str:
        return address + self.client.issuer if self.client.issuer.startswith("/") else self.client.issuer


def private_key(pem: bytes) -> RSAKey | ECKey:
    """A private key from its file. Raises `ValueError` for anything else."""
    for kind in (RSAKey, ECKey):
        try:
            key = kind.import_key(pem)
        except (JoseError, ValueError):
            continue
        if key.is_private:
            return key
    raise ValueError("neither an RSA nor an elliptic-curve private key in PEM")


def callback(address: str) -> str:
    """Where the provider sends the browser back to."""
    return f"{address}/sign-in/callback"


def left(address: str) -> str:
    """Where the provider sends the browser when it is signed out there."""
    return f"{address}/signed-out"


def _is_after(seconds: Any, instant: datetime) -> bool:
    return isinstance(seconds, int | float) and seconds >= instant.timestamp()
