"""F13: giving a dose from the schedule, what makes it doubtful, and striking one."""

from datetime import date
from typing import Any

import pytest

from tests.care.test_programmes import BORN, CHILD, baby, given, turns
from tests.record import world
from varda.access import Session
from varda.care import programmes, vaccinations
from varda.kernel.errors import Absent, Conflict, Refused, Unprocessable
from varda.record import Door, Owner, Wish

HEXA = ("child-health", "m3-vaccines", "hexa-1")
ROTA = ("child-health", "w6-vaccines", "rota-1")
FULL = {"product": "J07CA09", "batch": "A21CD 345", "site": "LT", "sure-early": "yes"}


async def give(door: Door, who: Session, step: tuple[str, str, str] = HEXA, **form: str) -> str:
    async with door.opened(who, "care") as record:
        return await vaccinations.give(record, "kim", step, form)


async def kept(door: Door, who: Session, id_: str) -> dict[str, Any]:
    async with door.opened(who, "care") as record:
        return (await record.read("Immunization", id_)).resource


async def test_a_dose_is_kept_as_it_was_given_and_the_schedule_follows(door: Door, astrid: Session) -> None:
    await baby(door)
    found = await kept(door, astrid, await give(door, astrid, **FULL))
    assert found["lotNumber"] == "A21CD 345"
    assert found["site"]["coding"][0]["code"] == "LT"
    assert found["protocolApplied"] == [{"doseNumberPositiveInt": 1}]
    assert found["vaccineCode"]["coding"][0]["code"] == "J07CA09"
    assert found["primarySource"] is True
    assert found["performer"][0]["actor"]["display"] == "Astrid Lund, Physician"
    assert (await turns(door, astrid))["m3-vaccines"].rows[1].state == "done"
    with pytest.raises(Conflict):
        await give(door, astrid, **FULL)


async def test_what_is_swallowed_has_no_site(door: Door, astrid: Session) -> None:
    await baby(door)
    found = await kept(door, astrid, await give(door, astrid, ROTA, product="J07BH01", batch="AROLC123"))
    assert "site" not in found
    assert found["route"]["coding"][0]["code"] == "PO"


async def test_what_was_given_elsewhere_says_who_tells_it_and_guesses_nothing(door: Door, astrid: Session) -> None:
    await baby(door)
    told = {"elsewhere": "Vårdcentral i Malmö, enligt mor", "day": "2026-02-20", "sure-early": "yes"}
    found = await kept(door, astrid, await give(door, astrid, **told))
    assert found["primarySource"] is False
    assert found["occurrenceDateTime"] == "2026-02-20"
    assert found["reportOrigin"]["text"] == "Vårdcentral i Malmö, enligt mor"
    assert not {"lotNumber", "site", "route", "performer"} & set(found)
    assert [one.by for one in vaccinations.doses([found])] == ["Vårdcentral i Malmö, enligt mor"]


@pytest.mark.parametrize(
    ("form", "paths"),
    [
        ({}, ["product", "batch", "site"]), (FULL | {"product": "J07BH01"}, ["product"]),
        (FULL | {"batch": " "}, ["batch"]), (FULL | {"batch": "x" * 40}, ["batch"]),
        (FULL | {"batch": "<b>1</b>"}, ["batch"]), (FULL | {"site": "nose"}, ["site"]),
        (FULL | {"day": "2026-03-02"}, ["day"]), (FULL | {"day": "2025-12-01"}, ["day"]),
        (FULL | {"day": "februari"}, ["day"]), (FULL | {"day": "2026-02"}, ["day"]),
        (FULL | {"sure-early": ""}, ["sure-early"]),
    ],
)  # fmt: skip
async def test_what_cannot_be_right_is_said_at_its_field(
    door: Door, astrid: Session, form: dict[str, str], paths: list[str]
) -> None:
    await baby(door)
    with pytest.raises(Unprocessable) as wrong:
        await give(door, astrid, **form)
    assert [one.path for one in wrong.value.problems] == paths


async def test_doubts_are_said_and_may_be_confirmed(door: Door, astrid: Session) -> None:
    """Kim is ten weeks old: too early for the first hexavalent dose, and two doses never come within four weeks."""
    await baby(door)
    with pytest.raises(Unprocessable) as wrong:
        await give(door, astrid, **(FULL | {"sure-early": ""}))
    assert wrong.value.problems[0].message == "This is earlier than the programme says."
    await give(door, astrid, ROTA, product="J07BH01", batch="AROLC123", day="2026-02-10")
    second = ("child-health", "m3-vaccines", "rota-2")
    with pytest.raises(Unprocessable) as wrong:
        await give(door, astrid, second, product="J07BH02", batch="AROLC124")
    (*others, last) = [one.path for one in wrong.value.problems if one.path]
    assert (others, last) == (["sure-soon"], "sure-early")
    with pytest.raises(Unprocessable) as wrong:
        await give(door, astrid, second, product="J07BH02", batch="AROLC124", **{last: "yes"})
    assert [one.path for one in wrong.value.problems] == ["sure-soon"], "each is confirmed by itself"
    assert await give(door, astrid, second, product="J07BH02", batch="AROLC124", **{last: "yes", "sure-soon": "yes"})


async def test_a_struck_dose_counts_for_nothing_and_stays_in_sight(door: Door, astrid: Session, bo: Session) -> None:
    """R2."""
    await baby(door)
    id_ = await give(door, astrid, **FULL)
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Unprocessable):
            await vaccinations.strike(record, "kim", id_, 1, " ")
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Absent):
            await vaccinations.strike(record, "vera", id_, 1, "Fel barn")
    async with door.opened(bo, "care") as record:
        with pytest.raises((Absent, Refused)):
            await vaccinations.strike(record, "kim", id_, 1, "Fel barn")
    async with door.opened(astrid, "care") as record:
        await vaccinations.strike(record, "kim", id_, 1, "Fel barn")
    assert (await turns(door, astrid))["m3-vaccines"].rows[1].state == "coming"
    (dose,) = vaccinations.doses([await kept(door, astrid, id_)])
    assert (dose.state, dose.reason) == ("entered-in-error", "Fel barn")
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Conflict):
            await vaccinations.strike(record, "kim", id_, 2, "Igen")


def doubted(code: str, day: date, *some: dict[str, Any], is_more: bool = False) -> list[str]:
    """The doubts about a dose of a step on a day, by their first words after what was given."""
    found = {"Immunization": list(some)}
    drawn = tuple(programmes.drawn(CHILD, {"age": BORN}, found, day))
    course = programmes.Course(CHILD, {"age": BORN}, None, drawn, found)
    turn, step = next((turn, row.step) for turn in drawn for row in turn.rows if row.step.code == code)
    return [vaccinations.DOUBTS[one] for one in vaccinations.doubts(course, turn, step, day, is_more=is_more)]


def test_each_doubt_about_a_dose_is_said() -> None:
    """Hexa-2 on the very day of hexa-1: too soon, and earlier than the programme says."""
    said = doubted("hexa-2", date(2025, 6, 1), given("J07CA09", "2025-06-01", 1))
    assert ["less than 4 weeks" in one for one in said] == [True, False]
    assert "earlier than the programme" in said[1]


def test_doses_keep_the_time_apart_that_is_declared() -> None:
    first, second = given("J07CA09", "2025-06-20", 1), given("J07CA09", "2025-08-15", 2)
    assert ["shorter" in one for one in doubted("hexa-2", date(2025, 8, 14), first)] == [True]
    assert doubted("hexa-2", date(2025, 8, 15), first) == []
    assert ["shorter" in one for one in doubted("hexa-3", date(2026, 2, 14), first, second | {"id": "x"})] == [
        True, False,
    ]  # fmt: skip
    assert doubted("hexa-3", date(2026, 3, 1), first, second) == []
    late = given("J07CA09", "2026-03-01", 3)
    assert any("shorter" in one for one in doubted("hexa-2", date(2025, 10, 1), first, late))


def test_a_third_dose_without_a_second_is_asked_about() -> None:
    assert any(
        "before this one" in one for one in doubted("pneumo-3", date(2026, 3, 2), given("J07AL52", "2025-06-01", 1))
    )
    assert doubted("dtp-4", date(2030, 3, 5)) == [], "those before are of another vaccine"


def test_rotavirus_is_not_begun_at_twelve_weeks() -> None:
    """Folkhälsomyndigheten: not begun when the child is 12 weeks old."""
    assert doubted("rota-1", date(2025, 5, 23)) == []
    assert ["later than" in one for one in doubted("rota-1", date(2025, 5, 24))] == [True]


def test_a_dose_that_the_schedule_has_no_place_for_is_asked_about() -> None:
    assert ["no place" in one for one in doubted("dtp-4", date(2030, 3, 5), given("J07CA02", "2029-01-01", 1))] == [
        True
    ]


def test_more_that_is_not_shown_is_a_doubt() -> None:
    assert ["not shown" in one for one in doubted("rota-1", date(2025, 4, 14), is_more=True)] == [True]


async def test_what_other_units_have_is_asked_about_before_a_dose(door: Door, astrid: Session) -> None:
    """A3."""
    await baby(door)
    theirs = given("J07BH01", "2026-02-01", 1) | {"id": "theirs", "patient": {"reference": "Patient/kim"}}
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", theirs, owner=Owner(world.SURGERY, world.REGION))])
    with pytest.raises(Unprocessable) as wrong:
        await give(door, astrid, ROTA, product="J07BH02", batch="AROLC123")
    assert [(one.path, "not shown" in one.message) for one in wrong.value.problems] == [("sure-elsewhere", True)]


async def test_the_product_that_was_given_is_kept_and_none_is_guessed(door: Door, astrid: Session) -> None:
    await baby(door)
    found = await kept(door, astrid, await give(door, astrid, ROTA, product="J07BH02", batch="AROLC123"))
    assert found["vaccineCode"]["coding"][0]["code"] == "J07BH02"
    told = await kept(
        door,
        astrid,
        await give(
            door, astrid, elsewhere="Enligt mor", day="2026-02-20", **{"sure-early": "yes", "sure-elsewhere": "yes"}
        ),
    )
    assert told["vaccineCode"]["coding"] == [{"system": programmes.VACCINE, "code": "hexa"}]
    assert (await turns(door, astrid))["m3-vaccines"].rows[1].state == "done"
    routes = {one.code: one.route for one in CHILD.vaccines}
    assert routes == {"rota": "PO", "hexa": "IM", "pneumo": "IM", "mpr": "", "dtp": "IM"}
