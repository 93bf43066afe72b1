"""Readiness of a county: the seconds that each check takes for all its units, how soon a change is noticed, and the
board."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial
from statistics import quantiles
from typing import cast

import httpx2
from starlette.applications import Starlette

from varda.catalogue import Deciding, Right, Rights, Switch
from varda.cli import build, db, telling
from varda.cli.bench import own
from varda.cli.bench.staff import exported
from varda.cli.place import Place
from varda.cli.serve import Wires, faces, seal, wired
from varda.exchange import staff
from varda.introduction.readiness import SOURCES, Board, Gathering, Seal, Tries, practised
from varda.web.watching import Arrivals

_TIMES = 20
_AT = "http://varda.bench"
_RIGHTS: frozenset[Right] = frozenset({("switch-functions", "special"), ("change-rights", "special")})


def measured(place: Place, people: int) -> Iterator[str]:
    """A line for each thing measured. The scratch database is dropped afterwards."""
    url = place.beside("varda_bench_readiness")
    scratch = Place(replace(place.settings, environment="test", database_url=url), url, None, True)
    own.dropped(scratch)
    db.prepared(scratch)
    try:
        yield from asyncio.run(_measured(scratch, people))
    finally:
        own.dropped(scratch)


async def _measured(scratch: Place, people: int) -> list[str]:
    async with wired(scratch.url, build.name(), size=4) as wires:
        telling.say(f"Importing {people:,} people…")
        found = staff.difference(await staff.said_before(wires.door, "bench"), staff.understood(*exported(people)))
        await staff.take(wires.door, "bench", found)
        own_ = Seal(seal(scratch.settings.home))
        screens = cast(Starlette, faces(scratch.settings, wires)[1])
        transport = httpx2.ASGITransport(app=screens, raise_app_exceptions=False)
        tries = Tries(lambda: httpx2.AsyncClient(transport=transport, base_url=_AT), own_, wires.clock.now)
        await practised(wires.door)
        gathering = Gathering(
            wires.database, wires.door.catalogue, own_, build.name(), tries=tries, arrivals=Arrivals(screens).round
        )
        lines = [await _gathered(wires, gathering, one) for one in ("first", "once more, nothing changed")]
        lines += [f"  {code}: {await _seconds(partial(_one, wires, gathering, code)):.2f} s" for code in SOURCES]
        lines.append(_tried(tries))
        lines.append(await _noticed(wires, gathering))
        board, organisation = Board(wires.database), "SE9999999999-A000"
        lines.append(await _asked("the county's board", lambda: board.overview("", wires.clock.now())))
        lines.append(await _asked("an administration's", lambda: board.overview(organisation, wires.clock.now())))
        lines.append(await _asked("a unit's", lambda: board.units(wires.clock.now(), ["SE9999999999-U00000"])))
        return lines


async def _gathered(wires: Wires, gathering: Gathering, which: str) -> str:
    took = await _seconds(lambda: gathering.gather(list(SOURCES), wires.clock.now()))
    units = len(await Board(wires.database).units(wires.clock.now()))
    return f"{len(SOURCES)} checks of {units:,} units, {which}: {took:.1f} s"


def _tried(tries: Tries) -> str:
    """What the synthetic users of the newest round met, in this same process."""
    times = sorted(1000 * one.seconds for one in tries.newest if not one.why)
    wrong = len(tries.newest) - len(times)
    p50, p95 = (times[int(len(times) * share)] if times else 0.0 for share in (0.5, 0.95))
    return f"{len(times)} charts of synthetic users: p50 {p50:.0f} ms, p95 {p95:.0f} ms; {wrong} did not get through"


async def _one(wires: Wires, gathering: Gathering, code: str) -> object:
    return await gathering.gather([code], wires.clock.now())


async def _noticed(wires: Wires, gathering: Gathering) -> str:
    """From a function's stop everywhere until each unit's tile says so, by one gathering."""
    by = Deciding("bench", "bench", "", Rights(_RIGHTS, {}))
    begun = time.perf_counter()
    now = wires.clock.now()
    wanted = Switch("F19", "", "stopped", "bench", now, routine="bench", way_back="bench")
    await wires.door.catalogue.switch(wanted, by, now)
    await gathering.gather(["functions"], wires.clock.now())
    found = await Board(wires.database).overview("", wires.clock.now())
    took = time.perf_counter() - begun
    return f"a function stopped: {found.whole.unmet.get('functions', 0):,} units say so after {took:.2f} s of work"


async def _asked(what: str, ask: Callable[[], Awaitable[object]]) -> str:
    times = [1000 * await _seconds(ask) for _ in range(_TIMES)]
    return f"{what}: p50 {quantiles(times, n=20)[9]:.0f} ms, p95 {quantiles(times, n=20)[18]:.0f} ms"


async def _seconds(work: Callable[[], Awaitable[object]]) -> float:
    before = time.perf_counter()
    await work()
    return time.perf_counter() - before
