"""What a note says in numbers becomes entries when it is signed, and goes with it when it is struck. F19, F22; R2."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.record import world
from tests.support import signing_in
from tests.support.switching import switched
from tests.web.conftest import NOW
from varda.care.vitals import queries
from varda.kernel.clock import SetClock
from varda.record import Door

DRAFT = "/chart/vera/drafts/0123456789abcdef"
TEXT = "Opåverkad. BT 140/85, puls 72, temp 382."
SIGN = {"template": "visit", "act": "sign", "text-status": TEXT}


async def measured(door: Door) -> list[dict[str, Any]]:
    async with door.opened(world.SYSTEM, "administration") as record:
        found = await record.search("Observation", [("patient", "Patient/vera"), ("_count", "200")])
    return [one.resource for one in found.matches if one.resource["code"].get("text") in ("Blodtryck", "Puls")]


async def signed(astrid: httpx.AsyncClient, **changed: Any) -> str:
    answer = await astrid.post(f"{DRAFT}/finish", data=SIGN | changed)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def test_measures_are_offered_at_each_save_and_one_that_cannot_be_right_says_so(
    astrid: httpx.AsyncClient,
) -> None:
    answer = await astrid.post(DRAFT, json={"template": "visit", "texts": {"status": TEXT}, "revision": 0})
    assert [(one["said"], one["shown"]) for one in answer.json()["values"]] == [
        ("BT 140/85", "Blodtryck 140/85 mmHg"),
        ("puls 72", "Puls 72 slag/min"),
        ("temp 382", "Kroppstemperatur 382 °C"),
    ]
    assert [one["wrong"] for one in answer.json()["values"]] == ["", "", "kan inte stämma"]


async def test_the_last_values_are_told_with_what_is_like_them(astrid: httpx.AsyncClient, clock: SetClock) -> None:
    """What is ten times too high is not chosen with the rest: it is unlike the last one of it."""
    seen = {"weight": "72", "height": "171", "pulse": "80", "systolic": "140", "diastolic": "85"}
    await astrid.post("/chart/vera/vitals/write", data=seen)
    told = (await astrid.get("/chart/vera/vitals/last")).json()
    assert set(told) == set(seen)
    assert told["weight"]["shown"].startswith("72 kg")
    assert (told["weight"]["least"], told["weight"]["most"]) == (57.6, 90.0)
    assert (told["systolic"]["most"], told["pulse"]["most"]) == (420.0, 240.0)
    offered = await astrid.post(DRAFT, json={"template": "visit", "texts": {"status": TEXT}, "revision": 0})
    assert offered.json()["values"][0]["numbers"] == {"systolic": 140.0, "diastolic": 85.0}
    assert (await astrid.get("/chart/asa/vitals/last")).status_code == 404
    clock.instant += timedelta(days=366)
    await signing_in.signed_in(astrid, "SE9999999999-astrid", "SE9999999999-astrid-cardiology")
    assert (await astrid.get("/chart/vera/vitals/last")).json() == {}, "a child of a year ago is another"


async def test_a_last_value_is_told_however_much_else_was_measured_since(
    astrid: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "NEWEST", 3)
    for seen in ({"weight": "72"}, {"temperature": "37"}, *({"pulse": str(70 + n)} for n in range(4))):
        await astrid.post("/chart/vera/vitals/write", data=seen)
    told = (await astrid.get("/chart/vera/vitals/last")).json()
    assert {key: one["shown"].split()[0] for key, one in told.items()} == {
        "weight": "72", "temperature": "37", "pulse": "73",
    }  # fmt: skip


async def test_what_the_writer_accepts_is_kept_when_the_note_is_signed_and_nothing_else(
    astrid: httpx.AsyncClient, door: Door
) -> None:
    before = len(await measured(door))
    url = await signed(astrid, value=["BT 140/85", "temp 382", "vikt 80 kg"])
    kept = (await measured(door))[: len(await measured(door)) - before]
    assert [one["code"]["text"] for one in kept] == ["Blodtryck"]
    assert [part["valueQuantity"]["value"] for part in kept[0]["component"]] == [140, 85]
    page = (await astrid.get(url)).text
    assert TEXT in page
    assert "Sparat som mätvärden: BT 140/85" in page


async def test_what_is_taken_out_of_the_text_by_an_amendment_is_struck(astrid: httpx.AsyncClient, door: Door) -> None:
    url = await signed(astrid, value=["BT 140/85", "puls 72"])
    note = url.rpartition("/")[2]
    change = {"base": note, "version": "1", "reason": "Fel tryck", "text-status": "BT 150/85, puls 72."}
    await signed(astrid, value=["BT 150/85", "puls 72"], **change)
    by_value = {
        one["component"][0]["valueQuantity"]["value"]: one["status"]
        for one in await measured(door)
        if one["code"]["text"] == "Blodtryck"
    }
    assert (by_value[140], by_value[150]) == ("entered-in-error", "final")
    assert [one["status"] for one in await measured(door) if one["code"]["text"] == "Puls"][:1] == ["final"]


async def test_striking_the_note_strikes_what_it_became(astrid: httpx.AsyncClient, door: Door) -> None:
    url = await signed(astrid, value=["puls 72"])
    await astrid.post(f"{url}/strike", data={"version": "1", "reason": "Fel patient"})
    pulse = next(one for one in await measured(door) if one["code"]["text"] == "Puls")
    assert pulse["status"] == "entered-in-error"


async def test_where_measures_stand_still_a_note_with_them_is_not_struck_and_keeps_them_when_amended(
    astrid: httpx.AsyncClient, door: Door
) -> None:
    url = await signed(astrid, value=["puls 72"])
    await switched(door.catalogue, "F85", "", "stopped", NOW)
    struck = await astrid.post(f"{url}/strike", data={"version": "1", "reason": "Fel patient"})
    assert struck.status_code == 403
    change = {"base": url.rpartition("/")[2], "version": "1", "reason": "Tillägg"}
    less = await astrid.post(f"{DRAFT}/finish", data=SIGN | change | {"text-status": "Opåverkad."})
    assert less.status_code == 403
    more = await signed(astrid, **change, **{"text-status": f"{TEXT} Mår bra."})
    assert "Sparat som mätvärden: puls 72" in (await astrid.get(more)).text
    pulse = next(one for one in await measured(door) if one["code"]["text"] == "Puls")
    assert pulse["status"] == "final"


async def test_an_entry_that_was_not_read_from_the_text_is_never_touched(astrid: httpx.AsyncClient, door: Door) -> None:
    url = await signed(astrid, value=["puls 72"])
    note = url.rpartition("/")[2]
    async with door.opened(world.SYSTEM, "administration") as record:
        stored = (await record.read("Composition", note)).resource
        other = (await measured(door))[0]
        referred = {"reference": f"Observation/{other['id']}/_history/1", "display": "puls 72 enligt remiss"}
        stored["section"][0]["entry"].append(referred)
        await record.update(stored)
    assert "enligt remiss" not in (await astrid.get(url)).text
    change = {"base": note, "version": "2", "reason": "Tillägg", "text-status": "Puls ej tagen."}
    await signed(astrid, **change)
    async with door.opened(world.SYSTEM, "administration") as record:
        section = (await record.read("Composition", note)).resource["section"][0]
    assert section["entry"] == [referred]


async def test_measures_have_the_time_of_the_note_and_not_of_its_amendment(
    astrid: httpx.AsyncClient, door: Door, clock: SetClock
) -> None:
    url = await signed(astrid, value=["BT 140/85"])
    written = clock.now()
    clock.instant = written + timedelta(minutes=9)
    change = {"base": url.rpartition("/")[2], "version": "1", "reason": "Fel", "text-status": "BT 150/85, puls 72."}
    await signed(astrid, value=["BT 150/85"], **change)
    right = next(one for one in await measured(door) if one["status"] == "final" and one["code"]["text"] == "Blodtryck")
    assert right["effectiveDateTime"] == written.isoformat().replace("+00:00", "Z")


async def test_words_within_other_words_are_not_the_same_measure(astrid: httpx.AsyncClient, door: Door) -> None:
    url = await signed(astrid, value=["temp 38"], **{"text-status": "temp 38"})
    change = {"base": url.rpartition("/")[2], "version": "1", "reason": "Fel", "text-status": "temp 38,5"}
    amended = await signed(astrid, value=["temp 38"], **change)
    assert "Sparat som" not in (await astrid.get(amended)).text


@pytest.mark.parametrize("values", [1, "x", {"a": 1}])
async def test_values_that_are_no_list_are_refused(astrid: httpx.AsyncClient, values: object) -> None:
    answer = await astrid.post(DRAFT, json={"template": "visit", "texts": {}, "values": values})
    assert answer.status_code == 400
