"""When somebody last looked into a patient's chart, so that what has come since can be marked.

It is the reader's own and no care data; the access log, which knows the same, is for other questions. It goes when the
log of that time goes, and with the patient's record.
"""

from datetime import datetime, timedelta

from varda.kernel.db import Database, Work
from varda.kernel.sql import named

SITTING = timedelta(minutes=30)
"""Looks with less between them are one: what was new when somebody came stays marked until they come again."""
KEPT = timedelta(days=5 * 366)
"""As long as the access log is kept at least."""
_SQL = named("varda.record")


async def looked(work: Work, compartment: int, person: str, now: datetime) -> datetime | None:
    """Note that a person looks now. Gives when the last look before this sitting was; None when there was none."""
    row = await work.one(_SQL["looked"], compartment, person, now, now - SITTING)
    before: datetime | None = row["before"]
    return before


async def cleared(database: Database, now: datetime) -> None:
    """Forget what is older than the log is."""
    await database.run(_SQL["looks_forgotten"], now - KEPT)
