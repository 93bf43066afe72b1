"""`varda packs`: make the units' downtime packs now or without end, print how old they are, and a unit's phrase."""

import asyncio
import os
from contextlib import suppress
from functools import partial
from typing import Annotated

from cyclopts import App, Parameter

from varda.cli import build, telling
from varda.cli.edge import Misused
from varda.cli.place import Place, placed
from varda.cli.serve import Wires, end_with, packs, seal, wired
from varda.introduction.downtime import OLDEST, Folder, Packing, Packs, Phrases, claimed
from varda.introduction.downtime.phrases import Phrase

app = App(name="packs", help="Downtime packs: what each unit has when Varda cannot be reached.")
EVERY = 5.0
"""Seconds between two looks at what is due."""
_AT_ONCE = 25
"""Packs made between two looks, so that one that has become urgent does not wait for all others."""
Json = Annotated[bool, Parameter(negative="", help="Print the result as JSON.")]


@app.command
def make(*units: Annotated[str, Parameter(help="HSA-ids of units; all that have packs when left out.")]) -> None:
    """Make packs now, of some units or of all."""
    with placed() as place:

        async def work() -> tuple[int, dict[str, str]]:
            async with wired(place.url, build.name(), size=4) as wires:
                known = await Packs(wires.database).units(wires.clock.now())
                if unknown := set(units) - set(known):
                    raise Misused(f"Nobody works in care at {sorted(unknown)[0]}.")
                wanted = list(units) or known
                return len(wanted), await packing(wires, place).make(wanted, wires.clock.now())

        many, failed = asyncio.run(work())
    telling.answer(f"{many - len(failed):,} packs in {packs(place.settings)}")
    for unit, why in failed.items():
        telling.say(f"{unit} has no new pack: {why}")


@app.command
def watch() -> None:
    """Make whatever is due until stopped. `varda serve` does this by itself; one process makes them for all."""
    end_with(os.getppid())
    with placed() as place, suppress(KeyboardInterrupt):
        asyncio.run(_watched(place))


@app.command
def status(*, json: Json = False) -> None:
    """Print which units have no pack that is young enough, the oldest first."""
    with placed() as place:

        async def work() -> tuple[int, list[dict[str, str]]]:
            async with wired(place.url, build.name(), size=2) as wires:
                now, found = wires.clock.now(), Packs(wires.database)
                units, known = await found.units(now), await found.all()
                old = [(one, known.get(one)) for one in units]
                lacking = [(one, pack) for one, pack in old if pack is None or not pack.is_young(now)]
                told = [
                    {
                        "unit": one,
                        "made": pack.made_at.isoformat() if pack and pack.made_at else "",
                        "failure": pack.failure if pack else "",
                    }
                    for one, pack in lacking
                ]
                return len(units), sorted(told, key=lambda one: one["made"])

        many, lacking = asyncio.run(work())
    if json:
        telling.as_json({"units": many, "old": lacking})
        return
    oldest = int(OLDEST.total_seconds() // 60)
    telling.answer(f"{many - len(lacking):,} of {many:,} units have a pack of the last {oldest} minutes.")
    for one in lacking:
        telling.answer(f"{one['unit']}: {one['made'] or 'never'} {one['failure']}".rstrip())


@app.command
def phrase(unit: Annotated[str, Parameter(help="HSA-id of the unit.")]) -> None:
    """Print the pass phrase that opens a unit's packs, for its sealed envelope."""
    with placed() as place:

        async def work() -> Phrase:
            async with wired(place.url, build.name(), size=2) as wires:
                if unit not in await Packs(wires.database).units(wires.clock.now()):
                    raise Misused(f"Nobody works in care at {unit}.")
                return (await Phrases(wires.database).of([unit]))[unit]

        found = asyncio.run(work())
        telling.answer(f"{found.said(seal(place.settings.home))} (number {found.number})")


def packing(wires: Wires, place: Place) -> Packing:
    """What makes packs, for one installation."""
    from varda.web import downtime

    secret = seal(place.settings.home)
    written = partial(downtime.written, seal=secret, environment=place.settings.environment)
    return Packing(wires.door, Folder(packs(place.settings)), written)


async def _watched(place: Place) -> None:
    async with wired(place.url, build.name(), size=4) as wires:
        mine = packing(wires, place)
        while True:
            async with claimed(wires.database) as is_mine:
                while is_mine:
                    due = await mine.due(wires.clock.now())
                    await mine.make(due[:_AT_ONCE], wires.clock.now())
                    if len(due) <= _AT_ONCE:
                        await mine.tidy(wires.clock.now())
                        await asyncio.sleep(EVERY)
            await asyncio.sleep(EVERY)
