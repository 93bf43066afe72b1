"""Reading the board: of the county, of an organisation and its parts, of one unit; `board` has what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from varda.access.organisations import Organisation, Organisations
from varda.introduction.readiness.board import Gathered, Stood, Sum, Tile, forecast, summed, tiles
from varda.introduction.readiness.candidate import Register
from varda.introduction.readiness.checks import CHECKS, Scope
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database
from varda.kernel.sql import named

_SQL = named("varda.introduction.readiness")
BACK = timedelta(days=28)
"""How far the trend goes back."""
_STAFFED = "rights"
"""The check that asks of every unit where somebody works."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an organisation, and how its units stand."""

    organisation: Organisation
    sum: Sum


@dataclass(frozen=True, slots=True)
class Overview:
    """An organisation with its parts, those with most that is not ready first; the county's own checks; the trend as
    (day, met, of); and when everything would be met at that pace."""

    whole: Sum
    parts: Sequence[Part]
    county: Sequence[Tile]
    days: Sequence[tuple[date, int, int]]
    forecast: date | None


class Board:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def units(self, now: datetime, places: Sequence[str] | None = None) -> dict[str, list[Tile]]:
        """The tiles of some units, or of every unit where somebody works."""
        if places is None:
            rows = await self._database.all(_SQL["standings_everywhere"])
        else:
            rows = await self._database.all(_SQL["standings"], places)
        stood = [Stood(*row.values()) for row in rows]
        staffed = sorted(one.place for one in stood if one.check == _STAFFED)
        return await self._tiles(staffed, stood, now, "unit")

    async def county(self, now: datetime) -> list[Tile]:
        """The checks that are asked once for all."""
        stood = [Stood(*row.values()) for row in await self._database.all(_SQL["standings"], [""])]
        return (await self._tiles([""], stood, now, "county"))[""]

    async def overview(self, organisation: str, now: datetime) -> Overview:
        """An organisation (HSA-id; empty: the county) and the parts directly below it."""
        organisations = Organisations(self._database)
        if organisation:
            below = await organisations.below(organisation)
            parts = [one for one in below if one.above == organisation]
            places: list[str] | None = [one.hsa for one in below]
        else:
            parts, places = await organisations.tops(), None
        found = await self.units(now, places)
        of = await organisations.below_each([one.hsa for one in parts])
        told = [Part(one, summed(found, of.get(one.hsa, ()))) for one in parts]
        told = sorted((one for one in told if one.sum.units), key=lambda one: one.sum.ready - one.sum.units)
        today = now.astimezone(STOCKHOLM).date()
        rows = await self._database.all(_SQL["days"], list(found), today - BACK)
        days = [(row["day"], row["met"], row["of"]) for row in rows]
        return Overview(summed(found, found), told, await self.county(now), days, forecast(days, today))

    async def gatherings(self) -> dict[str, Gathered]:
        """When each computed check was last gathered whole, and whether the newest failed."""
        rows = await self._database.all(
            _SQL["gatherings"], [one.code for one in CHECKS.values() if not one.is_attested]
        )
        return {
            row["check"]: Gathered(
                row["whole_at"] or row["at"], row["whole_candidate"] or row["candidate"], row["failure"]
            )
            for row in rows
            if row["at"] is not None
        }

    async def _tiles(
        self, places: Sequence[str], stood: Sequence[Stood], now: datetime, scope: Scope
    ) -> dict[str, list[Tile]]:
        candidates, gathered = await Register(self._database).all(), await self.gatherings()
        return tiles(places, stood, gathered, candidates, now, scope=scope)
