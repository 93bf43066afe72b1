"""What `varda serve` does at night without being told: log review of every day that is over (PDL 4:3), and the figures
of a month that has begun (decision 44).

The work is a process of its own that gives way to those who serve, so that a million rows are nobody's waiting time.
Of all processes that serve one looks at a time, and the others leave it to that one; which it is, and which days are
due, is the database's to know.
"""

import asyncio
import os
import sys
from datetime import timedelta

from varda import insight
from varda.care import programmes
from varda.kernel.clock import STOCKHOLM, Clock
from varda.kernel.log import logger
from varda.record import Door, measures, review

LOOK_EVERY = 600.0  # seconds
AFTER_MIDNIGHT = timedelta(hours=2)
"""How long after midnight, Swedish time, a day is reviewed: the night's own work is done, the morning's not begun."""

NIGHT = range(2, 6)
"""The hours, Swedish time, in which all units' figures are reckoned; a unit that asks sooner has its own at once."""

_LONGEST = 6 * 3600.0  # seconds that a night's review may take before it is begun anew

MEASURES = (*programmes.MEASURES.values(), *insight.MEASURES.values())
"""All measures that there are."""

log = logger(__name__)


async def reviewing(door: Door, clock: Clock, *, look_every: float = LOOK_EVERY) -> None:
    """Review what is due, now and again, until cancelled. What fails is told and tried again."""
    while True:
        try:
            async with review.claimed(door) as is_mine:
                if is_mine and (days := await review.due(door, clock.now() - AFTER_MIDNIGHT)):
                    log.info("log review", days=len(days), first=str(days[0]))
                    await _done()
        except Exception as failed:
            # Whatever it was: that nothing is reviewed any more would be noticed by nobody.
            log.warning("log not reviewed yet", error=str(failed))
        await asyncio.sleep(look_every)


async def reckoning(door: Door, clock: Clock, *, look_every: float = LOOK_EVERY) -> None:
    """Reckon the figures that are due, by night, until cancelled. What fails is told and tried again."""
    while True:
        await asyncio.sleep(look_every)
        try:
            if clock.now().astimezone(STOCKHOLM).hour in NIGHT:
                async with measures.claimed(door) as is_mine:
                    if is_mine and any([await measures.due(door, one, clock.now()) for one in MEASURES]):
                        await _beside("measures", "reckon", "--calm")
        except Exception as failed:
            # Whatever it was: the next look tries again, and who asks meanwhile has the own unit's reckoned.
            log.warning("figures not reckoned yet", error=str(failed))


async def _done() -> None:
    await _beside("audit", "review", "--calm")


async def _beside(*command: str) -> None:
    """A command of ours beside this process, on the same database; ended with this one. Raises `TimeoutError`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "varda.cli",
        *command,
        stdout=asyncio.subprocess.DEVNULL,
        env=os.environ,
    )
    try:
        if await asyncio.wait_for(process.wait(), _LONGEST):
            log.warning("not done by night", command=" ".join(command), code=process.returncode)
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
