"""PostgreSQL by asyncpg. `one`, `maybe`, `all`, `run`: the verb says how many rows are expected.

A lost or full database becomes `Unavailable`; the pool reconnects by itself at the next piece of work.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import asyncpg

from varda.kernel.errors import Unavailable

Row = asyncpg.Record
# What a statement raises when a row with that key is there already: for the owner of the table to translate.
Taken = asyncpg.UniqueViolationError

_LOST = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.CannotConnectNowError,
    asyncpg.ObjectNotInPrerequisiteStateError,  # the database takes no connections now
    asyncpg.PostgresSystemError,
    asyncpg.PostgresIOError,
    TimeoutError,
)


@asynccontextmanager
async def _reachable() -> AsyncIterator[None]:
    try:
        yield
    except _LOST as lost:
        raise Unavailable(
            "The database cannot be reached or has no room. Nothing was stored; please try again."
        ) from lost


class Work:
    """One connection at work, usually inside a transaction."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def one(self, statement: str, *values: Any) -> Row:
        """The only row there can be; missing it is a fault of ours."""
        row = await self.maybe(statement, *values)
        if row is None:
            raise LookupError(f"no row from: {statement[:80]}")
        return row

    async def maybe(self, statement: str, *values: Any) -> Row | None:
        """One row or none."""
        async with _reachable():
            row: Row | None = await self.connection.fetchrow(statement, *values)
            return row

    async def all(self, statement: str, *values: Any) -> list[Row]:
        """Every row."""
        async with _reachable():
            rows: list[Row] = await self.connection.fetch(statement, *values)
            return rows

    async def run(self, statement: str, *values: Any) -> None:
        """No rows wanted."""
        async with _reachable():
            await self.connection.execute(statement, *values)


class Database:
    """A pool of connections to one database, all under the role `varda_app`."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    @classmethod
    async def connect(cls, url: str, *, size: int = 10, role: str = "varda_app") -> Self:
        """Open the pool. Raises `Unavailable` when the server does not answer."""
        async with _reachable():
            pool = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=size,
                command_timeout=60,
                server_settings={
                    "role": role,
                    "application_name": "varda",
                    "timezone": "UTC",
                    "jit": "off",
                    # The planner must see the value of a token, or it guesses and reads a whole index.
                    "plan_cache_mode": "auto",
                },
                init=_usable,
                reset=_leave,
            )
        return cls(pool)

    async def close(self) -> None:
        """Wait for running work, then close every connection."""
        await self._pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Work]:
        """One connection without a transaction: each statement commits by itself."""
        async with _reachable():
            connection = await self._pool.acquire()
        try:
            yield Work(connection)
        finally:
            await self._pool.release(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Work]:
        """One connection in one transaction: committed at the end, undone by any exception."""
        async with self.connection() as work:
            async with _reachable():
                transaction = work.connection.transaction()
                await transaction.start()
            try:
                yield work
            except BaseException:
                if not work.connection.is_closed():
                    await transaction.rollback()
                raise
            async with _reachable():
                await transaction.commit()

    async def one(self, statement: str, *values: Any) -> Row:
        """See `Work.one`, on a connection of its own."""
        async with self.connection() as work:
            return await work.one(statement, *values)

    async def maybe(self, statement: str, *values: Any) -> Row | None:
        """See `Work.maybe`, on a connection of its own."""
        async with self.connection() as work:
            return await work.maybe(statement, *values)

    async def all(self, statement: str, *values: Any) -> list[Row]:
        """See `Work.all`, on a connection of its own."""
        async with self.connection() as work:
            return await work.all(statement, *values)

    async def run(self, statement: str, *values: Any) -> None:
        """See `Work.run`, on a connection of its own."""
        async with self.connection() as work:
            await work.run(statement, *values)


async def _usable(connection: Any) -> None:
    # Numbers that identify (hashes, compartments) are bigint; JSON travels as bytes and needs no codec.
    await connection.execute("set session characteristics as transaction isolation level read committed")


async def _leave(connection: Any) -> None:
    # RESET ALL between borrowers would cost a round trip and we change no session setting.
    if connection.is_in_transaction():
        await connection.execute("rollback")
