"""Evidence: what was found out of a place by a check, sealed so that only this installation can have written it.

It is never changed. A gathering that finds the same again adds nothing but itself; what differs is a new row.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from varda.introduction.seal import Seal
from varda.kernel.db import Database, Row, Work
from varda.kernel.sql import named

_SQL = named("varda.introduction.readiness")
MOST = 200
"""How many of those lacking are named."""


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is not as it should be: its code, whom or what it is about, and values for the words."""

    why: str
    who: str = ""
    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found at a place (empty: the county): `lacking` of `of`, the first of them named."""

    place: str
    lacking: int
    of: int
    detail: tuple[Lack, ...] = ()

    @classmethod
    def told(cls, place: str, of: int, lacking: Sequence[Lack]) -> "Found":
        """So many were looked at, and these were not as they should be."""
        return cls(place, len(lacking), of, tuple(lacking[:MOST]))

    @property
    def written(self) -> str:
        """The detail as it is kept."""
        return json.dumps(
            [[one.why, one.who, one.name, dict(one.values)] for one in self.detail], ensure_ascii=False, sort_keys=True
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """A row. See `Found`."""

    number: int
    check: str
    place: str
    candidate: int
    is_met: bool
    lacking: int
    of: int
    detail: tuple[Lack, ...]
    at: datetime


class Kept:
    """Evidence in one database."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database, self.seal = database, seal

    async def gathered(self, check: str, most: int, candidate: int, found: Sequence[Found], now: datetime) -> int:
        """Keep what a gathering of a check found at all its places; gives how many places differ from before. A place
        that is not told of any more is kept as one where nothing is asked."""
        async with self._database.transaction() as work:
            await work.run(_SQL["check_locked"], check)
            before = {row["place"]: row for row in await work.all(_SQL["standing_of_check"], check)}
            gone = [Found(place, 0, 0) for place, row in before.items() if row["of"]]
            told = {one.place: one for one in [*gone, *found]}
            changed = [one for one in told.values() if _differs(before.get(one.place), one)]
            await self._write(work, check, most, candidate, changed, now)
            await work.run(_SQL["gathered"], check, candidate, now, len(found), len(changed), "")
        return len(changed)

    async def failed(self, check: str, candidate: int, why: str, now: datetime) -> None:
        """Keep that a gathering came to nothing: what was found before grows old."""
        await self._database.run(_SQL["gathered"], check, candidate, now, 0, 0, why)

    async def say(self, work: Work, check: str, place: str, candidate: int, now: datetime, *, is_met: bool) -> int:
        """Keep what people say of a place; gives the evidence's number."""
        found = Found(place, 0 if is_met else 1, 1)
        await self._write(work, check, 0, candidate, [found], now)
        return int((await work.one(_SQL["newest_evidence"], check, place))["evidence"])

    async def newest(self, place: str) -> list[Evidence]:
        """The newest of each check at a place."""
        return [evidence(row) for row in await self._database.all(_SQL["newest_of_place"], place)]

    async def history(self, check: str, place: str, *, most: int = 50) -> list[Evidence]:
        """What was found at a place by a check, newest first."""
        return [evidence(row) for row in await self._database.all(_SQL["history"], check, place, most)]

    async def forged(self) -> list[int]:
        """The rows that stand and that this installation did not write, or not so."""
        rows = await self._database.all(_SQL["standing_evidence"])
        return [row["evidence"] for row in rows if not self.seal.holds(bytes(row["mark"]), *_said(row))]

    async def disown(self, numbers: Sequence[int], now: datetime) -> None:
        """Note that some rows are not the installation's. They count for nothing from then on."""
        if numbers:
            await self._database.run(_SQL["disowned"], list(numbers), now)

    async def _write(
        self, work: Work, check: str, most: int, candidate: int, found: Sequence[Found], now: datetime
    ) -> None:
        if not found:
            return
        rows = [(one.place, one.lacking <= most, one.lacking, one.of, one.written) for one in found]
        marks = [self.seal.mark(check, row[0], candidate, *row[1:4], _canonical(row[4]), now) for row in rows]
        await work.run(_SQL["evidence_kept"], check, candidate, now, *map(list, zip(*rows, strict=True)), marks)


def evidence(row: Row) -> Evidence:
    """A row as it is shown."""
    detail = tuple(Lack(*one) for one in json.loads(row["detail"]))
    return Evidence(
        row["evidence"], row["check"], row["place"], row["candidate"], row["is_met"], row["lacking"], row["of"], detail,
        row["at"],
    )  # fmt: skip


def _said(row: Row) -> tuple[Any, ...]:
    return (
        row["check"], row["place"], row["candidate"], row["is_met"], row["lacking"], row["of"],
        _canonical(row["detail"]), row["at"],
    )  # fmt: skip


def _canonical(detail: str) -> str:
    """The same text for what the database writes in its own way."""
    return json.dumps(json.loads(detail), ensure_ascii=False, sort_keys=True)


def _differs(before: Row | None, found: Found) -> bool:
    if before is None:
        return bool(found.of)
    told = (before["lacking"], before["of"], _canonical(before["detail"]))
    return bool(before["is_forged"]) or told != (found.lacking, found.of, _canonical(found.written))
