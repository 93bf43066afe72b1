"""Who has read my record, the copy at the desk, and a reviewer's pages."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import date, timedelta

import httpx
import pytest

from tests.record import world
from tests.record.test_citizens import ROLE
from tests.support import signing_in
from varda.access.people import People
from varda.access.session import Session
from varda.access.tickets import Tickets
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door, Owner, Wish, review

pytestmark = pytest.mark.anyio

SignIn = Callable[[str, str], "httpx.AsyncClient"]
VERA = Session(kind="citizen", actor=f"{world.RESERVE}|19500214-XA07", name="Vera")


@pytest.fixture
async def vera(door: Door, database: Database, visitor: httpx.AsyncClient) -> httpx.AsyncClient:
    """Vera, signed in as the citizen she is."""
    secret = await Tickets(database).made(VERA, kind="browser", now=door.clock.now(), lasts=timedelta(hours=1))
    visitor.cookies.set("varda_session", secret)
    return visitor


@pytest.fixture
async def read(door: Door, database: Database) -> None:
    """Astrid reads about her patient; Bo, elsewhere, chooses to open the same one and reads."""
    people, now = People(database), door.clock.now()
    for name, unit in (("astrid", "cardiology"), ("bo", "surgery")):
        session = await people.session(f"SE9999999999-{name}", f"SE9999999999-{name}-{unit}", now)
        if name == "bo":
            async with door.opened(session, "care") as record:
                await record.choose("vera", reason="nyfiken")
        async with door.opened(session, "care") as record:
            await record.compartment("vera", {"Observation": 5})


@pytest.fixture
async def reviewer(
    door: Door, clock: SetClock, read: None, visitor_of: Callable[..., httpx.AsyncClient]
) -> AsyncIterator[httpx.AsyncClient]:
    """A log reviewer of the region, the day after, when the day was searched."""
    county = [world.person("rev", "Rut", "Rev"), world.assignment("rev", "cardiology", "log-reviewer")]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in county])
    clock.instant += timedelta(days=1)
    await review.run(door, date(2026, 3, 1), "seed")
    async with AsyncExitStack() as stack:
        visitor = await stack.enter_async_context(visitor_of())
        await signing_in.signed_in(visitor, "SE9999999999-rev", "SE9999999999-rev-cardiology")
        yield visitor


@pytest.mark.usefixtures("read")
async def test_a_citizen_sees_where_when_and_in_which_role_but_no_name(vera: httpx.AsyncClient) -> None:
    page = await vera.get("/my-log")
    assert "palette" not in page.text, "nobody searches for patients here"
    assert page.status_code == 200
    for said in ("Cardiology", "Surgery", "Läkare", "provsvar och mätvärden", "2026-03-01 13:00"):
        assert said in page.text
    assert "Lund" not in page.text
    vera.cookies.set("varda_language", "en")
    assert "Who has read the record" in (await vera.get("/my-log")).text


async def test_a_guardian_finds_the_child_s_log_from_the_own_page(
    door: Door, database: Database, visitor: httpx.AsyncClient, astrid: httpx.AsyncClient
) -> None:
    mother = Session(kind="citizen", actor=f"{world.RESERVE}|19880303-XC01", name="Mor")
    child = world.patient("kim", "Kim", "Alm", "20200815-XD02")
    kin = {
        "resourceType": "RelatedPerson", "id": "mum", "patient": {"reference": "Patient/kim"},
        "identifier": [{"system": world.RESERVE, "value": "19880303-XC01"}],
        "relationship": [{"coding": [{"system": ROLE, "code": "GUARD"}]}],
    }  # fmt: skip
    async with door.opened(world.SYSTEM, "administration") as record:
        owner = Owner(world.CARDIOLOGY, world.REGION)
        items = [child, kin, world.contact("kim-stay", "kim", "cardiology")]
        await record.write([Wish("update", one, owner=owner) for one in items])
    assert (await astrid.get("/chart/kim")).status_code == 200
    secret = await Tickets(database).made(mother, kind="browser", now=door.clock.now(), lasts=timedelta(hours=1))
    visitor.cookies.set("varda_session", secret)
    assert 'href="/my-log?patient=kim"' in (await visitor.get("/own")).text
    page = await visitor.get("/my-log?patient=kim")
    for said in ("Kim Alm", "Cardiology", "Läkare"):
        assert said in page.text
    assert (await visitor.get("/my-log?patient=vera")).status_code == 403


@pytest.mark.usefixtures("read")
async def test_staff_print_the_log_at_the_desk_and_the_log_says_to_whom(
    astrid: httpx.AsyncClient, database: Database
) -> None:
    shown = await astrid.get("/chart/vera/access-log")
    assert (shown.status_code, "Surgery" in shown.text) == (200, True)
    copied = await astrid.post("/chart/vera/access-log", data={"to": "patienten"})
    assert "Antecknat som utlämnat till:" in copied.text
    row = await database.one("select what from audit.event where action = 'log-copy'")
    assert row["what"] == "access log, copy handed to patienten"
    assert (await astrid.get("/chart/asa/access-log")).status_code == 404
    assert (await astrid.get("/my-log")).status_code == 303


async def test_a_reviewer_opens_a_matter_and_closes_it(reviewer: httpx.AsyncClient) -> None:
    waiting = await reviewer.get("/review")
    assert "Läst efter aktivt val, utan vårdrelation" in waiting.text
    opened = await reviewer.get("/review/1")
    for said in ("Bo Ek", "öppnade journalen", "Surgery"):
        assert said in opened.text
    done = await reviewer.post("/review/1", data={"outcome": "unjustified", "note": "=nyfikenhet"})
    assert done.status_code == 303, done.text
    assert "Inget väntar på bedömning." in (await reviewer.get("/review")).text
    assert "Inte befogad" in (await reviewer.get("/review?show=closed")).text
    table = await reviewer.get("/review/year?year=2026&as=csv")
    assert table.text.splitlines()[1] == f"{world.SURGERY};Surgery;no-relation;1;1;0;0;1;0"
    assert "attachment" in table.headers["content-disposition"]
    page = (await reviewer.get("/review/year?year=2026")).text
    assert "Surgery" in page
    assert ("year=2025" in page, "year=2027" in page) == (True, False), "back, and not into what has not been"
    assert "year=2026" in (await reviewer.get("/review/year?year=2025")).text


@pytest.mark.parametrize(("path", "status"), [("/review/x", 404), ("/review/999", 404), ("/review/year?year=x", 400)])
async def test_what_is_not_there_is_told(reviewer: httpx.AsyncClient, path: str, status: int) -> None:
    assert (await reviewer.get(path)).status_code == status


async def test_who_may_not_review_is_refused(astrid: httpx.AsyncClient) -> None:
    for path in ("/review", "/review/1", "/review/year"):
        assert (await astrid.get(path)).status_code == 403
