"""The panel of function and life (F34): never blank, the last answer beside the form, offered by right."""

import httpx

from tests.web.conftest import SignIn

AT = "/chart/vera/living"
FRAGMENT = {"HX-Request": "true"}


async def test_the_panel_says_that_nobody_asked_and_then_what_was_answered(astrid: httpx.AsyncClient) -> None:
    assert f'hx-get="{AT}/panel"' in (await astrid.get("/chart/vera")).text
    assert "Inte tillfrågad" in (await astrid.get(f"{AT}/panel")).text
    kept = await astrid.post(f"{AT}/frailty/write", data={"cfs": "6"}, headers=FRAGMENT)
    assert kept.headers["HX-Redirect"] == AT
    await astrid.post(f"{AT}/habits/write", data={"smoking": "former", "activity": "150"})
    panel = (await astrid.get(f"{AT}/panel")).text
    assert "måttlig skörhet" in panel
    assert "150" in panel
    assert "har slutat" in panel
    form = (await astrid.get(f"{AT}/habits/write")).text
    assert "har slutat" in form.partition('id="before-72166-2"')[2]
    assert "måttlig skörhet" in (await astrid.get(AT)).text


async def test_what_is_lacking_is_told_with_what_was_chosen(astrid: httpx.AsyncClient) -> None:
    answer = await astrid.post(f"{AT}/alcohol/write", data={"often": "3"}, headers=FRAGMENT)
    assert answer.status_code == 422
    assert "AUDIT-C behöver alla tre svaren." in answer.text
    assert 'value="3" selected' in " ".join(answer.text.split())
    await astrid.post(f"{AT}/alcohol/write", data={"often": "3", "amount": "1", "six": "1"})
    panel = " ".join((await astrid.get(f"{AT}/panel")).text.split())
    assert "5 poäng" in panel
    assert "risk" in panel
    assert (await astrid.get(f"{AT}/nothing/write")).status_code == 404


async def test_answers_are_no_results(astrid: httpx.AsyncClient) -> None:
    await astrid.post(f"{AT}/habits/write", data={"smoking": "former"})
    assert "Rökning" not in (await astrid.get("/chart/vera/results")).text


async def test_a_role_is_offered_what_it_may_keep(signed_in: SignIn) -> None:
    kim = await signed_in("kim", "pharmacist")
    assert "living/habits/write" not in (await kim.get(f"{AT}/panel")).text
    assert (await kim.post(f"{AT}/habits/write", data={"smoking": "never"})).status_code == 403
    una = await signed_in("una", "assistant-nurse")
    assert "living/frailty/write" in (await una.get(f"{AT}/panel")).text
