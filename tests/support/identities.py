"""A provider of identities that speaks OpenID Connect and answers as wrongly as a test asks it to."""

import base64
import hmac
import json
from collections.abc import Callable
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from varda.kernel.clock import Clock

ISSUER = "https://idp.example"
LEVEL = "http://id.sambi.se/loa/loa3"
SIGNED_OUT = "http://schemas.openid.net/event/backchannel-logout"
Change = Callable[[dict[str, Any]], dict[str, Any]]


class FakeProvider:
    """`claims` are said of whoever signs in; `changed` spoils them, `signed` makes the id_token of them."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.key = RSAKey.generate_key(2048, {"use": "sig", "kid": "one"})
        self.published = [self.key]
        self.claims: dict[str, Any] = {"sub": "bo", "name": "Bo Ek"}
        self.told: dict[str, Any] = {}
        self.changed: Change = lambda claims: claims
        self.signed: Callable[[dict[str, Any]], str] = self.sign
        self.asked: dict[str, dict[str, str]] = {}
        self.shown: list[dict[str, str]] = []
        self.issuer = ISSUER
        self.numbers = count()
        self.keys_asked = 0
        self.is_down = False
        self.ends: str | None = None
        routes = [
            Route("/.well-known/openid-configuration", self.discovery),
            Route("/keys", self.keys),
            Route("/token", self.token, methods=["POST"]),
            Route("/userinfo", self.userinfo),
        ]
        self.transport = httpx2.ASGITransport(Starlette(routes=routes))

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid} | header, claims, self.key, algorithms=["RS256"])

    def signs_out(self, **changed: Any) -> dict[str, Any]:
        """What a logout_token says of whoever signed in; `changed` spoils it, `...` takes a claim away."""
        at = int(self.clock.now().timestamp())
        said = {"iss": ISSUER, "aud": "varda", "iat": at, "exp": at + 120, "jti": f"out-{next(self.numbers)}",
                "sub": self.claims["sub"], "events": {SIGNED_OUT: {}}}  # fmt: skip
        return {name: value for name, value in (said | changed).items() if value is not ...}

    def agrees(self, url: str) -> dict[str, str]:
        """Somebody signs in at the page; what the browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = f"code-{next(self.numbers)}"
        self.asked[code] = asked | {"at": str(int(self.clock.now().timestamp()))}
        return {"code": code, "state": asked["state"], "iss": ISSUER}

    async def discovery(self, request: Request) -> Response:
        if self.is_down:
            return Response("down", 503)
        ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        about = {name: ISSUER + path for name, path in ends.items()} | {"issuer": self.issuer}
        about |= {"end_session_endpoint": self.ends} if self.ends else {}
        return JSONResponse(about | ({"userinfo_endpoint": f"{ISSUER}/userinfo"} if self.told else {}))

    async def keys(self, request: Request) -> Response:
        self.keys_asked += 1
        return JSONResponse({"keys": [key.as_dict(private=False) for key in self.published]})

    async def token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        self.shown.append(form | {"authorization": request.headers.get("authorization", "")})
        asked = self.asked.pop(form["code"], None)
        if asked is None or create_s256_code_challenge(form["code_verifier"]) != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        at = int(self.clock.now().timestamp())
        protocol = {"iss": ISSUER, "aud": asked["client_id"], "iat": at, "exp": at + 300, "nonce": asked["nonce"]}
        claims = self.changed(protocol | {"acr": LEVEL, "auth_time": int(asked["at"])} | self.claims)
        token = {"access_token": "a", "token_type": "Bearer", "expires_in": 60}
        return JSONResponse(token | {"id_token": self.signed(claims)})

    async def userinfo(self, request: Request) -> Response:
        assert request.headers["authorization"] == "Bearer a"
        return JSONResponse(self.told)


def unsigned(claims: dict[str, Any]) -> str:
    """An id_token with the algorithm `none`."""
    return f"{_part({'alg': 'none', 'kid': 'one'})}.{_part(claims)}."


def by_public_key(provider: FakeProvider) -> Callable[[dict[str, Any]], str]:
    """An id_token signed by HMAC with the public key as the secret, which everybody knows."""

    def forged(claims: dict[str, Any]) -> str:
        text = f"{_part({'alg': 'HS256', 'kid': 'one'})}.{_part(claims)}"
        mac = hmac.new(provider.key.as_pem(private=False), text.encode(), "sha256").digest()
        return f"{text}.{_bare(mac)}"

    return forged


def by_other_key(claims: dict[str, Any]) -> str:
    """An id_token that somebody else has signed in the provider's name."""
    return jwt.encode({"alg": "ES256", "kid": "one"}, claims, ECKey.generate_key("P-256"), algorithms=["ES256"])


def _part(value: dict[str, Any]) -> str:
    return _bare(json.dumps(value).encode())


def _bare(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
