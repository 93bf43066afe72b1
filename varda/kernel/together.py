"""Pieces of work of one kind that wait at the same moment are done in one go.

A trip to the database costs more than the work in it, so that 64 clients who ask the same kind of question should cost
a few trips and not 64. What came alone starts at once: nobody waits for company.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from varda.kernel.errors import Unavailable

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

_IN_FLIGHT = 2
"""One group is at work while the next one gathers; more would only make the groups smaller."""


class Together(Generic[Asked, Answer]):
    """`do` takes a group and gives one answer each, in order.

    When it fails each piece of work is done again by itself, so that nobody fails for somebody else's mistake; unless
    the database is gone, which all are told.
    """

    def __init__(self, do: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]], *, most: int) -> None:
        self._do = do
        self._most = most
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._running: set[asyncio.Task[None] | None] = set()

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits and nothing is at work."""
        return not self._waiting and not self._running

    async def one(self, asked: Asked) -> Answer:
        """The answer to one piece of work. Raises what its own doing raises."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if len(self._running) < _IN_FLIGHT:
            self._running.add(asyncio.create_task(self._drain()))
        return await answer

    async def _drain(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._answer(group)
        finally:
            # Now, and not when the task is found to be done: what came in between would wait for somebody who has left.
            self._running.discard(asyncio.current_task())

    async def _answer(self, group: Sequence[tuple[Asked, "asyncio.Future[Answer]"]]) -> None:
        try:
            found = await self._do([asked for asked, _ in group])
        except Exception as failed:
            if len(group) > 1 and not isinstance(failed, Unavailable):
                for alone in group:
                    await self._answer([alone])
                return
            for _, answer in group:
                if not answer.done():
                    answer.set_exception(failed)
        else:
            for (_, answer), one in zip(group, found, strict=True):
                if not answer.done():
                    answer.set_result(one)
