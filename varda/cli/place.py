"""Where the database is, and whether it may be used: every command begins here.

Only this package reads the environment. Unset means production; a tool that only works on an existing database then
goes by the stamp in it, so that `varda token` beside `varda demo` needs no setting.
"""

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import Any, get_args
from urllib.parse import urlsplit, urlunsplit

from varda.kernel import migrate
from varda.kernel.db import Database
from varda.kernel.embedded import EmbeddedServer
from varda.kernel.errors import Fault, Refused, Unavailable
from varda.kernel.settings import Environment, Settings
from varda.record import stamp


@dataclass(frozen=True, slots=True)
class Place:
    """One database. `server` is the embedded one, None when VARDA_DATABASE_URL names another."""

    settings: Settings
    url: str
    server: EmbeddedServer | None
    is_said: bool

    @property
    def shown(self) -> str:
        """The address without its password."""
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")
        user = host[0].partition(":")[0]
        return urlunsplit((parts.scheme, f"{user}{'@' if user else ''}{host[2]}", parts.path, parts.query, ""))

    @property
    def name(self) -> str:
        """The name of the database."""
        return urlsplit(self.url).path.lstrip("/") or "postgres"

    def beside(self, database: str) -> str:
        """The address of another database on the same server."""
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc, f"/{database}", parts.query, ""))


def settings(*, default: Environment = "production", environ: Mapping[str, str] = os.environ) -> tuple[Settings, bool]:
    """The settings, and whether the environment was said. Raises `Malformed`."""
    found = Settings.read(environ)
    is_said = bool(environ.get("VARDA_ENVIRONMENT"))
    return (found if is_said else replace(found, environment=default)), is_said


@contextmanager
def placed(*, default: Environment = "production") -> Iterator[Place]:
    """The database that the settings name; the embedded server runs for as long as the block. Raises `Unavailable`."""
    found, is_said = settings(default=default)
    if found.database_url:
        yield Place(found, found.database_url, None, is_said)
        return
    server = EmbeddedServer(found.home)
    try:
        yield Place(found, server.url(), server, is_said)
    finally:
        server.stop()


def require_migrated(place: Place) -> None:
    """Raise `Refused` when migrations are pending, `Unavailable` when there is no such database."""
    try:
        pending = migrate.pending(place.url)
    except Unavailable as lost:
        if "does not exist" in str(lost):
            raise Unavailable(f"There is no database {place.name} yet. Run: varda db init") from lost
        raise Unavailable(f"The database at {place.shown} cannot be reached.") from lost
    if pending:
        steps = "one step" if len(pending) == 1 else f"{len(pending)} steps"
        raise Refused(f"The database lacks {steps} that this version of Varda needs. Run: varda db migrate")


@asynccontextmanager
async def usable(place: Place, *, size: int = 4, strict: bool = False) -> AsyncIterator[tuple[Database, Environment]]:
    """A pool on a database that may be used, and which environment it is. Raises `Refused` with one sentence.

    Not `strict`: an environment that was not said is taken from the database's stamp.
    """
    require_migrated(place)
    database = await Database.connect(place.url, size=size)
    try:
        wanted = place.settings.environment
        if not strict and not place.is_said:
            found: Any = await stamp.stamped(database)
            wanted = found if found in get_args(Environment) else wanted
        await stamp.require(database, wanted)
        yield database, wanted
    finally:
        await closed(database)


async def closed(database: Database) -> None:
    """Close the pool, or let it go when the database is lost."""
    try:
        await database.close()
    except (Fault, OSError):
        return
