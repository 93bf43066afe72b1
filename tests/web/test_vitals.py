"""The form of the bedside (F85): what cannot be right comes back at its field, and the score is told as one types."""

import httpx

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
    assert 'data-risk="high"' in page
    assert "128/76 mmHg" in page
    form = (await astrid.get(f"{AT}/write")).text
    assert "36,8 °C" in form
    assert "112 slag/min" in form


async def test_the_score_is_told_while_one_types_and_nothing_is_kept(astrid: httpx.AsyncClient) -> None:
    whole = (await astrid.post(f"{AT}/score", data=WELL | {"level": "C"})).text
    assert "NEWS2 3" in whole
    assert 'data-risk="one"' in whole
    some = (await astrid.post(f"{AT}/score", data=WELL | {"level": ""})).text
    assert "NEWS2 " not in some.replace("För NEWS2", "")
    assert "medvetandegrad" in some
    assert "16 andetag/min" not in (await astrid.get(AT)).text
    assert (await astrid.post(f"{AT}/score", data=WELL | {"pulse": "x"})).status_code == 200


async def test_an_empty_form_is_told_so(astrid: httpx.AsyncClient) -> None:
    answer = await astrid.post(f"{AT}/write", data={})
    assert answer.status_code == 422
    assert "Skriv minst ett värde." in answer.text
