"""Measuring what is due, each figure by itself: what hangs or fails is told as missing, and the others go on (F238).

It runs in the process that gathers evidence. A figure over its limit is an alarm until it is measured under it; a
figure that is missing neither begins nor ends one.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from varda.introduction.command.figures import FIGURES, Figure
from varda.introduction.command.incidents import seeing
from varda.introduction.command.measuring import SOURCES, Seen, Source, Values, World
from varda.introduction.programme import Mandates
from varda.kernel.errors import Fault
from varda.kernel.log import logger
from varda.kernel.sql import named
from varda.record import Door, live

_SQL = named("varda.introduction.command")
PATIENCE = 10.0
"""Seconds that one measuring may take."""
KEPT = timedelta(days=15)
log = logger(__name__)


class Watch:
    """Of one installation. It remembers, in this process, how long answers took a while ago."""

    def __init__(self, door: Door, sources: Mapping[str, Source] = SOURCES) -> None:
        self._door, self._sources = door, sources
        self._database = door.database
        self._seen: Seen = deque()

    async def due(self, now: datetime) -> list[Figure]:
        """Figures whose time has come; what was tried in a time to come is due."""
        tried = {row["figure"]: row["tried"] for row in await self._database.all(_SQL["measurings"])}
        return [
            one
            for one in FIGURES.values()
            if one.code not in tried or not tried[one.code] <= now < tried[one.code] + one.every
        ]

    async def measure(self, some: Sequence[Figure], now: datetime) -> int:
        """Measure some; gives how many alarms are new."""
        world = World(self._door, now, self._seen)
        raised = 0
        for one in some:
            try:
                async with asyncio.timeout(PATIENCE):
                    values = await self._sources[one.code](world)
            except (Fault, TimeoutError, OSError) as wrong:
                await self._database.run(_SQL["measuring_failed"], one.code, now, str(wrong) or type(wrong).__name__)
                continue
            raised += await self._kept(one, values, now)
        if some:
            await self._database.run(_SQL["points_forgotten"], now - KEPT)
            people = await seeing(Mandates(self._database), now)
            async with self._database.transaction() as work:
                await live.say_people(work, people)
        return raised

    async def _kept(self, figure: Figure, values: Values, now: datetime) -> int:
        places = list(values)
        over = {
            place: value
            for place, value in values.items()
            # Of a figure by unit the alarms are the units', and the county's own where it has one.
            if figure.limit is not None and value > figure.limit and (place or not _is_of_units(figure, values))
        }
        async with self._database.transaction() as work:
            await work.run(_SQL["measured"], figure.code, places, [float(values[one]) for one in places], now)
            await work.run(_SQL["measured_no_more"], figure.code, places)
            await work.run(_SQL["measuring_done"], figure.code, now)
            await work.run(_SQL["pointed"], figure.code, now, float(values[""]))
            raised = await work.all(
                _SQL["alarms_raised"], figure.code, list(over), list(map(float, over.values())), now
            )
            await work.all(_SQL["alarms_ended"], figure.code, list(over), now)
        new = sum(bool(row["is_new"]) for row in raised)
        if new:
            log.warning("alarms of the situation picture", figure=figure.code, new=new)
        return new


def _is_of_units(figure: Figure, values: Values) -> bool:
    """Whether the county's figure is over its limit by units that have an alarm of their own."""
    return figure.is_by_unit and any(place and value > (figure.limit or 0) for place, value in values.items())
