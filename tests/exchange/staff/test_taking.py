"""An export of staff brings units, people and assignments in step: once, resumably, and never by half a hospital."""

from collections.abc import AsyncIterator

import pytest

from tests.support.door import opened_door
from varda.access.people import People
from varda.exchange import staff
from varda.exchange.staff import Difference, Export
from varda.kernel.errors import Conflict
from varda.record import Door

pytestmark = pytest.mark.anyio

UNITS = "unit;name;kinds;part_of\nSE9999999999-R;Regionen;region,care-provider;\n" + "".join(
    f"SE9999999999-W{n};Avdelning {n};ward,care-unit;SE9999999999-R\n" for n in range(3)
)
HEAD = "person;given;family;licences;assignment;unit;profession;from\n"


def people(*numbers: int, family: str = "Ny") -> str:
    return HEAD + "".join(
        f"SE9999999999-N{n};Nora {n};{family};sjuksköterska;SE9999999999-M{n};SE9999999999-W{n % 3};nurse;2025-01-01\n"
        for n in numbers
    )


@pytest.fixture
async def door(database_url: str) -> AsyncIterator[Door]:
    """A door on an empty county."""
    async with opened_door(database_url) as door:
        yield door


async def compared(door: Door, listed: str, units: str = UNITS) -> tuple[Difference, Export]:
    export = staff.understood(units.encode(), listed.encode())
    before = await staff.said_before(door, "HR")
    found = staff.difference(before, export)
    staff.require_believable(before, found)
    return found, export


async def taken(door: Door, listed: str, units: str = UNITS) -> int:
    found, _ = await compared(door, listed, units)
    return await staff.take(door, "HR", found)


async def test_who_is_imported_can_work_and_the_same_export_writes_nothing(door: Door) -> None:
    assert await taken(door, people(*range(6))) == 4 + 6 + 6
    session = await People(door.database).session("SE9999999999-N4", "", door.clock.now())
    assert (session.name, session.role, session.unit_name) == ("Nora 4 Ny", "nurse", "Avdelning 1")
    assert session.licences == ("sjuksköterska",)
    assert session.provider_name == "Regionen"
    assert await taken(door, people(*range(6))) == 0


async def test_what_has_changed_is_told_and_written_alone(door: Door) -> None:
    await taken(door, people(*range(6)))
    listed = people(*range(5)) + people(5, family="Gift").removeprefix(HEAD) + people(6).removeprefix(HEAD)
    found, _ = await compared(door, listed)
    assert found.counts() == {
        "unit": {"new": 0, "changed": 0, "gone": 0},
        "person": {"new": 1, "changed": 1, "gone": 0},
        "assignment": {"new": 1, "changed": 0, "gone": 0},
    }
    assert await staff.take(door, "HR", found) == 3
    assert (await People(door.database).session("SE9999999999-N5", "", door.clock.now())).name == "Nora 5 Gift"


async def test_who_has_left_can_not_work_any_more_and_may_come_back(door: Door) -> None:
    await taken(door, people(*range(30)))
    await taken(door, people(*range(29)))
    assert not await People(door.database).sessions("SE9999999999-N29", door.clock.now())
    await taken(door, people(*range(30)))
    assert await People(door.database).sessions("SE9999999999-N29", door.clock.now())


async def test_an_export_that_lacks_half_a_hospital_stops_and_asks(door: Door) -> None:
    await taken(door, people(*range(60)))
    with pytest.raises(Conflict, match="--even-so") as stopped:
        await taken(door, people(*range(0, 60, 2)))
    assert [one.path for one in stopped.value.problems] == ["SE9999999999-R"]
    assert "would lose 30 of 60" in stopped.value.problems[0].message
    with pytest.raises(Conflict) as one_ward:
        await taken(door, people(*(n for n in range(60) if n % 3 != 1 or n < 47)))
    assert [one.path for one in one_ward.value.problems] == ["SE9999999999-W1"]
    assert await People(door.database).sessions("SE9999999999-N59", door.clock.now())


async def test_a_line_that_is_wrong_takes_nobody_away(door: Door) -> None:
    await taken(door, people(*range(30)))
    found, export = await compared(door, people(*range(29)) + people(30).removeprefix(HEAD).replace("nurse", "pirate"))
    assert len(export.bad) == 1
    assert not found.changes


async def test_what_was_stopped_goes_on_where_it_was(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("varda.exchange.staff.taking._AT_ONCE", 5)

    class Stopped(Exception):
        pass

    def stop(_: int) -> None:
        raise Stopped

    found, _ = await compared(door, people(*range(6)))
    with pytest.raises(Stopped):
        await staff.take(door, "HR", found, stop)
    assert await taken(door, people(*range(6))) == 16 - 5
