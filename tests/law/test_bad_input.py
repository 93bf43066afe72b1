"""What comes at the wrong moment: a block beside a consent, a clock that is wrong, people who move, records that join,
ten thousand blocks (A2, A4, A8 and A13 in docs/law.md)."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.record import world
from tests.record.world import decision
from varda.access.people import People
from varda.access.session import Session
from varda.access.tickets import Tickets
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Fault, SignedOut
from varda.record import Door, Owner, Wish

pytestmark = pytest.mark.anyio
BLOCKS = 10_000


async def write(door: Door, who: Session, *resources: dict[str, Any]) -> None:
    async with door.opened(who, "care") as record:
        await record.write([Wish("update", one) for one in resources])


async def sees(door: Door, who: Session, id_: str) -> bool:
    """By reading and by searching alike."""
    async with door.opened(who, "care") as record:
        found = id_ in [one.id for one in (await record.search("Observation", [("_id", id_)])).matches]
        try:
            await record.read("Observation", id_)
        except Absent:
            assert not found
            return False
    assert found
    return True


async def choose(door: Door, who: Session, patient: str = "vera", *, all_units: bool = False) -> None:
    async with door.opened(who, "care") as record:
        await record.choose(patient, reason="Jour", all_units=all_units)


async def test_a_block_and_a_consent_at_the_same_instant_block(door: Door, astrid: Session, cia: Session) -> None:
    await choose(door, cia)
    at = {"period": {"start": "2026-03-01T12:00:00Z"}}
    await write(door, astrid, decision("access", "vera", id_="yes", actors=("region",), **at))
    await write(door, cia, decision("outer-block", "vera", id_="no", provider="boras", **at))
    async with door.opened(astrid, "care") as record:
        await record.open_others("vera", ground="consent", reason="Hjärtsvikt")
    assert not await sees(door, astrid, "hb-homecare")
    await write(door, cia, decision("outer-block", "vera", id_="no", provider="boras", status="inactive"))
    assert await sees(door, astrid, "hb-homecare")


async def test_a_block_registered_while_others_search_is_obeyed_by_all_who_ask_from_then_on(
    door: Door, astrid: Session, bo: Session
) -> None:
    """A4: in the same second, by reads, pages and counts alike; each answer is whole, with the block or without it."""
    await choose(door, astrid, all_units=True)
    await choose(door, bo)
    is_blocked, after = False, 0

    async def asks(ways: int) -> None:
        nonlocal after
        while after < ways:
            was_blocked = is_blocked
            async with door.opened(astrid, "care") as record:
                page = await record.search("Observation", [("patient", "vera"), ("_total", "accurate")])
            shown = {one.id for one in page.matches}
            if was_blocked:
                assert shown == {"hb-cardiology"}
                assert page.total == 1
                assert not await sees(door, astrid, "hb-surgery")
                after += 1
            else:
                assert shown in ({"hb-cardiology"}, {"hb-cardiology", "hb-surgery"})

    async def blocks() -> None:
        nonlocal is_blocked
        for _ in range(3):
            assert await sees(door, astrid, "hb-surgery")
        await write(door, bo, decision("inner-block", "vera", id_="b", provider="region", actors=("surgery",)))
        is_blocked = True

    await asyncio.gather(*(asks(30) for _ in range(4)), blocks())


@pytest.mark.parametrize("first", ["consent", "block"])
async def test_a_block_and_a_consent_written_together_block(
    door: Door, astrid: Session, cia: Session, first: str
) -> None:
    """A4 before A8, whichever of two that are written in the same instant is stored first."""
    await choose(door, cia)
    consent = write(door, astrid, decision("access", "vera", id_="yes", actors=("region",)))
    block = write(door, cia, decision("outer-block", "vera", id_="no", provider="boras"))
    await asyncio.gather(*((consent, block) if first == "consent" else (block, consent)))
    async with door.opened(astrid, "care") as record:
        await record.open_others("vera", ground="consent", reason="Hjärtsvikt")
    assert not await sees(door, astrid, "hb-homecare")


async def test_a_clock_that_is_set_back_opens_nothing_and_breaks_nothing(
    door: Door, bo: Session, clock: SetClock
) -> None:
    await choose(door, bo)
    assert await sees(door, bo, "hb-surgery")
    clock.instant -= timedelta(minutes=5)
    assert not await sees(door, bo, "hb-surgery")
    clock.instant += timedelta(minutes=5)
    assert await sees(door, bo, "hb-surgery")


async def test_a_decision_of_tomorrow_is_none_today_and_one_without_a_time_is_in_force(
    door: Door, astrid: Session, bo: Session
) -> None:
    await choose(door, astrid, all_units=True)
    await choose(door, bo)
    block = decision("inner-block", "vera", id_="b", provider="region", actors=("surgery",))
    later = {"period": {"start": "2026-03-02T12:00:00Z"}}
    await write(door, bo, block | {"provision": block["provision"] | later, "dateTime": "2026-03-02T12:00:00Z"})
    assert await sees(door, astrid, "hb-surgery")
    await write(door, bo, block | {"dateTime": "2026-03-02T12:00:00Z"})  # said by a clock that is ahead
    assert not await sees(door, astrid, "hb-surgery")


@pytest.mark.parametrize("change", ["moved", "ended", "inactive", "deleted"])
async def test_a_session_ends_when_its_assignment_becomes_another(
    door: Door, bo: Session, database: Database, clock: SetClock, change: str
) -> None:
    now = clock.now()
    tickets = Tickets(database)
    secrets = {
        kind: await tickets.made(bo, kind=kind, now=now, lasts=timedelta(days=1)) for kind in ("bearer", "browser")
    }
    changed = {
        "moved": {"organization": {"reference": "Organization/cardiology"}},
        "ended": {"period": {"end": "2026-02-28"}},
        "inactive": {"active": False},
        "deleted": {},
    }[change]
    if change == "deleted":
        async with door.opened(world.SYSTEM, "administration") as record:
            await record.delete("PractitionerRole", "bo-surgery")
    else:
        await write(door, world.SYSTEM, world.assignment("bo", "surgery", "nurse") | changed)
    with pytest.raises(SignedOut):
        await Tickets(database).session(secrets["bearer"], kind="bearer", now=now)
    browser = await Tickets(database).browser(secrets["browser"], now=now, idle=timedelta(minutes=15))
    assert browser.session is None
    known = await People(database).sessions(bo.actor, now)
    assert [one.unit for one in known] == ([world.CARDIOLOGY] if change == "moved" else [])


async def joined(door: Door, *others: str) -> None:
    """Vera's record says which other records are hers."""
    vera = world.patient("vera", "Vera Maria", "Åkesson", "19500214-XA07")
    links = [{"type": "refer", "other": {"reference": f"Patient/{one}"}} for one in others]
    await write(door, world.SYSTEM, vera | ({"link": links} if links else {}))


async def test_a_block_holds_for_records_that_are_joined_afterwards_and_ends_with_the_joining(
    door: Door, astrid: Session, bo: Session
) -> None:
    async with door.opened(world.SYSTEM, "administration") as record:
        twin = world.patient("twin", "Vera", "Åkesson", "19500214-XA15")
        item = world.haemoglobin("twin", id_="hb-twin")
        await record.write([Wish("update", one, owner=Owner(world.SURGERY, world.REGION)) for one in (twin, item)])
    await choose(door, astrid, "twin", all_units=True)
    await choose(door, bo)
    await write(door, bo, decision("inner-block", "vera", id_="b", provider="region", actors=("surgery",)))
    assert await sees(door, astrid, "hb-twin")
    await joined(door, "twin")
    assert not await sees(door, astrid, "hb-twin")
    await joined(door)
    assert await sees(door, astrid, "hb-twin")


async def test_records_are_joined_though_each_was_opened_at_its_own_time(
    door: Door, cia: Session, clock: SetClock
) -> None:
    for id_, number in (("twin", "19500214-XA15"), ("third", "19500214-XA23")):
        await write(door, world.SYSTEM, world.patient(id_, "Vera", "Åkesson", number))
        await choose(door, cia, id_)
        clock.instant += timedelta(hours=1)
    await choose(door, cia)
    await joined(door, "twin", "third")
    assert await sees(door, cia, "hb-homecare")
    clock.instant += timedelta(hours=11, minutes=30)  # the choices of the twins are over, Vera's own is not
    assert await sees(door, cia, "hb-homecare")
    await joined(door)
    assert await sees(door, cia, "hb-homecare")


async def test_what_is_opened_of_one_kind_takes_nothing_away_of_another(door: Door, bo: Session) -> None:
    async def opened(type_: str) -> None:
        async with door.opened(bo, "care") as record:
            await record.open_others(
                "vera", ground="emergency", reason="Hjärtstopp", providers=(world.BORAS,), types=(type_,)
            )

    await opened("Observation")
    assert await sees(door, bo, "hb-homecare")
    await opened("Condition")
    assert await sees(door, bo, "hb-homecare")


async def test_what_rests_on_a_consent_ends_when_the_consent_does(door: Door, astrid: Session, clock: SetClock) -> None:
    until = {"period": {"end": "2026-03-01T13:00:00Z"}}
    await write(door, astrid, decision("access", "vera", id_="yes", actors=("region",), **until))
    async with door.opened(astrid, "care") as record:
        await record.open_others("vera", ground="consent", reason="Hjärtsvikt")
    assert await sees(door, astrid, "hb-homecare")
    clock.instant += timedelta(hours=2)
    assert not await sees(door, astrid, "hb-homecare")


async def test_refusals_of_a_write_do_not_tell_that_a_hidden_entry_exists(door: Door, astrid: Session) -> None:
    said = []
    for id_ in ("asa-stay", "asa-nowhere"):
        stay = world.contact(id_, "asa", "surgery")
        for expected in (99, None):
            with pytest.raises(Fault) as refused:
                async with door.opened(astrid, "care") as record:
                    await record.update(stay, expected=expected)
            said.append(str(refused.value).replace(id_, "it"))
    assert said[:2] == said[2:]


async def _fastest(asked: Callable[[], Awaitable[Any]]) -> float:
    """Milliseconds of the fastest of many."""
    times = []
    for _ in range(30):
        began = time.perf_counter()
        await asked()
        times.append(time.perf_counter() - began)
    return min(times) * 1000


@pytest.mark.long
async def test_ten_thousand_blocks_hide_what_they_say_and_do_not_slow(
    door: Door, astrid: Session, bo: Session, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    await choose(door, astrid, all_units=True)

    async def search() -> Any:
        async with door.opened(astrid, "care") as record:
            return await record.search("Observation", [("patient", "vera")])

    async def read() -> Any:
        async with door.opened(astrid, "care") as record:
            return await record.read("Observation", "hb-surgery")

    before = [await _fastest(search), await _fastest(read)]
    period = {"dataPeriod": {"start": "2020-01-01", "end": "2020-12-31"}}
    one = decision("inner-block", "vera", provider="region", actors=("surgery",), **period)
    for first in range(0, BLOCKS, 500):
        async with door.opened(world.SYSTEM, "administration") as record:
            some = [one | {"id": f"b{n}"} for n in range(first, first + 500)]
            await record.write([Wish("update", b, owner=Owner(world.SURGERY, world.REGION)) for b in some])
    await database.run("analyze access.decision")
    assert (await database.one("select count(*) as n from access.decision where kind = 3"))["n"] == BLOCKS
    assert await sees(door, astrid, "hb-surgery")
    after = [await _fastest(search), await _fastest(read)]
    with capsys.disabled():
        said = "\nms with none and with 10,000 blocks on one patient: search {:.2f} {:.2f}, read {:.2f} {:.2f}\n"
        sys.stdout.write(said.format(before[0], after[0], before[1], after[1]))
    await choose(door, bo)
    await write(door, bo, decision("inner-block", "vera", id_="last", provider="region", actors=("surgery",)))
    assert not await sees(door, astrid, "hb-surgery")
    assert after[0] < 1.1 * before[0] + 0.5  # a tenth, and what a busy machine adds
