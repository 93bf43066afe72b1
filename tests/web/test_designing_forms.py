"""The designer of the county's forms (F26): drawn by one, published by another, never changed after (F274)."""

import json
import re
from typing import Any

import httpx
import pytest

from tests.record import world
from tests.web.conftest import SignIn
from varda.care import forms
from varda.care.forms import drawing
from varda.record import Door, Owner, Wish
from varda.region.forms import ARRIVAL, FALLS, FORMS, HABITS

AT = "/forms/design"
ROW = {"help": "", "required": "", "options": "", "unit": "", "least": "", "most": "", "begins": "", "keeps": "",
       "question": "", "operator": "=", "value": ""}  # fmt: skip


def page_of(*rows: dict[str, str], act: str = "keep", version: str = "1", **more: str) -> dict[str, Any]:
    said: dict[str, Any] = {"title": "Sömn", "description": "", "version": version, "act": act, **more}
    for number, row in enumerate(rows):
        said |= {f"{number}-{name}": value for name, value in (ROW | row).items()}
    return said


SLEEP = (
    {"link": "q1", "kind": "choice", "text": "Hur sover du?", "required": "1", "options": "Bra = 0\nDåligt = 2"},
    {"link": "q2", "kind": "choice", "text": "Vaknar du?", "options": "Nej = 0\nJa = 1"},
    {"link": "q3", "kind": "text", "text": "Varför?", "question": "q1", "value": "Dåligt"},
    {"link": "q4", "kind": "sum", "text": "Summa", "sum": "q1"},
)


async def begun(visitor: httpx.AsyncClient) -> str:
    made = await visitor.post(AT, data={"title": "Sömn"})
    assert made.status_code == 303, made.text
    return str(made.headers["location"])


async def test_a_form_is_drawn_by_one_and_published_by_another(signed_in: SignIn, door: Door) -> None:
    """Two persons, by the screen and by the door: the one who drew it publishes nothing."""
    gun, per = await signed_in("gun", "unit-manager", "administration"), await signed_in("per", "rights-administrator")
    at = await begun(gun)
    said = page_of(*SLEEP) | {"3-sum": ["q1", "q2"]}
    assert (await gun.post(at, data=said)).status_code == 303
    page = (await gun.get(at)).text
    assert "Hur sover du?" in page
    assert "publicerar det" in page
    assert (await gun.post(f"{at}/publish", data={"version": "2"})).status_code == 403
    assert (await per.post(f"{at}/publish", data={"version": "2"})).status_code == 303
    async with door.opened(world.SYSTEM, "care") as record:
        form = await forms.one_form(record, at.rpartition("/")[2])
    assert (form.status, form.version, [one.type for one in form.items]) == (
        "active", "1", ["choice", "choice", "text", "integer"],
    )  # fmt: skip
    bad = forms.judged(form, {"q1": "a2", "q2": "a2", "q3": "Oro"}, {})
    assert forms.shown(bad.answers["q4"]) == ["3"]
    assert "q3" not in forms.judged(form, {"q1": "a1"}, {}).open
    changed = await gun.post(at, data=page_of(*SLEEP[:1], version="3"))
    assert changed.status_code == 409, "what is published does not change"


async def test_the_next_version_takes_the_place_of_the_one_before(signed_in: SignIn, door: Door) -> None:
    gun, per = await signed_in("gun", "unit-manager", "administration"), await signed_in("per", "rights-administrator")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", dict(FALLS), owner=Owner("", ""))])
    first = f"{AT}/{FALLS['id']}"
    second = (await gun.post(f"{first}/next")).headers["location"]
    assert (await gun.post(f"{first}/next")).status_code == 409
    assert (await per.post(f"{second}/publish", data={"version": "1"})).status_code == 303
    async with door.opened(world.SYSTEM, "care") as record:
        both = await forms.forms(record, "active", "retired")
    assert {(one.version, one.status) for one in both} == {("1", "retired"), ("2", "active")}
    assert both[0].items == both[1].items


async def test_rows_are_added_moved_and_removed_by_buttons(signed_in: SignIn) -> None:
    gun = await signed_in("gun", "unit-manager", "administration")
    at = await begun(gun)

    async def asked(act: str, *rows: dict[str, str], version: int) -> list[str]:
        await gun.post(at, data=page_of(*rows, act=act, version=str(version)))
        return re.findall(r'name="\d+-link" value="([^"]*)"', (await gun.get(at)).text)

    one, two = ({"link": link, "kind": "string", "text": link} for link in ("q1", "q2"))
    assert await asked("add", version=1) == ["q1"]
    assert await asked("add:0", one, version=2) == ["q1", "q2"]
    assert await asked("up:1", one, two, version=3) == ["q2", "q1"]
    assert await asked("down:0", two, one, version=4) == ["q1", "q2"]
    assert await asked("remove:0", one, two, version=5) == ["q2"]
    stale = await gun.post(at, data=page_of(one, version="1"))
    assert stale.status_code == 412


async def test_what_cannot_be_filled_in_is_not_published(signed_in: SignIn) -> None:
    gun, per = await signed_in("gun", "unit-manager", "administration"), await signed_in("per", "rights-administrator")
    at = await begun(gun)
    empty = await per.post(f"{at}/publish", data={"version": "1"})
    assert (empty.status_code, "Formuläret har inga frågor ännu." in empty.text) == (422, True)
    await gun.post(at, data=page_of({"link": "q1", "kind": "choice", "text": "Val utan val"}))
    none = await per.post(f"{at}/publish", data={"version": "2"})
    assert (none.status_code, "Val utan val" in none.text) == (422, True)


async def test_a_form_is_taken_out_and_brought_in_as_fhir(signed_in: SignIn, door: Door) -> None:
    gun = await signed_in("gun", "unit-manager", "administration")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", dict(HABITS), owner=Owner("", ""))])
    out = await gun.get(f"{AT}/{HABITS['id']}/export")
    assert out.headers["content-type"].startswith("application/fhir+json")
    assert (await gun.post(f"{AT}/import", data={"json": out.text})).status_code == 409
    other = json.dumps(json.loads(out.text) | {"version": "7"})
    made = await gun.post(f"{AT}/import", data={"json": other})
    async with door.opened(world.SYSTEM, "care") as record:
        brought = await forms.one_form(record, made.headers["location"].rpartition("/")[2])
    assert (brought.status, brought.version, brought.items) == ("draft", "7", forms.form(HABITS).items)
    for wrong in ("", "{", "[]", '{"resourceType": "Patient"}'):
        assert (await gun.post(f"{AT}/import", data={"json": wrong})).status_code in (400, 422)


@pytest.mark.parametrize("role", ["nurse", "physician", "receptionist"])
async def test_who_has_not_the_right_draws_nothing(signed_in: SignIn, role: str) -> None:
    """A2: default deny; the page is neither offered nor answered."""
    dan = await signed_in("dan", role)
    assert AT not in (await dan.get("/patients")).text
    assert (await dan.get(AT)).status_code == 403
    assert (await dan.post(AT, data={"title": "Sömn"})).status_code == 403
    assert (
        await dan.post(f"{AT}/import", data={"json": json.dumps({"resourceType": "Questionnaire"})})
    ).status_code == 403


@pytest.mark.parametrize("resource", [FALLS, ARRIVAL], ids=lambda one: one["id"])
def test_rows_say_a_form_whole_or_say_that_they_cannot(resource: dict[str, Any]) -> None:
    """Falls come back with their codes; the body mass index is no sum, so that form is not changed by rows."""
    assert drawing.is_drawn(resource) == (resource is FALLS)
    assert len(FORMS) == 4


async def test_as_many_rows_as_a_form_may_have_are_kept(signed_in: SignIn, door: Door) -> None:
    gun = await signed_in("gun", "unit-manager", "administration")
    at = await begun(gun)
    rows = [{"link": f"q{n}", "kind": "string", "text": f"Fråga {n}"} for n in range(300)]
    assert (await gun.post(at, data=page_of(*rows))).status_code == 303
    async with door.opened(world.SYSTEM, "care") as record:
        assert len((await forms.one_form(record, at.rpartition("/")[2])).items) == 300


async def test_rows_beyond_what_a_form_may_have_are_refused_and_none_is_dropped(signed_in: SignIn) -> None:
    gun = await signed_in("gun", "unit-manager", "administration")
    at = await begun(gun)
    assert (await gun.post(at, data=page_of(*SLEEP))).status_code == 303
    beyond = {"300-link": "q300", "300-kind": "string", "300-text": "Mer"}
    answer = await gun.post(at, data=page_of(*SLEEP[:1], version="2") | beyond)
    assert answer.status_code == 400
    assert "300" in answer.text
    assert "Vaknar du?" in (await gun.get(at)).text
    for wrong in (at, f"{at}/publish"):
        assert (await gun.post(wrong, data=page_of(*SLEEP, version="abc"))).status_code == 400
