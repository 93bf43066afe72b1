"""What a programme office keeps, on screens: everybody reads, who is appointed writes, what is wrong is said."""

import pytest

from tests.introduction.programme.conftest import LEADER, OLGA, to
from tests.record.world import BORAS
from tests.web.conftest import NOW, SignIn
from varda.introduction.office import Risks
from varda.introduction.programme import Mandates, Participant, Participants
from varda.kernel.db import Database
from varda.record import Door

OFFICE, KIM, MONA = ("SE9999999999-per", "SE9999999999-kim", "SE9999999999-mona")
RISK = {
    "place": BORAS, "kind": "risk", "words": "Korten hinner inte fram", "probability": "4", "consequence": "4",
    "owner": KIM, "measures": "Beställ", "due": "2026-03-20",
}  # fmt: skip


@pytest.fixture
async def appointed(door: Door, database: Database) -> Database:
    """Per as the office, Kim at Borås, Mona for the municipalities together, Stina in the steering group."""
    mandates = Mandates(database)
    await mandates.give(to("olga", "programme-office", opens=NOW), LEADER, NOW)
    for person, role, where in (
        (OFFICE, "programme-office", ""), (KIM, "project-lead", BORAS), (KIM, "benefit-lead", BORAS),
        (MONA, "municipal-project", ""), ("SE9999999999-stina", "steering-group", ""),
    ):  # fmt: skip
        name = person.rpartition("-")[2].capitalize()
        await mandates.give(to(person, role, where, opens=NOW, name=name), OLGA, NOW)
    await Participants(database).keep([Participant(BORAS, "south", "municipality", ("option-1",))], OLGA, NOW)
    return database


async def test_a_risk_is_raised_at_home_and_read_by_everybody(appointed: Database, signed_in: SignIn) -> None:
    """F220."""
    kim, dan = await signed_in("kim", "nurse"), await signed_in("dan", "nurse")
    at = "/introduction/risks"
    wrong = await kim.post(at, data={**RISK, "due": ""})
    assert wrong.status_code == 422
    assert "Ange vilken dag det ska vara hanterat." in wrong.text
    assert "Korten hinner inte fram" in wrong.text, "nothing typed is lost"
    assert (await kim.post(at, data=RISK)).headers["location"] == f"{at}/1"
    page = (await dan.get(at)).text
    assert "Korten hinner inte fram" in page
    assert 'data-color="danger">16<' in page
    assert 'name="words"' not in page
    assert "Korten hinner inte fram" in (await dan.get(f"{at}?organisation={BORAS}&show=open&area=south")).text
    for asked in ("?show=closed", "?area=west", "?level=programme", "?show=marked"):
        assert "Korten hinner inte fram" not in (await dan.get(f"{at}{asked}")).text, asked
    for path in (at, f"{at}/1", f"{at}/1/level"):
        assert (await dan.post(path, data={**RISK, "revision": "1", "why": "x"})).status_code == 403, path
    assert "1 öppen" in (await dan.get(f"/introduction/organisations/{BORAS}/report")).text
    assert f"/introduction/risks?organisation={BORAS}" in (await dan.get("/introduction/reports")).text
    for nowhere in ("9", "x"):
        assert (await dan.get(f"{at}/{nowhere}")).status_code == 404


async def test_a_risk_is_escalated_and_closed_where_it_is_dealt_with(appointed: Database, signed_in: SignIn) -> None:
    """F220."""
    kim, mona = await signed_in("kim", "nurse"), await signed_in("mona", "nurse")
    at = (await kim.post("/introduction/risks", data=RISK)).headers["location"]
    assert (await kim.post(f"{at}/level", data={"revision": "1", "act": "up", "why": ""})).status_code == 422
    assert (
        await kim.post(f"{at}/level", data={"revision": "1", "act": "up", "why": "Fler har det"})
    ).status_code == 303
    assert "Fler har det" in (await mona.get(at)).text
    assert 'value="closed"' not in (await kim.get(at)).text, "closed where it is dealt with"
    stale = await mona.post(at, data={**RISK, "revision": "1", "words": "Nya ord", "state": "going"})
    assert stale.status_code == 412
    assert "Nya ord" in stale.text
    assert 'name="revision" value="2"' in stale.text, "what was typed can be kept once it is read again"
    closed = {**RISK, "revision": "2", "state": "closed", "reason": "Korten har kommit"}
    assert (await kim.post(at, data=closed)).status_code == 403
    assert (await mona.post(at, data=closed)).status_code == 303
    assert "Korten har kommit" in (await kim.get(at)).text
    assert await Risks(appointed).all() == []
