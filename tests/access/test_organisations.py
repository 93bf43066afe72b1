"""The tree of organisations as everybody may read it: who is above and below whom."""

import pytest

from tests.record import world
from tests.web.conftest import NOW
from varda.access.organisations import Organisations
from varda.audit import Journal
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door


@pytest.fixture
async def organisations(database: Database) -> Organisations:
    journal = Journal(database, SetClock(NOW), "0.1.0+test")
    await journal.start()
    await world.fill(Door(database, journal, SetClock(NOW)))
    await journal.stop()
    return Organisations(database)


async def test_a_line_goes_up_and_a_tree_down(organisations: Organisations) -> None:
    assert await organisations.line(world.HOME_CARE) == (world.HOME_CARE, world.BORAS)
    assert await organisations.line("SE9999999999-NOWHERE") == ()
    below = await organisations.below(world.REGION)
    assert [one.hsa for one in below] == [world.REGION, world.CARDIOLOGY, world.SURGERY]
    assert [one.above for one in below] == ["", world.REGION, world.REGION]
    assert [one.hsa for one in await organisations.tops()] == [world.BORAS, world.REGION]


async def test_they_are_known_by_their_names(organisations: Organisations) -> None:
    known = await organisations.known([world.BORAS, world.SURGERY, "SE9999999999-NOWHERE"])
    assert {hsa: one.name for hsa, one in known.items()} == {world.BORAS: "Boras", world.SURGERY: "Surgery"}
    assert known[world.BORAS].is_provider
    assert not known[world.SURGERY].is_provider
