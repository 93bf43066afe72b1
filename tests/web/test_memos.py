"""Messages about no patient (F27): seen by who wrote them and by whom they are to, told of at once, of no patient."""

import asyncio
import re

import httpx
import pytest

from tests.web.conftest import SignIn, Visitor
from varda.access.people import People
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door
from varda.record.live import Live
from varda.store.writing import type_number

DAN = "Practitioner/dan"


async def told(visitor: httpx.AsyncClient, text: str = "Kan du ta min jour på fredag?", to: str = DAN) -> str:
    """One message; the address of its thread."""
    answer = await visitor.post("/messages", data={"text": text, "to": to})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def waiting(visitor: Visitor) -> int:
    return int((await visitor.get("/inbox/waiting")).json()["waiting"])


async def test_one_is_read_by_whom_it_is_to_and_by_nobody_else(astrid: Visitor, signed_in: SignIn) -> None:
    dan, eva = await signed_in("dan", "nurse"), await signed_in("eva", "nurse")
    thread = await told(astrid)
    assert [await waiting(one) for one in (astrid, dan, eva)] == [0, 1, 0]
    assert "min jour på fredag" in (await dan.get("/inbox")).text
    for page in ("/inbox", "/messages"):
        assert "min jour på fredag" not in (await eva.get(page)).text
    assert (await eva.get(thread)).status_code == 404
    assert (await eva.post(f"{thread}/answer", data={"answer": "Hej"})).status_code == 404
    assert (await eva.post(f"{thread}/read")).status_code == 404
    said = dict(re.findall(r'name="(to|mark)" value="([^"]*)"', (await dan.get(thread)).text))
    old = await dan.post(f"{thread}/answer", data={"answer": "Ja, gärna."} | said | {"mark": "0-0"})
    assert old.status_code == 409, "somebody has written since"
    assert "Ja, gärna.</textarea>" in old.text
    assert [await waiting(one) for one in (astrid, dan, eva)] == [0, 1, 0]
    await dan.post(f"{thread}/answer", data={"answer": "Ja, gärna."} | said)
    assert [await waiting(one) for one in (astrid, dan, eva)] == [1, 0, 0], "who answers has read"
    page = (await astrid.get(thread)).text
    assert page.index("min jour på fredag") < page.index("Ja, gärna.")
    home = re.search(r'action="(/messages/\d+/read)"', (await astrid.get("/inbox")).text)
    assert home
    assert (await astrid.post(home[1], data={"from": "inbox"})).headers["location"] == "/inbox"
    assert await waiting(astrid) == 0


async def test_what_is_to_the_unit_each_reads_for_oneself(astrid: Visitor, signed_in: SignIn) -> None:
    dan, eva = await signed_in("dan", "nurse"), await signed_in("eva", "nurse")
    thread = await told(astrid, "Möte kl. 15.", to="")
    assert [await waiting(one) for one in (astrid, dan, eva)] == [0, 1, 1]
    answer = await dan.post(f"{thread}/read", data={"stays": "yes"}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Trigger"] == "varda:changed"
    assert [await waiting(one) for one in (astrid, dan, eva)] == [0, 0, 1]


async def test_a_unit_s_messages_stand_under_that_unit_alone(astrid: Visitor, signed_in: SignIn) -> None:
    """A2: whoever has two assignments sees what the chosen one reaches."""
    await signed_in("dan", "nurse")
    thread = await told(astrid)
    await astrid.post("/sign-in/assignment", data={"assignment": "SE9999999999-astrid-surgery"})
    assert (await astrid.get(thread)).status_code == 404
    assert "min jour" not in (await astrid.get("/messages")).text


@pytest.mark.parametrize(
    "text",
    ["Ring 19500214-XA07 i dag", "195002149999, eller 500214XA07", "Om 19121212-1212."],
)
async def test_what_names_a_patient_by_number_is_sent_from_the_record(
    astrid: Visitor, signed_in: SignIn, text: str
) -> None:
    """What is about a patient is kept in the record and logged there (R1)."""
    await signed_in("dan", "nurse")
    answer = await astrid.post("/messages", data={"text": text, "to": DAN})
    assert answer.status_code == 422
    assert "Det här nämner någon med identitetsnummer" in answer.text
    assert text in answer.text, "nothing typed is lost"
    assert (
        await astrid.post("/messages", data={"text": "Ring 0703-123456, rum 1234567890", "to": DAN})
    ).status_code == 303


async def test_bad_input_is_told(astrid: Visitor, signed_in: SignIn) -> None:
    await signed_in("dan", "nurse")
    for data in ({"text": " "}, {"text": "x" * 4001}, {"text": "Hej", "to": "Practitioner/bo"}):
        assert (await astrid.post("/messages", data=data)).status_code == 422
    for number in ("0", "x", "9" * 30, "999"):
        assert (await astrid.get(f"/messages/{number}")).status_code in (400, 404)
    lost = await signed_in("eva", "receptionist")
    assert (await lost.get("/messages")).status_code == 403


async def test_an_open_inbox_is_told_that_something_has_come(
    astrid: Visitor, signed_in: SignIn, door: Door, database: Database, clock: SetClock
) -> None:
    """It says that something changed at the unit, and nothing of what."""
    await signed_in("dan", "nurse")
    dan = await People(database).session("SE9999999999-dan", "SE9999999999-dan-cardiology", clock.now())
    live = Live(door)
    telling = asyncio.create_task(live.tell())
    with live.listening(dan) as listener:
        live.heard(f"{dan.unit_key} {type_number('Communication')} 0")
        assert await listener.changed(5) == {"inbox"}
    telling.cancel()
