"""The candidate: which build with which configuration is being judged, and what a change between two of them touches.

Evidence of another candidate counts as missing, unless what changed since then is declared and none of it is what the
check is about: then it is carried over and marked so (architecture, *Environments and builds*).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from varda.catalogue import FUNCTIONS, Deciding, InForce
from varda.introduction.readiness.checks import EVERYTHING, Check
from varda.kernel.db import Database, Row, Work
from varda.kernel.errors import Conflict, Problem, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.readiness")
_TOUCHED = {
    "course": (), "gateway-criteria": (), "note-template": ("F19",),
}  # fmt: skip
"""The functions that a county's declaration of a kind is about; of other kinds nothing is known, so it is all."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One build and configuration. `touches`: functions that differ from the candidate before."""

    number: int
    build: str
    configuration: str
    touches: frozenset[str]
    since: datetime


@dataclass(frozen=True)
class Candidates:
    """All there have been, oldest first."""

    all: Sequence[Candidate]

    @property
    def now(self) -> Candidate | None:
        """The one that is being judged."""
        return self.all[-1] if self.all else None

    def carried(self, check: Check, number: int) -> bool | None:
        """Whether evidence of a candidate counts for the present one: False, it is its own; True, carried over; None,
        it does not count.
        """
        if self.now is None or number == self.now.number:
            return False if self.now else None
        then = next((one for one in self.all if one.number == number), None)
        if then is None:
            return None
        if (then.build, then.configuration) == (self.now.build, self.now.configuration):
            return False
        touches = frozenset().union(*(one.touches for one in self.all if one.number > number))
        return None if check.is_touched(touches) else True


class Register:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Candidates:
        """Every candidate there has been."""
        return Candidates([_candidate(row) for row in await self._database.all(_SQL["candidates"])])

    async def settle(self, build: str, in_force: InForce, now: datetime) -> Candidates:
        """The candidates with what runs now as the newest: added, where it differs from the one before."""
        parts, configuration = in_force.parts, in_force.configuration
        known = await self.all()
        if known.now and (known.now.build, known.now.configuration) == (build, configuration):
            return known
        async with self._database.transaction() as work:
            await work.run(_SQL["candidates_locked"])
            row = await work.maybe(_SQL["newest_candidate"])
            if row is None or (row["build"], row["configuration"]) != (build, configuration):
                touches = await _touches(work, row, build, parts)
                await work.run(_SQL["candidate_added"], build, configuration, json.dumps(parts), sorted(touches), now)
        return await self.all()

    async def declare(self, build: str, touches: Sequence[str], reason: str, by: Deciding, now: datetime) -> None:
        """Say which functions (by number) a build touches, before it is installed. Raises `Unprocessable`, or
        `Conflict` for a build that has been installed or was declared before.
        """
        problems = [Problem(f"There is no function {one}.", "touches") for one in touches if one not in FUNCTIONS]
        problems += [] if build.strip() else [Problem("Say which build.", "build")]
        problems += [] if reason.strip() else [Problem("Say why nothing else is touched.", "reason")]
        if problems:
            raise Unprocessable(problems[0].message, problems)
        if any(one.build == build for one in (await self.all()).all):
            raise Conflict("This build has been installed already: what it touches is said before that.")
        values = (build.strip(), sorted(set(touches)), reason.strip(), by.person, by.name, now)
        if await self._database.maybe(_SQL["build_declared"], *values) is None:
            raise Conflict("This build has been declared already.")


async def _touches(work: Work, before: Row | None, build: str, parts: Mapping[str, str]) -> set[str]:
    if before is None:
        return {EVERYTHING}
    old: dict[str, str] = json.loads(before["parts"])
    differing = {key for key in {*old, *parts} if old.get(key) != parts.get(key)}
    touches = {function for about in differing for function in _functions(about)}
    if before["build"] != build:
        said = await work.maybe(_SQL["build_said"], build)
        touches |= set(said["touches"]) if said is not None else {EVERYTHING}
    return touches


def _functions(about: str) -> Sequence[str]:
    """What a part of the configuration touches: see `InForce.parts`."""
    if about.startswith("kind:"):
        return _TOUCHED.get(about.removeprefix("kind:"), (EVERYTHING,))
    return (about,) if about in FUNCTIONS else (EVERYTHING,)


def _candidate(row: Row) -> Candidate:
    return Candidate(row["candidate"], row["build"], row["configuration"], frozenset(row["touches"]), row["since"])
