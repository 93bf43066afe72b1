"""Who has a status report to send, and how soon: shown to them where they work, and noted so that the office sees whom
it was told (F254). Nothing is sent outside."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from varda.introduction.programme import LOCAL, Mandates, Participants
from varda.introduction.programme.reports import RHYTHM, Reports, period
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database
from varda.kernel.sql import named

_SQL = named("varda.introduction.office")
AHEAD = timedelta(days=7)
"""How long before its last day one is reminded."""


@dataclass(frozen=True, slots=True)
class Due:
    """A report that an organisation (HSA-id) has not sent of a period: within `days` it is due (0: today), or it is
    overdue since so many (below 0)."""

    organisation: str
    period: date
    days: int

    @property
    def is_overdue(self) -> bool:
        """Whether its period has passed."""
        return self.days < 0


@dataclass(frozen=True, slots=True)
class Told:
    """That somebody has been told, and when it first stood on their screen."""

    person: str
    organisation: str
    period: date
    is_overdue: bool
    name: str
    told_at: datetime


class Reminders:
    """Those of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, person: str, name: str, now: datetime) -> list[Due]:
        """What somebody has to send; noted as told. Nobody is told of what they may not send."""
        held = await Mandates(self._database).of(person, now)
        mine = {one.organisation for one in held if one.role.code in LOCAL}
        if not mine:
            return []
        found = [one for one in await self.due(now) if one.organisation in mine]
        if found:
            columns = [(one.organisation, one.period, one.is_overdue) for one in found]
            values = map(list, zip(*columns, strict=True))
            await self._database.run(_SQL["reminded"], person, name, now, *values)
        return found

    async def due(self, now: datetime) -> list[Due]:
        """Every report that is soon due or has not come: whoever has reported of this period is done with those before.
        Nothing is overdue from before the first report of all, or of a period in which one that has begun to take part
        could not be reminded in time.
        """
        reports, today = Reports(self._database), now.astimezone(STOCKHOLM).date()
        start, first = period(today), await reports.first()
        before, now_told = start - RHYTHM, await reports.within(start)
        told = await reports.within(before)
        left = (start + RHYTHM - timedelta(days=1) - today).days
        found = []
        for hsa, since in (await Participants(self._database).since()).items():
            if hsa in now_told:
                continue
            was_there = since.astimezone(STOCKHOLM).date() + AHEAD < start
            if first is not None and first <= before and was_there and hsa not in told:
                found.append(Due(hsa, before, (start - today).days - 1))
            elif left <= AHEAD.days:
                found.append(Due(hsa, start, left))
        return found

    async def told(self, day: date) -> list[Told]:
        """Who was told of the reports of a period (its first day), the latest first."""
        return [Told(**dict(row)) for row in await self._database.all(_SQL["reminders"], day)]
