"""What `varda serve` takes away by itself: sign-ins, codes and tokens that have had their time, every five minutes.

Every serving process does it; what one has taken away the next does not find.
"""

import asyncio

from varda.access.clearing import cleared
from varda.kernel.clock import Clock
from varda.kernel.db import Database
from varda.kernel.log import logger
from varda.record import looks

EVERY = 300.0  # seconds

log = logger(__name__)


async def tidying(database: Database, clock: Clock) -> None:
    """Clear now and again, until cancelled. What fails is told and tried again."""
    while True:
        try:
            await cleared(database, clock.now())
            await looks.cleared(database, clock.now())
        except Exception as lost:
            # Whatever it was: that the tables grow again would be noticed by nobody.
            log.warning("what has had its time is not cleared away yet", error=str(lost))
        await asyncio.sleep(EVERY)
