"""Gröna korset: a month of a unit's days, by what was reported and by what the meeting says (F244)."""

from datetime import date, timedelta

import pytest

from tests.web.conftest import SignIn, Visitor
from tests.web.test_deviations import reported
from varda.care.deviations import Said, counted, day_of, shaped
from varda.kernel.db import Database

DAY = date(2026, 3, 1)
SAID = {"day": "2026-03-01", "colour": "green", "text": "", "follow_up": ""}


@pytest.mark.parametrize(
    ("severities", "said", "colour"),
    [
        ([], "", ""),
        ([], "green", "green"),
        (["none"], "", "yellow"),
        (["none"], "green", "yellow"),
        (["none", "minor"], "yellow", "orange"),
        (["moderate"], "red", "red"),
        (["catastrophic"], "green", "red"),
    ],
)
def test_the_graver_of_what_happened_and_what_was_said_stands(severities: list[str], said: str, colour: str) -> None:
    assert day_of(DAY, severities, Said(DAY, said, "", "") if said else None).colour == colour


@pytest.mark.parametrize("last", [28, 29, 30, 31])
def test_every_day_has_one_place_in_the_cross(last: int) -> None:
    days = [day_of(DAY + timedelta(days=nth), [], None) for nth in range(last)]
    rows = shaped(days)
    assert [len(row) for row in rows] == [7] * 7
    assert [one for row in rows for one in row if one] == days
    assert all(row[0] is None and row[6] is None for row in (rows[0], rows[1], rows[5], rows[6])), "arms"
    assert sum(counted(days).values()) == 0


async def test_the_meeting_says_how_the_day_was_and_a_deviation_turns_it(
    signed_in: SignIn, astrid: Visitor, database: Database
) -> None:
    gun = await signed_in("gun", "unit-manager")
    assert (await gun.post("/green-cross", data=SAID)).status_code == 303
    assert 'data-colour="green"' in (await astrid.get("/green-cross")).text
    await reported(astrid)
    page = (await astrid.get("/green-cross?month=2026-03")).text
    assert 'data-colour="orange"' in page
    assert 'data-colour="green"' not in page
    assert "Fel dos" not in page, "what was reported is told to few"
    said = SAID | {"colour": "red", "text": "Fallolycka", "follow_up": "Sänglarm provas"}
    assert (await astrid.post("/green-cross", data=said)).status_code == 303
    page = (await gun.get("/green-cross")).text
    assert all(word in page for word in ('data-colour="red"', "Fallolycka", "Sänglarm provas"))
    assert (await database.one("select count(*) as n from record.safety_day"))["n"] == 2, "what was said before is kept"
    other = await signed_in("rut", "rights-administrator")
    assert (await other.get("/green-cross")).status_code == 403
    assert (await other.post("/green-cross", data=said)).status_code == 403


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"colour": "blue"}, "Välj en färg"),
        ({"colour": "yellow"}, "Skriv vad som hände"),
        ({"day": "2026-03-02"}, "har inte varit än"),
        ({"day": "x"}, "inte ett datum"),
        ({"follow_up": "x" * 2001}, "för långt"),
    ],
)
async def test_what_cannot_be_comes_back(astrid: Visitor, changed: dict[str, str], told: str) -> None:
    answer = await astrid.post("/green-cross", data=SAID | changed)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert (await astrid.get("/green-cross?month=x")).status_code == 200
