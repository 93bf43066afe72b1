"""Staff erase nothing by any way of the API: 405 and entered-in-error (R2); what was destroyed answers 410 (R4)."""

from datetime import date
from functools import partial

import httpx
import pytest

from tests.api.conftest import asking
from tests.api.resources import body, entry, haemoglobin, issues, put, send
from tests.record import world
from varda.access.people import People
from varda.access.session import Session
from varda.kernel.clock import WallClock
from varda.kernel.db import Database
from varda.record import Door, Owner, Wish, destruction

pytestmark = pytest.mark.anyio


@pytest.fixture
async def astrid(door: Door) -> Session:
    """A physician at cardiology, where Vera lies."""
    await world.fill(door)
    sessions = await People(door.database).sessions("SE9999999999-astrid", WallClock().now())
    return next(session for session in sessions if session.organization == "cardiology")


@pytest.mark.parametrize(
    "what",
    [
        "Observation/hb-cardiology",
        "Observation/nothing",
        "Observation?_id=hb-cardiology",
        "Observation?_id=nothing",
        "Observation?patient=vera&code=718-7",
        "Patient/vera",
        "Organization/region",
        "Consent?patient=vera",
    ],
)
async def test_every_way_of_deleting_is_refused_alike(door: Door, astrid: Session, what: str) -> None:
    before = await door.database.one("select count(*) as n from store.version")
    async with asking(door, astrid) as http:
        alone = await http.delete(what)
        inside = await send(http, entry(haemoglobin()), entry(None, "DELETE", what))
        beside = body(await send(http, entry(haemoglobin()), entry(None, "DELETE", what), kind="batch"))["entry"]
    assert (alone.status_code, inside.status_code) == (405, 405)
    for told in (issues(alone), issues(inside), beside[1]["response"]["outcome"]["issue"]):
        assert "entered-in-error" in told[0]["diagnostics"]
    assert [one["response"]["status"] for one in beside] == ["201", "405"]
    after = await door.database.one("select count(*) as n from store.version")
    assert after["n"] == before["n"] + 1, "only the batch's own create"
    rows = await door.database.all("select what from audit.event where action = 'attempt' and outcome = 'refused'")
    assert [row["what"].startswith("V405 delete") for row in rows] == [True, True, True]


async def test_a_system_with_the_right_writes_a_deleted_version(http: httpx.AsyncClient) -> None:
    await put(http, world.patient("vera", "Vera", "Åkesson", "19500214-XA07"))
    await put(http, haemoglobin(id_="old"))
    assert (await http.delete("Observation?_id=old")).status_code == 204
    answer = await http.get("Observation/old")
    assert (answer.status_code, "history remains" in answer.text) == (410, True)
    assert body(await http.get("Observation/old/_history"))["total"] == 2


async def test_what_was_destroyed_answers_410_in_plain_words(door: Door, astrid: Session, database_url: str) -> None:
    people = [world.person(name, name.capitalize(), "Arkiv") for name in ("greta", "hans")]
    roles = [world.assignment(name, "surgery", "records-officer") for name in ("greta", "hans")]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", item, owner=Owner("", "")) for item in [*people, *roles]])
    now, access = WallClock().now(), People(door.database)
    (greta,), (hans,) = [await access.sessions(f"SE9999999999-{name}", now) for name in ("greta", "hans")]
    wanted = destruction.Decision(
        patient="vera", case_number="77/2026", authority="IVO", decided=date(2026, 1, 2), reason="x",
        entries=("Observation/hb-cardiology",),
    )  # fmt: skip
    async with door.opened(greta, "destruction") as record:
        number = await destruction.ask(record, wanted)
    async with door.opened(hans, "destruction") as record:
        await destruction.order(record, number)
    door.keeper = partial(Database.connect, database_url, size=1, role="varda_keeper")
    await destruction.carry_out(door, number)
    async with asking(door, astrid) as http:
        for way in ("Observation/hb-cardiology", "Observation/hb-cardiology/_history/1"):
            answer = await http.get(way)
            assert answer.status_code == 410
            said = issues(answer)[0]["diagnostics"]
            assert "destroyed" in said
            assert "case 77/2026" in said
            assert "Hans Arkiv" in said
        (left,) = body(await http.get("Observation/hb-cardiology/_history"))["entry"]
        assert "resource" not in left
        assert (await put(http, haemoglobin(id_="hb-cardiology"))).status_code == 409
        assert "entry" not in body(await http.get("Observation?patient=vera"))
