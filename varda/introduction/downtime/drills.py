"""Drills: a unit works on paper for practice, and writes down what it found (F246).

What is noted on sheets meanwhile is the drill's, shown as such and counted nowhere else.
"""

from dataclasses import dataclass
from datetime import datetime

from varda.kernel.db import Database
from varda.kernel.errors import Conflict, Problem, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.downtime")
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Drill:
    """One. `ended_at` None: it goes on. `sheets` were noted in it, of which `checked` went all the way."""

    number: int
    unit: str
    began_name: str
    began_at: datetime
    ended_name: str
    ended_at: datetime | None
    found: str
    sheets: int
    checked: int


class Drills:
    """Of one database. `by` is an HSA-id and a name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, unit: str) -> list[Drill]:
        """A unit's last ones, the newest first."""
        return [Drill(**dict(row)) for row in await self._database.all(_SQL["downtime_drills"], unit)]

    async def goes_on(self, unit: str) -> bool:
        """Whether the unit has one now."""
        return await self._database.maybe(_SQL["downtime_drill_now"], unit) is not None

    async def everywhere(self) -> frozenset[str]:
        """The units that have one now."""
        return frozenset(row["unit"] for row in await self._database.all(_SQL["downtime_drills_now"]))

    async def begin(self, unit: str, by: tuple[str, str], now: datetime) -> int:
        """Begin one; gives its number. Raises `Conflict` while another goes on."""
        row = await self._database.maybe(_SQL["downtime_drill_begun"], unit, *by, now)
        if row is None:
            raise Conflict("A drill goes on at the unit already.")
        return int(row["drill"])

    async def end(self, unit: str, found: str, name: str, now: datetime) -> None:
        """End it and say what was found. Raises `Unprocessable` or `Conflict`."""
        found = found.replace("\0", "").strip()
        if not found or len(found) > LONGEST:
            wrong = "Write what the drill found, of 4,000 characters at the most."
            raise Unprocessable(wrong, [Problem(wrong, "found")])
        if await self._database.maybe(_SQL["downtime_drill_ended"], unit, name, now, found) is None:
            raise Conflict("No drill goes on at the unit.")
