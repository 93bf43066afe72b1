"""Taking away what is past its time: whole months, by two named persons, noted in the log itself (PDL 4:3).

The rest still verifies: what went is listed as runs of each chain's places with the hash that the next row is bound to,
and the digest of that list stands in the log. The note is durable before a row goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from varda.audit.event import Event
from varda.audit.journal import Journal
from varda.audit.months import first_of
from varda.audit.verify import Run, digest
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Malformed, Refused
from varda.kernel.sql import named

_SQL = named("varda.audit", "keeper.sql")
YEARS_KEPT: tuple[tuple[date, int], ...] = ((date.min, 5),)
"""From which day on how many years of the log are kept. The law's five is the least; the database enforces that too."""


@dataclass(frozen=True, slots=True)
class Retirement:
    """What went, or would go: whole months before `before`."""

    before: date
    rows: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decided that the log before a day goes, and why. The persons are HSA-ids."""

    before: date
    by: str
    second: str
    reason: str


def years_kept(today: date) -> int:
    """How many years of the log are kept, as of a day."""
    return [years for since, years in YEARS_KEPT if since <= today][-1]


def require_due(decision: Decision, today: date) -> None:
    """Raise `Malformed` or `Refused` for a decision that cannot be carried out."""
    if decision.before != first_of(decision.before):
        raise Malformed(f"Whole months go: say the first day of one, such as {first_of(decision.before)}.")
    years = years_kept(today)
    oldest_kept = first_of(date(today.year - years, today.month, 1))
    if decision.before > oldest_kept:
        raise Refused(f"The access log is kept for {years} years: nothing from {oldest_kept} or later may go.")
    if not decision.reason.strip():
        raise Malformed("Say why the log is taken away: the case number of the decision, for instance.")
    if not decision.by or not decision.second or decision.by == decision.second:
        raise Refused("Two different persons decide about this; name both by their HSA-ids.")


async def retire(keeper: Database, journal: Journal, decision: Decision, now: datetime) -> Retirement:
    """Note the retirement, then take the months away. `keeper` works under varda_keeper; `now` is UTC."""
    require_due(decision, now.astimezone(UTC).date())
    runs = await _runs(keeper, decision.before)
    if not runs:
        raise Absent(f"The log holds nothing before {decision.before}.")
    rows = sum(run.last - run.first + 1 for run in runs)
    found = Retirement(decision.before, rows, digest(runs))
    # What the notes of earlier retirements said is said again: those notes may be among what goes.
    earlier = [row["retirement"] for row in await keeper.all(_SQL["retirements"])]
    again = [_noted(decision, f"{one} earlier, said again", now) for one in earlier]
    done = f"{found.digest} before {found.before}: {found.rows} rows"
    await journal.note(_noted(decision, done, now), *again)
    async with keeper.transaction() as work:
        columns = [[r.chain for r in runs], [r.first for r in runs], [r.last for r in runs], [r.hash for r in runs]]
        await work.run(_SQL["retired_listed"], *columns, found.digest)
        await work.one(_SQL["months_retired"], decision.before)
    return found


async def _runs(keeper: Database, before: date) -> Sequence[Run]:
    rows = await keeper.all(_SQL["runs_before"], before)
    return [Run(row["chain"], row["first"], row["last"], row["hash"]) for row in rows]


def _noted(decision: Decision, done: str, now: datetime) -> Event:
    what = f"{done}; with {decision.second}; {decision.reason.strip()}"
    return Event(
        at=now, action="retire", outcome="done", actor=decision.by, on_behalf="", role="", assignment="", unit="",
        provider="", purpose="retention", patients=(), category="AuditEvent", origin="0", what=what, request="",
    )  # fmt: skip
