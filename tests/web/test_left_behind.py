"""Work that is not finished when a contact ends (decision 35): its lists say so, and an active choice opens it."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest

from tests.care.test_answers import ordered, signed, value
from tests.record import world
from tests.support import signing_in
from tests.web.conftest import SignIn
from tests.web.test_countersigning import signs
from tests.web.test_dictations import spoken
from tests.web.test_messages import sent
from varda.access.people import People
from varda.access.session import Session
from varda.care.results import one_answer, waiting
from varda.fhir.keys import key
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door, Owner, Wish

REASON = "Oavslutat arbete vid den egna enheten"
LISTS = ("/inbox", "/inbox/unit", "/unsigned", "/unsigned/unit", "/dictations", "/answers", "/answers/unit")
Left = Callable[[], Awaitable[None]]


@pytest.fixture
async def me(astrid: httpx.AsyncClient, database: Database, clock: SetClock) -> Session:
    return await People(database).session("SE9999999999-astrid", "SE9999999999-astrid-cardiology", clock.now())


@pytest.fixture
async def left(astrid: httpx.AsyncClient, signed_in: SignIn, door: Door, me: Session) -> Left:
    """One of every kind waits for Astrid about Vera, whose contact at cardiology then ends."""
    await signed_in("dan", "nurse")

    async def made() -> None:
        stina = await signed_in("stina", "medical-student")
        eva = await signed_in("eva", "nurse")
        await signs(astrid, "Osignerat.", act="unsigned")
        await signs(stina, "Studentens.", counter="Practitioner/astrid")
        await spoken(astrid)
        await astrid.post("/chart/vera/tasks/write", data={"what": "Ring dottern", "when": "today"})
        await sent(eva, "Kan du titta?", to="Practitioner/astrid")
        await ordered(door, me)
        await ends(door)

    return made


async def ends(door: Door) -> None:
    async with door.opened(world.SYSTEM, "import") as record:
        for one in (await record.search("Encounter", [("patient", "vera")])).matches:
            await record.update(one.resource | {"status": "finished"})


async def numbers(visitor: httpx.AsyncClient) -> tuple[int, str]:
    """How many wait, and how many are left."""
    return (await visitor.get("/inbox/waiting")).json()["waiting"], await told(visitor)


async def told(visitor: httpx.AsyncClient, address: str = "/inbox") -> str:
    found = re.search(r"data-left>\s*(\d+\+?) ej avslut", main((await visitor.get(address)).text))
    return found[1] if found else ""


def main(page: str) -> str:
    return page.partition("<main")[2]


async def test_every_list_says_how_much_is_left_and_names_nobody(astrid: httpx.AsyncClient, left: Left) -> None:
    await left()
    left_there = {}
    for one in LISTS:
        page = main((await astrid.get(one)).text)
        left_there[one] = await told(astrid, one)
        assert "Vera" not in page, one
        assert "19500214" not in page, one
        for word in ("Osignerat", "Studentens", "Ring dottern", "Kan du titta"):
            assert word not in page, (one, word)
    assert left_there == {
        "/inbox": "6", "/inbox/unit": "3", "/unsigned": "2", "/unsigned/unit": "1", "/dictations": "1",
        "/answers": "1", "/answers/unit": "1",
    }  # fmt: skip
    assert await numbers(astrid) == (0, "6")


async def test_who_it_is_about_is_told_when_somebody_asks_with_the_kinds_and_nothing_of_what_it_says(
    astrid: httpx.AsyncClient, left: Left, database: Database
) -> None:
    """A1: name, number and age, as to whoever types a whole number; logged as that is (section 3)."""
    await left()
    for address in ("/inbox/left", "/inbox/left/unit"):
        before = await _found(database)
        page = main((await astrid.get(address)).text)
        assert "Vera Maria Åkesson" in page
        assert "19500214-XA07" in page
        assert "76 år" in page
        assert page.count('action="/chart/vera/choose"') == 1, "one row a patient, however much is left"
        for kind in ("anteckning att signera", "anteckning att kontrasignera", "diktat att skriva", "uppgift",
                     "svar att signera", "oläst meddelande"):  # fmt: skip
            assert kind in page, kind
        for word in ("Osignerat", "Studentens", "Ring dottern", "Kan du titta", "Blodprover"):
            assert word not in page, word
        assert await _found(database) == before + 1
    (row,) = await database.all("select what, outcome from audit.event where action = 'find' order by at desc limit 1")
    assert row["what"].startswith("work left behind: ")


async def _found(database: Database) -> int:
    query = "select count(*) as n from audit.event where action = 'find' and $1 = any(patients)"
    return int((await database.one(query, key("Patient/vera")))["n"])


async def test_opening_is_the_active_choice_with_its_reason_for_one_person_and_what_is_finished_leaves_the_line(
    astrid: httpx.AsyncClient, signed_in: SignIn, left: Left, database: Database, clock: SetClock
) -> None:
    await left()
    page = (await astrid.get("/inbox/left")).text
    form = page.partition('action="/chart/vera/choose"')[2].partition("</form>")[0]
    said = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert said["reason"] == REASON
    opened = await astrid.post("/chart/vera/choose", data=said)
    assert (opened.status_code, opened.headers["location"]) == (303, "/chart/vera"), "the kinds stand in several places"
    (row,) = await database.all("select what from audit.event where action = 'choice'")
    assert REASON in row["what"]
    assert await numbers(astrid) == (6, "")
    task = re.search(r'action="(/chart/vera/tasks/[^"]+/done)"', (await astrid.get("/inbox")).text)
    assert task
    assert (await astrid.post(task[1], data={"version": "1"})).status_code == 303
    ulf = await signed_in("ulf", "physician")
    assert "ej avslut" in (await ulf.get("/unsigned/unit")).text, "it is open to the one who chose alone"
    clock.instant += timedelta(hours=12)
    await signing_in.signed_in(astrid, "SE9999999999-astrid", "SE9999999999-astrid-cardiology")
    assert await numbers(astrid) == (0, "5")


async def test_work_of_one_place_is_opened_where_it_stands(
    astrid: httpx.AsyncClient, signed_in: SignIn, door: Door
) -> None:
    dan = await signed_in("dan", "nurse")
    await sent(astrid, to="Practitioner/dan")
    await ends(door)
    page = (await dan.get("/inbox/left")).text
    form = page.partition('action="/chart/vera/choose"')[2].partition("</form>")[0]
    said = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert (await dan.post("/chart/vera/choose", data=said)).headers["location"] == "/chart/vera/messages"
    assert (await dan.post("/chart/vera/choose", data=said | {"to": "//x"})).headers["location"] == "/chart/vera"


async def test_nobody_is_told_of_a_kind_that_the_role_does_not_bring_to_an_end(signed_in: SignIn, left: Left) -> None:
    """A2: a nurse signs no answers, a secretary no notes; who brings nothing to an end is refused."""
    await left()
    dan = await signed_in("dan", "nurse")
    page = main((await dan.get("/inbox/left/unit")).text)
    assert "svar att signera" not in page
    assert "anteckning att signera" in page
    saga = main((await (await signed_in("saga", "medical-secretary")).get("/inbox/left/unit")).text)
    assert "anteckning att signera" not in saga
    assert "diktat att skriva" in saga
    for role in ("receptionist", "paramedic", "unit-manager", "log-reviewer"):
        other = await signed_in(role, role)
        assert (await other.get("/inbox/left")).status_code == 403, role
        assert (await other.get("/inbox/left/unit")).status_code == 403, role
        assert "Vera" not in (await other.get("/inbox/left/unit")).text


async def test_another_unit_learns_nothing(
    left: Left, visitor_of: Callable[..., httpx.AsyncClient], door: Door
) -> None:
    """A3, A13: what one unit has left is no other's to know, in the county or across the wall between providers."""
    await left()
    for name, unit in (("bo", "surgery"), ("cia", "homecare"), ("astrid", "surgery")):
        async with visitor_of() as other:
            await signing_in.signed_in(other, f"SE9999999999-{name}", f"SE9999999999-{name}-{unit}")
            for address in ("/inbox/left", "/inbox/left/unit"):
                page = main((await other.get(address)).text)
                assert "Ingenting är kvar." in page
                assert "Vera" not in page
            assert await numbers(other) == (0, "")


async def test_a_block_of_the_own_unit_s_data_changes_nothing(
    astrid: httpx.AsyncClient, left: Left, door: Door
) -> None:
    """A4: an inner block keeps other units out and never the unit itself."""
    await left()
    block = world.decision("inner-block", "vera", id_="b", provider="region", actors=("cardiology",))
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", block, owner=Owner(world.CARDIOLOGY, world.REGION))])
    assert await numbers(astrid) == (0, "6")
    assert "Vera Maria Åkesson" in (await astrid.get("/inbox/left")).text


async def test_a_protected_person_is_told_of_as_in_any_finding_by_number(
    astrid: httpx.AsyncClient, left: Left, door: Door
) -> None:
    """A14: name, number and age, and nothing of where."""
    await left()
    label = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}
    vera = world.patient("vera", "Vera Maria", "Åkesson", "19500214-XA07")
    hidden = vera | {"meta": label, "address": [{"line": ["Hemliga gatan 7"]}], "telecom": [{"value": "0500-123"}]}
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", hidden, owner=Owner("", ""))])
    page = (await astrid.get("/inbox/left")).text
    assert "Vera Maria Åkesson" in page
    assert "Hemliga gatan" not in page
    assert "0500-123" not in page


async def test_what_is_reached_is_not_left(astrid: httpx.AsyncClient, left: Left, door: Door) -> None:
    """A booking, a plan, a team or a new contact brings it back into the lists by itself."""
    await left()
    again = world.contact("again", "vera", "cardiology")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", again, owner=Owner(world.CARDIOLOGY, world.REGION))])
    assert await numbers(astrid) == (6, "")
    assert "Ingenting är kvar." in (await astrid.get("/inbox/left/unit")).text


async def test_who_covers_is_told_of_what_waits_for_who_is_away(
    astrid: httpx.AsyncClient, signed_in: SignIn, left: Left
) -> None:
    await left()
    ulf = await signed_in("ulf", "physician")
    assert await numbers(ulf) == (0, "2"), "the dictation and the task, which are anybody's"
    await astrid.post("/cover", data={"by": "Practitioner/ulf", "first": "2026-03-01", "last": "2026-03-07"})
    assert await told(ulf) == "5", "with her answer, message and countersignature"


async def test_what_changed_and_what_came_alone_is_left_as_mine_and_each_answer_once(
    astrid: httpx.AsyncClient, signed_in: SignIn, door: Door, me: Session
) -> None:
    """WORKFLOWS 7: a late single result and a corrected one after the contact disappear from nobody's sight."""
    checked, both = await ordered(door, me, ("N", "N")), await ordered(door, me)
    await signed(door, me, checked)
    async with door.opened(me, "care") as record:
        report = (await record.read("DiagnosticReport", both)).resource
        await record.create(value("H") | {"basedOn": report["basedOn"]})
        again = [(await one_answer(record, "DiagnosticReport", one)).readings[0].id for one in (checked, both)]
    await ends(door)
    assert await told(astrid, "/answers") == "2", "the one that nobody has signed and the single one"
    async with door.opened(world.SYSTEM, "import") as record:
        for one in again:
            stored = (await record.read("Observation", one)).resource
            await record.update(stored | value("LL", "58", status="corrected"))
    assert await told(astrid, "/answers") == "3"
    assert await told(astrid, "/answers/unit") == "3"
    ulf = await signed_in("ulf", "physician")
    assert await told(ulf, "/answers") == "", "what others ordered is not his"
    assert await told(ulf, "/answers/unit") == "3"
    await astrid.post("/chart/vera/choose", data={"width": "unit", "reason": REASON})
    async with door.opened(me, "care") as record:
        assert len((await waiting(record, (me.practitioner,))).waiting) == 3, "as the list itself says"


@pytest.mark.parametrize("when", ["alone", "changed"])
async def test_a_result_after_the_contact_tells_the_one_who_ordered_it_about_whom(
    astrid: httpx.AsyncClient, door: Door, me: Session, when: str
) -> None:
    id_ = await ordered(door, me)
    await signed(door, me, id_)
    await ends(door)
    assert "Vera" not in main((await astrid.get("/inbox/left")).text)
    async with door.opened(world.SYSTEM, "import") as record:
        report = (await record.read("DiagnosticReport", id_)).resource
        stored = (await record.read("Observation", report["result"][0]["reference"].rpartition("/")[2])).resource
        if when == "changed":
            await record.update(stored | value("LL", "58", status="corrected"))
        else:
            new = {name: said for name, said in stored.items() if name not in ("id", "meta")}
            owner = Owner(world.CARDIOLOGY, world.REGION)
            await record.write([Wish("create", new | {"basedOn": report["basedOn"]}, owner=owner)])
    page = main((await astrid.get("/inbox/left")).text)
    assert "Vera Maria Åkesson" in page
    assert "svar att signera" in page


async def test_a_number_that_is_too_small_says_so(
    astrid: httpx.AsyncClient, door: Door, me: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        await ordered(door, me)
    await ends(door)
    assert await told(astrid, "/answers") == "2"
    monkeypatch.setattr("varda.record.unfinished.MOST", 1)
    assert await told(astrid, "/answers") == "1+"


async def test_an_open_page_asks_nothing_of_what_is_left(astrid: httpx.AsyncClient, left: Left) -> None:
    """It would be asked anew by every window at every change of the unit's."""
    await left()
    assert (await astrid.get("/inbox/waiting")).json() == {"waiting": 0}
    for one in ("/inbox", "/inbox/unit"):
        piece = await astrid.get(one, headers={"HX-Request": "true", "X-Varda-Quiet": "yes"})
        assert piece.status_code == 200
        assert "data-left" not in piece.text
