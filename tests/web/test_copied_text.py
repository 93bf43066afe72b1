"""An earlier note's text used again is marked as copied, with its origin, until it is edited. F19; PDL 3:6 (R1)."""

from typing import Any

import httpx

FIRST, SECOND = (f"/chart/vera/drafts/{digit * 32}" for digit in "12")
TEXT = "Hjärtsvikt sedan 2019 & väl <kompenserad>."


async def signed(astrid: httpx.AsyncClient, path: str, text: str, **more: Any) -> str:
    data = {"template": "visit", "act": "sign", "text-anamnes": text} | more
    answer = await astrid.post(f"{path}/finish", data=data)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def copied(origin: str) -> dict[str, str]:
    return {"copied-anamnes": origin.rpartition("/")[2]}


async def panel(astrid: httpx.AsyncClient, draft: str = "") -> str:
    answer = await astrid.get("/chart/vera/notes/write", params={"draft": draft, "template": "visit"})
    return " ".join(answer.text.split())


async def test_what_the_newest_note_says_is_offered_under_its_keyword(astrid: httpx.AsyncClient) -> None:
    origin = await signed(astrid, FIRST, TEXT)
    shown = await panel(astrid)
    assert "Kopiera från i dag, Astrid" in shown
    assert "Hjärtsvikt sedan 2019 &amp; väl &lt;kompenserad&gt;." in shown
    assert f'name="copied-anamnes" value="{origin.rpartition("/")[2]}" disabled>' in shown


async def test_a_copy_says_where_it_comes_from(astrid: httpx.AsyncClient) -> None:
    origin = await signed(astrid, FIRST, TEXT)
    page = (await astrid.get(await signed(astrid, SECOND, TEXT, **copied(origin)))).text
    assert "Kopierat från" in page
    assert f'href="{origin}"' in page


async def test_an_edited_copy_is_no_copy_any_more(astrid: httpx.AsyncClient) -> None:
    origin = await signed(astrid, FIRST, TEXT)
    copy = await signed(astrid, SECOND, f"{TEXT} Nu sämre.", **copied(origin))
    assert "Kopierat från" not in (await astrid.get(copy)).text


async def test_a_mark_that_is_not_true_is_not_kept(astrid: httpx.AsyncClient) -> None:
    copy = await signed(astrid, SECOND, TEXT, **copied("nothing-there"))
    assert "Kopierat från" not in (await astrid.get(copy)).text


async def test_the_mark_stays_with_a_draft_and_with_an_amendment_of_other_text(astrid: httpx.AsyncClient) -> None:
    origin = await signed(astrid, FIRST, TEXT)
    note = origin.rpartition("/")[2]
    body = {"template": "visit", "texts": {"anamnes": TEXT}, "copied": {"anamnes": note}, "revision": 0}
    await astrid.post(SECOND, json=body)
    assert f'name="copied-anamnes" value="{note}" >' in await panel(astrid, "2" * 32)
    copy = await signed(astrid, SECOND, TEXT, **copied(origin))
    change = {"base": copy.rpartition("/")[2], "version": "1", "reason": "Tillägg", "text-status": "Ödem."}
    amended = await signed(astrid, SECOND, TEXT, **change, **copied(origin))
    assert "Kopierat från" in (await astrid.get(amended)).text


async def test_a_note_says_whether_the_patient_is_shown_it(astrid: httpx.AsyncClient) -> None:
    """PDL 5:5 (A17): what nobody has signed is kept back."""
    assert "visas för patienten\n" in (await astrid.get(await signed(astrid, FIRST, TEXT))).text
    unsigned = await signed(astrid, SECOND, TEXT, act="unsigned")
    assert "visas för patienten när den är signerad" in (await astrid.get(unsigned)).text
