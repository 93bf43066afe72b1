"""Authlib's authorization server, given all that it may need to know before it decides: one a request.

Authlib asks its questions without waiting, so what the database knows is fetched first and stands here.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.base import invalid_error_characters
from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    InvalidClientError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Payload,
    OAuth2Request,
)
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant, RefreshTokenGrant
from authlib.oauth2.rfc6749.models import ClientMixin, TokenMixin
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey
from starlette.responses import JSONResponse, Response

from varda.access import scopes
from varda.access.apps import App, Approval, Refresh
from varda.access.session import Session
from varda.api.smart.documents import ALGORITHMS
from varda.api.smart.signing import ALGORITHM
from varda.kernel.errors import Malformed

LONGEST_ASSERTION = 300
"""Seconds that the assertion of an app may be good for."""
_SKEW = 10  # seconds that clocks may differ by
_METHODS = ["private_key_jwt", "client_secret_basic"]
_NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}


@dataclass(slots=True)
class Issued:
    """What the token answer says: the secrets that were made, how many seconds the first one lasts, the context."""

    access: str
    refresh: str
    seconds: int
    session: Session
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Token(TokenMixin):  # type: ignore[misc] # Authlib has no types
    """An access or refresh token that somebody shows; `facts` is what introspection tells of it."""

    client: str
    approval: str
    facts: dict[str, Any]

    def check_client(self, client: "Client") -> bool:
        """Whether it was given to this app."""
        return bool(self.client == client.app.client)

    def is_expired(self) -> bool:
        """It was looked for among those that work."""
        return False

    def is_revoked(self) -> bool:
        """It was looked for among those that work."""
        return False


@dataclass(slots=True, kw_only=True)
class Known:
    """What was fetched beforehand. `assertion` comes back: the id and end of an assertion that must be used up."""

    origin: str
    key: RSAKey
    now: float
    app: App | None = None
    keys: KeySet | None = None
    approval: Approval | None = None
    refresh: Refresh | None = None
    token: Token | None = None
    issued: Issued | None = None
    is_revoked: bool = False
    assertion: tuple[str, int] | None = None


class Client(ClientMixin):  # type: ignore[misc] # Authlib has no types
    """A registered app, as Authlib asks about it."""

    def __init__(self, app: App) -> None:
        self.app = app

    def get_client_id(self) -> str:
        """Its client id."""
        return self.app.client

    def get_default_redirect_uri(self) -> str | None:
        """None: the address to come back to is always said."""
        return None

    def get_allowed_scope(self, scope: str) -> str | None:
        """What it asks for, when it is registered for all of that."""
        return scope or None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether this very address is registered, letter by letter."""
        return redirect_uri in self.app.redirects

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether it knows its secret."""
        return self.app.is_secret(client_secret)

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Whether it is registered to show itself like this."""
        return bool(self.app.auth == method)

    def check_response_type(self, response_type: str) -> bool:
        """Codes only."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """People's apps have an address to come back to; systems have scopes of their own and a key."""
        if grant_type == "client_credentials":
            return self.app.auth == "private_key_jwt" and "system/" in self.app.scopes
        return bool(self.app.redirects) and grant_type in ("authorization_code", "refresh_token")


class Payload(OAuth2Payload):  # type: ignore[misc] # Authlib has no types
    """The parameters of a request."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._data = dict(pairs)
        self._all: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in pairs:
            self._all[name].append(value)

    @property
    def data(self) -> dict[str, str]:
        """The last value of each."""
        return self._data

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        """All values of each."""
        return self._all


class Request(OAuth2Request):  # type: ignore[misc] # Authlib has no types
    """A request as Authlib reads it. Raises `InsecureTransportError` unless it came by HTTPS or from this machine."""

    def __init__(self, method: str, url: str, pairs: Sequence[tuple[str, str]], headers: Mapping[str, str]) -> None:
        super().__init__(method, url, headers=headers)
        self.payload = Payload(pairs)

    @property
    def form(self) -> dict[str, str]:
        """The parameters of the body."""
        return self.payload.data


class Authority(AuthorizationServer):  # type: ignore[misc] # Authlib has no types
    """The server for one request."""

    def __init__(self, known: Known) -> None:
        super().__init__()
        self.known = known
        self.register_client_auth_method("private_key_jwt", _Assertion(known))
        self.register_token_generator("default", self._token)
        self.register_grant(_CodeGrant, [_Challenge(), _IdToken(known)])
        self.register_grant(_RefreshGrant)
        self.register_grant(_SystemGrant)
        self.register_endpoint(_Introspection)
        self.register_endpoint(_Revocation)

    def query_client(self, client_id: str) -> Client | None:
        """The app that was fetched, if it is that one."""
        app = self.known.app
        return Client(app) if app is not None and app.client == client_id else None

    def create_oauth2_request(self, request: Request) -> Request:
        """It is one already."""
        return request

    def validate_requested_scope(self, scope: str | None, *, system: bool = False) -> None:
        """Raise `InvalidScopeError` naming what is no scope, not registered, or of the wrong level."""
        app = self.known.app
        assert app is not None
        if not scope:
            raise InvalidScopeError("Say which scopes are wanted.")
        try:
            given = scopes.grants(scope)
            lacking = scopes.beyond(scope, app.scopes)
        except Malformed as wrong:
            raise InvalidScopeError(plain(wrong.message)) from None
        wrong_level = [str(grant) for grant in given if (grant.level == "system") != system]
        if system and len(given) < len(scope.split()):
            raise InvalidScopeError("Without a user only system scopes can be had.")
        if wrong_level:
            raise InvalidScopeError(plain(f"Not to be had in this way: {' '.join(wrong_level)}"))
        if lacking:
            raise InvalidScopeError(plain(f"The app is not registered for {' '.join(lacking)}"))

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def handle_response(self, status: int, body: Any, headers: Sequence[tuple[str, str]]) -> Response:
        """An answer of Authlib's as one of Starlette's."""
        said = {name.lower(): value for name, value in headers if name != "Content-Type"} | _NO_STORE
        if isinstance(body, dict):
            return JSONResponse(body, status, said)
        return Response(body, status, said)

    def _token(self, **_: Any) -> dict[str, Any]:
        issued = self.known.issued
        assert issued is not None
        found = {"token_type": "Bearer", "access_token": issued.access, "expires_in": issued.seconds}
        if issued.refresh:
            found["refresh_token"] = issued.refresh
        return found | {"scope": _["scope"]} | issued.context


def plain(text: str) -> str:
    """A description in the few characters that OAuth allows."""
    ascii_ = text.encode("ascii", "replace").decode()
    wrong = set(invalid_error_characters(ascii_))
    return "".join("'" if c in wrong else c for c in ascii_)[:400]


class _Assertion(JWTBearerClientAssertion):  # type: ignore[misc] # Authlib has no types
    """An app shows itself by what it signs with its key (private_key_jwt)."""

    CLIENT_AUTH_METHOD = "private_key_jwt"

    def __init__(self, known: Known) -> None:
        super().__init__(leeway=_SKEW)
        self.known = known

    def get_audiences(self) -> list[str]:
        return [f"{self.known.origin}/{path}" for path in ("token", "introspect", "revoke")]

    def resolve_client_public_key(self, client: Client) -> KeySet:
        if self.known.keys is None:
            raise InvalidClientError("The app has no keys that can be read.")
        return self.known.keys

    def process_assertion_claims(self, assertion: str, resolve_key: KeySet) -> dict[str, Any]:
        try:
            token = jwt.decode(assertion, resolve_key, algorithms=list(ALGORITHMS))
        except (JoseError, ValueError):
            raise InvalidClientError(
                f"The assertion is not signed with a key of the app by {' or '.join(ALGORITHMS)}.", status_code=401
            ) from None
        self.verify_claims(token.claims)  # Authlib's: issuer, subject, audience, times, jti
        return dict(token.claims)

    def verify_claims(self, claims: dict[str, Any]) -> None:
        try:
            super().verify_claims(claims)
        except InvalidClientError as wrong:
            raise InvalidClientError(
                plain(wrong.description or "The assertion is not good."), status_code=401
            ) from None
        if claims["exp"] > self.known.now + LONGEST_ASSERTION + _SKEW:
            raise InvalidClientError("The assertion may be good for five minutes at most.", status_code=401)

    def validate_jti(self, claims: dict[str, Any], jti: Any) -> bool:
        self.known.assertion = (plain(str(jti))[:200], int(claims["exp"]))
        return True


class _Challenge(CodeChallenge):  # type: ignore[misc] # Authlib has no types
    """PKCE, by S256 and of everybody."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("Send a code_challenge, and code_challenge_method=S256.")
        super().validate_code_challenge(grant, redirect_uri)

    def get_authorization_code_challenge(self, authorization_code: "_Code") -> str:
        return authorization_code.approval.challenge

    def get_authorization_code_challenge_method(self, _: "_Code") -> str:
        return "S256"


class _IdToken(OpenIDCode):  # type: ignore[misc] # Authlib has no types
    """Who the user is, for the scopes openid and fhirUser."""

    def __init__(self, known: Known) -> None:
        super().__init__(require_nonce=False)
        self.known = known

    def exists_nonce(self, nonce: str, request: Request) -> bool:
        return False  # the app checks its own; codes are used once

    def resolve_client_private_key(self, client: Client) -> RSAKey:
        return self.known.key

    def get_client_algorithm(self, client: Client) -> str:
        return ALGORITHM

    def get_encode_header(self, client: Client) -> dict[str, str]:
        return {"alg": ALGORITHM, "kid": self.known.key.kid or ""}

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        return {"iss": self.known.origin, "aud": [client.get_client_id()]}

    def generate_user_info(self, user: Session, scope: str) -> UserInfo:
        return UserInfo(user_claims(user, scope, self.known.origin))


def user_claims(user: Session, scope: str, origin: str) -> dict[str, str]:
    """What the scopes let an app know about the user."""
    found = {"sub": user.actor}
    if {"fhirUser", "profile"} & set(scope.split()):
        found |= {"fhirUser": f"{origin}/fhir/{user.practitioner}", "profile": f"{origin}/fhir/{user.practitioner}"}
        found |= {"name": user.name}
    return found


class _Code:
    """The approval behind a code, as Authlib asks about it."""

    def __init__(self, approval: Approval) -> None:
        self.approval = approval

    def get_redirect_uri(self) -> str:
        return self.approval.redirect

    def get_scope(self) -> str:
        return self.approval.scope

    def get_nonce(self) -> str:
        return self.approval.nonce

    def get_auth_time(self) -> None:
        return None

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class _CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc] # Authlib has no types
    TOKEN_ENDPOINT_AUTH_METHODS = (*_METHODS, "none")

    def query_authorization_code(self, code: str, client: Client) -> _Code | None:
        approval = self.server.known.approval
        return _Code(approval) if approval is not None and approval.client == client.app.client else None

    def delete_authorization_code(self, authorization_code: _Code) -> None:
        """It was used up before the token was made."""

    def authenticate_user(self, authorization_code: _Code) -> Session:
        return self.server.known.issued.session  # type: ignore[no-any-return] # Authlib has no types

    def save_token(self, token: dict[str, Any]) -> None:
        """It was made before."""


class _RefreshGrant(RefreshTokenGrant):  # type: ignore[misc] # Authlib has no types
    TOKEN_ENDPOINT_AUTH_METHODS = (*_METHODS, "none")
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> "_Refresh | None":
        found = self.server.known.refresh
        return _Refresh(found) if found is not None else None

    def authenticate_user(self, refresh_token: "_Refresh") -> Session:
        return self.server.known.issued.session  # type: ignore[no-any-return] # Authlib has no types

    def revoke_old_credential(self, refresh_token: "_Refresh") -> None:
        """It was used up before the new one was made."""

    def save_token(self, token: dict[str, Any]) -> None:
        """It was made before."""


class _Refresh:
    def __init__(self, refresh: Refresh) -> None:
        self.refresh = refresh

    def check_client(self, client: Client) -> bool:
        return bool(self.refresh.approval.client == client.app.client)

    def get_scope(self) -> str:
        return self.refresh.approval.scope


class _SystemGrant(ClientCredentialsGrant):  # type: ignore[misc] # Authlib has no types
    TOKEN_ENDPOINT_AUTH_METHODS = ("private_key_jwt",)

    def validate_requested_scope(self) -> None:
        self.server.validate_requested_scope(self.request.payload.scope, system=True)

    def save_token(self, token: dict[str, Any]) -> None:
        """It was made before."""


class _Introspection(IntrospectionEndpoint):  # type: ignore[misc] # Authlib has no types
    CLIENT_AUTH_METHODS = _METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:
        return self.server.known.token  # type: ignore[no-any-return] # Authlib has no types

    def check_permission(self, token: Token, client: Client, request: Request) -> bool:
        return token.check_client(client)

    def introspect_token(self, token: Token) -> dict[str, Any]:
        return token.facts


class _Revocation(RevocationEndpoint):  # type: ignore[misc] # Authlib has no types
    CLIENT_AUTH_METHODS = (*_METHODS, "none")

    def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:
        return self.server.known.token  # type: ignore[no-any-return] # Authlib has no types

    def revoke_token(self, token: Token, request: Request) -> None:
        self.server.known.is_revoked = True
