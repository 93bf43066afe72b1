"""Who covers when somebody is away (WORKFLOWS 7): what waits for one waits for the other too; no right is given."""

import re
from datetime import timedelta

import httpx
import pytest

from tests.care.test_answers import report
from tests.web.conftest import SignIn, Visitor
from tests.web.test_answers import received
from tests.web.test_inbox import asked
from varda.access.people import People
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door
from varda.record.covering import Cover, covered, for_whom

ASTRID, DAN, EVA = "Practitioner/astrid", "Practitioner/dan", "Practitioner/eva"
DAYS = {"first": "2026-03-01", "last": "2026-03-07"}


async def answered(door: Door, text: str, who: str = ASTRID) -> str:
    """An answer that waits for somebody."""
    return await received(door, report(text, resultsInterpreter=[{"reference": who}]))


async def covers(visitor: Visitor, by: str = DAN, **more: str) -> httpx.Response:
    return await visitor.post("/cover", data={"by": by} | DAYS | more)


async def waiting(visitor: Visitor) -> int:
    return int((await visitor.get("/inbox/waiting")).json()["waiting"])


async def test_what_waits_for_who_is_away_waits_for_who_covers_marked_with_whose_it_is(
    astrid: Visitor, signed_in: SignIn, door: Door
) -> None:
    dan = await signed_in("dan", "physician")
    answer = await answered(door, "Inga fynd.")
    home = await asked(astrid)
    await astrid.post(f"{home}/take-on", data={"version": "1"})
    assert await waiting(dan) == 0
    assert (await covers(astrid)).status_code == 303
    page = (await dan.get("/inbox")).text
    assert "Svar att signera, för dem jag bevakar" in page
    assert "Uppgifter för dem jag bevakar" in page
    assert page.count("för Astrid Lund") == 2
    assert (await waiting(dan), await waiting(astrid)) == (2, 2), "nothing is taken from who is away"
    assert "för Astrid Lund" in (await dan.get("/answers")).text
    await dan.post("/answers/sign", data={"answer": answer, "mark": "1", "from": "chart"})
    await dan.post(f"{home}/done", data={"version": "2"})
    assert (await waiting(dan), await waiting(astrid)) == (0, 0)


async def test_it_holds_from_the_first_day_to_the_last(
    astrid: Visitor, signed_in: SignIn, door: Door, database: Database, clock: SetClock
) -> None:
    """Days are Sweden's: midnight is an hour before that of UTC."""
    await signed_in("dan", "physician")
    await covers(astrid, first="2026-03-02", last="2026-03-02")
    dan = await People(database).session("SE9999999999-dan", "SE9999999999-dan-cardiology", clock.now())
    told = []
    for day, hour, minute in ((1, 22, 59), (1, 23, 0), (2, 12, 0), (2, 22, 59), (2, 23, 0)):
        clock.instant = clock.instant.replace(day=day, hour=hour, minute=minute)
        async with door.opened(dan, "care") as record:
            told.append(list(await covered(record)))
    assert told == [[], [ASTRID], [ASTRID], [ASTRID], []]


async def test_one_who_is_back_ends_it_at_once(astrid: Visitor, signed_in: SignIn, door: Door) -> None:
    dan = await signed_in("dan", "physician")
    await answered(door, "Inga fynd.")
    await covers(astrid)
    end = re.search(r'action="(/cover/\d+/end)"', (await astrid.get("/cover")).text)
    assert end
    assert (await dan.post(end[1])).status_code == 404, "it is Astrid's to end"
    assert await waiting(dan) == 1
    assert (await astrid.post(end[1])).status_code == 303
    assert await waiting(dan) == 0
    assert (await astrid.post(end[1])).status_code == 404
    assert (await astrid.post("/cover/x/end")).status_code == 400


async def test_cover_gives_no_right(astrid: Visitor, signed_in: SignIn, door: Door, database: Database) -> None:
    """A2: a nurse who covers a physician signs no answer, and nobody reads what the own assignment does not reach."""
    dan = await signed_in("dan", "nurse")
    answer = await answered(door, "Inga fynd.")
    await covers(astrid)
    assert "Inga fynd." in (await dan.get("/inbox")).text
    assert "sign-answer" not in (await dan.get("/answers")).text
    assert (await dan.post("/answers/sign", data={"answer": answer, "mark": "1"})).status_code == 403
    await database.run("delete from access.reach where compartment <> 0")
    assert "Inga fynd." not in (await dan.get("/inbox")).text
    assert await waiting(dan) == 0


async def test_a_cover_is_of_one_unit(astrid: Visitor, signed_in: SignIn) -> None:
    dan = await signed_in("dan", "physician")
    await covers(astrid)
    chosen = {"assignment": "SE9999999999-astrid-surgery"}
    await astrid.post("/sign-in/assignment", data=chosen)
    assert "Dan" not in (await astrid.get("/cover")).text
    assert "Astrid Lund" in (await dan.get("/cover")).text


async def test_the_manager_says_it_for_others_and_nobody_else_does(astrid: Visitor, signed_in: SignIn) -> None:
    dan, chief = await signed_in("dan", "physician"), await signed_in("eva", "unit-manager", "administration")
    assert (await covers(dan, by=DAN, away=ASTRID)).status_code == 403
    assert (await covers(chief, away=ASTRID)).status_code == 303
    page = (await dan.get("/cover")).text
    assert "Astrid Lund" in page
    assert "Eva Ny" in page, "who noted it"
    end = re.search(r'action="(/cover/\d+/end)"', (await chief.get("/cover")).text)
    assert end
    assert (await chief.post(end[1])).status_code == 303


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"by": ASTRID}, "Välj en kollega som bevakar."),
        ({"by": "Practitioner/bo"}, "Välj en kollega som bevakar."),
        ({"by": ""}, "Välj en kollega som bevakar."),
        ({"first": "i dag"}, "Skriv datumet som"),
        ({"last": ""}, "Skriv datumet som"),
        ({"last": "2026-02-28"}, "Den sista dagen"),
        ({"first": "2026-02-01", "last": "2026-02-02"}, "Den sista dagen"),
        ({"last": "2028-01-01"}, "Ett år är det längsta."),
    ],
)
async def test_what_cannot_be_is_told_beside_what_was_typed(
    astrid: Visitor, signed_in: SignIn, said: dict[str, str], told: str
) -> None:
    await signed_in("dan", "physician")
    answer = await covers(astrid, **said)
    assert answer.status_code == 422
    assert told in answer.text


async def test_nobody_who_is_away_covers(astrid: Visitor, signed_in: SignIn) -> None:
    dan = await signed_in("dan", "physician")
    await signed_in("eva", "physician")
    await covers(dan, by=EVA)
    answer = await covers(astrid, by=DAN)
    assert answer.status_code == 422
    assert "Den kollegan är också borta då." in answer.text


def test_who_covers_for_somebody_away_covers_what_that_one_covered(clock: SetClock) -> None:
    now = clock.now()
    chain = [
        Cover(one, one, by, by, now, now + timedelta(days=1)) for one, by in [(ASTRID, DAN), (DAN, EVA), (EVA, ASTRID)]
    ]
    assert for_whom(chain[:2], EVA) == {DAN: DAN, ASTRID: ASTRID}
    assert for_whom(chain[:2], DAN) == {ASTRID: ASTRID}
    assert for_whom(chain, ASTRID) == {EVA: EVA, DAN: DAN}, "a circle ends"
    assert for_whom([], EVA) == {}


async def test_what_nobody_covers_stays_with_the_unit(astrid: Visitor, signed_in: SignIn, door: Door) -> None:
    dan = await signed_in("dan", "physician")
    await answered(door, "Inga fynd.", "Practitioner/gone")
    assert await waiting(dan) == 0
    assert "Inga fynd." in (await dan.get("/answers/unit")).text
    assert "Inga fynd." in (await astrid.get("/answers/unit")).text
