"""What `varda serve` does for calls for a coach: who else is told when nobody has come, and what is forgotten in time.

Every serving process looks; the database gives each step to one of them.
"""

import asyncio

from varda.kernel.log import logger
from varda.record import Door

EVERY = 20.0  # seconds

log = logger(__name__)


async def widening(door: Door, build: str) -> None:
    """Look now and again, until cancelled. What fails is told and tried again."""
    from varda.introduction import coaching, training

    while True:
        try:
            now = door.clock.now()
            courses = training.known(await door.catalogue.in_force(now))
            learning = training.Learning(door.database, door.catalogue, build)
            register = coaching.Register(door.database, learning, courses)
            await coaching.Calls(door.database, register).widen(now)
            await coaching.forget(door.database, now)
        except Exception as lost:
            # Whatever it was: that nobody else is told any more would be noticed by nobody.
            log.warning("calls for a coach are not passed on yet", error=str(lost))
        await asyncio.sleep(EVERY)
