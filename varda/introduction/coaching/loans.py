"""A coach of one unit who serves another for a while, by the words of those who lead both (F204)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from varda.access.session import Session
from varda.introduction.coaching.register import Coach
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.coaching")
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Loan:
    """One that was asked for from the unit `asked_from`, home or the other, and is answered from the other one.
    `answer` is empty until then, else yes or no. Days are the first and the last."""

    loan: int
    person: str
    name: str
    home: str
    home_name: str
    unit: str
    unit_name: str
    opens: date
    closes: date
    asked_from: str
    asked_name: str
    answer: str
    answered_name: str
    ended_name: str

    def waits_for(self, unit: str) -> bool:
        """Whether the lead of a unit is to answer it."""
        return not self.answer and unit in (self.home, self.unit) and unit != self.asked_from


class Loans:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, unit: str, now: datetime) -> list[Loan]:
        """Those from or to a unit that are not over: what waits for an answer first."""
        rows = await self._database.all(_SQL["loans_of"], unit, now.astimezone(STOCKHOLM).date())
        return [Loan(**dict(row)) for row in rows]

    async def ask(self, coach: Coach, unit: tuple[str, str], days: Sequence[date | None], by: Session) -> int:
        """Ask for a coach of another unit, or offer one's own, from the first to the last of `days`. `unit` (HSA-id,
        name) is whom they are lent to. Raises `Unprocessable`, `Refused` or `Conflict`."""
        first, last = days
        if first is None or last is None or last < first or last - first > LONGEST:
            message = "Choose a first day and a last day after it, within a year."
            raise Unprocessable(message, [Problem(message, "closes")])
        if by.unit not in (coach.home, unit[0]) or coach.home == unit[0]:
            raise Refused("A coach is lent between one's own unit and another.")
        values = (coach.person, coach.name, coach.home, coach.home_name, *unit, first, last)
        row = await self._database.maybe(_SQL["loan_asked"], *values, by.unit, by.actor, by.name)
        if row is None:
            raise Conflict("This coach is lent to the unit in those days already, or it has been asked for.")
        return int(row["loan"])

    async def answer(self, number: int, by: Session, now: datetime, *, agreed: bool) -> None:
        """The word of who leads the other unit. Raises `Absent` for what is not theirs, `Conflict` for an answered."""
        found = await self._mine(number, by)
        if not found.waits_for(by.unit):
            raise Conflict("This has been answered already, or waits for the lead of the other unit.")
        await self._database.run(_SQL["loan_answered"], number, "yes" if agreed else "no", by.actor, by.name, now)

    async def end(self, number: int, by: Session, now: datetime) -> None:
        """End it, or take it back: either unit may. Raises `Absent`."""
        await self._mine(number, by)
        await self._database.run(_SQL["loan_ended"], number, by.actor, by.name, now)

    async def _mine(self, number: int, by: Session) -> Loan:
        row = await self._database.maybe(_SQL["loan"], number, by.unit)
        if row is None:
            raise Absent("There is no such loan at this unit.")
        return Loan(**dict(row))
