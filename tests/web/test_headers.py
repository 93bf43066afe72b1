"""Every answer of every address carries the headers that keep a browser from being used against its owner."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Mount, Route

from tests.record import world
from tests.support.door import client
from tests.support.serving import asking, bearer, door, wired
from tests.support.signing_in import signed_in
from varda.api.routes import _MANY, _ONE
from varda.cli.serve import Application

API = [
    ("GET", "/fhir/metadata"), ("POST", "/fhir"), ("GET", "/fhir/Patient/vera"), ("GET", "/fhir/Patient/nobody"),
    ("GET", "/fhir/Patient/vera/_history"), ("GET", "/fhir/Patient/vera/_history/1"), ("GET", "/fhir/Nothing"),
    ("GET", "/fhir/Patient/vera/$everything"), ("POST", "/fhir/Patient/_search"), ("PATCH", "/fhir/Patient/vera"),
    *((method, "/fhir/Observation/hb-surgery") for method in _ONE),
    *((method, "/fhir/Observation") for method in _MANY),
]  # fmt: skip
HEALTH = [("GET", "/health/live"), ("GET", "/health/ready"), ("GET", "/health/nothing")]
STATIC = [("GET", "/static/varda.css"), ("GET", "/static/nothing.css"), ("GET", "/static/../visit.py")]
OTHER = [("GET", "/nothing"), ("TRACE", "/patients"), ("OPTIONS", "/patients"), ("GET", "/%00"), ("GET", "//evil.test")]


@pytest.fixture
async def application(database_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    async with wired(database_url, tmp_path) as application:
        await world.fill(door(application))
        yield application


def _screens(application: Application) -> list[tuple[str, str]]:
    """Every route of the screens with every method, for Vera and for nobody."""
    web: Any = application._web
    found = []
    for route in web.routes:
        assert isinstance(route, Route | Mount)
        for method in sorted(getattr(route, "methods", None) or ()):
            for patient in ("vera", "nobody"):
                path = route.path.replace("{patient}", patient)
                found.append((method, "".join(part.partition("}")[2] or part for part in path.split("{"))))
    return list(dict.fromkeys(found))


def _lacking(answer: httpx.Response) -> list[str]:
    headers = answer.headers
    policy = headers.get("content-security-policy", "")
    directives = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}
    is_public = answer.request.url.path.startswith("/static/")
    kept = {
        "a policy that begins with nothing": directives.get("default-src") == ["'none'"],
        "no inline script or style": not any("unsafe" in word for words in directives.values() for word in words),
        "scripts from here alone": directives.get("script-src", ["'self'"]) == ["'self'"],
        "no frame": directives.get("frame-ancestors") == ["'none'"],
        "no guessing of types": headers.get("x-content-type-options") == "nosniff",
        "no address told to others": headers.get("referrer-policy") in ("no-referrer", "same-origin"),
        "no camera": "camera=()" in headers.get("permissions-policy", ""),
        "its own windows": headers.get("cross-origin-opener-policy") == "same-origin",
        "no use by other sites": headers.get("cross-origin-resource-policy") == "same-origin",
        "nothing shared kept": is_public or headers.get("cache-control") in (
            "no-store",
            "private, no-cache",
        ),
        "each header once": len(headers.multi_items()) - len(headers.get_list("set-cookie"))
        == len({name for name, _ in headers.multi_items() if name != "set-cookie"}),
        "no word of the server": not {"server", "x-powered-by"} & set(headers),
    }  # fmt: skip
    return [name for name, is_kept in kept.items() if not is_kept]


async def _asked(someone: httpx.AsyncClient, ways: list[tuple[str, str]], **more: Any) -> dict[str, list[str]]:
    wrong = {}
    for method, path in ways:
        answer = await someone.request(method, path, content=b"" if method in ("GET", "HEAD") else b"{}", **more)
        if answer.status_code >= 500 or (lacking := _lacking(answer)):
            wrong[f"{method} {path}"] = [str(answer.status_code)] if answer.status_code >= 500 else lacking
    return wrong


async def test_every_answer_of_every_address_carries_them(application: Application) -> None:
    screens = _screens(application)
    assert len(screens) > 60
    everything = [*screens, *API, *HEALTH, *STATIC, *OTHER]
    async with asking(application) as stranger:
        assert await _asked(stranger, everything) == {}
    async with asking(application, address="10.0.0.2") as astrid:
        await signed_in(astrid, "SE9999999999-astrid", "SE9999999999-astrid-cardiology")
        # A stream has no end; tests/web/test_live.py looks at its beginning.
        staying = [way for way in screens if way[1] not in ("/sign-out", "/session/lock") and way != ("GET", "/live")]
        assert await _asked(astrid, [*staying, *STATIC, *OTHER]) == {}
        chart = await astrid.get("/chart/vera")
        assert (chart.status_code, chart.headers["cache-control"]) == (200, "no-store")
    async with asking(application) as system:
        assert await _asked(system, API, headers=await bearer(application, client())) == {}


async def test_a_browser_that_came_by_https_comes_by_nothing_else(application: Application) -> None:
    paths = ("/signed-out", "/fhir/metadata", "/health/live", "/static/varda.css")
    async with asking(application, base="https://varda.test") as safe, asking(application) as plain:
        for path in paths:
            assert "max-age=31536000" in (await safe.get(path)).headers["strict-transport-security"], path
            assert "strict-transport-security" not in (await plain.get(path)).headers, path


async def test_an_address_of_https_is_enough_behind_a_proxy(database_url: str, tmp_path: Path) -> None:
    async with wired(database_url, tmp_path, address="https://varda.test") as application, asking(application) as some:
        for path in ("/signed-out", "/fhir/metadata", "/health/live"):
            assert "max-age=31536000" in (await some.get(path)).headers["strict-transport-security"], path
