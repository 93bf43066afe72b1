"""Packs: which are due, what came of each, and how old the newest of every unit is (F246; decision 48).

A pack is renewed well before it is `OLDEST`, so that one failed attempt makes none of them too old. What cannot be made
is told and tried again; the file that lay there stays.
"""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from varda.access.people import People
from varda.access.projection import CARE
from varda.introduction.downtime.contents import Contents, gathered
from varda.introduction.downtime.folder import Folder
from varda.introduction.downtime.phrases import Phrase, Phrases
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database, Row
from varda.kernel.errors import Fault
from varda.kernel.log import logger
from varda.kernel.sql import named
from varda.record import Door

_SQL = named("varda.introduction.downtime")
OLDEST = timedelta(minutes=15)
"""No unit's pack is older (INTRODUCTION §3)."""
RENEWED = timedelta(minutes=7)
"""The age at which one is made anew."""
AGAIN = timedelta(minutes=1)
"""How long what failed waits."""
LASTS = timedelta(hours=12)
"""From when it is made until the pack itself warns that it is old."""
log = logger(__name__)
Written = Callable[[Contents, Phrase], bytes]
"""Makes the file of contents, sealed by the unit's phrase."""


@dataclass(frozen=True, slots=True)
class Pack:
    """The newest pack of a unit; `made_at` None: none has ever been made. `about` are compartments."""

    unit: str
    made_at: datetime | None
    ends_at: datetime | None
    about: frozenset[int]
    phrase: int
    size: int
    is_cut: bool
    tried_at: datetime
    failure: str

    def is_young(self, now: datetime) -> bool:
        """Whether it is young enough to count. One of a time to come is not: a clock was wrong."""
        return self.made_at is not None and self.made_at <= now <= self.made_at + OLDEST


class Packs:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[str, Pack]:
        """By the HSA-id of their unit."""
        return {row["unit"]: _pack(row) for row in await self._database.all(_SQL["downtime_packs"])}

    async def one(self, unit: str) -> Pack | None:
        """A unit's; None where none has been tried."""
        row = await self._database.maybe(_SQL["downtime_pack"], unit)
        return _pack(row) if row else None

    async def units(self, now: datetime) -> list[str]:
        """The units (HSA-ids) that have packs: where somebody works in care."""
        return sorted({one.unit for one in await People(self._database).counted(now) if one.purpose == CARE})

    async def kept(self, contents: Contents, phrase: Phrase, size: int) -> None:
        """Say that a pack lies where it should."""
        c = contents
        await self._database.run(
            _SQL["downtime_packed"], c.unit.hsa, c.made_at, c.ends_at, sorted(c.about), phrase.number, size, c.is_cut
        )

    async def failed(self, unit: str, why: str, now: datetime) -> None:
        """Say that one could not be made."""
        await self._database.run(_SQL["downtime_failed"], unit, now, why[:500])

    async def forget(self, units: Sequence[str]) -> None:
        """Say nothing more of units that have none."""
        await self._database.run(_SQL["downtime_forgotten"], units)


class Packing:
    """Makes the packs of one installation into a folder; `written` makes the file."""

    def __init__(self, door: Door, folder: Folder, written: Written) -> None:
        self._door, self._folder, self._written = door, folder, written
        self._packs, self._phrases = Packs(door.database), Phrases(door.database)

    async def due(self, now: datetime) -> list[str]:
        """The units whose pack must be made, those without one first, then the oldest."""
        units, known, there = await self._packs.units(now), await self._packs.all(), self._folder.units()
        phrases = await self._phrases.of(units)
        found = [
            one
            for one in units
            if quote(one, safe="") not in there or _is_due(known.get(one), phrases[one].number, now)
        ]
        return sorted(found, key=lambda one: _age(known.get(one)))

    async def make(self, units: Collection[str], now: datetime) -> dict[str, str]:
        """Make the packs of units; gives those that failed with the reason."""
        known, phrases = await self._packs.all(), await self._phrases.of(list(units))
        failed = {}
        for one in units:
            try:
                await self._make(one, phrases[one], known.get(one))
            except (Fault, OSError) as wrong:
                failed[one] = str(wrong) or type(wrong).__name__
                log.warning("a downtime pack could not be made", unit=one, error=failed[one])
                await self._packs.failed(one, failed[one], now)
        return failed

    async def tidy(self, now: datetime) -> list[str]:
        """Remove the packs of units where nobody works in care any more; gives their names."""
        units = await self._packs.units(now)
        gone = self._folder.keep_only(units)
        if lost := sorted(set(await self._packs.all()) - set(units)):
            await self._packs.forget(lost)
        return gone

    async def _make(self, hsa: str, phrase: Phrase, before: Pack | None) -> None:
        unit, now = await People(self._door.database).unit(hsa), self._door.clock.now()
        contents = await gathered(self._door, unit, LASTS, _logged(before, now))
        body = self._written(contents, phrase)
        self._folder.write(hsa, body)
        await self._packs.kept(contents, phrase, len(body))


@asynccontextmanager
async def claimed(database: Database) -> AsyncIterator[bool]:
    """Whether this process is the one that makes packs, for as long as the block lasts."""
    async with database.connection() as work:
        is_mine = bool((await work.one(_SQL["downtime_claimed"]))["is_mine"])
        try:
            yield is_mine
        finally:
            if is_mine:
                await work.one(_SQL["downtime_released"])


def _logged(before: Pack | None, now: datetime) -> frozenset[int]:
    """Whom the log of today names already: each day begins with a row of everybody."""
    if before is None or before.made_at is None:
        return frozenset()
    is_today = before.made_at.astimezone(STOCKHOLM).date() == now.astimezone(STOCKHOLM).date()
    return before.about if is_today else frozenset()


def _is_due(pack: Pack | None, phrase: int, now: datetime) -> bool:
    if pack is None:
        return True
    if pack.failure and pack.tried_at <= now < pack.tried_at + AGAIN:
        return False
    if pack.made_at is None or pack.phrase != phrase:
        return True
    return not pack.made_at <= now < pack.made_at + RENEWED


def _age(pack: Pack | None) -> tuple[bool, float]:
    made_at = pack.made_at if pack else None
    return made_at is not None, made_at.timestamp() if made_at else 0.0


def _pack(row: Row) -> Pack:
    return Pack(
        row["unit"], row["made_at"], row["ends_at"], frozenset(row["patients"]), row["phrase"], row["size"],
        row["is_cut"], row["tried_at"], row["failure"],
    )  # fmt: skip
