"""Hostile requests at the served application: none makes it fail, tells how it is made or leaves words in the log."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.record import world
from tests.support.door import client
from tests.support.server import served
from tests.support.serving import asking, bearer, door, wired
from tests.support.signing_in import signed_in
from varda.cli.serve import Application

INSIDE = (
    b"Traceback",
    b'File "',
    b"asyncpg",
    b"postgres",
    b"site-packages",
    b"structlog",
    b"jinja2",
    b"SELECT ",
    b"select ",
)
HEADERS = [
    b'Host: evil.example"><script>',
    b"Host: ",
    b"Host: a\r\nHost: b",
    b"X-HTTP-Method-Override: DELETE",
    b"X-Forwarded-For: 1.2.3.4, " + b"9" * 5000,
    b"X-Forwarded-Host: evil.example",
    b"Cookie: varda_session=" + b"\xff" * 40,
    b"Cookie: " + b"a=b; " * 1000,
    b"Accept: " + b"*/*," * 2000,
    b"Accept-Language: \xc3\x28",
    b"Content-Length: -1",
    b"Content-Length: 99999999999999999999",
    b"Transfer-Encoding: chunked\r\nContent-Length: 4",
    b"Content-Encoding: br",
    b"Content-Type: multipart/form-data; boundary=" + b"x" * 300,
    b"Content-Type: application/json; charset=utf-7",
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13",
    b"Authorization: Bearer \x00\xff",
    b"Authorization: Basic Og==",
    b'If-Match: W/"' + b"9" * 400,
    b"Range: bytes=0-,0-,0-",
    b"Origin: null",
    b"Expect: 100-continue",
    b"Prefer: handling=\xe5",
    b"HX-Request: true\r\nHX-Target: <b>",
]
PATHS = [
    b"/",
    b"/fhir/Patient/vera",
    b"/fhir/../../etc/passwd",
    b"/static/..%2f..%2fvisit.py",
    b"/static/%2e%2e/%2e%2e/visit.py",
    b"/%00",
    b"/fhir/Patient/%ff%fe",
    b"/fhir//Patient",
    b"/fhir/Patient?name=%ed%a0%80",
    b"/chart/%2e%2e%2fvera",
    b"/sign-in?next=//evil.example",
    b"/patients?who=" + b"%F0%9F%98%80" * 200,
    b"/fhir/Patient?" + b"_id=1&" * 600,
    b"/fhir/Patient?_page=%00",
    b"/patients?page=../../x",
    b"http://evil.example/fhir/metadata",
    b"/fhir/Patient/" + b"a" * 4000,
]
FORM = {"content-type": "application/x-www-form-urlencoded"}
MARKED = ("Zackrisdotter", "19990101-XZ99", "hemlig-nyckel-7731")


@pytest.fixture
async def application(database_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    async with wired(database_url, tmp_path, limit_guesses=0, limit_sign_in=0) as application:
        await world.fill(door(application))
        yield application


async def _raw(address: str, request: bytes) -> bytes:
    where = urlsplit(address)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        writer.write(request)
        await writer.drain()
        async with asyncio.timeout(20):
            return await reader.read()
    except (ConnectionError, TimeoutError):
        return b""
    finally:
        writer.close()


def _status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0


async def test_no_request_makes_it_fail_or_tell_how_it_is_made(application: Application) -> None:
    wrong = []
    async with served(application) as address:
        for method in (b"GET", b"POST", b"TRACE", b"PROPFIND"):
            for path in PATHS:
                for header in HEADERS if path in PATHS[:2] else HEADERS[:1]:
                    host = b"" if header.startswith(b"Host") else b"Host: varda.test\r\n"
                    request = b"%s %s HTTP/1.1\r\n%s%s\r\nConnection: close\r\n\r\n" % (method, path, host, header)
                    answer = await _raw(address, request)
                    head, _, body = answer.partition(b"\r\n\r\n")
                    if _status(answer) >= 500 or any(word in body for word in INSIDE) or b"evil.example" in head:
                        wrong.append((request[:120], [w for w in INSIDE if w in body], answer[:60]))
        assert wrong == []
        assert (
            _status(await _raw(address, b"GET /health/ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) == 200
        )


async def test_too_much_text_is_turned_away_before_it_is_read(application: Application) -> None:
    async with asking(application) as astrid:
        await signed_in(astrid, "SE9999999999-astrid", "SE9999999999-astrid-cardiology")
        for path in ("/language", "/patients/register", "/provider/token"):
            answer = await astrid.post(path, content=b"x=" + b"a" * 9_000_000, headers=FORM)
            assert answer.status_code == 413, path

            async def slowly() -> AsyncIterator[bytes]:
                for _ in range(10):
                    yield b"a" * 1_000_000

            assert (await astrid.post(path, content=slowly(), headers=FORM)).status_code in (400, 413), path


async def test_slow_bodies_do_not_keep_others_waiting(application: Application) -> None:
    token = (await bearer(application, client()))["authorization"].encode()
    async with served(application) as address:
        where, slow = urlsplit(address), []
        for _ in range(60):
            _, writer = await asyncio.open_connection(where.hostname, where.port)
            writer.write(
                b"POST /fhir/Patient HTTP/1.1\r\nHost: a\r\nAuthorization: %s\r\nContent-Length: 1000\r\n\r\n{" % token
            )
            slow.append(writer)
        await asyncio.sleep(0.2)
        asked = b"GET /fhir/Patient/vera HTTP/1.1\r\nHost: a\r\nAuthorization: %s\r\nConnection: close\r\n\r\n" % token
        assert _status(await _raw(address, asked)) == 200
        for writer in slow:
            writer.close()


async def test_the_log_of_the_application_holds_nothing_of_anybody(
    application: Application, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    name, number, secret = MARKED
    async with asking(application) as astrid:
        await signed_in(astrid, "SE9999999999-astrid", "SE9999999999-astrid-cardiology")
        token = await bearer(application, client())
        for text in (name, number):
            await astrid.post("/palette", data={"q": text})
            await astrid.post("/chart/vera/same/find", data={"identity": text})
        for path in (f"/palette?q={name}", f"/palette?q={number}", f"/chart/{name}", f"/chart/vera/results/{name}",
                     f"/sign-in/callback?state={secret}&code={secret}", f"/{name}"):  # fmt: skip
            await astrid.get(path)
        await astrid.post("/patients/register", data={"identity": number, "name": name})
        for path in (f"Patient?name={name}", f"Patient?identifier={number}", f"Patient/{number}", f"Nothing?{name}"):
            answer = await astrid.get(f"/fhir/{path}", headers=token)
            assert answer.status_code < 500
        await astrid.get("/fhir/Patient/vera", headers={"authorization": f"Bearer {secret}"})

        def fails(*_: object, **__: object) -> None:
            raise RuntimeError(f"key ({number}) of {name} with {secret}")

        door(application).opened = fails  # type: ignore[method-assign] # what nobody foresaw
        for path in ("/patients", "/fhir/Patient/vera"):
            broken = await astrid.get(path, headers=token)
            assert broken.status_code == 500
            assert not any(word in broken.text for word in MARKED)
    said = capfd.readouterr()
    told = said.out + said.err + caplog.text
    assert "unforeseen" in told
    assert [word for word in (*MARKED, token["authorization"][7:]) if word in told] == []
