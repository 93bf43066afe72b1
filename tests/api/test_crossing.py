"""Apps in a browser ask from their own site: known sites may read the answers, others get nothing (Fetch, CORS)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.record import world
from tests.support.door import client
from tests.support.serving import asking, bearer, door, wired
from varda.access.apps import App, Apps, origin
from varda.cli.serve import Application

pytestmark = pytest.mark.anyio

HTTPS, SITE, EVIL = "https://varda.test", "https://growth.example", "https://evil.example"
SHARED = [
    "/fhir/metadata", "/fhir/Patient/vera", "/fhir/Patient/nobody", "/fhir/nonsense", "/fhir", "/token", "/revoke",
    "/fhir/.well-known/smart-configuration", "/.well-known/smart-configuration", "/.well-known/openid-configuration",
    "/jwks",
]  # fmt: skip


@pytest.fixture
async def application(database_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    async with wired(database_url, tmp_path) as application:
        await world.fill(door(application))
        wish: dict[str, Any] = {"owner": world.CARDIOLOGY, "purpose": "care", "scopes": "user/*.rs", "auth": "none"}
        apps, now = Apps(door(application).database), door(application).clock.now()
        backs = (f"{SITE}/back", "http://localhost:9/back", "https://CARE.example:443/x?y", "org.example.app:/back")
        await apps.registered(App(client="growth", name="Growth chart", redirects=backs, **wish), now)
        await apps.registered(App(client="gone", name="Gone", redirects=("https://gone.example/",), **wish), now)
        await apps.ended("gone", now)
        yield application


@pytest.fixture
async def system(application: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(application, base=HTTPS) as system:
        system.headers.update(await bearer(application, client()))
        yield system


async def preflight(asked: httpx.AsyncClient, path: str, site: str, method: str = "PUT") -> httpx.Response:
    wanted = {"access-control-request-method": method, "access-control-request-headers": "authorization,if-match"}
    return await asked.request("OPTIONS", path, headers={"origin": site} | wanted)


def shared(answer: httpx.Response) -> list[str]:
    return [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("path", SHARED)
async def test_the_site_of_a_registered_app_may_ask_and_read_the_answer(system: httpx.AsyncClient, path: str) -> None:
    before = await preflight(system, path, SITE)
    assert (before.status_code, before.content) == (204, b"")
    assert before.headers["access-control-allow-origin"] == SITE
    assert {"authorization", "if-match"} <= set(before.headers["access-control-allow-headers"].lower().split(", "))
    assert "PUT" in before.headers["access-control-allow-methods"]
    method = "POST" if path in ("/token", "/revoke") else "GET"
    answer = await system.request(method, path, headers={"origin": SITE})
    assert (answer.headers["access-control-allow-origin"], answer.headers["vary"]) == (SITE, "Origin")
    seen = set(answer.headers["access-control-expose-headers"].split(", "))
    assert {"ETag", "Location", "Content-Location"} <= seen
    for one in (before, answer):
        assert "access-control-allow-credentials" not in one.headers


@pytest.mark.parametrize("path", SHARED)
@pytest.mark.parametrize(
    "site",
    [EVIL, "null", "http://growth.example", f"{SITE}:8443", f"{SITE}.evil.example", f"{SITE}/", "https://gone.example",
     "org.example.app:", "org.example.app://", "*", HTTPS],
)  # fmt: skip
async def test_any_other_site_gets_nothing(system: httpx.AsyncClient, path: str, site: str) -> None:
    answers = [await preflight(system, path, site), await system.get(path, headers={"origin": site})]
    assert [shared(answer) for answer in answers] == [[], []]
    assert answers[0].status_code in (401, 404, 405)


@pytest.mark.parametrize("path", ["/authorize", "/introspect", "/patients", "/sign-in", "/health/live", "/fhirx", "/"])
async def test_what_apps_do_not_ask_by_themselves_is_shared_with_nobody(system: httpx.AsyncClient, path: str) -> None:
    assert shared(await preflight(system, path, SITE)) == []
    assert shared(await system.get(path, headers={"origin": SITE})) == []


async def test_an_app_is_known_by_the_scheme_host_and_port_of_where_it_has_people_come_back_to(
    application: Application,
) -> None:
    known = await Apps(door(application).database).origins(door(application).clock.now())
    assert known == {SITE, "http://localhost:9", "https://care.example"}
    assert (origin("http://[::1]:80/x"), origin("https://[::1]:8080")) == ("http://[::1]", "https://[::1]:8080")
    assert [origin(url) for url in ("https://x:99999/", "https://[x/", "https:///x", "file:///x", "")] == [""] * 5
