"""Gathering: which checks are due, each with its source, one after another; what hangs or fails is told and left.

One process gathers for all (`claimed`). A check that is not gathered again grows old by itself and is missing then:
silence is never green.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from varda.catalogue import Catalogue
from varda.introduction.readiness.board import Gathered
from varda.introduction.readiness.candidate import Candidates, Register
from varda.introduction.readiness.checks import CHECKS, Check
from varda.introduction.readiness.evidence import Kept
from varda.introduction.readiness.reading import Board
from varda.introduction.readiness.sources import LONGEST, SOURCES, Arrivals, Source, World
from varda.introduction.readiness.synthetic import Tries
from varda.introduction.readiness.trials import Trials
from varda.introduction.seal import Seal
from varda.kernel import metrics
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database
from varda.kernel.errors import Fault
from varda.kernel.log import logger
from varda.kernel.sql import named

_SQL = named("varda.introduction.readiness")
log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What a gathering of some checks came to: places that differ by check, and those that failed with the reason."""

    changed: Mapping[str, int]
    failed: Mapping[str, str]


class Gathering:
    """Of one database and build; `seal` marks what is written, `tries` tries the screens of a running
    server, `arrivals` compares what comes in with its pages."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        seal: Seal,
        build: str,
        *,
        tries: Tries | None = None,
        arrivals: Arrivals | None = None,
    ) -> None:
        self._tries, self._arrivals = tries, arrivals
        self._database, self._catalogue, self._build = database, catalogue, build
        self._kept, self._trials = Kept(database, seal), Trials(database, seal)

    async def due(self, now: datetime) -> list[str]:
        """The checks whose time has come, in order. What is of another candidate or of a time to come is due."""
        candidates = await self._candidates(now)
        board = Board(self._database)
        known = await board.gatherings()
        return [
            code
            for code, one in CHECKS.items()
            if not one.is_attested and _is_due(one, known.get(code), candidates, now)
        ]

    async def gather(self, codes: Collection[str], now: datetime, sources: Mapping[str, Source] = SOURCES) -> Round:
        """Gather some checks by their sources, and count the day."""
        candidates = await self._candidates(now)
        assert candidates.now is not None, "settled just before"
        in_force = await self._catalogue.in_force(now)
        world = World(
            self._database,
            self._catalogue,
            self._kept,
            self._trials,
            candidates,
            in_force,
            self._build,
            now,
            self._tries,
            self._arrivals,
        )
        changed, failed = {}, {}
        for code in (one for one in CHECKS if one in codes):
            try:
                async with asyncio.timeout(LONGEST.total_seconds()):
                    found = await sources[code](world)
                changed[code] = await self._kept.gathered(code, CHECKS[code].most, candidates.now.number, found, now)
                metrics.GATHERED.labels(code).set(now.timestamp())
            except (Fault, TimeoutError, OSError) as wrong:
                metrics.FAILED.labels(code).inc()
                failed[code] = str(wrong) or type(wrong).__name__
                log.warning("a readiness check could not be gathered", check=code, error=failed[code])
                await self._kept.failed(code, candidates.now.number, failed[code], now)
        await self._count(now)
        return Round(changed, failed)

    async def _candidates(self, now: datetime) -> Candidates:
        return await Register(self._database).settle(self._build, await self._catalogue.in_force(now), now)

    async def _count(self, now: datetime) -> None:
        """Keep how many checks each unit meets today."""
        found = await Board(self._database).units(now)
        rows = [(place, sum(one.state == "met" for one in some), len(some)) for place, some in found.items()]
        if rows:
            day = now.astimezone(STOCKHOLM).date()
            await self._database.run(_SQL["days_kept"], day, *map(list, zip(*rows, strict=True)))


@asynccontextmanager
async def claimed(database: Database) -> AsyncIterator[bool]:
    """Whether this process is the one that gathers, for as long as the block lasts."""
    async with database.connection() as work:
        is_mine = bool((await work.one(_SQL["gathering_claimed"]))["is_mine"])
        try:
            yield is_mine
        finally:
            if is_mine:
                await work.one(_SQL["gathering_released"])


def _is_due(check: Check, known: Gathered | None, candidates: Candidates, now: datetime) -> bool:
    if known is None or check.every is None or candidates.now is None:
        return True
    return known.candidate != candidates.now.number or not known.at <= now < known.at + check.every
