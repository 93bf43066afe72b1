"""Writing the log. Reads are group-committed on one chain; each writing transaction borrows a chain of its own.

A row is durable before `note` returns. A chain has one writer at a time, so that its order is certain without a lock
that all writers would queue for; the chains are bound together by seals, at most `SEAL_EVERY` apart.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from varda.audit import months
from varda.audit.anchor import Anchor
from varda.audit.event import Event, bound, genesis, sealed
from varda.kernel import metrics, tracing
from varda.kernel.clock import Clock
from varda.kernel.db import Database, Work
from varda.kernel.errors import Fault, Unavailable
from varda.kernel.log import logger
from varda.kernel.sql import named

_SQL = named("varda.audit")
_MOST_AT_ONCE = 512
SEAL_EVERY = 1.0  # seconds

log = logger(__name__)


@dataclass(slots=True)
class Chain:
    """The end of one chain: the place and hash of its newest row."""

    number: int
    place: int
    head: bytes

    def grown(self, events: Sequence[Event], build: str) -> list[bytes]:
        """Hashes of the next rows. The chain itself moves on only when they are stored (`moved`)."""
        hashes, head = [], self.head
        for place, event in enumerate(events, self.place + 1):
            head = bound(head, place, build, event)
            hashes.append(head)
        return hashes

    def moved(self, hashes: Sequence[bytes]) -> None:
        """The rows are stored: they are the end now."""
        self.place += len(hashes)
        self.head = hashes[-1]


class Journal:
    """The log of one process. `start` before use, `stop` at the end. The newest seals are noted at `anchor`, if any.

    Each row names the build, and the fingerprint of the `configuration` that is in force where that is known.
    """

    def __init__(self, database: Database, clock: Clock, build: str, anchor: Anchor | None = None) -> None:
        self._database = database
        self._clock = clock
        self._build = build
        self.configuration = ""
        self._anchor = anchor
        self._newest: tuple[int, bytes] | None = None
        self._idle: list[Chain] = []
        self._mine: list[int] = []
        self._waiting: list[tuple[Sequence[Event], asyncio.Future[None]]] = []
        self._wake = asyncio.Event()
        self._ending = False
        self._months_until = clock.now()
        self._committing: asyncio.Task[None]
        self._sealing: asyncio.Task[None]

    async def start(self) -> None:
        """Make the months to write in, seal what earlier processes left, then begin committing and sealing."""
        await self._make_months()
        self._mine = [row["chain"] for row in await self._database.all(_SQL["chains_unsealed"])]
        await self.seal()
        self._mine = []
        self._committing = asyncio.create_task(self._commit_groups())
        self._sealing = asyncio.create_task(self._seal_now_and_then())

    async def stop(self) -> None:
        """Store what waits, seal, note the newest seal, and end."""
        self._ending = True
        self._wake.set()
        await self._committing
        self._sealing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._sealing
        await self.seal()
        await self._note_newest(at_once=True)

    async def note(self, *events: Event) -> None:
        """Make the events durable. Raises `Unavailable` when they could not be stored: then nothing may be answered."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((events, done))
        self._wake.set()
        with tracing.span("log"):
            await done

    @asynccontextmanager
    async def sharing(self) -> AsyncIterator["Pen"]:
        """A pen for one writing transaction. Enter before it begins and leave after it has committed."""
        chain = self._idle.pop() if self._idle else await self._opened()
        pen = Pen(chain, self._running)
        try:
            yield pen
        except BaseException:
            # Whether rows are there may be unknown: the connection was lost, perhaps in the middle of committing.
            if pen.left_nothing:
                self._idle.append(chain)
            raise
        else:
            if pen.hashes:
                chain.moved(pen.hashes)
            self._idle.append(chain)

    @property
    def _running(self) -> str:
        return f"{self._build} {self.configuration}".rstrip()

    async def seal(self) -> None:
        """Bind the newest row of every chain that has grown into the common chain."""
        async with self._database.transaction() as work:
            await work.maybe(_SQL["seal_locked"])
            grown = await work.all(_SQL["grown_chains"], self._mine)
            if not grown:
                return
            last = await work.maybe(_SQL["last_seal"])
            heads = [(row["chain"], row["place"], row["hash"].hex()) for row in grown]
            place = (last["place"] if last else 0) + 1
            digest = sealed(last["hash"] if last else b"", place, heads)
            await work.run(_SQL["sealed"], place, self._clock.now(), digest)
            chains, places, hashes = zip(*[(r["chain"], r["place"], r["hash"]) for r in grown], strict=True)
            await work.run(_SQL["heads_sealed"], place, chains, places, hashes)
        # Only what is stored may be noted: a seal that was undone would look cut off.
        self._newest = (place, digest)

    async def _make_months(self) -> None:
        now = self._clock.now()
        await months.make(self._database, now)
        self._months_until = now + months.LOOK_EVERY

    async def _note_newest(self, *, at_once: bool = False) -> None:
        if self._anchor is not None and self._newest is not None:
            await asyncio.to_thread(self._anchor.note, self._clock.now(), *self._newest, at_once=at_once)

    async def _opened(self) -> Chain:
        row = await self._database.one(_SQL["chain_opened"], self._clock.now(), str(os.getpid()), self._build)
        self._mine.append(row["chain"])
        return Chain(row["chain"], 0, genesis(row["chain"]))

    async def _commit_groups(self) -> None:
        chain: Chain | None = None
        while not self._ending:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                group, self._waiting = self._waiting[:_MOST_AT_ONCE], self._waiting[_MOST_AT_ONCE:]
                try:
                    chain = chain or await self._opened()
                    events = [event for some, _ in group for event in some]
                    with metrics.LOGGING.time():
                        async with self._database.connection() as work:
                            hashes = await added(work, chain, events, self._running)
                    chain.moved(hashes)
                    metrics.LOGGED.inc(len(events))
                except Exception as failed:
                    # Whether the rows were stored is unknown: this chain ends here and nobody is answered.
                    chain = None
                    metrics.UNLOGGED.inc()
                    log.error("access log not written", error=str(failed))
                    _answer(group, Unavailable("The access log cannot be written, so nothing is shown. Try again."))
                else:
                    _answer(group, None)

    async def _seal_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(SEAL_EVERY)
            try:
                await self.seal()
                await self._note_newest()
                if self._clock.now() >= self._months_until:
                    await self._make_months()
            except Exception as failed:
                log.warning("access log not sealed yet", error=str(failed))


@dataclass(slots=True)
class Pen:
    """Writes log rows inside one transaction, on one borrowed chain."""

    chain: Chain
    build: str
    hashes: list[bytes] | None = None
    work: Work | None = None

    async def note(self, work: Work, *events: Event) -> None:
        """Add rows that are stored or undone together with the work. Once a transaction."""
        assert self.work is None, "one log writing a transaction"
        self.work = work
        self.hashes = await added(work, self.chain, events, self.build)

    @property
    def left_nothing(self) -> bool:
        """Whether the chain certainly ends where it did: nothing was tried, or the server has undone it."""
        return self.work is None or self.work.undone


async def added(work: Work, chain: Chain, events: Sequence[Event], build: str) -> list[bytes]:
    """Insert the events after the end of the chain and return their hashes."""
    hashes = chain.grown(events, build)
    first = chain.place + 1
    await work.run(
        _SQL["events_added"],
        chain.number,
        build,
        list(range(first, first + len(events))),
        [e.at for e in events],
        [e.action for e in events],
        [e.outcome for e in events],
        [e.actor for e in events],
        [e.on_behalf for e in events],
        [e.role for e in events],
        [e.assignment for e in events],
        [e.unit for e in events],
        [e.provider for e in events],
        [e.purpose for e in events],
        ["{" + ",".join(map(str, e.patients)) + "}" for e in events],
        [e.category for e in events],
        [e.origin for e in events],
        [e.what for e in events],
        [e.request for e in events],
        hashes,
    )
    return hashes


def _answer(group: Sequence[tuple[Sequence[Event], "asyncio.Future[None]"]], fault: Fault | None) -> None:
    for _, done in group:
        if done.done():
            continue
        if fault is None:
            done.set_result(None)
        else:
            done.set_exception(fault)
