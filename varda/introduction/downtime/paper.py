"""What was written on paper, until it is entered and somebody else has checked it; and drills of that (F246).

A sheet here is only that something waits: of which function, about whom, when it happened, and what finds the paper.
What was done is on the paper and then in the chart, so that no care data lie outside the record. Nothing is taken away:
what is not to be entered is set aside with a reason, and somebody else checks that too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from varda.catalogue import SWITCHED
from varda.kernel.db import Database, Work
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.downtime")
MOST = 500
"""Sheets that one list shows, those that have waited longest."""
LONGEST_MARK = 60
LONGEST = 1000
Step = Literal["entered", "aside", "back", "checked"]
_GONE = "This sheet has been checked, or is not of your unit."
_CHANGED = "Somebody else has done something with this sheet. Look at it again."
_OWN = "What one has entered or set aside is checked by somebody else."


@dataclass(frozen=True, slots=True)
class Noted:
    """A thing on paper, as somebody notes it. `patient` is an id; empty: unknown."""

    function: str
    patient: str
    mark: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """One that waits. `drill` 0: it is for real; `entered_at` None: it is to be entered; `said` is what was said of it
    last."""

    number: int
    unit: str
    drill: int
    function: str
    patient: str
    mark: str
    happened_at: datetime
    noted_name: str
    noted_at: datetime
    is_aside: bool
    entered_by: str
    entered_name: str
    entered_at: datetime | None
    said: str


@dataclass(frozen=True, slots=True)
class Queue:
    """How much waits at a unit to be entered and to be checked, and when the oldest of it happened."""

    waiting: int
    unchecked: int
    oldest: datetime


class Paper:
    """Of one database. Whoever asks has been let in already; `by` is an HSA-id and a name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, unit: str) -> list[Sheet]:
        """A unit's sheets: to be entered, then to be checked, each the oldest first."""
        return [Sheet(**dict(row)) for row in await self._database.all(_SQL["downtime_sheets"], unit, MOST)]

    async def one(self, number: int, unit: str) -> Sheet:
        """One of a unit's that waits. Raises `Absent`."""
        row = await self._database.maybe(_SQL["downtime_sheet"], number)
        if row is None or row["unit"] != unit:
            raise Absent(_GONE)
        return Sheet(**dict(row))

    async def queues(self) -> dict[str, Queue]:
        """What waits for real, by unit."""
        rows = await self._database.all(_SQL["downtime_queues"])
        return {row["unit"]: Queue(row["waiting"], row["unchecked"], row["oldest"]) for row in rows}

    async def note(self, unit: str, wanted: Noted, by: tuple[str, str], now: datetime) -> int:
        """Note that something waits; in a drill it is the drill's. Gives its number. Raises `Unprocessable`."""
        if problems := list(_problems(wanted, now)):
            raise Unprocessable(problems[0].message, problems)
        w = wanted
        row = await self._database.one(
            _SQL["downtime_sheet_noted"], unit, w.function, w.patient, _plain(w.mark), w.happened_at, *by, now
        )
        return int(row["sheet"])

    async def enter(self, sheet: Sheet, patient: str, by: tuple[str, str], now: datetime) -> None:
        """Say that it is in the chart of a patient (id). Raises `Unprocessable` while nobody knows whose it is."""
        if not patient:
            raise _wrong("Say whose chart it is in: write the whole identity number.", f"patient-{sheet.number}")
        async with self._database.transaction() as work:
            await self._entered(work, sheet, patient, by, now, is_aside=False)
            await _stepped(work, sheet, "entered", "", by, now)

    async def set_aside(self, sheet: Sheet, why: str, by: tuple[str, str], now: datetime) -> None:
        """Say that it is not to be entered, and why. Raises `Unprocessable`."""
        why = _said(why, "Say why it is not to be entered.", f"said-{sheet.number}")
        async with self._database.transaction() as work:
            await self._entered(work, sheet, sheet.patient, by, now, is_aside=True)
            await _stepped(work, sheet, "aside", why, by, now)

    async def check(self, sheet: Sheet, by: tuple[str, str], now: datetime) -> None:
        """Say, as the second, that chart and paper agree. Raises `Refused` or `Conflict`."""
        if sheet.entered_by == by[0]:
            raise Refused(_OWN)
        async with self._database.transaction() as work:
            if await work.maybe(_SQL["downtime_sheet_checked"], sheet.number, by[0], now) is None:
                raise Conflict(_CHANGED)
            await _stepped(work, sheet, "checked", "", by, now)

    async def send_back(self, sheet: Sheet, why: str, by: tuple[str, str], now: datetime) -> None:
        """Say that it is not right, so that it waits to be entered again. Raises `Unprocessable` or `Conflict`."""
        why = _said(why, "Say what is not right.", f"said-{sheet.number}")
        async with self._database.transaction() as work:
            if await work.maybe(_SQL["downtime_sheet_back"], sheet.number) is None:
                raise Conflict(_CHANGED)
            await _stepped(work, sheet, "back", why, by, now)

    async def _entered(
        self, work: Work, sheet: Sheet, patient: str, by: tuple[str, str], now: datetime, *, is_aside: bool
    ) -> None:
        if await work.maybe(_SQL["downtime_sheet_entered"], sheet.number, is_aside, patient, *by, now) is None:
            raise Conflict(_CHANGED)


async def _stepped(work: Work, sheet: Sheet, what: Step, said: str, by: tuple[str, str], now: datetime) -> None:
    await work.run(_SQL["downtime_stepped"], sheet.number, what, said, *by, now)


def _problems(wanted: Noted, now: datetime) -> Iterator[Problem]:
    if wanted.function not in SWITCHED:
        yield Problem("Choose what was done on paper.", "function")
    mark = _plain(wanted.mark)
    if not mark or len(mark) > LONGEST_MARK:
        yield Problem("Write what finds the sheet, such as its number: 60 characters at the most.", "mark")
    if wanted.happened_at > now:
        yield Problem("It has not happened yet. Write when it was done.", "happened")


def _said(text: str, otherwise: str, path: str) -> str:
    text = _plain(text)
    if not text:
        raise _wrong(otherwise, path)
    if len(text) > LONGEST:
        raise _wrong("Write at most 1,000 characters.", path)
    return text


def _plain(text: str) -> str:
    return text.replace("\0", "").strip()


def _wrong(message: str, path: str) -> Unprocessable:
    return Unprocessable(message, [Problem(message, path)])
