"""How long Varda's own chart takes at 1, 10 and 100 times as many patients: a whole page of the overview, as the server
makes it, without the network. Each size is an invented county in a scratch database of its own.
"""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

from varda.cli import db, telling, tools
from varda.cli.bench.figures import Measured
from varda.cli.place import Place
from varda.cli.region import filled
from varda.cli.serve import Application
from varda.kernel.errors import Unavailable
from varda.region import DEMO_PEOPLE
from varda.web.visit import COOKIE

PATIENTS = 200
"""1×. The same patients are there at every size, so that like is compared with like."""
_SEED = 1
_PAGES = 200
_WARM = 20


async def charts(place: Place, times: tuple[int, ...], rows: list[Measured], *, keep: bool) -> None:
    """Add one measurement a size to `rows`. Scratch databases are dropped unless kept."""
    for size in times:
        rows.append(await _one(place, size, keep=keep))  # noqa: PERF401 - what is measured counts though the rest is stopped


async def _one(place: Place, size: int, *, keep: bool) -> Measured:
    name = f"varda_bench_{size}x"
    settings = replace(place.settings, environment="test", database_url=place.beside(name))
    scratch = Place(settings, place.beside(name), None, True)
    await asyncio.to_thread(db.prepared, scratch)
    try:
        telling.say(f"{size}×: {PATIENTS * size:,} patients in {name}")
        await filled(scratch, PATIENTS * size, _SEED)
        tools.psql(scratch.url, "vacuum analyze")
        async with Application(settings).running() as application:
            return await _measured(application, f"chart at {size}×")
    finally:
        if not keep:
            tools.psql(place.beside("postgres"), f"drop database if exists {tools.quoted(name)} with (force)")


async def _measured(application: Application, name: str) -> Measured:
    assert application.wires is not None
    wires, done = application.wires, Measured(name, unit="pages")
    now = wires.clock.now()
    (session, *_) = await wires.people.sessions(DEMO_PEOPLE[0].hsa, now)
    ticket = await wires.tickets.made(session, kind="browser", now=now, lasts=timedelta(days=1))
    async with wires.door.opened(session, "care") as record:
        page = await record.search("Patient", [("_count", "1000")])
    wanted = [one.id for one in page.matches if int(one.id.removeprefix("p") or 0) < PATIENTS]
    if not wanted:
        raise Unavailable("None of the first patients is listed with the known physician; there is nothing to measure.")
    started = time.perf_counter()
    for number in range(_PAGES + _WARM):
        before = time.perf_counter()
        status = await _got(application, f"/chart/{wanted[number % len(wanted)]}", ticket)
        if number >= _WARM:
            done.times.append(time.perf_counter() - before)
            if status != 200:
                done.failed(f"the chart of {wanted[number % len(wanted)]} answered {status}")
    done.seconds = time.perf_counter() - started
    return done


async def _got(application: Application, path: str, ticket: str) -> int:
    """One page through the application itself."""
    status = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)

    headers = [(b"host", b"localhost"), (b"cookie", f"{COOKIE}={ticket}".encode())]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("localhost", 80), "state": {},
    }  # fmt: skip
    await application(scope, receive, send)
    return status
