"""A rehearsed load drives the screens as people do; readiness asks for one of this candidate that was large enough."""

from collections.abc import Callable

import httpx2
import pytest

from tests.web.conftest import Visitor
from varda.access.people import People
from varda.access.tickets import Tickets
from varda.cli.bench.figures import Measured
from varda.cli.load import Crowd, rehearsed
from varda.cli.serve import Wires
from varda.introduction.readiness import Board, Gathering, Kept, Seal
from varda.introduction.testruns import TestRuns, Told, read
from varda.kernel.clock import SetClock
from varda.record import Door

pytestmark = pytest.mark.anyio

SEAL, BUILD = Seal(b"s" * 32), "0.1.0+test"
Start = Callable[..., "Crowd"]


@pytest.fixture
def wires(door: Door, clock: SetClock) -> Wires:
    return Wires(door.database, door, Tickets(door.database), People(door.database), clock)  # type: ignore[arg-type]  # a set clock


async def how(door: Door, clock: SetClock, build: str = BUILD) -> tuple[str, list[str]]:
    """The tile of the county after another gathering, and what is lacking."""
    door.catalogue.forget()
    await Gathering(door.database, door.catalogue, SEAL, build).gather(["load"], clock.now())
    found = await Board(door.database).county(clock.now())
    newest = await Kept(door.database, SEAL).newest("")
    return next(one.state for one in found if one.check.code == "load"), [
        one.why for row in newest if row.check == "load" for one in row.detail
    ]


async def test_users_sign_in_read_and_write_at_once_and_the_run_stands_in_the_register(
    door: Door, clock: SetClock, wires: Wires, visitor: Visitor
) -> None:
    """F216, F229: with build, figures and log; of this candidate alone."""
    assert await how(door, clock) == ("unmet", ["no-run"])
    transport = httpx2.ASGITransport(app=visitor._transport.app)  # type: ignore[attr-defined]  # as wired
    crowd = Crowd(lambda: httpx2.AsyncClient(transport=transport, base_url="http://varda.test"), 0.05, pause=0.02)
    rows, told = await rehearsed(wires, crowd, 3, BUILD)
    assert {row.name: row.errors for row in rows if row.name != "chart: p95 within 1 s"} == {
        "sign-in": 0, "list": 0, "chart": 0, "note": 0
    }, [row.first_error for row in rows]  # fmt: skip
    assert all(row.times for row in rows[:4])
    assert len(rows[0].times) == 3
    assert told.result.summary.startswith("3 users; sign-in p50 ")
    runs = TestRuns(door.database, SEAL)
    number = await runs.add(told, "anna", clock.now())
    assert b"p95_ms" in (await runs.log(number))[1]
    if told.result.passed:
        assert await how(door, clock) == ("met", [])
        assert await how(door, clock, "0.1.0+next") == ("unmet", ["no-run"]), "another build has borne nothing"


@pytest.mark.parametrize(
    ("users", "errors", "lacks"),
    [(1, 0, ["load-small"]), (2, 0, []), (2, 1, ["run-failed"]), (None, 0, ["load-small"])],
)
async def test_a_run_counts_that_passed_and_was_large_enough(
    users: int | None, errors: int, lacks: list[str], door: Door, clock: SetClock
) -> None:
    """F216: half as many again as are expected of four assignments, which is one user."""
    row = Measured("chart", seconds=1.0, times=[0.1], errors=errors)
    told = {"build": BUILD, "at": clock.now().isoformat(), "load": [row.told()]} | ({"users": users} if users else {})
    import json

    await TestRuns(door.database, SEAL).add(Told("load", BUILD, "", read(json.dumps(told).encode())), "a", clock.now())
    assert await how(door, clock) == ("met" if not lacks else "unmet", lacks)


async def test_over_a_second_fails_the_run() -> None:
    """F216: p95 over the bar blocks."""
    crowd = Crowd(lambda: httpx2.AsyncClient(base_url="http://varda.test"), 0.01)
    crowd.rows["chart"].times = [0.1] * 9 + [1.1]
    rows = await crowd.at_work([])
    assert rows[-1].errors == 1
