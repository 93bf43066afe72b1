"""The months of the log, each a table of its own, made ahead by whoever writes it.

A row that comes before its month is made is not lost: it lies in the default table, is warned of, and moves when the
month is made.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from varda.kernel.db import Database
from varda.kernel.log import logger
from varda.kernel.sql import named

_SQL = named("varda.audit")
AHEAD = 3
"""Months that are made before they begin."""
LOOK_EVERY = timedelta(hours=6)

log = logger(__name__)


async def make(database: Database, now: datetime) -> list[date]:
    """Make this month, the next ones, and those of rows that wait in the default table. Gives which were made."""
    waiting = [row["month"] for row in await database.all(_SQL["months_waiting"])]
    if waiting:
        log.error("rows of the access log came before their months were made", months=list(map(str, waiting)))
    wanted = sorted({*ahead(now), *waiting})
    return [month for month in wanted if (await database.one(_SQL["month_made"], month))["made"]]


def ahead(now: datetime, count: int = AHEAD) -> Iterator[date]:
    """The first day of the month of an instant, and of as many that follow. UTC, as stored."""
    month = first_of(now.astimezone(UTC).date())
    for _ in range(count + 1):
        yield month
        month = first_of(month + timedelta(days=31))


def first_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)
