"""Two windows for two patients, two people or two assignments are never mixed up: refused, and nothing is lost."""

import json
import re

import httpx
import pytest

from tests.support import signing_in

WHO = re.compile(r'name="varda-who" content="([0-9a-f]{32})"')
DRAFT = {"texts": {"aktuellt": "Bröstsmärta"}, "template": "besok", "revision": 0}


async def who(visitor: httpx.AsyncClient) -> str:
    found = WHO.search((await visitor.get("/patients")).text)
    assert found
    return found[1]


async def other_assignment(astrid: httpx.AsyncClient) -> None:
    """Chosen in another window of the same browser."""
    assert (await signing_in.chosen(astrid, "SE9999999999-astrid-surgery")).status_code == 303
    key = await astrid.get("/session/key", headers={"Accept": "application/json"})
    astrid.headers["X-CSRF-Token"] = key.json()["token"]  # as the page asks for it, when its own is refused


async def drafts(astrid: httpx.AsyncClient) -> str:
    return (await astrid.get("/unsigned")).text


async def test_a_window_of_another_assignment_neither_writes_nor_reads(astrid: httpx.AsyncClient) -> None:
    """Else a note begun at one unit would be signed for another (A2)."""
    window = {"X-Varda-Who": await who(astrid)}
    await other_assignment(astrid)
    kept = await astrid.post(
        "/chart/vera/drafts/d1", content=json.dumps(DRAFT), headers=window | {"accept": "application/json"}
    )
    assert kept.status_code == 403
    assert "annat uppdrag" in kept.json()["message"]
    signed = await astrid.post("/chart/vera/drafts/d1/finish", data={"text-aktuellt": "Bröstsmärta"}, headers=window)
    assert signed.status_code == 403
    panel = await astrid.get("/chart/vera/notes/write", headers=window | {"HX-Request": "true"})
    assert panel.status_code == 403
    assert "Bröstsmärta" not in await drafts(astrid)


async def test_the_same_person_in_the_same_assignment_goes_on_after_a_new_sign_in(astrid: httpx.AsyncClient) -> None:
    """The session ends in the middle of a sentence; the sentence goes on."""
    window = {"X-Varda-Who": await who(astrid)}
    await signing_in.signed_in(astrid, "SE9999999999-astrid", "SE9999999999-astrid-cardiology")
    kept = await astrid.post("/chart/vera/drafts/d1", content=json.dumps(DRAFT), headers=window)
    assert kept.status_code == 200
    assert "Bröstsmärta" in await drafts(astrid)


async def test_somebody_else_who_signs_in_beside_does_not_get_what_is_typed_in_the_first_window(
    astrid: httpx.AsyncClient,
) -> None:
    window = {"X-Varda-Who": await who(astrid)}
    await signing_in.signed_in(astrid, "SE9999999999-bo", "SE9999999999-bo-surgery")
    assert (await astrid.post("/chart/asa/drafts/d1", content=json.dumps(DRAFT), headers=window)).status_code == 403
    assert "Bröstsmärta" not in await drafts(astrid)


@pytest.mark.parametrize("path", ["tasks/write", "vitals/write", "contacts/open", "drafts/d1", "drafts/d1/finish"])
async def test_a_form_in_a_window_of_another_patient_is_refused(astrid: httpx.AsyncClient, path: str) -> None:
    said = {"what": "Ring", "pulse": "72", "kind": "AMB", "text-aktuellt": "Bröstsmärta", "csrf": "x"}
    answer = await astrid.post(f"/chart/vera/{path}", data=said, headers={"X-Varda-Patient": "asa"})
    assert answer.status_code == 403
    assert "en annan patient" in answer.text
    assert "Ring" not in (await astrid.get("/chart/vera/tasks")).text


async def test_a_page_from_before_the_other_assignment_has_no_word_any_more(astrid: httpx.AsyncClient) -> None:
    """A plain form carries the token of its session, which another assignment ends."""
    page = (await astrid.get("/chart/vera/tasks/write")).text
    old = re.search(r'name="csrf" value="([0-9a-f]+)"', page)[1]
    await other_assignment(astrid)
    del astrid.headers["X-CSRF-Token"]
    answer = await astrid.post("/chart/vera/tasks/write", data={"what": "Ring", "csrf": old})
    assert answer.status_code == 403


async def test_the_window_says_whose_chart_it_is(astrid: httpx.AsyncClient) -> None:
    for path in ("/chart/vera", "/chart/vera/notes", "/chart/vera/tasks"):
        page = (await astrid.get(path)).text
        title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]
        assert "Vera Maria Åkesson 19500214-XA07" in title
        assert '"X-Varda-Patient": "vera"' in page
