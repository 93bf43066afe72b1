"""What review has to judge: matters opened by rules and samples, with rows of the log, a reviewer and an outcome."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from varda.audit.rules import Suspicion
from varda.kernel.db import Work
from varda.kernel.sql import named

_SQL = named("varda.audit")
OUTCOMES = ("justified", "questioned", "unjustified", "reported")
"""Justified; explained by the reader after a question; not justified; reported to the police or the employer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One question to a reviewer. `places` are rows of the log, chain and place in turn; `patient` 0 is none."""

    matter: int
    opened: datetime
    day: date
    rule: str
    provider: str
    unit: str
    actor: str
    patient: int
    places: tuple[int, ...]
    reviewer: str
    outcome: str
    note: str
    closed: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was looked at on one day: `share` of each unit's rows of the month are drawn by `seed` when a month ends."""

    day: date
    at: datetime
    seed: str
    share: Decimal
    events: int
    drawn: int
    opened: int


async def begun(work: Work) -> bool:
    """Whether this transaction is the only one that reviews; held until it ends."""
    return bool((await work.one(_SQL["review_begun"]))["is_mine"])


async def claimed(work: Work) -> bool:
    """Whether this connection is the one that has the review by night; held until it is released or closed."""
    return bool((await work.one(_SQL["night_claimed"]))["is_mine"])


async def released(work: Work) -> None:
    """Let another connection have it."""
    await work.one(_SQL["night_released"])


async def due(work: Work, first: date, last: date) -> list[date]:
    """Days of the log, from one to another, that nobody has looked at; the oldest first."""
    return [row["day"] for row in await work.all(_SQL["days_due"], first, last)]


async def run_of(work: Work, day: date) -> Run | None:
    """The run of a day, if there was one."""
    row = await work.maybe(_SQL["run_of"], day)
    return Run(**dict(row)) if row else None


async def ran(work: Work, run: Run) -> None:
    """Record a run; the first of a day stays."""
    await work.run(_SQL["ran"], run.day, run.at, run.seed, run.share, run.events, run.drawn, run.opened)


async def open_(work: Work, day: date, found: Sequence[Suspicion], now: datetime) -> int:
    """Open a matter for each suspicion that has none yet. Gives how many were opened."""
    rows = await work.all(
        _SQL["matters_opened"], now, day,
        [s.rule for s in found], [s.provider for s in found], [s.unit for s in found], [s.actor for s in found],
        [s.patient for s in found], ["{" + ",".join(map(str, places(s))) + "}" for s in found],
    )  # fmt: skip
    return len(rows)


def places(suspicion: Suspicion) -> Iterable[int]:
    """Chain and place of each row in turn."""
    return (number for row in suspicion.rows for number in (row.chain, row.place))


async def listed(work: Work, unit: str, provider: str, *, is_open: bool) -> list[Matter]:
    """Open or closed matters of a unit, or of a provider, newest day first; at most 200."""
    return [_matter(row) for row in await work.all(_SQL["matters"], unit, provider, is_open)]


async def one(work: Work, matter: int) -> Matter | None:
    """A matter by its number."""
    row = await work.maybe(_SQL["matter"], matter)
    return _matter(row) if row else None


async def judged(work: Work, matter: int, reviewer: str, outcome: str, note: str, now: datetime) -> bool:
    """Close an open matter with its outcome; False when it is closed already."""
    return await work.maybe(_SQL["judged"], matter, reviewer, outcome, note, now) is not None


async def year(work: Work, unit: str, provider: str, first: date, end: date) -> list[Any]:
    """How many of each rule and outcome, unit by unit."""
    return await work.all(_SQL["year"], unit, provider, first, end)


def _matter(row: Any) -> Matter:
    return Matter(**(dict(row) | {"places": tuple(row["places"])}))
