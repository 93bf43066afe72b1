"""What the owners of steps are told where they work, and that they were (F240). Reckoned anew each time it is asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from varda.introduction.cutover.books import Book, Books
from varda.introduction.cutover.forecast import Expected
from varda.kernel.db import Database
from varda.kernel.sql import named

_SQL = named("varda.introduction.cutover")
AHEAD = timedelta(hours=24)
"""How long before its forecast beginning one is told of a step."""
MOVED = timedelta(minutes=5)
"""By how much a forecast moves before it is told as news."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A step of somebody's own; `before` is when they were told that it would begin, where that has moved."""

    book: Book
    expected: Expected
    before: datetime | None


class Notices:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, person: str, now: datetime) -> list[Notice]:
        """What somebody has to do soon, what waits for it first; noted as told when it is new or has moved."""
        courses = await Books(self._database).under_way(now)
        mine = [
            (course.book, one)
            for course in courses
            for one in course.steps.values()
            if one.state != "done" and one.opens <= now + AHEAD
            and course.owners.get(one.step.code, ("", ""))[0] == person
        ]  # fmt: skip
        if not mine:
            return []
        told = await self.told([book.number for book, _ in mine])
        before = {(book.number, one.step.code): told.get((book.number, one.step.code, person)) for book, one in mine}
        news = [
            (book.number, one.step.code, one.opens)
            for book, one in mine
            if (last := before[book.number, one.step.code]) is None or abs(one.opens - last[0]) >= MOVED
        ]
        if news:
            await self._database.run(_SQL["tell"], person, now, *map(list, zip(*news, strict=True)))
        found = [Notice(book, one, _moved(one, before[book.number, one.step.code])) for book, one in mine]
        return sorted(found, key=lambda one: (one.expected.state == "later", one.expected.opens))

    async def told(self, books: list[int]) -> dict[tuple[int, str, str], tuple[datetime, datetime]]:
        """What each person was last told of each step, (book, step, person): the forecast, and when."""
        rows = await self._database.all(_SQL["told"], books)
        return {(row["book"], row["step"], row["person"]): (row["forecast"], row["told_at"]) for row in rows}


def _moved(one: Expected, before: tuple[datetime, datetime] | None) -> datetime | None:
    return before[0] if before and abs(one.opens - before[0]) >= MOVED else None
