"""A served Varda, a person who approves apps, and apps that ask for tokens as rightly or wrongly as a test wants."""

import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from authlib.common.security import generate_token
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from tests.record.world import CARDIOLOGY
from tests.support.smart import BACK, Person, said
from varda.access.apps import App, Apps
from varda.access.session import Session
from varda.record import Door

RSA = RSAKey.generate_key(2048, {"kid": "r"}, private=True)
EC = ECKey.generate_key("P-384", {"kid": "e"}, private=True)
KEYS = json.dumps(KeySet([RSA, EC]).as_dict(private=False))
PEOPLE = (
    "openid fhirUser launch launch/patient launch/encounter offline_access online_access "
    "patient/*.rs user/Observation.rs user/Patient.rs"
)


@dataclass
class World:
    """A served Varda and Astrid, a physician at cardiology, where Vera lies."""

    door: Door
    address: str
    session: Session
    astrid: Person
    http: httpx.AsyncClient

    @property
    def fhir(self) -> str:
        return f"{self.address}/fhir"

    async def app(self, **changed: Any) -> App:
        wish: dict[str, Any] = {
            "client": uuid4().hex[:8],
            "name": "Growth chart",
            "owner": CARDIOLOGY,
            "purpose": "quality",
            "scopes": PEOPLE,
            "auth": "none",
            "redirects": (BACK,),
            "launch": "http://localhost:9/launch",
        }
        app = App(**(wish | changed))
        await Apps(self.door.database).registered(app, self.door.clock.now())
        return app

    def url(self, app: App, scope: str, verifier: str, **changed: str) -> str:
        asked = {
            "response_type": "code",
            "client_id": app.client,
            "redirect_uri": BACK,
            "scope": scope,
            "state": "st",
            "aud": self.fhir,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        } | changed
        return f"{self.address}/authorize?{urlencode({k: v for k, v in asked.items() if v})}"

    async def tokens(self, app: App, scope: str, *, patient: str = "", **changed: str) -> dict[str, Any]:
        """All the way to an access token."""
        verifier = generate_token(64)
        more = {"patient": patient} if patient else {}
        back = await self.astrid.approved(self.url(app, scope, verifier, **changed), **more)
        answer = await self.redeem(app, said(back)["code"], verifier)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def redeem(self, app: App, code: str, verifier: str, **changed: str) -> httpx.Response:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "client_id": app.client,
                "code_verifier": verifier} | changed  # fmt: skip
        return await self.http.post("/token", data=form)

    async def refreshed(self, app: App, token: str, **more: str) -> httpx.Response:
        form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": app.client} | more
        return await self.http.post("/token", data=form)

    async def get(self, path: str, token: str) -> httpx.Response:
        return await self.http.get(f"/fhir/{path}", headers={"authorization": f"Bearer {token}"})

    async def system(self, app: App, key: Any = RSA, alg: str = "RS384", **changed: Any) -> httpx.Response:
        """Ask for a system's token with an assertion, which `changed` may spoil."""
        scope = changed.pop("scope", "system/Observation.rs")
        now = int(time.time())
        claims = {"iss": app.client, "sub": app.client, "aud": f"{self.address}/token", "iat": now, "exp": now + 240,
                  "jti": uuid4().hex} | changed  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        assertion = jwt.encode({"alg": alg, "kid": key.kid}, claims, key, algorithms=[alg])
        return await self.shown(assertion, scope)

    async def shown(self, assertion: str, scope: str = "system/Observation.rs") -> httpx.Response:
        form = {
            "grant_type": "client_credentials",
            "scope": scope,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
        }
        return await self.http.post("/token", data=form)


def error(answer: httpx.Response) -> str:
    return str(answer.json()["error"])
