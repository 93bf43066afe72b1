"""What was written on paper is entered and checked by two, drills apart, and units on paper are seen (F246)."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.introduction.programme.conftest import county
from tests.record import world
from tests.support.switching import switched
from varda.access.organisations import Organisations
from varda.catalogue import FUNCTIONS, Catalogue
from varda.introduction.downtime import Board, Drills, Noted, Paper, Queue
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Refused, Unprocessable

__all__ = ["county"]
pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIV, BO = ("liv", "Liv"), ("bo", "Bo")


def given(mark: str, at: datetime = NOW - HOUR, patient: str = "vera") -> Noted:
    return Noted("F19", patient, mark, at)


async def test_a_sheet_waits_until_two_persons_have_seen_to_it(database: Database) -> None:
    """F246: entered by one, checked by another; the oldest first; nothing is ever taken away."""
    paper = Paper(database)
    await paper.note(world.CARDIOLOGY, given("blad 2"), LIV, NOW)
    await paper.note(world.CARDIOLOGY, given("blad 1", NOW - 3 * HOUR, ""), LIV, NOW)
    assert await paper.queues() == {world.CARDIOLOGY: Queue(2, 0, NOW - 3 * HOUR)}
    first, second = await paper.waiting(world.CARDIOLOGY)
    assert (first.mark, second.mark) == ("blad 1", "blad 2")
    with pytest.raises(Absent):
        await paper.one(first.number, world.SURGERY)
    with pytest.raises(Unprocessable):
        await paper.enter(first, "", LIV, NOW)
    await paper.enter(first, "asa", LIV, NOW)
    with pytest.raises(Conflict):
        await paper.enter(first, "asa", BO, NOW)
    (_, entered) = await paper.waiting(world.CARDIOLOGY)
    assert (entered.mark, entered.patient, entered.entered_name) == ("blad 1", "asa", "Liv")
    assert (await paper.queues())[world.CARDIOLOGY] == Queue(1, 1, NOW - 3 * HOUR)
    with pytest.raises(Refused):
        await paper.check(entered, LIV, NOW)
    with pytest.raises(Unprocessable):
        await paper.send_back(entered, " ", BO, NOW)
    await paper.send_back(entered, "fel dos", BO, NOW)
    (back, _) = await paper.waiting(world.CARDIOLOGY)
    assert (back.mark, back.entered_at, back.said) == ("blad 1", None, "fel dos")
    with pytest.raises(Conflict):
        await paper.check(back, BO, NOW)
    await paper.enter(back, "asa", LIV, NOW)
    await paper.check(await paper.one(back.number, world.CARDIOLOGY), BO, NOW)
    await paper.set_aside(second, "står två gånger", BO, NOW)
    (aside,) = await paper.waiting(world.CARDIOLOGY)
    assert (aside.is_aside, aside.said) == (True, "står två gånger")
    await paper.check(aside, LIV, NOW)
    assert await paper.queues() == {}
    kept = await database.all("select patient, checked_by from downtime.sheet order by sheet")
    assert [tuple(row.values()) for row in kept] == [("", "liv"), ("", "bo")], "the chart has whom it is about"
    steps = await database.all("select what from downtime.step order by step")
    assert [row["what"] for row in steps] == ["entered", "back", "entered", "checked", "aside", "checked"]


@pytest.mark.parametrize(
    ("noted", "path"),
    [
        (Noted("F999", "", "x", NOW), "function"),
        (Noted("F19", "", " ", NOW), "mark"),
        (Noted("F19", "", "x" * 61, NOW), "mark"),
        (Noted("F19", "", "x", NOW + HOUR), "happened"),
    ],
)
async def test_a_sheet_that_says_too_little_is_sent_back_in_words(database: Database, noted: Noted, path: str) -> None:
    with pytest.raises(Unprocessable) as wrong:
        await Paper(database).note(world.CARDIOLOGY, noted, LIV, NOW)
    assert [one.path for one in wrong.value.problems] == [path]


async def test_a_drill_is_counted_as_nothing_but_a_drill(database: Database) -> None:
    """F246: a unit practises; its sheets are the drill's, and go when it has ended."""
    paper, drills = Paper(database), Drills(database)
    await drills.begin(world.CARDIOLOGY, LIV, NOW)
    with pytest.raises(Conflict):
        await drills.begin(world.CARDIOLOGY, BO, NOW)
    number = await paper.note(world.CARDIOLOGY, given("övning"), LIV, NOW)
    await paper.note(world.SURGERY, given("på riktigt"), LIV, NOW)
    assert list(await paper.queues()) == [world.SURGERY]
    assert (await paper.one(number, world.CARDIOLOGY)).drill
    assert await drills.everywhere() == {world.CARDIOLOGY}
    with pytest.raises(Unprocessable):
        await drills.end(world.CARDIOLOGY, " ", "Liv", NOW)
    await drills.end(world.CARDIOLOGY, "Frasen låg inte i kuvertet.", "Liv", NOW + HOUR)
    with pytest.raises(Conflict):
        await drills.end(world.CARDIOLOGY, "igen", "Liv", NOW + HOUR)
    assert await paper.waiting(world.CARDIOLOGY) == []
    (drill,) = await drills.of(world.CARDIOLOGY)
    assert (drill.found, drill.sheets, drill.checked) == ("Frasen låg inte i kuvertet.", 1, 0)
    await paper.note(world.CARDIOLOGY, given("efter"), LIV, NOW + HOUR)
    assert (await paper.queues())[world.CARDIOLOGY].waiting == 1


async def test_the_map_tells_which_units_are_on_paper_by_how_functions_are_switched(county: Database) -> None:
    """INTRODUCTION §3: units on paper, on a map; nobody says it by hand."""
    catalogue = Catalogue(county, Organisations(county).below_each)

    async def states() -> dict[str, str]:
        found = await Board(county, await catalogue.in_force(NOW)).units(NOW)
        return {one.unit: one.state for one in found.values()}

    assert set((await states()).values()) == {"system"}
    await switched(catalogue, "F19", world.CARDIOLOGY, "paper", NOW)
    for one in FUNCTIONS:
        await switched(catalogue, one, world.SURGERY, "stopped", NOW)
    assert await states() == {world.CARDIOLOGY: "partly", world.SURGERY: "paper", world.HOME_CARE: "system"}
    board = Board(county, await catalogue.in_force(NOW))
    (region, boras) = await board.overview("", NOW)
    assert (region.organisation.hsa, region.counts["partly"], region.counts["paper"]) == (world.REGION, 1, 1)
    assert [one.name for one in region.units] == ["Surgery", "Cardiology"], "those on paper first"
    assert boras.counts == {"system": 1}
    (own,) = await board.overview(world.CARDIOLOGY, NOW)
    assert own.units[0].functions == ["F19"]
    await switched(catalogue, "F34", "", "stopped", NOW)
    assert set((await states()).values()) == {"partly", "paper"}, "what is stopped everywhere is stopped at each"
