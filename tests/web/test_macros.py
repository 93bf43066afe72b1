"""Macros: the person's own and the unit's, kept by whoever writes notes. F19."""

import httpx
import pytest

from tests.web.conftest import SignIn


async def kept(who: httpx.AsyncClient, word: str, text: str, whose: str = "own") -> httpx.Response:
    return await who.post("/macros", data={"word": word, "text": text, "whose": whose})


async def test_a_macro_is_there_in_the_next_note_and_only_ones_own(
    astrid: httpx.AsyncClient, signed_in: SignIn
) -> None:
    assert (await kept(astrid, ";UA", "Normalt fynd.")).status_code == 303
    assert "Normalt fynd." in (await astrid.get("/chart/vera/notes/write")).text
    nora = await signed_in("nora", "nurse")
    assert "Normalt fynd." not in (await nora.get("/macros")).text
    assert (await kept(nora, "pvk", "PVK satt i ___ arm.", "unit")).status_code == 303
    page = (await astrid.get("/macros")).text
    assert "PVK satt i ___ arm." in page
    assert "Nora" in page


async def test_the_own_wins_and_what_is_thrown_away_is_gone(astrid: httpx.AsyncClient) -> None:
    await kept(astrid, "ua", "Enhetens.", "unit")
    await kept(astrid, "ua", "Min.")
    panel = (await astrid.get("/chart/vera/notes/write")).text
    assert "Min." in panel
    assert "Enhetens." not in panel
    await astrid.post("/macros/drop", data={"word": "ua", "whose": "own"})
    assert "Enhetens." in (await astrid.get("/chart/vera/notes/write")).text


@pytest.mark.parametrize(
    ("word", "text"), [("", "x"), ("två ord", "x"), ("a" * 21, "x"), ("ua", " "), ("ua", "x" * 4001)]
)
async def test_what_cannot_be_a_macro_says_why_beside_what_was_typed(
    astrid: httpx.AsyncClient, word: str, text: str
) -> None:
    answer = await kept(astrid, word, text)
    assert answer.status_code == 422
    assert "ds-validation-message" in answer.text
    assert f'value="{word}"' in answer.text


async def test_a_role_that_writes_no_notes_keeps_no_macros(signed_in: SignIn) -> None:
    assert (await kept(await signed_in("rolf", "receptionist"), "ua", "x")).status_code == 403
