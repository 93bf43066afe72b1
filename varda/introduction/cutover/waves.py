"""Which units start together, and which of them have: recorded and shown, before anything else (F231).

The door is not told: a unit that has not started is not closed for writing by this. What is closed, and what is
stopped, are other tables with other reasons (decisions 46, 51).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from varda.access.organisations import Organisations
from varda.introduction.cutover.template import PIONEERS, Wave
from varda.introduction.programme import Participants
from varda.kernel.db import Database
from varda.kernel.sql import named

_SQL = named("varda.introduction.cutover")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit (HSA-id) of a wave, and whether it works in the system; `at` and by whom it was said, if it ever was."""

    unit: str
    wave: str
    is_on: bool
    at: datetime | None
    said_name: str


class Waves:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def units(self, book: int) -> list[Unit]:
        """The units of a run-book, wave by wave."""
        return [Unit(**dict(row)) for row in await self._database.all(_SQL["wave_units"], book)]

    async def started(self, unit: str) -> datetime | None:
        """When a unit began to work in the system; None while it has not."""
        row = await self._database.maybe(_SQL["started"], unit)
        return row["at"] if row else None


async def placed(database: Database, area: str, waves: Sequence[Wave]) -> dict[str, str]:
    """The wave of each unit of an area: the first that it fits in."""
    found: dict[str, str] = {}
    taking_part = [one for one in (await Participants(database).all()).values() if one.area == area]
    below = await Organisations(database).below_each([one.organisation for one in taking_part])
    for wave in waves:
        if PIONEERS in wave.of:
            found |= {unit: wave.code for one in taking_part for unit in one.pioneers if unit not in found}
        for one in taking_part:
            if one.kind in wave.of:
                found |= {unit: wave.code for unit in below.get(one.organisation, ()) if unit not in found}
    return found
