"""Open pages are told THAT something changed, over several processes, and only who may see it (A1-A3, A13)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from tests.record import world
from varda.access import Session
from varda.kernel.clock import SetClock
from varda.kernel.db import Database, listening
from varda.record import Door, Owner, Wish
from varda.record.live import CALLS, CHANNEL, KINDS, MOST, Listener, Live, say_people

SOON, NOT = 5.0, 0.8


def task(patient: str = "vera", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "for": {"reference": f"Patient/{patient}"},
    } | more


@pytest.fixture
async def live(door: Door, database_url: str, clock: SetClock) -> AsyncIterator[Live]:
    """Another process than the one that writes: a door and a pool of its own, and what it hears."""
    own = await Database.connect(database_url, size=2)
    live = Live(Door(own, door.journal, clock))
    ready = asyncio.Event()

    def heard(word: str) -> None:
        ready.set()
        if word:
            live.heard(word)

    both = [asyncio.create_task(listening(database_url, CHANNEL, heard)), asyncio.create_task(live.tell())]
    await asyncio.wait_for(ready.wait(), 20)
    yield live
    for one in both:
        one.cancel()
    for one in both:
        with suppress(asyncio.CancelledError):
            await one
    await own.close()


async def told(listener: Listener, within: float = SOON) -> set[str]:
    return await listener.changed(within)


async def test_the_unit_is_told_and_nobody_else(
    door: Door, live: Live, astrid: Session, bo: Session, cia: Session
) -> None:
    paramedic = replace(astrid, role="paramedic")
    with ExitStack() as stack:
        hers, *others = [stack.enter_context(live.listening(one)) for one in (astrid, bo, cia, paramedic)]
        async with door.opened(astrid, "care") as record:
            await record.create(task())
        assert await told(hers) == {"inbox"}
        assert [await told(one, NOT) for one in others] == [set(), set(), set()]


async def test_a_call_for_a_coach_is_told_to_people_by_name_wherever_they_work(
    door: Door, live: Live, database: Database, astrid: Session, bo: Session, cia: Session
) -> None:
    """F204."""
    with ExitStack() as stack:
        hers, his, others = [stack.enter_context(live.listening(one)) for one in (astrid, bo, cia)]
        async with database.transaction() as work:
            await say_people(work, [astrid.actor, bo.actor, ""])
        assert await told(hers) == {CALLS}
        assert await told(his) == {CALLS}
        assert await told(others, NOT) == set()


async def test_who_does_not_reach_the_patient_is_not_told_though_the_unit_owns_it(
    door: Door, live: Live, astrid: Session
) -> None:
    """Åsa lies at surgery; what a system writes of her for cardiology is seen by nobody there."""
    with live.listening(astrid) as hers:
        async with door.opened(world.SYSTEM, "import") as record:
            owner = Owner(world.CARDIOLOGY, world.REGION)
            await record.write([Wish("update", task("asa", id="about-asa"), owner=owner)])
        assert await told(hers, NOT) == set()
        async with door.opened(world.SYSTEM, "import") as record:
            await record.write([Wish("update", task("vera", id="about-vera"), owner=owner)])
        assert await told(hers) == {"inbox"}


async def test_a_contact_that_ends_is_told_though_it_takes_the_patient_out_of_sight(
    door: Door, live: Live, astrid: Session
) -> None:
    with live.listening(astrid) as hers:
        async with door.opened(astrid, "care") as record:
            stay = await record.read("Encounter", "vera-stay")
            await record.update({**stay.resource, "status": "finished"}, expected=stay.version)
        assert await told(hers) == {"list"}


async def test_what_is_undone_measured_or_loaded_in_bulk_is_not_told(door: Door, live: Live, astrid: Session) -> None:
    with live.listening(astrid) as hers:
        with pytest.raises(ZeroDivisionError):
            async with door.opened(astrid, "care") as record:
                await record.create(task())
                _ = 1 / 0
        async with door.opened(astrid, "care") as record:
            await record.create(world.haemoglobin("vera"))
        async with door.opened(astrid, "care") as record:
            await record.write([Wish("create", task()) for _ in range(MOST + 1)])
        assert await told(hers, NOT) == set()


async def test_creates_that_share_a_commit_are_told_too(door: Door, live: Live, astrid: Session) -> None:
    with live.listening(astrid) as hers:
        async with door.opened(astrid, "care") as record:
            await record.create_alone(task())
        assert await told(hers) == {"inbox"}


async def test_what_may_have_been_missed_is_told_once_the_line_is_back(
    door: Door, database_url: str, astrid: Session
) -> None:
    live = Live(door)
    both = [asyncio.create_task(listening(database_url, CHANNEL, live.heard)), asyncio.create_task(live.tell())]
    try:
        with live.listening(astrid) as hers:
            assert await told(hers, 20) == KINDS
            with psycopg.connect(database_url) as server:
                server.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'varda live'"
                )
            assert await told(hers, 20) == KINDS
    finally:
        for one in both:
            one.cancel()
        await asyncio.gather(*both, return_exceptions=True)
