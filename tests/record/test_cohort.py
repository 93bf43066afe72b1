"""Entries of many patients in one question: what may not be seen is in no answer, and all asked about are logged."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.record import world
from varda.access.session import Session
from varda.fhir.keys import key
from varda.kernel.db import Database
from varda.kernel.errors import Refused
from varda.record import Door, Owner, Wanted, Wish

pytestmark = pytest.mark.anyio

EVER = date(2000, 1, 1)
WANTED = [Wanted("Observation"), Wanted("Encounter", is_whole=True)]


async def found(door: Door, who: Session, since: dict[str, date], *wanted: Wanted) -> dict[str, set[str]]:
    async with door.opened(who, "care") as record:
        answer = await record.cohort(since, wanted or WANTED, _named)
    return {patient: set(some) for patient, some in answer.items()}


def _named(entries: list[dict[str, Any]]) -> list[str]:
    return [str(one["id"]) for one in entries]


async def test_each_patient_has_what_the_session_may_see_and_no_more(door: Door, astrid: Session, bo: Session) -> None:
    """A1, A3: another unit's patient has nothing, and another unit's entries come when they are shown."""
    both = {"vera": EVER, "asa": EVER}
    assert await found(door, astrid, both) == {"vera": {"vera-stay", "hb-cardiology"}, "asa": set()}
    assert await found(door, bo, both) == {"vera": set(), "asa": {"asa-stay"}}
    async with door.opened(astrid, "care") as record:
        await record.choose("vera", reason="Jour", all_units=True)
    assert (await found(door, astrid, both))["vera"] == {"vera-stay", "hb-cardiology", "hb-surgery"}


async def test_only_what_is_asked_for_by_type_code_and_day(door: Door, astrid: Session) -> None:
    later = world.haemoglobin("vera", id_="hb-later") | {"effectiveDateTime": "2026-02-20"}
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", later, owner=Owner(world.CARDIOLOGY, world.REGION))])
    day = {"vera": date(2026, 2, 20)}
    assert await found(door, astrid, day, Wanted("Observation")) == {"vera": {"hb-later"}}
    assert await found(door, astrid, {"vera": date(2026, 2, 21)}, Wanted("Observation")) == {"vera": set()}
    whole = Wanted("Observation", is_whole=True)
    assert await found(door, astrid, day, whole) == {"vera": {"hb-cardiology", "hb-later"}}
    assert await found(door, astrid, day, replace(whole, codes=("no-such-code",))) == {"vera": set()}
    code = str(later["code"]["coding"][0]["code"])
    assert await found(door, astrid, day, replace(whole, codes=(code, "x"))) == {"vera": {"hb-cardiology", "hb-later"}}
    assert await found(door, astrid, {}) == {}


async def test_a_record_that_is_joined_is_read_with_the_other(door: Door, astrid: Session) -> None:
    twin = world.patient("vera2", "Vera", "Åkesson", "19500214-XA08")
    joined = twin | {"link": [{"other": {"reference": "Patient/vera"}, "type": "replaced-by"}]}
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([
            Wish("update", joined, owner=Owner("", "")),
            Wish("update", world.haemoglobin("vera2", id_="hb-twin"), owner=Owner(world.CARDIOLOGY, world.REGION)),
        ])  # fmt: skip
    assert "hb-twin" in (await found(door, astrid, {"vera": EVER}))["vera"]


async def test_what_is_made_of_a_record_is_made_anew_when_what_may_be_seen_of_it_changes(
    door: Door, astrid: Session
) -> None:
    """A1: what is kept is kept for those very versions, and which they are is asked each time."""
    made: list[int] = []

    def reading(entries: list[dict[str, Any]]) -> set[str]:
        made.append(len(entries))
        return {one["id"] for one in entries}

    async def seen() -> set[str]:
        async with door.opened(astrid, "care") as record:
            return (await record.cohort({"vera": EVER}, WANTED, reading))["vera"]

    first = await seen()
    assert await seen() == first == {"vera-stay", "hb-cardiology"}
    assert made == [2], "nothing has changed"
    async with door.opened(astrid, "care") as record:
        await record.choose("vera", reason="Jour", all_units=True)
    assert await seen() == {"vera-stay", "hb-cardiology", "hb-surgery"}
    later = world.haemoglobin("vera", id_="hb-cardiology") | {"effectiveDateTime": "2026-02-20"}
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", later, owner=Owner(world.CARDIOLOGY, world.REGION))])
    await seen()
    assert made == [2, 3, 3]


async def test_two_records_of_one_person_say_the_same_though_both_are_asked_for(door: Door, astrid: Session) -> None:
    twin = world.patient("vera2", "Vera", "Åkesson", "19500214-XA08")
    joined = twin | {"link": [{"other": {"reference": "Patient/vera"}, "type": "replaced-by"}]}
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([
            Wish("update", joined, owner=Owner("", "")),
            Wish("update", world.haemoglobin("vera2", id_="hb-twin"), owner=Owner(world.CARDIOLOGY, world.REGION)),
        ])  # fmt: skip
    both = await found(door, astrid, {"vera": EVER, "vera2": EVER})
    assert both["vera"] == both["vera2"] == {"vera-stay", "hb-cardiology", "hb-twin"}


async def test_everybody_asked_about_is_in_one_row_of_the_log(door: Door, astrid: Session, database: Database) -> None:
    await found(door, astrid, {"vera": EVER, "asa": EVER})
    row = await database.one("select * from audit.event where what = 'entries of many patients'")
    assert {key("Patient/vera"), key("Patient/asa")} == set(row["patients"])
    assert row["category"] == "Observation,Encounter"


async def test_only_staff_who_meet_patients_ask_about_many(door: Door, astrid: Session) -> None:
    citizen = Session(kind="citizen", actor=f"{world.RESERVE}|19500214-XA07", name="Vera")
    with pytest.raises(Refused):
        await found(door, citizen, {"vera": EVER})
    with pytest.raises(Refused):
        await found(door, replace(astrid, role="rights-administrator"), {"vera": EVER})


async def test_what_the_role_does_not_read_is_not_there(door: Door, astrid: Session) -> None:
    """A2."""
    answer = await found(door, replace(astrid, role="receptionist"), {"vera": EVER})
    assert "hb-cardiology" not in answer["vera"]
    assert "vera-stay" in answer["vera"]
