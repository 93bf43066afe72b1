"""Finding patients: names as typed, numbers in any writing, and who may find whom (A1 in docs/law.md)."""

from dataclasses import replace
from datetime import date

import pytest

from tests.record import world
from tests.record.test_citizens import VERA, citizen
from varda.access.session import Session
from varda.fhir.keys import key
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Refused, Unprocessable
from varda.kernel.limits import Limit, TooMany
from varda.record import County, Door, Wish, county

pytestmark = pytest.mark.anyio


async def names(door: Door, session: Session, text: str) -> list[str]:
    async with door.opened(session, "care") as record:
        return [found.name for found in await record.find_patients(text)]


@pytest.mark.parametrize(
    "text",
    ["åkesson", "Akesson", "vera å", "akess vera", "maria", "1950-02-14", "19500214", "vera 1950", "ake"],
)
async def test_an_own_patient_is_found_by(door: Door, astrid: Session, text: str) -> None:
    assert await names(door, astrid, text) == ["Vera Maria Åkesson"]


@pytest.mark.parametrize("text", ["19610305-XB12", "19610305XB12", "610305-xb12", "610305XB12"])
async def test_a_whole_number_finds_anyone_without_opening(door: Door, astrid: Session, text: str) -> None:
    async with door.opened(astrid, "care") as record:
        (found,) = await record.find_patients(text)
    assert (found.name, found.identity, found.reached) == ("Åsa Sjöö", "19610305-XB12", False)


@pytest.mark.parametrize("text", ["åsa", "sjöö", "1961-03-05", "19610305", "a", "", "%", "_", "19619999"])
async def test_others_are_not_found_by_less(door: Door, astrid: Session, text: str) -> None:
    assert await names(door, astrid, text) == []


async def test_everyone_shown_is_in_the_log(door: Door, astrid: Session, database: Database) -> None:
    await names(door, astrid, "19610305-XB12")
    row = await database.one("select patients from audit.event where action = 'find'")
    assert row["patients"] == [key("Patient/asa")]


async def test_searching_is_narrowed_and_counts_do_not_leak(door: Door, astrid: Session, bo: Session) -> None:
    async with door.opened(astrid, "care") as record:
        page = await record.search("Observation", [("code", "718-7"), ("_total", "accurate")])
        assert ([s.id for s in page.matches], page.total) == (["hb-cardiology"], 1)
        by_name = await record.search("Observation", [("subject:Patient.name", "Sjöö")])
        assert by_name.matches == []
    async with door.opened(world.SYSTEM, "administration") as record:
        page = await record.search("Observation", [("code", "718-7"), ("_total", "accurate")])
        assert page.total == 3


async def test_everything_is_narrowed_too(door: Door, astrid: Session) -> None:
    async with door.opened(astrid, "care") as record:
        page = await record.everything("vera")
        assert {s.reference for s in page.matches} == {
            "Patient/vera", "Encounter/vera-stay", "Observation/hb-cardiology",
        }  # fmt: skip
        first = await record.everything("vera", most=1)
        rest = await record.everything("vera", most=5, after=first.next or "")
        assert [s.id for s in first.matches] == ["vera", "vera-stay"]
        assert ([s.id for s in rest.matches], rest.next) == (["hb-cardiology"], None)


async def test_a_system_that_serves_units_finds_all_that_they_own_and_nothing_else(door: Door) -> None:
    serving = Session(
        kind="client", actor="board", name="Board", reach="units", scopes=("read",),
        units=((world.CARDIOLOGY, "cardiology"), (world.HOME_CARE, "homecare")),
    )  # fmt: skip
    async with door.opened(serving, "board") as record:
        page = await record.search("Observation", [("code", "718-7")])
        assert sorted(s.id for s in page.matches) == ["hb-cardiology", "hb-homecare"]
        assert [s.id for s in (await record.search("Patient", [])).matches] == ["vera"]
        assert (await record.read("Observation", "hb-homecare")).id == "hb-homecare"
        with pytest.raises(Absent):
            await record.read("Observation", "hb-surgery")


async def in_county(
    door: Door, who: Session, name: str, born: date | None = None, reason: str = "Ringer oss"
) -> County:
    async with door.opened(who, "care") as record:
        return await record.find_in_county(name, born, reason=reason)


@pytest.mark.parametrize(
    ("name", "born"),
    [("åsa sjöö", None), ("Sjoo", None), ("", date(1961, 3, 5)), ("Å", date(1961, 3, 5)), ("sjöö, åsa", None)],
)
async def test_after_an_active_choice_a_name_or_birth_date_finds_anyone_and_opens_nothing(
    door: Door, astrid: Session, database: Database, name: str, born: date | None
) -> None:
    found = await in_county(door, astrid, name, born)
    (asa,) = found.people
    assert (asa.name, asa.identity, asa.born, asa.reached) == ("Åsa Sjöö", "19610305-XB12", date(1961, 3, 5), False)
    row = await database.one("select * from audit.event where action = 'find-in-county'")
    assert (row["patients"], row["actor"], row["outcome"]) == ([key("Patient/asa")], astrid.actor, "given")
    assert row["what"].endswith("Ringer oss")
    assert "sj" not in row["what"].lower()  # what was typed may be about somebody else
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Absent):
            await record.read("Patient", "asa")


@pytest.mark.parametrize(
    ("name", "born", "reason", "path"),
    [("Sjöö", None, " ", "reason"), ("Sj", None, "Ringer", "name"), ("", None, "Ringer", "name")],
)
async def test_the_county_is_not_looked_through_without_a_reason_and_somebody_to_look_for(
    door: Door, astrid: Session, name: str, born: date | None, reason: str, path: str
) -> None:
    with pytest.raises(Unprocessable) as wrong:
        await in_county(door, astrid, name, born, reason)
    assert [one.path for one in wrong.value.problems] == [path]


async def test_only_staff_in_care_look_through_the_county(door: Door, astrid: Session) -> None:
    for who in (citizen(VERA), replace(astrid, assignment_purpose="quality")):
        with pytest.raises(Refused):
            await in_county(door, who, "Sjöö")


async def test_everybody_shown_counts_against_the_limit_of_identities(door: Door, astrid: Session) -> None:
    async with door.opened(world.SYSTEM, "administration") as record:
        people = [world.patient(f"p{n}", "Per", "Alm", f"1970010{n}-XC0{n}") for n in (1, 2)]
        await record.write([Wish("update", one) for one in people])
    door.limits = replace(door.limits, numbers=Limit("identity numbers", 4))
    assert len((await in_county(door, astrid, "Per Alm")).people) == 2  # and the search itself: three
    with pytest.raises(TooMany):
        await in_county(door, astrid, "Per Alm")


async def test_where_too_many_fit_nobody_is_shown(
    door: Door, astrid: Session, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(county, "MOST", 2)
    many = [world.patient(f"p{n}", "Per", "Alm", f"1970010{n}-XC0{n}") for n in (1, 2, 3)]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one) for one in many[:2]])
    assert len((await in_county(door, astrid, "Per Alm")).people) == 2
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", many[2])])
    assert await in_county(door, astrid, "Per Alm") == County([], are_more=True)
    rows = await database.all("select patients from audit.event where action = 'find-in-county'")
    assert sorted(len(row["patients"]) for row in rows) == [0, 2]
    assert len((await in_county(door, astrid, "Per Alm", date(1970, 1, 3))).people) == 1


@pytest.mark.parametrize("code", ["R", "V"])
async def test_a_protected_person_is_found_so_by_nobody_without_the_right(
    door: Door, astrid: Session, code: str
) -> None:
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": code}
    asa = world.patient("asa", "Åsa", "Sjöö", "19610305-XB12") | {"meta": {"security": [label]}}
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", asa)])
    assert await in_county(door, astrid, "Sjöö") == County([], are_more=False)
    assert [one.id for one in (await in_county(door, replace(astrid, role="unit-manager"), "Sjöö")).people] == ["asa"]
    assert await names(door, astrid, "19610305-XB12") == ["Åsa Sjöö"]
