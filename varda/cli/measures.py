"""`varda measures`: figures over many patients, reckoned for every unit that they are of (decision 44)."""

import asyncio
import os
from typing import Annotated

from cyclopts import App, Parameter

from varda.cli import build, telling
from varda.cli.nightly import MEASURES
from varda.cli.place import Place, placed
from varda.cli.serve import wired
from varda.kernel.errors import Fault
from varda.record import measures

app = App(name="measures", help="Figures over many patients.")


@app.command
def reckon(*, calm: Annotated[bool, Parameter(negative="", help="Let other programs go first.")] = False) -> None:
    """Reckon what is due this month: every measure for each unit that it is of.

    Each unit is kept by itself, so that what was stopped goes on where it was. A serving process does it by night.
    """
    if calm:
        os.nice(10)
    with placed() as place:
        done, failed = asyncio.run(reckoned(place))
    telling.answer(f"{done:,} reckoned{f'; units that failed: {failed:,}' if failed else ''}")


async def reckoned(place: Place) -> tuple[int, int]:
    """What is due; gives how many were reckoned, and at how many units any failed."""
    done, failed = 0, set[str]()
    async with wired(place.url, build.name(), size=3) as wires:
        now = wires.clock.now()
        waiting = [(one, where) for one in MEASURES for where in await measures.due(wires.door, one, now)]
        with telling.progress("Reckoning", len(waiting)) as advance:
            for one, where in waiting:
                try:
                    await measures.reckon(wires.door, one, where, measures.period(now))
                    done += 1
                except Exception as lost:
                    # Whatever it was: what one unit has written keeps no other from its figures.
                    # A fault's words are ours; of any other only the kind is told, as its words could be of a patient.
                    why = lost if isinstance(lost, Fault) else type(lost).__name__
                    telling.say(f"{one.code} of {where.unit}: {why}")
                    failed.add(where.unit)
                advance(1)
    return done, len(failed)
