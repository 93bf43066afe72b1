"""Finding patients: names as typed, numbers in any writing, and who may find whom (A1 in docs/law.md)."""

import pytest

from tests.record import world
from varda.access.session import Session
from varda.fhir.keys import key
from varda.kernel.db import Database
from varda.kernel.errors import Absent
from varda.record import Door

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
