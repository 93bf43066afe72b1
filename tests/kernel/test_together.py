"""Work that waits at the same moment is done in one go, and nobody pays for company."""

import asyncio
from collections.abc import Sequence

import pytest

from varda.kernel.errors import Unavailable
from varda.kernel.together import Together


class Doubling:
    """Doubles numbers; a negative one spoils the group it is in."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []

    async def __call__(self, group: Sequence[int]) -> list[int]:
        self.groups.append(list(group))
        await asyncio.sleep(0.01)
        if any(number < 0 for number in group):
            raise ValueError("negative")
        return [2 * number for number in group]


async def test_what_waits_is_done_together_and_everybody_gets_the_own_answer() -> None:
    work = Doubling()
    together = Together(work, most=16)
    assert await asyncio.gather(*(together.one(n) for n in range(40))) == [2 * n for n in range(40)]
    assert len(work.groups) < 10
    assert max(map(len, work.groups)) == 16
    assert together.is_idle


async def test_who_comes_alone_does_not_wait() -> None:
    work = Doubling()
    assert await Together(work, most=16).one(3) == 6
    assert work.groups == [[3]]


async def test_nobody_fails_for_somebody_elses_mistake() -> None:
    together = Together(Doubling(), most=16)
    first = asyncio.create_task(together.one(1))
    found = await asyncio.gather(*(together.one(n) for n in (2, -3, 4)), return_exceptions=True)
    assert await first == 2
    assert (found[0], found[2]) == (4, 8)
    assert isinstance(found[1], ValueError)


async def test_a_database_that_is_gone_is_not_asked_once_for_each() -> None:
    asked = []

    async def gone(group: Sequence[int]) -> list[int]:
        asked.append(len(group))
        await asyncio.sleep(0)
        raise Unavailable("gone")

    together = Together(gone, most=16)
    found = await asyncio.gather(*(together.one(n) for n in range(8)), return_exceptions=True)
    assert all(isinstance(one, Unavailable) for one in found)
    assert len(asked) < 8


async def test_one_who_gives_up_leaves_the_others_their_answers() -> None:
    together = Together(Doubling(), most=16)
    tasks = [asyncio.create_task(together.one(n)) for n in range(5)]
    await asyncio.sleep(0.002)
    tasks[3].cancel()
    assert await asyncio.gather(*(tasks[n] for n in (0, 1, 2, 4))) == [0, 2, 4, 8]
    with pytest.raises(asyncio.CancelledError):
        await tasks[3]


async def test_what_comes_at_the_moment_when_all_groups_end_is_done_as_well() -> None:
    """It waited for ever, or until the next came, when those at work had ended and were not yet known to have."""

    async def at_once(group: Sequence[int]) -> list[int]:
        return [2 * one for one in group]

    together = Together(at_once, most=1)

    async def later(turns: int) -> int:
        for _ in range(turns):
            await asyncio.sleep(0)
        return await together.one(turns)

    for turns in range(6):
        async with asyncio.timeout(5):
            assert await asyncio.gather(together.one(10), together.one(11), later(turns)) == [20, 22, 2 * turns]
