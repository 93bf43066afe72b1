"""The lists of a unit (F67): as each person left them, and fast with five hundred rows."""

import re
import time

import httpx
import pytest

from tests.record import world
from tests.web.conftest import SignIn
from varda.care.patients import queries
from varda.kernel.db import Database
from varda.record import Door, Owner, Wish

CARDIOLOGY = Owner(world.CARDIOLOGY, world.REGION)


def stay(patient: str, responsible: str, place: str, **more: object) -> dict[str, object]:
    who = {"reference": f"Practitioner/{responsible}", "display": responsible.capitalize()}
    bed = {"location": {"display": place}, "status": "active"}
    made = world.contact(f"stay-{patient}", patient, "cardiology")
    return made | {"participant": [{"individual": who}], "location": [bed], "period": {"start": "2026-02-20"}} | more


async def filled(door: Door, number: int) -> None:
    """So many patients at cardiology, every other of them Astrid's."""
    people = [world.patient(f"p{n}", f"Anna{n}", f"Ek{n:03}", "19500214-XA07") for n in range(number)]
    for n, one in enumerate(people):
        one["identifier"][0]["value"] = f"19500214-X{n:04}"
    stays = [stay(f"p{n}", "astrid" if n % 2 else "dan", f"Sal {number - n:03}") for n in range(number)]
    async with door.opened(world.SYSTEM, "import") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in people])
        await record.write([Wish("update", one, owner=CARDIOLOGY) for one in stays])


def names(page: str) -> list[str]:
    return re.findall(r"data-row-link>([^<]+)</a>", page)


async def test_a_list_is_as_one_left_it_for_each_person(
    door: Door, astrid: httpx.AsyncClient, signed_in: SignIn
) -> None:
    await filled(door, 4)
    dan = await signed_in("dan", "nurse")
    asked = (await astrid.get("/patients?show=admitted&by=place")).text
    assert names(asked)[:4] == ["Anna3 Ek003", "Anna2 Ek002", "Anna1 Ek001", "Anna0 Ek000"], "no place comes last"
    assert names((await astrid.get("/patients")).text) == names(asked)
    assert 'aria-sort="ascending"' in (await astrid.get("/patients")).text
    assert names((await dan.get("/patients")).text) != names(asked), "another person's list is their own"
    assert names((await astrid.get("/patients?show=open")).text) == names(asked), "the order holds for the next list"


async def test_my_patients_and_those_of_a_colleague(door: Door, astrid: httpx.AsyncClient) -> None:
    await filled(door, 4)
    assert set(names((await astrid.get("/patients?show=mine")).text)) == {"Anna1 Ek001", "Anna3 Ek003"}
    theirs = (await astrid.get("/patients?show=admitted&who=Dan")).text
    assert set(names(theirs)) == {"Anna0 Ek000", "Anna2 Ek002"}
    assert set(names((await astrid.get("/patients")).text)) == {"Anna0 Ek000", "Anna2 Ek002"}
    assert len(names((await astrid.get("/patients?show=open")).text)) == 5, "whose they are is chosen within one list"


async def test_a_filter_that_leaves_nobody_is_named_and_can_be_taken_away(
    door: Door, astrid: httpx.AsyncClient
) -> None:
    """It is kept from last time: that its patients have gone home does not empty the unit."""
    await filled(door, 4)
    await astrid.get("/patients?show=admitted&who=Gunnar")
    page = (await astrid.get("/patients")).text
    assert names(page) == []
    assert "Inga patienter här just nu som Gunnar ansvarar för." in page
    assert "Inga patienter här just nu." not in page
    cleared = re.search(r'<a class="ds-link" href="([^"]*who=)">Visa allas</a>', page)
    assert cleared
    assert len(names((await astrid.get(cleared[1].replace("&amp;", "&"))).text)) == 5
    assert len(names((await astrid.get("/patients")).text)) == 5, "and it stays away"


@pytest.mark.parametrize("query", ["show=admitted", "show=open&who=Dan", "show=mine"])
async def test_a_list_that_is_cut_says_so_however_many_rows_are_left(
    door: Door, astrid: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    await filled(door, 4)
    assert "Sök efter de andra." not in (await astrid.get(f"/patients?{query}")).text
    monkeypatch.setattr(queries, "_WHOLE", (("_count", "1"),))
    assert "Sök efter de andra." in (await astrid.get(f"/patients?{query}")).text


async def test_what_is_chosen_badly_is_the_whole_list(astrid: httpx.AsyncClient) -> None:
    for query in ("show=x", "show=admitted&by=x", "show=admitted&who=" + "x" * 3000, "by=%00", "show="):
        assert (await astrid.get(f"/patients?{query}")).status_code in (200, 400), query
    assert (await astrid.get("/patients?show=all")).status_code == 200


async def test_what_is_kept_names_no_patient(database: Database, astrid: httpx.AsyncClient) -> None:
    await astrid.get("/patients?show=admitted&by=since")
    row = await database.one("select person, unit, choice from web.kept")
    assert (row["person"], row["unit"]) == ("SE9999999999-astrid", world.CARDIOLOGY)
    assert "vera" not in row["choice"].lower()


async def test_a_list_that_stays_open_logs_who_is_new_and_is_not_what_was_chosen_last(
    door: Door, astrid: httpx.AsyncClient, database: Database
) -> None:
    """RULES §3: a live list logs a patient when first shown, not at each refresh."""

    async def logged() -> list[int]:
        rows = await database.all("select patients from audit.event where action = 'search' order by at, place")
        return [len(row["patients"]) for row in rows]

    await filled(door, 2)
    await astrid.get("/patients?show=admitted")
    await astrid.get("/patients?show=today")
    before = await logged()
    renewal = {"HX-Request": "true", "X-Varda-Quiet": "yes"}
    assert len(names((await astrid.get("/patients?show=admitted", headers=renewal)).text)) == 3
    assert await logged() == before
    await filled(door, 3)
    assert len(names((await astrid.get("/patients?show=admitted", headers=renewal)).text)) == 4
    assert (await logged())[len(before) :] == [1]
    assert re.search(r'show=today"\s+aria-current="page"', (await astrid.get("/patients")).text)


async def test_five_hundred_rows_come_in_one_page(door: Door, astrid: httpx.AsyncClient) -> None:
    """How long is printed, and measured by nobody: the machine may be busy."""
    await filled(door, 499)
    started = time.perf_counter()
    page = (await astrid.get("/patients?show=admitted&by=name")).text
    print(f"500 rows in {(time.perf_counter() - started) * 1000:.0f} ms")
    assert len(names(page)) == 500
    assert 'data-live="list"' in page
    rows = (await astrid.get("/patients", headers={"HX-Request": "true"})).text
    assert len(names(rows)) == 500
    assert "<html" not in rows
