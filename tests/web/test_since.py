"""What has come since somebody last looked is marked for that person, and changes nothing else."""

from datetime import timedelta

import httpx

from tests.record import world
from tests.record.test_seeking import note, written
from tests.support.signing_in import signed_in
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door, looks

ASTRID = ("SE9999999999-astrid", "SE9999999999-astrid-cardiology")
MARK = '<span class="new">'


async def test_what_came_since_the_last_sitting_is_marked_until_the_next(
    door: Door, astrid: httpx.AsyncClient, clock: SetClock
) -> None:
    await written(door, world.CARDIOLOGY, note("before", "Förr."))
    first = (await astrid.get("/chart/vera")).text
    assert MARK not in first
    assert "sedan du senast" not in first
    clock.instant += timedelta(hours=3)
    theirs = note("since", "Sedan.") | {"author": [{"reference": "Practitioner/bo"}]}
    await written(door, world.CARDIOLOGY, theirs, note("mine", "Min."))
    await signed_in(astrid, *ASTRID)
    for path in ("/chart/vera", "/chart/vera/notes", "/chart/vera"):
        page = (await astrid.get(path)).text
        assert page.count(MARK) == 1, "of two notes one is another's"
        assert page.index("notes/since") < page.index(MARK)
    assert "Nytt sedan du senast tittade, 2026-03-01 13:00: 1." in (await astrid.get("/chart/vera")).text
    clock.instant += timedelta(minutes=31)
    await signed_in(astrid, *ASTRID)
    assert MARK not in (await astrid.get("/chart/vera")).text


async def test_looks_are_each_persons_own_and_nothing_is_kept_of_a_closed_chart(
    door: Door, astrid: httpx.AsyncClient, database: Database
) -> None:
    await astrid.get("/chart/vera")
    await astrid.get("/chart/asa")
    rows = await database.all("select person from record.look")
    assert [row["person"] for row in rows] == ["SE9999999999-astrid"]


async def test_a_look_is_forgotten_when_the_logs_time_is_over(
    door: Door, astrid: httpx.AsyncClient, database: Database, clock: SetClock
) -> None:
    await astrid.get("/chart/vera")
    await looks.cleared(database, clock.now() + looks.KEPT - timedelta(days=1))
    assert await database.all("select 1 from record.look")
    await looks.cleared(database, clock.now() + looks.KEPT + timedelta(days=1))
    assert not await database.all("select 1 from record.look")
