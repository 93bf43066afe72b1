"""Stopping a function: who may, what is said, what rests on it, how it is told and put on again (F245)."""

import re
from datetime import timedelta
from html import unescape

import pytest

from tests.record import world
from tests.record.world import CARDIOLOGY, SURGERY, SYSTEM
from tests.support.switching import switched
from tests.web.conftest import NOW, SignIn, Visitor
from varda.kernel.db import Database
from varda.record import Door, Owner

SAID = {"routine": "Svar på papper", "way_back": "Orden jämförda", "opens": "", "closes": ""}


async def test_a_stopped_function_is_shown_to_those_it_concerns(signed_in: SignIn, door: Door, astrid: Visitor) -> None:
    await switched(door.catalogue, "F45", world.CARDIOLOGY, "stopped", NOW)
    await switched(door.catalogue, "F40", "", "paper", NOW)
    page = (await astrid.get("/rights")).text
    assert page.count("stoppad: bara läsning") == 1
    assert page.count("reservrutin på papper") == 1
    manager = await signed_in("gun", "unit-manager")
    assert "stoppad: bara läsning" in (await manager.get("/rights/functions")).text
    chart = (await astrid.get("/chart/vera")).text
    assert "Röntgensvar och bilder: stoppad" in re.sub(r"\s+", " ", re.sub("<[^>]+>", "", chart))


async def test_a_manager_stops_a_function_at_once_and_puts_it_on_again_and_the_log_knows(
    signed_in: SignIn, database: Database
) -> None:
    """F245: without restart, by one person, from a day until a day; what was said stays."""
    gun, dan = await signed_in("gun", "unit-manager", "administration"), await signed_in("dan", "nurse")
    ann = await signed_in("ann", "biomedical-scientist")
    contact = {"kind": "AMB", "reason": "x"}
    assert (await dan.post("/chart/vera/contacts/open", data=contact)).status_code == 303
    said = SAID | {"function": "F72", "state": "stopped", "opens": "2026-03-01", "reason": "Ord försvann"}
    assert (await gun.post("/rights/functions", data=said)).status_code == 303
    assert (await dan.post("/chart/vera/contacts/open", data=contact)).status_code == 403
    assert "stoppad, bara läsning" in (await dan.get("/chart/vera")).text
    assert "stoppad, bara läsning" not in (await ann.get("/chart/vera")).text, "she writes no contacts anyway"
    page = (await gun.get("/rights/functions")).text
    assert page.count("stoppad: bara läsning") == 2
    assert page.count("Sätt på igen") == 1, "a button beside what stands still"
    assert 'name="where"' not in page
    on = {"function": "F72", "state": "on", "reason": "Rättat"}
    assert "Säg att det som skulle vara uppfyllt" in (await gun.post("/rights/functions", data=on)).text
    assert (await gun.post("/rights/functions", data=on | {"is_met": "yes"})).status_code == 303
    assert (await dan.post("/chart/vera/contacts/open", data=contact)).status_code == 303
    page = (await gun.get("/rights/functions")).text
    assert page.index("Rättat") < page.index("Ord försvann")
    rows = await database.all("select actor, what from audit.event where action = 'switch' order by place")
    assert [(row["actor"], row["what"]) for row in rows] == [
        ("SE9999999999-gun", f"F72 stopped at {world.CARDIOLOGY}: Ord försvann"),
        ("SE9999999999-gun", f"F72 on at {world.CARDIOLOGY}: Rättat"),
    ]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"function": "F0"}, "ingen sådan funktion"),
        ({"state": "off"}, "Ange hur funktionen är"),
        ({"reason": " "}, "Ange varför"),
        ({"routine": ""}, "Ange vilken pappersrutin"),
        ({"way_back": " "}, "Ange vad som ska vara uppfyllt"),
        ({"closes": "2026-02-01"}, "Sista dagen har passerat"),
        ({"opens": "i morgon"}, "inte ett datum"),
        ({"where": "everywhere"}, "bara vid din egen enhet"),
    ],
)
async def test_a_stop_that_cannot_be_comes_back_with_what_is_wrong(
    signed_in: SignIn, changed: dict[str, str], told: str
) -> None:
    gun = await signed_in("gun", "unit-manager", "administration")
    said = SAID | {"function": "F45", "state": "stopped", "reason": "Ord försvann"} | changed
    answer = await gun.post("/rights/functions", data=said)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert "Ingen funktion har stoppats" in answer.text


async def test_the_county_s_administrator_stops_a_function_everywhere_from_a_day(
    signed_in: SignIn, door: Door, astrid: Visitor
) -> None:
    anna = await signed_in("anna", "rights-administrator", "administration")
    said = SAID | {"function": "F45", "state": "paper", "opens": "2026-03-02", "closes": "2026-03-03", "reason": "Byte"}
    assert (await anna.post("/rights/functions", data=said | {"where": "everywhere"})).status_code == 303
    assert "kommande" in (await anna.get("/rights/functions")).text
    assert (await door.catalogue.in_force(NOW)).state("F45", world.SURGERY) == "on"
    assert (await door.catalogue.in_force(NOW + timedelta(days=1))).state("F45", world.SURGERY) == "paper"
    assert (await astrid.get("/rights/functions")).status_code == 403
    assert (await astrid.post("/rights/functions", data=said)).status_code == 403


async def test_what_the_county_has_stopped_a_unit_s_manager_does_not_put_on_again(
    signed_in: SignIn, door: Door
) -> None:
    """F245: whoever answers for the county ends what holds for the county."""
    await switched(door.catalogue, "F45", "", "stopped", NOW)
    gun, anna = await signed_in("gun", "unit-manager"), await signed_in("anna", "rights-administrator")
    page = (await gun.get("/rights/functions")).text
    assert "Sätt på igen" not in page
    assert "Länets behörighetsadministratörer sätter på den igen" in page
    page = (await anna.get("/rights/functions")).text
    form = page[page.index('name="function" value="F45"') : page.index("Sätt på igen")]
    said = dict(re.findall(r'name="(\w+)"\s+value="([^"]*)"', form)) | {"reason": "Rättat"}
    assert said == {"function": "F45", "state": "on", "where": "everywhere", "is_met": "yes", "reason": "Rättat"}
    assert (await anna.post("/rights/functions", data=said)).status_code == 303
    assert (await door.catalogue.in_force(NOW)).state("F45", world.CARDIOLOGY) == "on"
    assert "Sätt på igen" not in (await anna.get("/rights/functions")).text


async def test_a_safety_representative_stops_and_the_manager_alone_does_not_put_it_on_again(
    signed_in: SignIn, database: Database
) -> None:
    """F245: the stop of a safety representative stands until one of them, or the county, says otherwise."""
    kjell, gun = await signed_in("kjell", "safety-representative"), await signed_in("gun", "unit-manager")
    lisa, anna = await signed_in("lisa", "safety-representative"), await signed_in("anna", "rights-administrator")
    stop = SAID | {"function": "F45", "state": "stopped", "reason": "Ordet inget försvann"}
    on = {"function": "F45", "state": "on", "reason": "Rättat", "is_met": "yes"}
    assert (await kjell.post("/rights/functions", data=stop | {"where": "everywhere"})).status_code == 422
    for ends in (kjell, lisa, anna):
        assert (await kjell.post("/rights/functions", data=stop)).status_code == 303
        page = (await gun.get("/rights/functions")).text
        assert "Sätt på igen" not in page
        assert "som skyddsombud" in page
        assert (await gun.post("/rights/functions", data=on)).status_code == 403
        assert "Sätt på igen" in (await ends.get("/stops/F45")).text
        assert (await ends.post("/rights/functions", data=on)).status_code == 303
    assert (await gun.post("/rights/functions", data=stop)).status_code == 303
    assert (await kjell.post("/rights/functions", data=on)).status_code == 403
    rows = await database.all("select is_safety from catalogue.switch order by switch")
    assert [row["is_safety"] for row in rows] == [True, True, True, True, True, False, False]


async def test_a_stop_is_told_in_every_screen_with_its_reason_its_routine_and_the_way_back(
    signed_in: SignIn, astrid: Visitor
) -> None:
    """F245: what rests on it is told as well, to those who use that."""
    gun, home = await signed_in("gun", "unit-manager"), await signed_in("cia", "nurse")
    stop = SAID | {"function": "F57", "state": "stopped", "reason": "Ordet inget försvann"}
    await gun.post("/rights/functions", data=stop)
    for path in ("/chart/vera", "/patients", "/inbox", "/answers"):
        said = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", (await astrid.get(path)).text))
        assert "Röntgenremiss: stoppad, bara läsning" in said, path
        assert "på den vilar: Röntgensvar och bilder" in said, path
        assert "Röntgenremiss: stoppad" not in (await home.get("/patients")).text
    page = unescape((await astrid.get("/stops/F57")).text)
    assert all(word in page for word in ("Ordet inget försvann", "Svar på papper", "Orden jämförda", "Gun Ny"))
    assert "Sätt på igen" not in page
    assert "Röntgensvar och bilder" in page
    assert (await astrid.get("/stops/F0")).status_code == 404


async def test_patients_concerned_are_told_to_those_who_may_read_what_is_open_and_logged(
    signed_in: SignIn, astrid: Visitor, door: Door, database: Database
) -> None:
    """F245: open orders of what stands still or of what rests on it; of the own unit, as the role and the relation
    allow, and not even how many there are to others."""
    orders = [("vera", "active", CARDIOLOGY), ("vera", "completed", CARDIOLOGY), ("vera", "active", SURGERY)]
    async with door.opened(SYSTEM, "administration") as record:
        for patient, status, unit in orders:
            order = {"resourceType": "ServiceRequest", "status": status, "intent": "order", "code": {"text": "Hb"}}
            order |= {"subject": {"reference": f"Patient/{patient}"}}
            await record.create(order, owner=Owner(unit, world.REGION))
    gun = await signed_in("gun", "unit-manager")
    stop = SAID | {"function": "F48", "state": "stopped", "reason": "Fel prov"}
    page = (await gun.post("/rights/functions", data=stop, follow_redirects=True)).text
    assert "Din roll läser inte: Beställning av prover" in page
    assert "Vera" not in page
    page = (await astrid.get("/stops/F48")).text
    assert "Vera Maria Åkesson" in page
    assert re.search(r"Beställning av prover och undersökningar\s+1\b", page), "the one that is open, at this unit"
    rows = await database.all("select actor, category from audit.event where action = 'search' order by place")
    assert ("SE9999999999-astrid", "ServiceRequest") in [(row["actor"], row["category"]) for row in rows]
    assert "SE9999999999-gun" not in {row["actor"] for row in rows}
    assert "Vera" not in (await (await signed_in("rut", "safety-representative")).get("/stops/F48")).text


async def test_a_stop_to_come_is_called_off(signed_in: SignIn, door: Door) -> None:
    gun = await signed_in("gun", "unit-manager")
    stop = SAID | {"function": "F45", "state": "stopped", "reason": "Byte", "opens": "2026-03-02"}
    await gun.post("/rights/functions", data=stop)
    page = (await gun.get("/rights/functions")).text
    assert "Sätt på igen" in page
    on = {"function": "F45", "state": "on", "reason": "Inställt", "is_met": "yes"}
    assert (await gun.post("/rights/functions", data=on)).status_code == 303
    assert "Sätt på igen" not in (await gun.get("/rights/functions")).text
    assert (await door.catalogue.in_force(NOW + timedelta(days=2))).state("F45", world.CARDIOLOGY) == "on"
