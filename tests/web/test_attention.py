"""Attention on the screens (F10): noted in place, and the banner says it at once."""

import re

import httpx
import pytest

from tests.record import world
from tests.web.conftest import SignIn
from varda.record import Door, Owner, Wish
from varda.region.terms import lists

AT = "/chart/vera/attention"
FRAGMENT = {"HX-Request": "true"}
FORM = {"substance": "Penicillin", "code": "J01CE", "system": "http://www.whocc.no/atc", "severity": "high"}


@pytest.fixture
async def door(door: Door) -> Door:
    """The small world with the demo's lists."""
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in lists()])
    return door


async def banner(visitor: httpx.AsyncClient) -> str:
    """What the banner says of allergies and signals."""
    text = (await visitor.get("/chart/vera")).text
    said = re.search(r'<div class="second">(.*?)<span class="push">', text, re.DOTALL)
    assert said
    return " ".join(re.sub(r"<[^>]+>", " ", said[1]).split())


async def test_the_banner_is_never_blank_and_follows_at_once(astrid: httpx.AsyncClient) -> None:
    assert "Allergier:" in await banner(astrid)
    before = await banner(astrid)
    assert "Tillfrågad: inga kända" in (await astrid.get(AT)).text
    await astrid.post(f"{AT}/none-known", headers=FRAGMENT)
    assert "inga kända, tillfrågad" in await banner(astrid) != before
    assert "Tillfrågad: inga kända" not in (await astrid.get(AT)).text
    kept = await astrid.post(f"{AT}/allergy", data=FORM, headers=FRAGMENT)
    assert kept.headers["HX-Redirect"] == AT
    assert "Penicillin" in await banner(astrid)
    await astrid.post(f"{AT}/signal", data={"kind": "infection", "text": "MRSA"}, headers=FRAGMENT)
    assert "MRSA" in await banner(astrid)


async def test_what_is_wrong_or_here_already_comes_back_with_all_that_was_typed(astrid: httpx.AsyncClient) -> None:
    answer = await astrid.post(f"{AT}/allergy", data={"reaction": "Klåda"}, headers=FRAGMENT)
    assert answer.status_code == 422
    assert "Skriv vad som inte tåls." in answer.text
    assert 'value="Klåda"' in answer.text
    await astrid.post(f"{AT}/allergy", data=FORM)
    again = await astrid.post(f"{AT}/allergy", data=FORM, headers=FRAGMENT)
    assert again.status_code == 409
    assert "Detta är redan dokumenterat." in again.text


async def test_free_text_is_marked(astrid: httpx.AsyncClient) -> None:
    found = (await astrid.post(f"{AT}/find", data={"substance": "mormors"})).text
    assert "sparas som du skriver det" in found
    await astrid.post(f"{AT}/allergy", data={"substance": "Mormors salva"})
    assert "fritext" in (await astrid.get(AT)).text


async def test_an_entry_is_refuted_with_a_reason_and_stays_in_sight(astrid: httpx.AsyncClient) -> None:
    await astrid.post(f"{AT}/allergy", data=FORM | {"certainty": "unconfirmed"})
    (address,) = set(re.findall(rf'hx-get="({AT}/allergy/[^"]+)"', (await astrid.get(AT)).text))
    assert "Bekräfta" in (await astrid.get(address)).text
    wrong = await astrid.post(address, data={"version": "1", "how": "refute"}, headers=FRAGMENT)
    assert wrong.status_code == 422
    assert "Ange varför." in wrong.text
    await astrid.post(address, data={"version": "1", "how": "refute", "reason": "Tål numera"}, headers=FRAGMENT)
    page = (await astrid.get(AT)).text
    assert "Tål numera" in page
    assert "avskriven" in page
    assert "Penicillin" not in await banner(astrid)
    assert (await astrid.get(f"{AT}/nothing/x")).status_code == 404


async def test_a_role_without_the_right_is_offered_nothing_and_refused(signed_in: SignIn) -> None:
    una = await signed_in("una", "assistant-nurse")
    assert "attention/allergy" not in (await una.get(AT)).text
    assert (await una.post(f"{AT}/allergy", data=FORM, headers=FRAGMENT)).status_code == 403
    assert (await una.post(f"{AT}/none-known", headers=FRAGMENT)).status_code == 403
