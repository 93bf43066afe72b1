"""The register of test runs: every run of a candidate with its result and log, in sight of everybody (F229).

A row carries the installation's mark. One that somebody wrote past it is shown as such and counts for nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, get_args

from varda.introduction.seal import Seal
from varda.introduction.testruns.results import LARGEST, Result, users_in
from varda.kernel.db import Database, Work
from varda.kernel.errors import Absent, Conflict, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.testruns")
Kind = Literal["regression", "stability", "load", "rehearsal"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_AHEAD = timedelta(minutes=1)
_TWICE = "This result has been registered already."


@dataclass(frozen=True, slots=True)
class Run:
    """A test run; `is_ours`: its mark is the installation's."""

    number: int
    kind: Kind
    build: str
    configuration: str
    passed: bool
    total: int
    failed: int
    skipped: int
    summary: str
    begun_at: datetime
    ended_at: datetime
    log_name: str
    log_size: int
    is_ours: bool
    registered_name: str
    registered_at: datetime

    @property
    def counts(self) -> bool:
        """Whether it speaks for its candidate."""
        return self.is_ours and self.passed

    @property
    def users(self) -> int:
        """Users at once of a load run; 0 where its result does not say."""
        return users_in(self.summary)


@dataclass(frozen=True, slots=True)
class Told:
    """A run to be registered: what it was of, how it went, and its log (name, bytes)."""

    kind: Kind
    build: str
    configuration: str
    result: Result
    log: tuple[str, bytes] = ("", b"")


class TestRuns:
    """Of one database."""

    __test__ = False  # no class of tests, whatever pytest makes of its name

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database, self._seal = database, seal

    async def all(self, build: str = "", *, most: int = 500) -> list[Run]:
        """Those of a build, or of every one, the newest first."""
        return [self._run(dict(row)) for row in await self._database.all(_SQL["runs"], build, most)]

    async def log(self, number: int) -> tuple[str, bytes]:
        """The name and bytes of a run's log. Raises `Absent`."""
        row = await self._database.maybe(_SQL["log"], number)
        if row is None or not row["log"]:
            raise Absent("There is no such log.")
        return row["log_name"], bytes(row["log"])

    async def add(self, told: Told, by: str, now: datetime) -> int:
        """Register one; gives its number. Raises `Unprocessable`, or `Conflict` for one that is there."""
        async with self._database.transaction() as work:
            return await self.keep(work, told, by, now)

    async def keep(self, work: Work, told: Told, by: str, now: datetime) -> int:
        """As `add`, in a piece of work."""
        result = told.result
        if result.build and result.build != told.build:
            raise Unprocessable(f"The result is of the build {result.build}, not of {told.build}.")
        if not told.build:
            raise Unprocessable("Say which build was tested.")
        if result.ended_at > now + _AHEAD or result.begun_at > result.ended_at:
            raise Unprocessable("The result is of a time to come, or ends before it begins. A clock is wrong.")
        if len(told.log[1]) > LARGEST:
            raise Unprocessable("The log is larger than 50 MB.")
        values = (
            told.kind, told.build, told.configuration, result.passed, result.total, result.failed, result.skipped,
            result.summary, result.begun_at, result.ended_at, result.digest,
        )  # fmt: skip
        mark = self._seal.mark("testrun", *values, sha256(told.log[1]).hexdigest(), by, now)
        row = await work.maybe(_SQL["kept"], *values, *told.log, mark, by, now)
        if row is None:
            raise Conflict(_TWICE)
        return int(row["run"])

    def _run(self, row: dict[str, Any]) -> Run:
        said = [row[name] for name in (
            "kind", "build", "configuration", "passed", "total", "failed", "skipped", "summary", "begun_at",
            "ended_at", "digest", "log_digest", "registered_name", "registered_at",
        )]  # fmt: skip
        is_ours = self._seal.holds(bytes(row.pop("mark")), "testrun", *said)
        del row["digest"], row["log_digest"]
        return Run(number=row.pop("run"), is_ours=is_ours, **row)


def newest(runs: Sequence[Run], kind: Kind) -> Run | None:
    """The newest of a kind that is the installation's own."""
    return next((one for one in runs if one.kind == kind and one.is_ours), None)
