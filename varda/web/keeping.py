"""What somebody chose on a screen, kept for the next time: by person and unit, and nothing of any patient."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from varda.access import Session
from varda.kernel.db import Database
from varda.kernel.sql import named

_SQL = named("varda.web")


async def kept(database: Database, session: Session, screen: str) -> dict[str, str]:
    """What was chosen there last; empty the first time."""
    row = await database.maybe(_SQL["kept"], session.actor, session.unit, screen)
    return msgspec.json.decode(row["choice"], type=dict[str, str]) if row else {}


async def keep(database: Database, session: Session, screen: str, choice: Mapping[str, str], now: datetime) -> None:
    """Keep what is chosen now."""
    said = msgspec.json.encode(choice).decode()
    async with database.transaction() as work:
        await work.run(_SQL["keep"], session.actor, session.unit, screen, said, now)
