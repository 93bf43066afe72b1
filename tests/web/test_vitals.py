"""The form of the bedside (F85): what cannot be right comes back at its field, and the score is told as one types."""

import re
from datetime import timedelta

import httpx

from tests.web.conftest import SignIn
from varda.kernel.clock import SetClock
from varda.record import Door

WELL = {
    "breathing": "16",
    "saturation": "97",
    "systolic": "128",
    "diastolic": "76",
    "pulse": "72",
    "temperature": "36,8",
    "level": "A",
}
AT = "/chart/vera/vitals"


async def test_what_cannot_be_right_comes_back_with_all_that_was_typed(astrid: httpx.AsyncClient, door: Door) -> None:
    answer = await astrid.post(f"{AT}/write", data=WELL | {"temperature": "368"})
    assert answer.status_code == 422
    assert 'value="368"' in answer.text
    assert 'value="128"' in answer.text
    assert "Sitter decimaltecknet rätt?" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "NEWS2 0" not in (await astrid.get(AT)).text


async def test_what_is_kept_is_shown_with_its_score_and_beside_the_next_form(astrid: httpx.AsyncClient) -> None:
    kept = await astrid.post(f"{AT}/write", data=WELL | {"pulse": "112", "oxygen": "2", "breathing": "26"})
    assert (kept.status_code, kept.headers["location"]) == (303, AT)
    page = (await astrid.get(AT)).text
    assert "NEWS2 7" in page
    assert "(saturationsskala 1)" in page
    assert "äldre än de senaste värdena" not in page
    assert 'data-risk="high"' in page
    assert "128/76 mmHg" in page
    form = (await astrid.get(f"{AT}/write")).text
    assert "36,8 °C" in form
    assert "112 slag/min" in form
    assert re.search(r"2 l/min[^·]* · tomt: luft", form)
    assert "NEWS2 gäller inte gravida och barn under 16 år." in form


async def test_the_score_is_told_while_one_types_and_nothing_is_kept(astrid: httpx.AsyncClient) -> None:
    whole = (await astrid.post(f"{AT}/score", data=WELL | {"level": "C"})).text
    assert "NEWS2 3" in whole
    assert "(saturationsskala 1)" in whole
    assert "nya kontroller inom 1 timme" in whole
    assert 'data-risk="one"' in whole
    some = (await astrid.post(f"{AT}/score", data=WELL | {"level": ""})).text
    assert "NEWS2 " not in some.replace("För NEWS2", "")
    assert "medvetandegrad" in some
    assert "16 andetag/min" not in (await astrid.get(AT)).text
    assert (await astrid.post(f"{AT}/score", data=WELL | {"pulse": "x"})).status_code == 200


async def test_an_older_score_has_no_colour_and_says_so(astrid: httpx.AsyncClient, clock: SetClock) -> None:
    """A calm score does not stand beside worse values as if it were theirs."""
    await astrid.post(f"{AT}/write", data=WELL)
    assert 'data-risk="low"' in (await astrid.get(AT)).text
    clock.instant += timedelta(minutes=10)
    kept = await astrid.post(f"{AT}/write", data={"breathing": "30", "saturation": "84"})
    page = (await astrid.get(kept.headers["location"])).text
    assert "äldre än de senaste värdena" in page
    assert 'data-risk="unknown"' in page
    assert 'data-risk="low"' not in page
    assert "Ett enskilt värde ger 3 poäng: bedöm patienten nu" in page


async def test_one_value_that_gives_3_points_is_told_before_there_is_a_score(astrid: httpx.AsyncClient) -> None:
    some = (await astrid.post(f"{AT}/score", data={"breathing": "30"})).text
    assert "Ett enskilt värde ger 3 poäng: bedöm patienten nu" in some
    assert "saknas ännu" in some
    assert "Ett enskilt värde" not in (await astrid.post(f"{AT}/score", data={"breathing": "16"})).text


async def test_air_is_kept_when_the_field_is_empty(astrid: httpx.AsyncClient, clock: SetClock) -> None:
    await astrid.post(f"{AT}/write", data=WELL | {"oxygen": "2"})
    clock.instant += timedelta(minutes=10)
    await astrid.post(f"{AT}/write", data=WELL)
    page = (await astrid.get(AT)).text
    assert re.findall(r"\b(\d) l/min", page) == ["0", "2"]


async def test_who_may_make_no_task_is_told_to_call(signed_in: SignIn, astrid: httpx.AsyncClient) -> None:
    """The ambulance measures and has no tasks to give: nobody is told unless somebody tells."""
    pia = await signed_in("pia", "paramedic")
    kept = await pia.post(f"{AT}/write", data=WELL | {"level": "V"})
    assert kept.status_code == 303
    assert "Ingen uppgift skapades: kontakta läkare." in (await pia.get(kept.headers["location"])).text
    assert (await pia.post(f"{AT}/write", data=WELL)).headers["location"] == AT
    assert (await astrid.post(f"{AT}/write", data=WELL | {"level": "V"})).headers["location"] == AT


async def test_an_empty_form_is_told_so(astrid: httpx.AsyncClient) -> None:
    answer = await astrid.post(f"{AT}/write", data={})
    assert answer.status_code == 422
    assert "Skriv minst ett värde." in answer.text
