"""Who is away from a unit and who covers: what waits for the one waits for the other as well. No care data.

It gives no right to see: who covers sees what the own assignment lets them see, and nothing more. Who covers may mark
the other's messages read, and the other finds them as read by whom and for whom (`varda.care.messages`). Nothing of a
row changes but its end, so that it can be said afterwards for whom somebody looked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from varda.kernel.errors import Absent
from varda.kernel.sql import named

if TYPE_CHECKING:
    from varda.record.opened import Record

_SQL = named("varda.record")


@dataclass(frozen=True, slots=True)
class Cover:
    """Somebody is `away` from one instant until another, and `by` covers: references of Practitioners, with names."""

    away: str
    away_name: str
    by: str
    by_name: str
    opens: datetime
    closes: datetime
    noted_by: str = ""
    number: int = 0

    @property
    def last(self) -> datetime:
        """The last second of it."""
        return self.closes - timedelta(seconds=1)

    def is_now(self, now: datetime) -> bool:
        """Whether it holds at this instant."""
        return self.opens <= now < self.closes


async def listed(record: "Record") -> list[Cover]:
    """The own unit's that hold now or will, by when they begin."""
    async with record.at_work() as work:
        rows = await work.all(_SQL["covers"], record.session.unit, record.now)
    return [
        Cover(
            row["away"], row["away_name"], row["by"], row["by_name"], row["opens"], row["closes"], row["noted_by"],
            row["cover"],
        )
        for row in rows
    ]  # fmt: skip


async def covered(record: "Record") -> dict[str, str]:
    """For whom the signed-in person covers at this unit now: names by reference."""
    covers = [one for one in await listed(record) if one.is_now(record.now)]
    return for_whom(covers, record.session.practitioner)


def for_whom(covers: Iterable[Cover], person: str) -> dict[str, str]:
    """For whom a person covers, and through them: who covers for somebody away covers what that one covered."""
    covers = list(covers)
    found: dict[str, str] = {}
    reached = {person}
    while more := [one for one in covers if one.by in reached and one.away not in {person, *found}]:
        found |= {one.away: one.away_name for one in more}
        reached |= set(found)
    return found


async def note(record: "Record", cover: Cover) -> None:
    """Keep one for the own unit."""
    c, session = cover, record.session
    await (await record.begun()).run(
        _SQL["cover_noted"], session.unit, c.away, c.away_name, c.by, c.by_name, c.opens, c.closes, record.now,
        session.name,
    )  # fmt: skip


async def end(record: "Record", number: int, *, of: str = "") -> None:
    """End one of the own unit's now; `of`: where it is this person's. Raises `Absent`."""
    work = await record.begun()
    if await work.maybe(_SQL["cover_ended"], number, record.session.unit, of, record.now) is None:
        raise Absent("There is no such cover that you can end.")
