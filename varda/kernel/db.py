"""PostgreSQL by asyncpg. `one`, `maybe`, `all`, `run`: the verb says how many rows are expected.

A lost or full database becomes `Unavailable`; the pool reconnects by itself at the next piece of work.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext, suppress
from typing import Any, Literal, Self

import asyncpg

from varda.kernel import metrics, tracing
from varda.kernel.errors import Conflict, Unavailable
from varda.kernel.log import logger
from varda.kernel.sql import name_of

log = logger(__name__)

Row = asyncpg.Record
# What a statement raises when a row with that key is there already: for the owner of the table to translate.
Taken = asyncpg.UniqueViolationError
# And when it would overlap one that may not be overlapped.
Clashed = asyncpg.ExclusionViolationError

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


_UNTRACED: AbstractContextManager[None] = nullcontext()
_CROSSED = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
_NOTHING_STORED = "The database cannot be reached or has no room. Nothing was stored; please try again."
_UNKNOWN = (
    "The database was lost while storing. It is not known whether your work is stored: look before you repeat it."
)
_PATIENCE = 30.0  # seconds to wait for a free connection
_STILL_THERE = 60.0  # seconds after which a connection that only listens is asked whether it is there


@asynccontextmanager
async def _reachable(otherwise: str = _NOTHING_STORED) -> AsyncIterator[None]:
    try:
        yield
    except _LOST as lost:
        metrics.LOST.inc()
        raise Unavailable(otherwise) from lost
    except asyncpg.InternalServerError as failed:
        # A used-up quota of the disk comes as this, having no code of its own; the rest is for the operator too.
        metrics.LOST.inc()
        log.error("the database has failed", error=str(failed))
        raise Unavailable(otherwise) from failed
    except _CROSSED as crossed:
        raise Conflict("Somebody else changed the same things at the same time. Please try again.") from crossed


def _traced(statement: str) -> AbstractContextManager[Any]:
    return tracing.span(name_of(statement)) if tracing.is_on() else _UNTRACED


Plans = Literal["auto", "force_custom_plan"]


async def listening(url: str, channel: str, heard: Callable[[str], None]) -> None:
    """Call `heard` with each word that is said on a channel at a commit (NOTIFY), until cancelled.

    It has a connection of its own. Where that was lost words may have been missed: then an empty one is heard.
    """
    while True:
        lost = asyncio.Event()
        try:
            connection: Any = await asyncpg.connect(
                url, command_timeout=60, server_settings={"role": "varda_app", "application_name": "varda live"}
            )
            try:
                connection.add_termination_listener(lambda _, lost=lost: lost.set())
                await connection.add_listener(channel, lambda *said: heard(str(said[3])))
                heard("")
                while not lost.is_set():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(lost.wait(), _STILL_THERE)
                        break
                    await connection.execute("select 1")  # a line that is dead without saying so is found by asking
            finally:
                connection.terminate()
        except (*_LOST, asyncpg.PostgresError) as failed:
            log.warning("changes are not heard; asking again", error=str(failed))
        await asyncio.sleep(1)


class Work:
    """One connection at work, usually inside a transaction. `undone`: the server has said that it was rolled back."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.undone = False

    async def one(self, statement: str, *values: Any) -> Row:
        """The only row there can be; missing it is a fault of ours."""
        row = await self.maybe(statement, *values)
        if row is None:
            raise LookupError(f"no row from: {statement[:80]}")
        return row

    async def maybe(self, statement: str, *values: Any) -> Row | None:
        """One row or none."""
        async with _reachable():
            with _traced(statement):
                row: Row | None = await self.connection.fetchrow(statement, *values)
            return row

    async def all(self, statement: str, *values: Any) -> list[Row]:
        """Every row."""
        async with _reachable():
            with _traced(statement):
                rows: list[Row] = await self.connection.fetch(statement, *values)
            return rows

    async def run(self, statement: str, *values: Any) -> None:
        """No rows wanted."""
        async with _reachable():
            with _traced(statement):
                await self.connection.execute(statement, *values)


class Database:
    """A pool of connections to one database, all under the role `varda_app`.

    `opened` counts its connections from the beginning: where it grows, the database may have been lost between.
    """

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self.opened = 0

    @classmethod
    async def connect(cls, url: str, *, size: int = 10, role: str = "varda_app", plans: Plans = "auto") -> Self:
        """Open the pool. Raises `Unavailable` when the server does not answer.

        With "auto" a statement that is run often is planned once: right wherever an index leads to one patient (a
        search there takes 0.2 ms, and 1.0 when it is planned each time). "force_custom_plan" lets the planner see the
        values each time: right for questions to the whole population, where a rare code costs 8 ms and not 70. What is
        planned once may have been planned while a table was empty, so it never reads a whole table where an index is.
        """
        database: list[Self] = []

        async def usable(connection: Any) -> None:
            await _usable(connection)
            for one in database:
                one.opened += 1

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
                    # What is acknowledged is on disk, whatever the server's own default is.
                    "synchronous_commit": "on",
                    "plan_cache_mode": plans,
                    "enable_seqscan": "off" if plans == "auto" else "on",
                },
                init=usable,
                reset=_leave,
            )
        database.append(cls(pool))
        return database[0]

    async def close(self) -> None:
        """Wait for running work, then close every connection."""
        await self._pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Work]:
        """One connection without a transaction: each statement commits by itself."""
        async with _reachable():
            with metrics.WAITED.time(), tracing.span("wait for a connection"):
                connection = await self._pool.acquire(timeout=_PATIENCE)
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
                # Where the connection is lost the server has undone it already; the first error is the one to tell.
                with suppress(Exception):
                    await transaction.rollback()
                    work.undone = True
                raise
            async with _reachable(_UNKNOWN):
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
