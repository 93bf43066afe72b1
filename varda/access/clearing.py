"""What has had its time is taken away by whoever serves, now and then, so that no table grows for ever."""

from datetime import datetime

from varda.kernel.db import Database
from varda.kernel.sql import named

_SQL = named("varda.access")
_EXPIRED = (
    "tickets_expired", "once_expired", "launches_expired", "assertions_expired", "guesses_expired", "approvals_expired",
)  # fmt: skip


async def cleared(database: Database, now: datetime) -> None:
    """Take away tickets, tokens, codes, launches, assertions, guesses and approvals that are good for nothing now."""
    for name in _EXPIRED:
        await database.run(_SQL[name], now)
