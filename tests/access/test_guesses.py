"""Failed attempts are counted for the installation, by the rule of the limits in memory."""

from datetime import UTC, datetime, timedelta

import pytest

from varda.access.guesses import Guesses
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.limits import TooMany

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 3, 1, 12, tzinfo=UTC))


async def failed(guesses: Guesses, times: int, *key: str) -> int:
    """How many of so many attempts were let in, all of which failed."""
    let_in = 0
    for _ in range(times):
        try:
            await guesses.require(*key)
        except TooMany:
            continue
        await guesses.count(*key)
        let_in += 1
    return let_in


@pytest.mark.parametrize("most", [1, 3, 7, 30])
async def test_so_many_a_minute_by_whichever_process(database: Database, clock: SetClock, most: int) -> None:
    one, two = (Guesses(database, clock, most) for _ in range(2))
    assert await failed(one, most - 1, "app", "10.0.0.1", "a") + await failed(two, 5, "app", "10.0.0.1", "a") == most
    assert await failed(one, 1, "app", "10.0.0.1", "b") == 1
    with pytest.raises(TooMany) as many:
        await one.require("app", "10.0.0.1", "a")
    assert many.value.is_first
    clock.instant += timedelta(seconds=many.value.wait)
    assert await failed(two, 5, "app", "10.0.0.1", "a") == 1
    clock.instant += timedelta(minutes=1)
    assert await failed(one, most + 5, "app", "10.0.0.1", "a") == most


async def test_one_too_many_is_not_counted_and_told_once_a_minute(database: Database, clock: SetClock) -> None:
    guesses = Guesses(database, clock, 2)
    told = []
    for _ in range(5):
        try:
            await guesses.count("token", "10.0.0.1")
        except TooMany as many:
            told.append((many.wait, many.is_first))
    assert told == [(30, True), (30, False), (30, False)]


async def test_no_limit_is_no_limit(database: Database, clock: SetClock) -> None:
    assert await failed(Guesses(database, clock), 50, "sign-in", "10.0.0.1") == 50
    assert await database.all("select from access.guess") == []


async def test_no_address_is_stored_in_plain_words(database: Database, clock: SetClock) -> None:
    await Guesses(database, clock, 2).count("sign-in", "10.0.0.1")
    row = await database.one("select key from access.guess")
    assert (len(row["key"]), b"10.0" in row["key"]) == (32, False)
