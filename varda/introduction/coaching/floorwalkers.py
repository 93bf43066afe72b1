"""Who walks the floors of an organisation to help where somebody is stuck, and what they must have finished (F242)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from varda.catalogue import Deciding
from varda.introduction.coaching.rule import RULE
from varda.introduction.training import Course, Learning
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Lacking, Problem, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.coaching")
_LACKING = (
    "%(name)s cannot walk the floors yet: these courses are not finished, or are to be done anew: %(courses)s. They "
    "stand on the own path once somebody is appointed coach."
)


@dataclass(frozen=True, slots=True)
class Floorwalker:
    """Somebody (HSA-id) on the floors of an organisation and all below it, from the first to the last day."""

    walk: int
    person: str
    name: str
    organisation: str
    opens: date
    closes: date
    given_name: str


class Floorwalkers:
    """Of one database."""

    def __init__(self, database: Database, learning: Learning, courses: Mapping[str, Course]) -> None:
        self._database, self._learning, self._courses = database, learning, courses

    async def listed(self, now: datetime) -> list[Floorwalker]:
        """Those of today and later, by name."""
        rows = await self._database.all(_SQL["walkers"], now.astimezone(STOCKHOLM).date())
        return [Floorwalker(**dict(row)) for row in rows]

    async def send(self, who: Floorwalker, by: Deciding, now: datetime) -> None:
        """Send somebody to the floors. Raises `Lacking` for who has not finished what it takes, `Unprocessable`."""
        problems = []
        if not who.person:
            problems.append(Problem("Choose a person.", "person"))
        if not who.organisation:
            problems.append(Problem("Choose an organisation.", "organisation"))
        if who.closes < who.opens:
            problems.append(Problem("The last day must be after the first, and not past.", "closes"))
        if problems:
            raise Unprocessable("It is not complete.", problems)
        if lacking := await self.lacking(who.person, now):
            said = {tongue: ", ".join(one.title.said(tongue) for one in lacking) for tongue in ("sv", "en")}
            raise Lacking(_LACKING, {"name": {"sv": who.name, "en": who.name}, "courses": said})
        values = (who.person, who.name, who.organisation, who.opens, who.closes, by.person, by.name, now)
        await self._database.run(_SQL["walker_sent"], *values)

    async def lacking(self, person: str, now: datetime) -> list[Course]:
        """The courses that somebody still needs."""
        finished = await self._learning.finished(person)
        needed = [self._courses[code] for code in RULE.courses if code in self._courses]
        return [one for one in needed if one.code not in finished or not finished[one.code].lasts(now)]

    async def end(self, number: int, by: Deciding, now: datetime) -> Floorwalker:
        """Call somebody back from the floors. Raises `Absent`."""
        row = await self._database.maybe(_SQL["walker_ended"], number, by.person, by.name, now)
        if row is None:
            raise Absent("There is no such floorwalker any more.")
        return Floorwalker(**dict(row))
