"""The synthetic user of each unit: what it opens, what it never can, and what is told when it does not get through."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx2
import pytest

from tests.record import world
from tests.web.conftest import NOW, Visitor
from varda.access.session import PRACTICE
from varda.access.tickets import Holder, Tickets
from varda.introduction.readiness import Board, Gathering, Kept, Seal, Tile, Tries, practised, word
from varda.introduction.readiness import synthetic as module
from varda.kernel.clock import SetClock
from varda.record import Door

pytestmark = pytest.mark.anyio

SEAL = Seal(b"s" * 32)
Browser = Callable[[], httpx2.AsyncClient]


@pytest.fixture
async def browser(door: Door, visitor: Visitor) -> Browser:
    """What asks the screens, with the practice patient in the record."""
    await practised(door)
    transport = httpx2.ASGITransport(app=visitor._transport.app, raise_app_exceptions=False)  # type: ignore[attr-defined]  # as wired
    return lambda: httpx2.AsyncClient(transport=transport, base_url="http://varda.test")


async def tile(door: Door, clock: SetClock, tries: Tries | None) -> tuple[Tile, list[str]]:
    """How it stands at cardiology after another gathering, and what its evidence says."""
    gathering = Gathering(door.database, door.catalogue, SEAL, "0.1.0+test", tries=tries)
    assert (await gathering.gather(["rights", "synthetic"], clock.now())).failed == {}
    found = (await Board(door.database).units(clock.now()))[world.CARDIOLOGY]
    newest = await Kept(door.database, SEAL).newest(world.CARDIOLOGY)
    return next(one for one in found if one.check.code == "synthetic"), [
        one.why for row in newest if row.check == "synthetic" for one in row.detail
    ]


async def test_each_unit_is_tried_and_what_was_read_stands_in_the_access_log(
    door: Door, clock: SetClock, browser: Browser
) -> None:
    """F216: by no person, about nobody but the practice patient."""
    await practised(door)  # once more does nothing
    found, whys = await tile(door, clock, Tries(browser, SEAL, clock.now))
    assert (found.state, whys) == ("met", ["took"])
    rows = await door.database.all(
        "select actor, unit, category, outcome, patients from audit.event where actor like 'synthetic:%'"
    )
    assert {row["actor"] for row in rows} == {
        f"synthetic:{unit}" for unit in (world.CARDIOLOGY, world.SURGERY, world.HOME_CARE)
    }
    assert {row["outcome"] for row in rows} == {"given"}
    tickets = Tickets(door.database)
    await tickets.made(None, kind="browser", now=clock.now(), lasts=timedelta(hours=1), holder=Holder(subject="astrid"))
    assert await tickets.active(NOW - timedelta(minutes=1), clock.now()) == 1, "people alone are signed in"


async def test_it_reaches_nobody_else_and_nobody_else_meets_the_practice_patient(
    door: Door, clock: SetClock, browser: Browser, astrid: Visitor
) -> None:
    """A1, A13: a list of one, no chart of Vera, no other page, no writing."""
    async with browser() as asking:
        signed = await asking.post("/sign-in/synthetic", data=word(SEAL, world.CARDIOLOGY, clock.now()))
        cookie = {"cookie": signed.headers["set-cookie"].partition(";")[0]}
        asking.cookies.clear()
        listed = (await asking.get("/patients", headers=cookie)).text
        assert "Övningspatient" in listed
        assert "Åkesson" not in listed
        chart = await asking.get("/chart/vera", headers=cookie)
        assert "Åkesson" not in chart.text.partition("<main")[2] or chart.status_code >= 400
        assert "72,50" not in chart.text
        for path in ("/", "/inbox", "/my-apps", "/chart/vera/notes", "/chart/varda-practice/notes", "/rights"):
            assert (await asking.get(path, headers=cookie)).status_code == 403, path
    assert "Övningspatient" not in (await astrid.get("/patients")).text
    assert "718-7" not in (await astrid.get("/chart/varda-practice")).text
    assert PRACTICE not in (await astrid.get("/chart/varda-practice")).text


async def test_a_word_that_is_not_ours_or_of_another_time_signs_nobody_in(clock: SetClock, browser: Browser) -> None:
    """A15: no way in beside the provider of identities, but by what the installation alone can say, and soon."""
    good = word(SEAL, world.CARDIOLOGY, clock.now())
    wrong = [
        word(Seal(b"t" * 32), world.CARDIOLOGY, clock.now()),
        word(SEAL, world.CARDIOLOGY, clock.now() - timedelta(seconds=31)),
        word(SEAL, world.CARDIOLOGY, clock.now() + timedelta(seconds=31)),
        good | {"unit": world.SURGERY},
        good | {"mark": "å"},
        good | {"at": "then"},
        {},
    ]
    async with browser() as asking:
        for one in wrong:
            answer = await asking.post("/sign-in/synthetic", data=one)
            assert (answer.status_code, answer.headers.get("set-cookie")) == (403, None), one
        nowhere = await asking.post("/sign-in/synthetic", data=word(SEAL, "SE9999999999-NOWHERE", clock.now()))
        assert nowhere.status_code == 404


@pytest.mark.parametrize(
    ("fault", "told"), [("slow", "slow"), ("hangs", "login"), ("jumps", "untried"), ("refuses", "login")]
)
async def test_what_goes_wrong_is_told_at_the_next_gathering(
    fault: str, told: str, door: Door, clock: SetClock, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F216: over the bar, without an answer, by a clock that has jumped, with a sign-in that is down."""

    async def answer(_: httpx2.Request) -> httpx2.Response:
        if fault == "hangs":
            await asyncio.Event().wait()
        raise httpx2.ConnectError("refused")

    jump = timedelta()
    tries = Tries(browser, SEAL, lambda: clock.now() + jump)
    assert (await tile(door, clock, tries))[0].state == "met"
    with monkeypatch.context() as broken:
        if fault in ("hangs", "refuses"):
            down = httpx2.MockTransport(answer)
            broken.setattr(tries, "_browser", lambda: httpx2.AsyncClient(transport=down, base_url="http://varda.test"))
        broken.setattr(module, "PATIENCE", 0.05 if fault == "hangs" else 5.0)
        broken.setattr(module, "BAR", 0.0 if fault == "slow" else 1.0)
        jump = timedelta(minutes=1 if fault == "jumps" else 0)
        clock.instant += timedelta(seconds=15)
        found, whys = await tile(door, clock, tries)
        assert (found.state, whys) == ("unmet", [told])
    jump = timedelta()
    clock.instant += timedelta(seconds=15)
    assert (await tile(door, clock, tries))[0].state == "met", "it is told when it goes again"


async def test_without_a_server_it_is_missing(door: Door, clock: SetClock) -> None:
    """F216: silence is never green."""
    gathering = Gathering(door.database, door.catalogue, SEAL, "0.1.0+test")
    assert set((await gathering.gather(["synthetic", "rights"], clock.now())).failed) == {"synthetic"}
    found = (await Board(door.database).units(clock.now()))[world.CARDIOLOGY]
    assert next(one for one in found if one.check.code == "synthetic").state == "missing"


async def test_units_take_turns_and_a_bad_round_is_over_the_bar_for_all(clock: SetClock) -> None:
    """F216: 2,000 units a hundred at a time; what fails is tried again first."""
    down, asked = True, set[str]()

    async def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/sign-in/synthetic":
            unit = dict(one.split("=") for one in request.content.decode().split("&"))["unit"]
            asked.add(unit)
            is_down = down and unit < "U0050"
            return httpx2.Response(500 if is_down else 204, headers={"set-cookie": "a=b"})
        return httpx2.Response(200, text="Övningspatient</html>")

    transport = httpx2.MockTransport(answer)
    tries = Tries(lambda: httpx2.AsyncClient(transport=transport, base_url="http://varda.test"), SEAL, clock.now)
    units = [f"U{number:04}" for number in range(300)]
    await tries.round(units)
    found = {one.place: one.detail[0].why for one in tries.found(units, clock.now())}
    assert len(asked) == 100
    assert found["U0049"] == "try-failed"
    assert found["U0299"] == "untried"
    assert found["U0050"] == "took"
    down = False
    clock.instant += timedelta(seconds=15)
    await tries.round(units)
    assert {tries.found(units, clock.now())[0].detail[0].why} == {"took"}, "who failed comes first"
    for _ in range(2):
        await tries.round(units)
    assert {one.lacking for one in tries.found(units, clock.now())} == {0}
    down = True
    await tries.round(units[:99])
    found = {one.place: one.detail[0].why for one in tries.found(units, clock.now())}
    assert found["U0299"] == "try-many"
