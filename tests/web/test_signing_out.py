"""Signing out of Varda and of the provider of identities, by either; and nobody is led anywhere else.

https://openid.net/specs/openid-connect-rpinitiated-1_0.html https://openid.net/specs/openid-connect-backchannel-1_0.html
"""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.support import identities
from tests.support.identities import ISSUER, SIGNED_OUT, FakeProvider
from tests.support.signing_in import signed_in, token
from tests.web.test_signin_provider import BO, CLIENT, WORK
from varda.access.apps import App, Approval, Apps
from varda.access.session import Session
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.web.relying import Relying

ASTRID = ("SE9999999999-astrid", "SE9999999999-astrid-cardiology")
OWN = "http://varda.test"
Visitors = Callable[..., httpx.AsyncClient]


@pytest.fixture
def provider(clock: SetClock) -> FakeProvider:
    made = FakeProvider(clock)
    made.claims = {"sub": "bo", "name": "Bo Ek", "employeeHsaId": BO, "sid": "s1", **WORK}
    made.ends = f"{ISSUER}/out?theme=dark"
    return made


@asynccontextmanager
async def at_work(visitor_of: Visitors, provider: FakeProvider, clock: SetClock) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that signed in with the provider."""
    async with visitor_of(client=CLIENT, may_choose=False) as browser:
        browser._transport.app.state.relying = Relying(CLIENT, clock, provider.transport)
        there = await browser.get("/sign-in")
        await browser.get("/sign-in/callback", params=provider.agrees(there.headers["location"]))
        browser.headers["X-CSRF-Token"] = token(await browser.get("/patients"))
        yield browser


@pytest.fixture
async def bo(visitor_of: Visitors, provider: FakeProvider, clock: SetClock) -> AsyncIterator[httpx.AsyncClient]:
    async with at_work(visitor_of, provider, clock) as bo:
        yield bo


def leads_to(page: httpx.Response) -> str:
    """Where a page goes on by itself."""
    found = re.search(r'http-equiv="refresh"\s+content="0;url=([^"]*)"', page.text)
    assert found, page.text
    return unescape(found[1])


async def is_in(browser: httpx.AsyncClient) -> bool:
    return (await browser.get("/patients")).status_code == 200


async def test_who_signs_out_goes_on_to_the_provider_and_back(bo: httpx.AsyncClient, provider: FakeProvider) -> None:
    left = await bo.post("/sign-out")
    there = urlsplit(leads_to(left))
    said = {name: values[0] for name, values in parse_qs(there.query).items()}
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{ISSUER}/out"
    assert (said["theme"], said["client_id"]) == ("dark", "varda")
    assert said["post_logout_redirect_uri"] == f"{OWN}/signed-out"
    proof = jwt.decode(said["id_token_hint"], provider.key, algorithms=["RS256"]).claims
    assert (proof["iss"], proof["sub"], proof["aud"]) == (ISSUER, "bo", "varda")
    assert f'href="{ISSUER}/out' in left.text
    assert not await is_in(bo)
    assert "Du är utloggad" in (await bo.get("/signed-out")).text


@pytest.mark.parametrize("ends", [None, "http://evil.example/out", "javascript:alert(1)", "/out", "//evil.example"])
async def test_where_the_provider_has_no_such_place_one_is_signed_out_here(
    bo: httpx.AsyncClient, provider: FakeProvider, clock: SetClock, ends: str | None
) -> None:
    provider.ends = ends
    bo._transport.app.state.relying = Relying(CLIENT, clock, provider.transport)
    left = await bo.post("/sign-out")
    assert (left.status_code, left.headers["location"]) == (303, "/signed-out")
    assert not await is_in(bo)


async def test_a_provider_that_is_away_keeps_nobody_signed_in(
    bo: httpx.AsyncClient, provider: FakeProvider, clock: SetClock
) -> None:
    provider.is_down = True
    bo._transport.app.state.relying = Relying(CLIENT, clock, provider.transport)
    assert (await bo.post("/sign-out")).headers["location"] == "/signed-out"
    assert not await is_in(bo)


async def test_nobody_is_led_elsewhere_by_what_stands_in_the_address(bo: httpx.AsyncClient) -> None:
    asked = {"next": "https://evil.example", "post_logout_redirect_uri": "https://evil.example"}
    left = await bo.post("/sign-out", params=asked, data=asked)
    assert "evil.example" not in left.text
    after = await bo.get("/signed-out", params={"state": "https://evil.example", **asked})
    assert (after.status_code, "evil.example" in after.text) == (200, False)


# The provider of demo, training and test ---------------------------------------------------------------------------


async def test_our_own_provider_sends_back_to_ourselves_alone(astrid: httpx.AsyncClient) -> None:
    told = (await astrid.get("/provider/.well-known/openid-configuration")).json()
    there = leads_to(await astrid.post("/sign-out"))
    assert there.startswith(told["end_session_endpoint"])
    back = await astrid.get(there)
    assert (back.status_code, back.headers["location"]) == (303, f"{OWN}/signed-out")
    assert (await astrid.get(f"{there}&state=a%26b")).headers["location"] == f"{OWN}/signed-out?state=a%26b"
    good = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
    assert (await astrid.post("/provider/sign-out", data=good)).status_code == 303
    for changed in (
        {"post_logout_redirect_uri": "https://evil.example/"},
        {"post_logout_redirect_uri": f"{OWN}/signed-out.evil.example"},
        {"post_logout_redirect_uri": f"{OWN}/signed-out?next=//evil.example"},
        {"post_logout_redirect_uri": ""},
        {"client_id": "somebody"},
        {"id_token_hint": ""},
        {"id_token_hint": good["id_token_hint"][:-6] + "AAAAAA"},
        {"id_token_hint": identities.unsigned({"iss": f"{OWN}/provider", "aud": "varda"})},
    ):
        answer = await astrid.get("/provider/sign-out", params=good | changed)
        assert (answer.status_code, "location" in answer.headers) == (400, False), changed


# When the provider says so by itself -------------------------------------------------------------------------------


async def told(browser: httpx.AsyncClient, text: str) -> httpx.Response:
    bare = {"X-CSRF-Token": "", "Origin": ISSUER}
    return await browser.post("/sign-in/back-channel-logout", data={"logout_token": text}, headers=bare)


@pytest.mark.parametrize("said", [{}, {"sid": "s1"}, {"sub": ..., "sid": "s1"}])
async def test_whom_the_provider_signs_out_is_signed_out_with_the_apps_and_nobody_else(
    bo: httpx.AsyncClient, visitor_of: Visitors, provider: FakeProvider, clock: SetClock, database: Database,
    said: dict[str, Any],
) -> None:  # fmt: skip
    apps, now = Apps(database), clock.now()
    await apps.registered(App(client="a", name="a", owner="o", purpose="care", scopes="s", auth="none"), now)
    wish = Approval(client="a", redirect="r", scope="s", state="", challenge="", nonce="")
    who = Session(kind="staff", actor=BO, name="Bo")
    ticket = bo.cookies["varda_session"]
    await apps.approved(await apps.asked(wish, now), who, patient="", encounter="", browser=ticket, now=now)
    provider.claims |= {"sub": "bo2", "sid": "s2"}
    async with at_work(visitor_of, provider, clock) as other:
        provider.claims |= {"sub": "bo", "sid": "s1"}
        answer = await told(other, provider.sign(provider.signs_out(**said)))
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert (await is_in(bo), await is_in(other)) == (False, True)
    assert [row["ended"] for row in await database.all("select ended from access.approval")] == [now]


async def test_another_sign_in_of_the_same_person_goes_on(bo: httpx.AsyncClient, provider: FakeProvider) -> None:
    assert (await told(bo, provider.sign(provider.signs_out(sid="another")))).status_code == 200
    assert await is_in(bo)


async def test_a_message_that_is_heard_again_ends_no_later_sign_in(
    bo: httpx.AsyncClient, visitor_of: Visitors, provider: FakeProvider, clock: SetClock
) -> None:
    message = provider.sign(provider.signs_out())
    await told(bo, message)
    clock.instant += timedelta(seconds=90)
    async with at_work(visitor_of, provider, clock) as again:
        await told(again, message)
        assert await is_in(again)


def by_other_key(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048))


async def test_what_is_no_message_of_the_provider_ends_nothing(
    bo: httpx.AsyncClient, provider: FakeProvider, clock: SetClock
) -> None:
    at = int(clock.now().timestamp())
    wrong = [
        provider.sign(provider.signs_out(**changed))
        for changed in (
            {"iss": "https://evil.example"}, {"aud": "somebody"}, {"iat": ...}, {"iat": at - 3600}, {"iat": at + 3600},
            {"exp": at - 3600}, {"jti": ...}, {"nonce": "n"}, {"sub": ...}, {"sub": "", "sid": ""}, {"sub": 7},
            {"events": ...}, {"events": {}}, {"events": [SIGNED_OUT]}, {"events": {SIGNED_OUT: True}},
            {"iat": float("inf")},
        )
    ]  # fmt: skip
    whole = provider.signs_out()
    forged = [by_other_key(whole), identities.unsigned(whole), identities.by_public_key(provider)(whole), "", "a.b.c"]
    for text in [*wrong, *forged]:
        answer = await told(bo, text)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request"), text
    assert (await bo.post("/sign-in/back-channel-logout")).status_code == 400
    assert await is_in(bo)


async def test_an_id_token_is_no_such_message(
    bo: httpx.AsyncClient, provider: FakeProvider, database: Database
) -> None:
    row = await database.one("select proof from access.ticket where kind = 'browser'")
    assert (await told(bo, row["proof"])).status_code == 400
    assert await is_in(bo)


async def test_another_assignment_is_still_the_same_sign_in(visitor: httpx.AsyncClient) -> None:
    await signed_in(visitor, *ASTRID)
    page = await visitor.get("/sign-in/assignment")
    assert 'action="/sign-out"' in page.text
    visitor.headers.pop("X-CSRF-Token")
    left = await visitor.post("/sign-out", data={"csrf": token(page)})
    assert "/provider/sign-out" in leads_to(left)
