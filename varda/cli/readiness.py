"""`varda readiness`: gather evidence now or without end, say what a build touches, and how it stands."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Annotated, cast

import httpx2
from cyclopts import App, Parameter
from starlette.applications import Starlette

from varda.catalogue import NOTHING, Deciding
from varda.cli import build, telling
from varda.cli.place import Place, placed
from varda.cli.serve import Wires, end_with, faces, seal, wired
from varda.introduction.command import Watch
from varda.introduction.readiness import CHECKS, Board, Gathering, Register, Seal, Tries, claimed, practised
from varda.kernel.errors import Malformed
from varda.kernel.log import logger
from varda.kernel.settings import Settings

app = App(name="readiness", help="Readiness: evidence gathered, on which build, and how units stand.")
EVERY = 5.0
"""Seconds between two looks at what is due."""
log = logger(__name__)


@app.command
def gather(
    *checks: Annotated[str, Parameter(help="Codes of checks; all computed ones when left out.")],
    json: Annotated[bool, Parameter(negative="", help="Print the result as JSON.")] = False,
) -> None:
    """Gather evidence once, for every unit, of some checks or of all."""
    known = [one.code for one in CHECKS.values() if not one.is_attested]
    if unknown := [one for one in checks if one not in known]:
        raise Malformed(f"There is no computed check {unknown[0]}. There are: {', '.join(known)}.")
    with placed() as place:
        secret = seal(place.settings.home)

        async def work() -> tuple[dict[str, int], dict[str, str]]:
            async with wired(place.url, build.name(), size=4) as wires:
                found = await gathering(wires, secret).gather(checks or known, wires.clock.now())
                return dict(found.changed), dict(found.failed)

        changed, failed = asyncio.run(work())
    if json:
        telling.as_json({"changed": changed, "failed": failed})
    else:
        for code, many in changed.items():
            telling.answer(f"{code}: {many:,} places differ from before")
    for code, why in failed.items():
        telling.say(f"{code} could not be gathered: {why}")


@app.command
def watch(
    *,
    at: Annotated[
        str, Parameter(help="Address of the running server that synthetic users try, such as http://127.0.0.1:8000.")
    ] = "",
) -> None:
    """Gather evidence and measure figures, whatever is due, until stopped.

    `varda serve` does this by itself; one process gathers for all."""
    end_with(os.getppid())
    with placed() as place, suppress(KeyboardInterrupt):
        asyncio.run(_watched(place, at))


@app.command
def declare(
    candidate: Annotated[str, Parameter(help="The build, as `varda build` of the new version prints it.")],
    *,
    touches: Annotated[
        Sequence[str], Parameter(help="Functions that it touches, by number (F19); none: no function at all.")
    ] = (),
    because: Annotated[str, Parameter(help="How it is known that nothing else is touched.")],
) -> None:
    """Say which functions a build touches, before it is installed. Evidence of other functions is carried over to it,
    marked so. A build of which nothing is said touches everything.
    """
    with placed() as place:

        async def work() -> None:
            async with wired(place.url, build.name(), size=2) as wires:
                by = Deciding("varda readiness declare", "varda readiness declare", "", NOTHING)
                await Register(wires.database).declare(candidate, touches, because, by, wires.clock.now())

        asyncio.run(work())
    telling.answer(f"{candidate} touches {', '.join(touches) or 'no function'}.")


@app.command
def status(*, json: Annotated[bool, Parameter(negative="", help="Print the result as JSON.")] = False) -> None:
    """Print how many units are ready, and which checks hold most back."""
    with placed() as place:

        async def work() -> dict[str, object]:
            async with wired(place.url, build.name(), size=2) as wires:
                found = await Board(wires.database).overview("", wires.clock.now())
                county = {one.check.code: one.state for one in found.county}
                return {
                    "units": found.whole.units, "ready": found.whole.ready, "unmet": dict(found.whole.unmet),
                    "missing": dict(found.whole.missing), "county": county,
                }  # fmt: skip

        told = asyncio.run(work())
    if json:
        telling.as_json(told)
        return
    telling.answer(f"{told['ready']:,} of {told['units']:,} units are ready.")
    for state in ("unmet", "missing"):
        held: dict[str, int] = told[state]  # type: ignore[assignment]  # made just above
        for code, many in held.items():
            telling.answer(f"{code}: {state} at {many:,} units")


def gathering(wires: Wires, secret: bytes) -> Gathering:
    """What gathers, for one installation."""
    return Gathering(wires.database, wires.door.catalogue, Seal(secret), build.name())


def _going_on(wires: Wires, settings: Settings, at: str) -> Gathering:
    """What gathers all the time: it compares what comes in with pages, and tries the screens at an address."""
    from varda.web.watching import Arrivals  # brings the screens along; only this needs them

    own = Seal(seal(settings.home))
    tries = Tries(partial(httpx2.AsyncClient, base_url=at), own, wires.clock.now, settings.synthetic) if at else None
    arrivals = Arrivals(cast(Starlette, faces(settings, wires)[1])).round
    return Gathering(wires.database, wires.door.catalogue, own, build.name(), tries=tries, arrivals=arrivals)


async def _watched(place: Place, at: str) -> None:
    async with wired(place.url, build.name(), size=6) as wires:
        mine = _going_on(wires, place.settings, at)
        if at:
            await practised(wires.door)
        while True:
            async with claimed(wires.database) as is_mine:
                if is_mine:
                    # A check over a county takes its time; what command looks at does not wait for it.
                    await asyncio.gather(_gathered(wires, mine), _measured(wires))
            await asyncio.sleep(EVERY)


async def _gathered(wires: Wires, mine: Gathering) -> None:
    while True:
        if due := await mine.due(wires.clock.now()):
            await mine.gather(due, wires.clock.now())
        await asyncio.sleep(EVERY)


async def _measured(wires: Wires) -> None:
    watch = Watch(wires.door)
    while True:
        await watch.measure(await watch.due(wires.clock.now()), wires.clock.now())
        await asyncio.sleep(EVERY)
