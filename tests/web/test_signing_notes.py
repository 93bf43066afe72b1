"""Who signs: what a secretary writes names its physician, who finds it by age; the unit sees all that waits (R1)."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import httpx
import pytest

from tests.record import world
from tests.support import signing_in
from varda.kernel.clock import SetClock
from varda.record import Door, Owner, Wish

PATH = "/chart/vera/drafts/"


@pytest.fixture
async def at_work(door: Door) -> None:
    """Eva, medical secretary, and Ulf, physician, at cardiology beside Astrid; Rut's assignment there has ended."""
    ended = world.assignment("rut", "cardiology", "physician") | {
        "period": {"start": "2020-01-01", "end": "2025-12-31"}
    }
    items = [
        *(
            world.person(id_, given, family)
            for id_, given, family in (("eva", "Eva", "Sandell"), ("ulf", "Ulf", "Norin"))
        ),
        world.person("rut", "Rut", "Gammal"),
        world.assignment("eva", "cardiology", "medical-secretary"),
        world.assignment("ulf", "cardiology", "physician"),
        ended,
    ]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", item, owner=Owner("", "")) for item in items])


@pytest.fixture
async def signed_in(
    visitor_of: Callable[..., httpx.AsyncClient], at_work: None
) -> AsyncIterator[Callable[[str], httpx.AsyncClient]]:
    opened: dict[str, httpx.AsyncClient] = {}
    for name in ("eva", "ulf", "astrid"):
        one = opened[name] = visitor_of()
        hsa = f"SE9999999999-{name}"
        await signing_in.signed_in(one, hsa, f"{hsa}-cardiology")
    yield opened.__getitem__
    for one in opened.values():
        await one.aclose()


async def dictated(eva: httpx.AsyncClient, text: str, signer: str = "ulf") -> str:
    """Eva saves what Ulf said; the address of the note."""
    data = {"template": "visit", "act": "unsigned", "text-status": text, "signer": f"Practitioner/{signer}"}
    answer = await eva.post(f"{PATH}{abs(hash(text)):032x}/finish", data=data)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def test_a_secretary_chooses_among_the_physicians_who_work_at_the_unit_now(
    signed_in: Callable[[str], httpx.AsyncClient],
) -> None:
    panel = (await signed_in("eva").get("/chart/vera/notes/write")).text
    assert re.findall(r'<option value="(Practitioner/\w+)"', panel) == ["Practitioner/astrid", "Practitioner/ulf"]
    assert 'value="sign"' not in panel
    panel = (await signed_in("astrid").get("/chart/vera/notes/write")).text
    assert "note-signer" not in panel
    assert 'value="sign"' in panel


async def test_the_physician_responsible_for_the_open_contact_is_proposed(
    signed_in: Callable[[str], httpx.AsyncClient], door: Door
) -> None:
    stay = world.contact("vera-stay", "vera", "cardiology")
    stay["participant"] = [{"individual": {"reference": "Practitioner/ulf"}}]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", stay, owner=Owner(world.CARDIOLOGY, world.REGION))])
    panel = (await signed_in("eva").get("/chart/vera/notes/write")).text
    assert re.search(r'"Practitioner/ulf"\s+selected', panel)


@pytest.mark.parametrize("signer", ["", "Practitioner/rut", "Practitioner/eva", "Practitioner/bo"])
async def test_nobody_else_can_be_named(signed_in: Callable[[str], httpx.AsyncClient], signer: str) -> None:
    data = {"template": "visit", "act": "unsigned", "text-status": "Mår bra.", "signer": signer}
    answer = await signed_in("eva").post(f"{PATH}0123456789abcdef/finish", data=data)
    assert answer.status_code == 422
    assert "Välj vem som ska signera" in answer.text


async def test_what_is_dictated_reaches_the_one_who_is_to_sign_and_is_signed_there(
    signed_in: Callable[[str], httpx.AsyncClient],
) -> None:
    eva, ulf, astrid = (signed_in(name) for name in ("eva", "ulf", "astrid"))
    url = await dictated(eva, "Rytmen regelbunden.")
    assert "Rytmen regelbunden." in (await ulf.get("/unsigned")).text
    assert "Rytmen regelbunden." not in (await astrid.get("/unsigned")).text
    mine, _, others = (await eva.get("/unsigned")).text.partition("Skrivna av mig")
    assert "Rytmen regelbunden." not in mine
    assert "ska signeras av Ulf Norin, Physician" in others
    assert "Skriven av Eva Sandell" in (await ulf.get("/unsigned")).text
    unit = (await astrid.get("/unsigned/unit")).text
    assert "Rytmen regelbunden." in unit
    assert "Vera Maria Åkesson" in unit
    note = url.rpartition("/")[2]
    change = {"template": "visit", "base": note, "version": "1", "text-status": "Rytmen regelbunden, 72/min."}
    assert (await astrid.post(f"{PATH}0123456789abcdef/finish", data=change)).status_code == 403
    assert (await ulf.post(f"{PATH}0123456789abcdef/finish", data=change)).status_code == 303
    page = (await eva.get(url)).text
    assert "Signerad av Ulf Norin, Physician" in page
    assert "Ska signeras av" not in page
    assert "Rytmen" not in (await ulf.get("/unsigned")).text
    assert "Rytmen" not in (await ulf.get("/unsigned/unit")).text


async def test_another_physician_takes_on_the_signing_in_a_step_of_its_own(
    signed_in: Callable[[str], httpx.AsyncClient],
) -> None:
    eva, ulf, astrid = (signed_in(name) for name in ("eva", "ulf", "astrid"))
    url = await dictated(eva, "Ulf har gått på semester.")
    assert (await eva.post(f"{url}/take-on", data={"version": "1"})).status_code == 403
    assert "Ta över signeringen" in (await astrid.get(url)).text
    assert (await astrid.post(f"{url}/take-on", data={"version": "1"})).status_code == 303
    assert "semester" in (await astrid.get("/unsigned")).text
    assert "semester" not in (await ulf.get("/unsigned")).text


async def test_the_oldest_is_first(signed_in: Callable[[str], httpx.AsyncClient], clock: SetClock) -> None:
    for text in ("Den första.", "Den andra."):
        await dictated(signed_in("eva"), text)
        clock.instant += timedelta(minutes=5)
    clock.instant += timedelta(days=3)
    await signing_in.signed_in(signed_in("ulf"), "SE9999999999-ulf")
    for path in ("/unsigned", "/unsigned/unit"):
        page = (await signed_in("ulf").get(path)).text
        assert page.index("Den första.") < page.index("Den andra.")
        assert page.count("3 dagar") == 2


async def test_a_unit_sees_its_own_only_and_the_way_there_is_on_the_start_page(
    signed_in: Callable[[str], httpx.AsyncClient], visitor_of: Callable[..., httpx.AsyncClient]
) -> None:
    await dictated(signed_in("eva"), "Bara för hjärtavdelningen.")
    assert 'href="/unsigned"' in (await signed_in("astrid").get("/patients")).text
    assert 'href="/unsigned/unit"' in (await signed_in("astrid").get("/unsigned")).text
    async with visitor_of() as bo:
        await signing_in.signed_in(bo, "SE9999999999-bo")
        await bo.post("/chart/vera/choose", data={"width": "units", "reason": "Jour"})
        assert "hjärtavdelningen" in (await bo.get("/chart/vera/notes")).text
        assert "hjärtavdelningen" not in (await bo.get("/unsigned/unit")).text


async def test_the_choice_is_kept_with_the_draft(signed_in: Callable[[str], httpx.AsyncClient]) -> None:
    eva, draft = signed_in("eva"), "0123456789abcdef"
    body = {"template": "visit", "texts": {"status": "Mår bra."}, "signer": "Practitioner/astrid", "revision": 0}
    assert (await eva.post(f"{PATH}{draft}", json=body)).status_code == 200
    panel = (await eva.get("/chart/vera/notes/write", params={"draft": draft})).text
    assert re.search(r'"Practitioner/astrid"\s+selected', panel)
