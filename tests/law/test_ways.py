"""No leak and no needless refusal by any way of reading (A1-A13, A17 in docs/law.md): drawn worlds against the oracle.

`make test` asks a few worlds; `make prove` at least 50,000 pairs of case and way, 500 by each way, and shows a table.
A failure is made smaller and printed with its seed as the steps that repeat it.
"""

import sys
import time
from collections import Counter
from collections.abc import Collection, Sequence
from random import Random

import pytest

from tests.law import existence, finding, logs, pages, screens, ways  # noqa: F401 - they fill WAYS
from tests.law.asking import EVERYBODY, WAYS, Round, Wrong
from tests.law.everything import CANNOT_LEAK, all_there_is
from tests.law.worlds import START, Asks, Step, World, drawn
from tests.support.database import TestServer
from varda.audit import Journal
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door

pytestmark = pytest.mark.anyio

SAMPLED = (20266,)
READERS = 4
PAIRS, BY_EACH_WAY = 50_000, 500
WHOLE = 3
"""Worlds of the long run that are asked everything; more are asked what has not been asked often enough."""
_MOST_TRIALS = 60


@pytest.mark.parametrize("seed", SAMPLED)
async def test_no_way_leaks_or_refuses_needlessly(server: TestServer, seed: int) -> None:
    visited: set[str] = set()
    pairs, wrong = await asked(server, drawn(seed), seed, most=READERS, visited=visited)
    assert set(pairs) >= set(WAYS) - {"drafts", "requests page"}
    await none(server, seed, wrong)
    reasons = set().union(*CANNOT_LEAK.values())
    forgotten = all_there_is() - visited - reasons
    assert not forgotten, f"ask {sorted(forgotten)} by a way of tests/law, or say in everything.py why nothing leaks"
    assert not reasons & visited, "what a way asks needs no reason why it is not asked"


def test_every_reason_is_of_something_that_is_there_and_is_given_once() -> None:
    given = [one for some in CANNOT_LEAK.values() for one in some]
    assert sorted(given) == sorted(set(given))
    assert set(given) <= all_there_is(), "strike reasons of what is not there any more"


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_no_way_leaks_or_refuses_needlessly_in_fifty_thousand_pairs(
    server: TestServer, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs: Counter[str] = Counter()
    started, seed = time.monotonic(), 0
    while seed < WHOLE or pairs.total() < PAIRS or any(pairs[way] < BY_EACH_WAY for way in WAYS):
        seed += 1
        rare = {way for way in WAYS if seed <= WHOLE or pairs[way] < BY_EACH_WAY}
        more, wrong = await asked(server, drawn(seed), seed, names=rare)
        await none(server, seed, wrong)
        pairs += more
    with capsys.disabled():
        sys.stdout.write(table(pairs, seed, time.monotonic() - started))


def table(pairs: Counter[str], worlds: int, seconds: float) -> str:
    """How many pairs of case and way were asked, by way."""
    rows = [f"  {way:<24}{number:>9,}" for way, number in sorted(pairs.items())]
    total = f"  {'all ways':<24}{pairs.total():>9,}  in {worlds} worlds and {seconds:.0f} s"
    return "\n".join(["", "Pairs of case and way, compared with the oracle of RULES A1-A13, A17:", *rows, total, ""])


async def none(server: TestServer, seed: int, wrong: Sequence[Wrong]) -> None:
    """Fail with the smallest world that still shows the first of them."""
    if wrong:
        smallest = await smaller(server, drawn(seed), seed, wrong[0])
        steps = "\n".join(f"  {step}" for step in smallest)
        pytest.fail("\n".join([f"seed {seed}", *map(str, wrong[:20]), "repeated by the steps:", steps]), pytrace=False)


async def asked(
    server: TestServer,
    steps: Sequence[Step],
    seed: int,
    *,
    most: int = EVERYBODY,
    only: Wrong | None = None,
    visited: set[str] | None = None,
    names: Collection[str] = WAYS.keys(),
) -> tuple[Counter[str], list[Wrong]]:
    """A world made step by step, and asked everything wherever a step says so; or about one pair by one way."""
    pairs: Counter[str] = Counter()
    wrong: list[Wrong] = []
    with server.clone() as url:
        database, clock = await Database.connect(url, size=5), SetClock(START)
        journal = Journal(database, clock, "test")
        await journal.start()
        world = World(Door(database, journal, clock), clock)
        await world.begin()
        try:
            for step in steps:
                await world.do(step)
                if isinstance(step, Asks):
                    reader, case = (only.reader, only.case) if only else ("", "")
                    async with Round(world, Random(seed), most=most, reader=reader, case=case) as round_:
                        for name, ask in WAYS.items():
                            if name in names if only is None else name == only.way:
                                await ask(round_)
                    pairs += round_.pairs
                    wrong += round_.wrong
                    if visited is not None:
                        visited |= round_.visited
            wrong += [Wrong("opening", "", problem, False, "see there") for problem in world.problems]
        finally:
            await journal.stop()
            await database.close()
    return pairs, wrong


async def smaller(server: TestServer, steps: Sequence[Step], seed: int, failure: Wrong) -> list[Step]:
    """The steps without those that the failure does not need: leave out half, a quarter … as long as it stays."""
    kept, size, trials = list(steps), len(steps) // 2, 0
    while size and trials < _MOST_TRIALS:
        at = 0
        while at < len(kept) and trials < _MOST_TRIALS:
            trial = kept[:at] + kept[at + size :]
            trials += 1
            if await _stays(server, trial, seed, failure):
                kept = trial
            else:
                at += size
        size //= 2
    return kept


async def _stays(server: TestServer, steps: Sequence[Step], seed: int, failure: Wrong) -> bool:
    try:
        _, wrong = await asked(server, steps, seed, only=failure)
    except Exception:  # a step that needed one that was left out: this failure is another one
        return False
    return any((w.way, w.reader, w.case) == (failure.way, failure.reader, failure.case) for w in wrong)
