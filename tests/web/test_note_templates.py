"""The county's templates of notes (F19): proposed by one, approved by another, and nothing written is lost."""

from datetime import timedelta
from typing import Any

import pytest

from tests.web.conftest import SignIn, Visitor
from varda.kernel.clock import SetClock
from varda.kernel.db import Database

AT = "/templates"
FOOT = {
    "code": "foot", "sv": "Fotstatus", "en": "Foot check", "keywords": "Kontaktorsak\nHud och vävnad\n",
    "professions": ["physician", "nurse"], "contacts": ["IMP"], "reasons": "", "opens": "2026-03-01",
    "reason": "Beslut 8",
}  # fmt: skip
WRITE = "/chart/vera/notes/write"


async def two(signed_in: SignIn) -> tuple[Visitor, Visitor]:
    return await signed_in("gun", "unit-manager", "administration"), await signed_in("per", "rights-administrator")


async def changed(signed_in: SignIn, number: int = 1, **form: Any) -> None:
    gun, per = await two(signed_in)
    answer = await gun.post(AT, data=FOOT | form)
    assert answer.status_code == 303, answer.text
    assert (await per.post(f"{AT}/{number}", data={"act": "approve"})).status_code == 303


async def test_a_template_of_the_county_s_own_is_offered_once_another_has_approved_it(
    signed_in: SignIn, astrid: Visitor, database: Database
) -> None:
    gun, per = await two(signed_in)
    assert (await gun.post(AT, data=FOOT)).status_code == 303
    assert "Fotstatus" not in (await astrid.get(WRITE)).text
    page = (await gun.get(AT)).text
    assert "Någon annan beslutar" in page
    assert "Godkänn<" not in page
    assert (await gun.post(f"{AT}/1", data={"act": "approve"})).status_code == 403
    assert "Godkänn" in (await per.get(AT)).text
    assert (await per.post(f"{AT}/1", data={"act": "approve"})).status_code == 303
    assert (await per.post(f"{AT}/1", data={"act": "approve"})).status_code == 409
    panel = (await astrid.get(f"{WRITE}?template=foot")).text
    assert "Fotstatus" in panel
    assert 'name="text-hud"' in panel
    assert 'name="text-status"' not in panel
    rows = await database.all("select what from audit.event where action = 'templates' order by 1")
    assert [row["what"] for row in rows] == [
        "change 1 of templates approved", "template foot, change 1 proposed: Beslut 8",
    ]  # fmt: skip


async def test_one_name_is_proposed_once_and_the_approver_sees_what_a_change_changes(signed_in: SignIn) -> None:
    gun, per = await two(signed_in)
    assert (await gun.post(AT, data=FOOT)).status_code == 303
    again = await gun.post(AT, data=FOOT | {"sv": "En annan"})
    assert again.status_code == 422
    assert "redan föreslagen eller godkänd" in again.text
    assert "I stället för" not in (await per.get(AT)).text
    change = FOOT | {"changes": "visit", "sv": "Läkarbesök"}
    assert (await gun.post(AT, data=change)).status_code == 303
    page = " ".join((await per.get(AT)).text.split())
    assert "I stället för det som används nu: <strong>Besöksanteckning</strong>" in page


async def test_a_note_keeps_its_title_and_keywords_and_a_draft_its_text(
    signed_in: SignIn, astrid: Visitor, clock: SetClock
) -> None:
    await changed(signed_in)
    data = {"template": "foot", "act": "sign", "text-hud": "Torr hud.", "revision": "0"}
    first = (await astrid.post("/chart/vera/drafts/d1/finish", data=data)).headers["location"].partition("?")[0]
    body = {"template": "foot", "texts": {"hud": "Sår på hälen."}, "revision": 0}
    assert (await astrid.post("/chart/vera/drafts/d2", json=body)).status_code == 200
    clock.instant += timedelta(seconds=3)
    form = {"changes": "foot", "sv": "Fotundersökning", "keywords": "Status", "retired": "yes"}
    await changed(signed_in, 2, **form)
    written = (await astrid.get(first)).text
    assert "Fotstatus" in written
    assert "Hud och vävnad" in written
    draft = (await astrid.get(f"{WRITE}?draft=d2")).text
    assert "Fotundersökning" in draft
    assert "Sår på hälen." in draft
    assert 'name="text-hud"' in draft
    assert "template=foot" not in draft, "it is offered no more"
    signed = await astrid.post("/chart/vera/drafts/d2/finish", data=data | {"text-hud": "Sår på hälen."})
    assert signed.status_code == 303
    assert "Sår på hälen." in (await astrid.get(signed.headers["location"])).text


async def test_a_change_of_the_package_s_template_takes_effect_on_its_day(
    signed_in: SignIn, astrid: Visitor, clock: SetClock
) -> None:
    form = {"changes": "visit", "sv": "Läkarbesök", "keywords": "Status\nBedömning", "opens": "2026-03-03"}
    await changed(signed_in, **form)
    assert "Besöksanteckning" in (await astrid.get(f"{WRITE}?template=visit")).text
    clock.instant += timedelta(days=2)
    astrid_again = await signed_in("ulla", "physician")
    panel = (await astrid_again.get(f"{WRITE}?template=visit")).text
    assert "Läkarbesök" in panel
    assert 'name="text-anamnes"' not in panel


async def test_own_favourites_go_on_working_with_the_county_s_templates(signed_in: SignIn, astrid: Visitor) -> None:
    await changed(signed_in, contacts=["HH"])
    kept = await astrid.post("/chart/vera/notes/favour", data={"template": "foot", "on": "yes"})
    assert kept.status_code == 200
    assert "<strong>Fotstatus</strong>" in (await astrid.get(WRITE)).text
    assert (await astrid.post("/chart/vera/notes/favour", data={"template": "x", "on": "yes"})).status_code == 404


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"code": "visit"}, "redan en mall med det namnet"),
        ({"keywords": "Hud och vävnad\nRyktbarhet"}, "inget sökord"),
        ({"keywords": " \n"}, "minst ett sökord"),
        ({"sv": " "}, "en rubrik"),
        ({"reason": " "}, "Ange varför"),
        ({"opens": "2026-02-01"}, "Första dagen har passerat"),
        ({"opens": "snart"}, "inte ett datum"),
        ({"changes": "no-such"}, "ingen sådan mall"),
        ({"changes": "free", "retired": "yes"}, "finns kvar"),
        ({"contacts": ["XX"]}, "ingen sådan sorts kontakt"),
        ({"professions": ["astrologer"]}, "ingen sådan profession"),
    ],
)
async def test_what_cannot_be_comes_back_with_what_is_wrong_and_what_was_typed(
    signed_in: SignIn, form: dict[str, Any], told: str
) -> None:
    gun = await signed_in("gun", "unit-manager", "administration")
    answer = await gun.post(AT, data=FOOT | {"en": "Foot check of ours"} | form)
    assert answer.status_code == 422
    assert told in answer.text
    assert "Foot check of ours" in answer.text
    assert "Väntar" not in (await gun.get(AT)).text or "Fotstatus" not in (await gun.get(AT)).text


async def test_who_designs_nothing_sees_and_changes_nothing(signed_in: SignIn, astrid: Visitor) -> None:
    assert (await astrid.get(AT)).status_code == 403
    assert (await astrid.post(AT, data=FOOT)).status_code == 403
    gun = await signed_in("gun", "unit-manager", "administration")
    assert (await gun.get(f"{AT}?template=no-such")).status_code == 404
    assert (await gun.post(f"{AT}/17", data={"act": "approve"})).status_code == 404
    assert 'href="/templates"' in (await gun.get("/rights")).text
    assert 'href="/templates"' not in (await astrid.get("/rights")).text
