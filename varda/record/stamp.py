"""Which environment a database is for. Stamped once; a process of another kind refuses it (docs/architecture.md).

So that nobody fills a county's record with invented people, or trains on real ones, by a wrong address.
"""

from datetime import datetime

from varda.kernel.db import Database
from varda.kernel.errors import Refused
from varda.kernel.sql import named

_SQL = named("varda.record")


async def stamped(database: Database) -> str:
    """The environment that the database is for; empty when it has not been stamped."""
    row = await database.maybe(_SQL["stamp"])
    return str(row["environment"]) if row else ""


async def stamp(database: Database, environment: str, now: datetime) -> None:
    """Say what the database is for. Raises `Refused` when it is already for something else."""
    found = await stamped(database)
    if not found:
        await database.run(_SQL["stamped"], environment, now)
    elif found != environment:
        raise Refused(other(found, environment))


async def require(database: Database, environment: str) -> None:
    """Raise `Refused` unless the database is stamped for this environment."""
    found = await stamped(database)
    if not found:
        raise Refused("This database has not been prepared for any environment. Run: varda db init")
    if found != environment:
        raise Refused(other(found, environment))


def other(found: str, environment: str) -> str:
    """The sentence for a database of another environment."""
    return (
        f"This database is for {found} and Varda was started for {environment}. "
        f"Set VARDA_ENVIRONMENT={found}, or use another database."
    )
