"""Creates that wait at the same moment share one transaction and one flush to disk, each still with its own log row.

A create that is refused or in conflict is tried again by itself, so that nobody fails for somebody else's mistake.
"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from varda.kernel.errors import Unavailable
from varda.record import writing
from varda.store.model import Stored

if TYPE_CHECKING:
    from varda.record.door import Door

_MOST_AT_ONCE = 64
_IN_FLIGHT = 2
"""One group is written while the next one gathers; more would only make the groups smaller."""

_Waiting = tuple[writing.Prepared, "asyncio.Future[Stored]"]


class Gathering:
    """The creates of one process."""

    def __init__(self, door: "Door") -> None:
        self._door = door
        self._waiting: list[_Waiting] = []
        self._running: set[asyncio.Task[None]] = set()

    async def create(self, draft: writing.Prepared) -> Stored:
        """Store one draft, durably, before this returns. Raises what its own storing raises."""
        answer: asyncio.Future[Stored] = asyncio.get_running_loop().create_future()
        self._waiting.append((draft, answer))
        if len(self._running) < _IN_FLIGHT:
            task = asyncio.create_task(self._drain())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return await answer

    async def _drain(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:_MOST_AT_ONCE], self._waiting[_MOST_AT_ONCE:]
            try:
                await self._store(group)
            except Unavailable as lost:
                _fail(group, lost)
            except Exception:
                for one in group:
                    await self._alone(one)

    async def _alone(self, one: _Waiting) -> None:
        try:
            await self._store([one])
        except Exception as failed:
            _fail([one], failed)

    async def _store(self, group: Sequence[_Waiting]) -> None:
        drafts = [draft for draft, _ in group]
        async with self._door.journal.sharing() as pen, self._door.database.transaction() as work:
            changes = await writing.stored(work, drafts)
            rows = [row for d, c in zip(drafts, changes, strict=True) for row in writing.events(d.record, [c])]
            await pen.note(work, *rows)
        for (_, answer), change in zip(group, changes, strict=True):
            if not answer.done():
                answer.set_result(writing.as_stored(change))


def _fail(group: Sequence[_Waiting], failed: Exception) -> None:
    for _, answer in group:
        if not answer.done():
            answer.set_exception(failed)
