"""Tokens, assertions and codes that are late, forged, somebody else's or of another time: issue by issue, refused."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from authlib.common.security import generate_token
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.support.apps import KEYS, RSA, World, error
from tests.support.smart import said
from varda.access.apps import App

pytestmark = pytest.mark.anyio

MINUTE = 60
REMEMBERED = 5.2
"""Seconds after which a process asks anew about a token that it has found."""


def assertion(app: App, world: World, **changed: Any) -> dict[str, Any]:
    now = int(time.time())
    good = {"iss": app.client, "sub": app.client, "aud": f"{world.address}/token", "iat": now, "exp": now + 240,
            "jti": uuid4().hex}  # fmt: skip
    return {name: value for name, value in (good | changed).items() if value is not None}


def unsigned(claims: dict[str, Any]) -> str:
    return f"{_part({'alg': 'none', 'kid': 'r'})}.{_part(claims)}."


def by_public_key(claims: dict[str, Any]) -> str:
    """HMAC with the public key, which everybody knows, as the secret."""
    text = f"{_part({'alg': 'HS256', 'kid': 'r'})}.{_part(claims)}"
    return f"{text}.{_bare(hmac.new(RSA.as_pem(private=False), text.encode(), 'sha256').digest())}"


def by_key_in_header(claims: dict[str, Any]) -> str:
    """Signed by a key that the assertion itself brings along."""
    own = RSAKey.generate_key(2048, {"kid": "r"}, private=True)
    header = {"alg": "RS384", "kid": "r", "jwk": own.as_dict(private=False)}
    return jwt.encode(header, claims, own, algorithms=["RS384"])


def without_signature(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS384", "kid": "r"}, claims, RSA, algorithms=["RS384"]).rpartition(".")[0] + "."


def changed_afterwards(claims: dict[str, Any]) -> str:
    head, _, signature = jwt.encode({"alg": "RS384", "kid": "r"}, claims, RSA, algorithms=["RS384"]).split(".")
    return f"{head}.{_part(claims | {'sub': claims['sub'], 'exp': claims['exp'] + 1})}.{signature}"


@pytest.mark.parametrize(
    "forged",
    [unsigned, by_public_key, by_key_in_header, without_signature, changed_afterwards],
    ids=lambda f: f.__name__,
)
async def test_a_forged_assertion_of_an_app_is_refused(world: World, forged: Callable[[dict[str, Any]], str]) -> None:
    app = await world.app(auth="private_key_jwt", jwks=KEYS, scopes="system/Observation.rs", redirects=())
    answer = await world.shown(forged(assertion(app, world)))
    assert (answer.status_code in (400, 401), error(answer)) == (True, "invalid_client")


@pytest.mark.parametrize(
    ("changed", "is_good"),
    [
        ({"exp": -5}, True),
        ({"exp": -30}, False),
        ({"iat": 5, "nbf": 5}, True),
        ({"nbf": 5 * MINUTE}, False),
        ({"iat": 5 * MINUTE}, False),
        ({"exp": 5 * MINUTE + 5}, True),
        ({"exp": 6 * MINUTE}, False),
    ],
)
async def test_clocks_may_differ_by_seconds(world: World, changed: dict[str, int], is_good: bool) -> None:
    app = await world.app(auth="private_key_jwt", jwks=KEYS, scopes="system/Observation.rs", redirects=())
    now = int(time.time())
    answer = await world.system(app, **{name: now + seconds for name, seconds in changed.items()})
    assert (answer.status_code == 200) is is_good, answer.text


async def test_an_assertion_of_one_app_says_nothing_about_another(world: World) -> None:
    strange = RSAKey.generate_key(2048, {"kid": "r"}, private=True)
    keys = json.dumps({"keys": [strange.as_dict(private=False)]})
    app = await world.app(auth="private_key_jwt", jwks=KEYS, scopes="system/Observation.rs", redirects=())
    other = await world.app(auth="private_key_jwt", jwks=keys, scopes="system/Observation.rs", redirects=())
    assert error(await world.system(other, RSA)) == "invalid_client"
    assert error(await world.system(app, RSA, sub=other.client)) == "invalid_client"
    assert error(await world.system(app, RSA, aud=f"{world.address}/authorize")) == "invalid_client"


async def test_tokens_end_with_their_time(world: World) -> None:
    app = await world.app()
    token = await world.tokens(app, "user/Patient.rs offline_access")
    assert (await world.get("Patient/vera", token["access_token"])).status_code == 200
    for table in ("ticket", "refresh"):
        await world.door.database.run(f"update access.{table} set closes = now() - interval '1 second'")
    await asyncio.sleep(REMEMBERED)
    assert (await world.get("Patient/vera", token["access_token"])).status_code == 401
    assert error(await world.refreshed(app, token["refresh_token"])) == "invalid_grant"


async def test_a_code_is_good_for_a_minute(world: World) -> None:
    app, verifier = await world.app(), generate_token(64)
    code = said(await world.astrid.approved(world.url(app, "user/Patient.rs", verifier)))["code"]
    await world.door.database.run("update access.approval set closes = now() - interval '1 second'")
    assert error(await world.redeem(app, code, verifier)) == "invalid_grant"


async def test_nothing_else_that_varda_gave_out_is_an_access_token(world: World) -> None:
    app, verifier = await world.app(), generate_token(64)
    code = said(await world.astrid.approved(world.url(app, "user/Patient.rs", verifier)))["code"]
    token = await world.tokens(app, "openid fhirUser user/Patient.rs offline_access")
    own = by_public_key({"iss": world.address, "sub": world.session.actor, "aud": world.fhir})
    for secret in (token["refresh_token"], token["id_token"], code, world.astrid.ticket, app.client, own, "null", "é"):
        header = {"authorization": f"Bearer {secret}".encode()}
        answer = await world.http.get("/fhir/Patient/vera", headers=header)
        assert answer.status_code == 401, secret
    for secret in (token["access_token"], token["id_token"], code, world.astrid.ticket, own):
        assert error(await world.refreshed(app, secret)) == "invalid_grant", secret


async def test_whoever_is_moved_to_another_unit_takes_no_app_along(world: World) -> None:
    """PDL 4:2 (A2): a token is of one assignment as it was approved, and ends when that becomes another one."""
    app = await world.app()
    token = await world.tokens(app, "user/Observation.rs user/Patient.rs offline_access")
    assert (await world.get("Observation/hb-cardiology", token["access_token"])).status_code == 200
    moved = "update access.assignment set organization = 'surgery' where assignment = $1"
    await world.door.database.run(moved, world.session.assignment)
    await asyncio.sleep(REMEMBERED)
    assert (await world.get("Observation/hb-cardiology", token["access_token"])).status_code == 401
    assert error(await world.refreshed(app, token["refresh_token"])) == "invalid_grant"


async def test_no_code_or_token_stands_for_somebody_else_s_assignment(world: World) -> None:
    app, verifier = await world.app(), generate_token(64)
    back = await world.astrid.approved(world.url(app, "user/Patient.rs offline_access", verifier))
    given = "update access.assignment set practitioner = 'bo' where assignment = $1"
    await world.door.database.run(given, world.session.assignment)
    assert error(await world.redeem(app, said(back)["code"], verifier)) == "invalid_grant"


async def test_the_same_parameter_twice_is_refused_and_nothing_unforeseen_happens(world: World) -> None:
    app = await world.app()
    twice = [("grant_type", "refresh_token"), ("grant_type", "authorization_code"), ("client_id", app.client)]
    answer = await world.http.post("/token", content="&".join(f"{name}={value}" for name, value in twice), headers=FORM)
    assert answer.status_code == 400
    url = world.url(app, "user/Patient.rs", generate_token(64))
    for changed in ("state=%00", "nonce=a%00b", "client_id=%00", "client_id=%ED%A0%80", "launch=%00"):
        answer = await world.http.get(f"{url}&{changed}")
        assert answer.status_code in (302, 303, 400), changed
    for name in ("\x00", "é"):
        answer = await world.http.post("/token", data={"grant_type": "refresh_token"}, auth=(name, "x"))
        assert answer.status_code in (400, 401), name
    odd = await world.shown(f"e30.{_part({'sub': chr(0)})}.e30")
    assert error(odd) == "invalid_client"
    for body in (b"\xff\xfe", b"client_id=%00&grant_type=refresh_token&refresh_token=%00", b"a" * 10_000, b"{}"):
        answer = await world.http.post("/token", content=body, headers=FORM)
        assert (answer.status_code in (400, 401), "error" in answer.json()) == (True, True), body


FORM = {"content-type": "application/x-www-form-urlencoded"}


def _part(value: dict[str, Any]) -> str:
    return _bare(json.dumps(value).encode())


def _bare(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
