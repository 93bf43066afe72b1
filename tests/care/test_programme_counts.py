"""F13: a unit's figures, which tell of nobody."""

from datetime import date, timedelta

import pytest

from tests.care.test_programmes import CHILD, given
from tests.care.test_waiting import children, health_centre
from varda.access.session import Session
from varda.care import programmes
from varda.care.programmes import FEWEST, Counts, Told, counted, fact
from varda.kernel.errors import Absent
from varda.record import Door

TODAY = date(2026, 3, 1)
BORN = date(2024, 5, 1)


def child(dose: str = "", met: str = "", born: date = BORN) -> tuple[date, Told]:
    """With a first hexavalent dose and a check-up at four weeks on these days; empty: without."""
    some = [given("J07CA09", dose, 1)] if dose else []
    if met:
        reason = [{"text": "Barnhälsovård, fyra veckor"}]
        some.append({
            "resourceType": "Encounter", "id": met, "status": "finished", "reasonCode": reason,
            "period": {"start": met},
        })  # fmt: skip
    return born, Told.of(map(fact, some))


def said(found: Counts, step: str, what: str) -> list[tuple[int, int] | None]:
    """The cells of a line, None where a number is not said."""
    line = next(one for one in found.lines if f"{one.visit.code}/{one.step.code}" == step and one.what == what)
    return [None if cell.is_hidden else (cell.done, cell.of) for cell in line.cells]


def test_doses_are_counted_in_time_and_later_and_check_ups_by_their_contact() -> None:
    in_time = [child("2024-07-25", "2024-05-30") for _ in range(10)]
    late = [child("2025-01-10") for _ in range(6)]
    found = counted(CHILD, [*in_time, *late, *[child() for _ in range(5)]], TODAY)
    assert found.years == (2024,)
    assert said(found, "m3-vaccines/hexa-1", "in-time") == [(10, 21)]
    assert said(found, "m3-vaccines/hexa-1", "given") == [(16, 21)]
    assert said(found, "w4/visit", "met") == [(10, 21)]
    assert said(found, "m6/visit", "met") == [(0, 21)], "a contact is that of the check-up in whose time it was"
    assert not [one for one in found.lines if one.cells[0].of and one.visit.code == "m30"], "its time has not passed"


@pytest.mark.parametrize(
    ("in_time", "late", "without", "shown"),
    [
        (20, 0, 0, ((20, 20), (20, 20))), (20, 0, 4, (None, None)), (4, 0, 20, (None, None)),
        (20, 0, 5, ((20, 25), (20, 25))), (16, 4, 8, ((16, 28), None)), (3, 5, 8, (None, (8, 16))),
        (4, 0, 0, (None, None)), (0, 0, 5, ((0, 5), (0, 5))),
    ],
)  # fmt: skip
def test_no_number_tells_of_fewer_than_five(
    in_time: int, late: int, without: int, shown: tuple[tuple[int, int] | None, ...]
) -> None:
    """Nor what is left of the whole, nor what one number leaves of the other."""
    some = [child("2024-07-25")] * in_time + [child("2025-01-10")] * late + [child()] * without
    found = counted(CHILD, some, TODAY)
    step = "m3-vaccines/hexa-1"
    assert (said(found, step, "in-time")[0], said(found, step, "given")[0]) == shown
    assert found.children[0].is_hidden == (len(some) < FEWEST)


def test_each_birth_year_stands_by_itself_the_youngest_first() -> None:
    small = [child("2025-06-01", born=date(2025, 3, 5) + timedelta(days=n)) for n in range(6)]
    found = counted(CHILD, [*small, *[child() for _ in range(7)]], TODAY)
    assert found.years == (2025, 2024)
    assert said(found, "m3-vaccines/hexa-1", "in-time") == [(6, 6), (0, 7)]


async def test_the_figures_count_whom_the_unit_reaches(door: Door, astrid: Session) -> None:
    await health_centre(door)
    await children(door, *[(f"Kim{n}", "2024-05-01") for n in range(5)])
    async with door.opened(astrid, "care") as record:
        found = await programmes.counts(record, "child-health")
    assert [cell.done for cell in found.children] == [5]
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Absent):
            await programmes.counts(record, "maternity")
