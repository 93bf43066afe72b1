"""Setting a diagnosis on the screens (F151): found by typing, set in place, told when it is there already."""

import re

import httpx
import pytest

from tests.record import world
from tests.web.conftest import SignIn
from varda.record import Door, Owner, Wish
from varda.region.terms import lists

AT = "/chart/vera/problems"
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
async def door(door: Door) -> Door:
    """The small world with the demo's list of diagnoses."""
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in lists()])
    return door


async def put(visitor: httpx.AsyncClient, code: str = "I10.9", where: str = "problems", **more: str) -> str:
    answer = await visitor.post(f"{AT}/set", data={"code": code, "where": where} | more, headers=FRAGMENT)
    assert answer.status_code == 200, answer.text
    return answer.text


async def the_one(visitor: httpx.AsyncClient) -> str:
    """The address of the only diagnosis there is."""
    found = set(re.findall(rf'hx-get="({AT}/[^"/]+)"', (await visitor.get(AT)).text)) - {f"{AT}/write"}
    (only,) = found
    return only


async def test_what_is_typed_is_answered_with_diagnoses_to_choose(astrid: httpx.AsyncClient) -> None:
    answer = (await astrid.post(f"{AT}/find", data={"q": "högt blodtryck", "where": "overview"})).text
    assert "Essentiell hypertoni" in answer
    assert 'data-answers="högt blodtryck"' in answer
    assert "data-guessed" in answer, "an everyday word: nothing is preselected, and Enter sets nothing"
    assert "data-certain" not in answer
    own = (await astrid.post(f"{AT}/find", data={"q": "I10.9", "where": "overview"})).text
    assert "data-certain" in own
    assert "data-guessed" not in own
    nothing = (await astrid.post(f"{AT}/find", data={"q": "zebra"})).text
    assert "Ingen diagnos i listan har alla dessa ord" in nothing
    hostile = (await astrid.post(f"{AT}/find", data={"q": '"><script>'})).text
    assert "<script>" not in hostile


@pytest.mark.parametrize("where", ["overview", "problems"])
async def test_it_is_set_in_place_and_shown_at_once(astrid: httpx.AsyncClient, where: str) -> None:
    page = await put(astrid, where=where)
    assert "Satt: Essentiell hypertoni" in page
    assert "huvuddiagnos" in page
    assert page.count("Essentiell hypertoni") >= 2
    assert "<html" not in page


async def test_beside_the_note_only_the_field_answers(astrid: httpx.AsyncClient) -> None:
    answer = await put(astrid, where="note")
    assert answer.lstrip().startswith('<div class="coder"')
    assert "Satt: Essentiell hypertoni" in answer


async def test_from_the_writing_panel_the_list_is_next(astrid: httpx.AsyncClient) -> None:
    assert "data-codes" in (await astrid.get(f"{AT}/write")).text
    answer = await astrid.post(f"{AT}/set", data={"code": "I10.9", "where": "writing"}, headers=FRAGMENT)
    assert answer.headers["HX-Redirect"] == AT
    again = await put(astrid, where="writing")
    assert "Inget skrevs." in again


async def test_ending_what_the_unit_has_twice_says_so(astrid: httpx.AsyncClient) -> None:
    await put(astrid)
    address = await the_one(astrid)
    await put(astrid, again="yes")
    ended = await astrid.post(f"{address}/end", data={"version": "1", "ended": ""}, headers=FRAGMENT)
    assert ended.headers["HX-Redirect"] == f"{AT}?ended=2"
    assert "2 poster om diagnosen avslutades" in (await astrid.get(f"{AT}?ended=2")).text
    for typed in ("1", "-5", "x", "9" * 5000):
        assert "om diagnosen avslutades" not in (await astrid.get(f"{AT}?ended={typed}")).text


async def test_the_same_again_is_told_and_what_ended_is_offered(astrid: httpx.AsyncClient) -> None:
    await put(astrid)
    page = await put(astrid)
    assert "finns redan, sedan" in page
    assert "Sätt även för denna kontakt" in page
    address = await the_one(astrid)
    ended = await astrid.post(f"{address}/end", data={"version": "1", "ended": ""}, headers=FRAGMENT)
    assert ended.headers["HX-Redirect"] == AT
    page = await put(astrid)
    assert "Återuppta" in page
    assert "Sätt som ny" in page
    assert "Inget är skrivet än." in page
    reopened = await astrid.post(f"{address}/reopen", data={"version": "2"}, headers=FRAGMENT)
    assert reopened.status_code == 200
    assert 'data-status="active"' in (await astrid.get(AT)).text


async def test_a_code_that_is_none_is_told_at_the_field(astrid: httpx.AsyncClient) -> None:
    assert "Välj en diagnos i listan." in await put(astrid, code="nonsens")


async def test_one_diagnosis_is_changed_with_its_history_beside(astrid: httpx.AsyncClient) -> None:
    await put(astrid)
    address = await the_one(astrid)
    form = {"version": "1", "rank": "secondary", "side": "left", "certainty": "provisional", "onset": "2030"}
    wrong = await astrid.post(f"{address}/change", data=form, headers=FRAGMENT)
    assert wrong.status_code == 422
    assert "Dagen har inte kommit än." in wrong.text
    assert 'value="2030"' in wrong.text
    assert re.search(r'value="left"\s+checked', wrong.text)
    await astrid.post(f"{address}/change", data=form | {"onset": "2020-05"}, headers=FRAGMENT)
    panel = (await astrid.get(address)).text
    assert "bidiagnos" in panel
    assert "vänster" in panel
    assert panel.count("<li>") >= 2
    assert "misstänkt" in (await astrid.get(AT)).text


async def test_what_is_struck_stays_in_sight_with_its_reason(astrid: httpx.AsyncClient) -> None:
    await put(astrid)
    address = await the_one(astrid)
    nothing = await astrid.post(f"{address}/strike", data={"version": "1", "reason": ""}, headers=FRAGMENT)
    assert nothing.status_code == 422
    assert "Ange varför diagnosen makuleras." in nothing.text
    await astrid.post(f"{address}/strike", data={"version": "1", "reason": "Fel patient"}, headers=FRAGMENT)
    page = (await astrid.get(AT)).text
    assert "<del>Essentiell hypertoni</del>" in page
    assert "Fel patient" in page


async def test_a_favourite_of_the_unit_is_offered_before_anything_is_typed(astrid: httpx.AsyncClient) -> None:
    await put(astrid)
    address = await the_one(astrid)
    panel = await astrid.post(f"{address}/favour", data={"code": "I10.9", "on": "yes"}, headers=FRAGMENT)
    assert "Ta bort från enhetens favoriter" in panel.text
    offered = (await astrid.post(f"{AT}/find", data={"q": ""})).text
    assert "favorit" in offered
    assert "<kbd" in offered


async def test_a_role_without_the_right_is_offered_nothing_and_refused(signed_in: SignIn) -> None:
    """The catalogue decides who sets diagnoses: an assistant nurse does not."""
    una = await signed_in("una", "assistant-nurse")
    page = (await una.get(AT)).text
    assert "data-codes" not in page
    assert "problems/write" not in page
    answer = await una.post(f"{AT}/set", data={"code": "I10.9"}, headers=FRAGMENT)
    assert answer.status_code == 403
    assert "I10.9" not in (await una.get(AT)).text


async def test_of_a_patient_out_of_reach_nothing_is_said(astrid: httpx.AsyncClient) -> None:
    """A13: like nobody at all."""
    for patient in ("asa", "nobody"):
        said = await astrid.post(f"/chart/{patient}/problems/set", data={"code": "I10.9"}, headers=FRAGMENT)
        assert said.status_code == 404
        assert (await astrid.get(f"/chart/{patient}/problems/x")).status_code == 404


async def test_only_who_sets_diagnoses_makes_favourites_and_no_number_breaks_the_page(
    astrid: httpx.AsyncClient, signed_in: SignIn
) -> None:
    await put(astrid)
    address = await the_one(astrid)
    una = await signed_in("una", "assistant-nurse")
    assert (await una.post(f"{address}/favour", data={"code": "I10.9", "on": "yes"})).status_code == 403
    answer = await astrid.post(f"{address}/end", data={"version": "9" * 5000}, headers=FRAGMENT)
    assert answer.status_code == 412
