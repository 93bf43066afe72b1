"""What a municipality has not called off is closed for all its units, and for nothing but writing (F4; decision 46)."""

from datetime import timedelta

import pytest

from tests.introduction.programme.conftest import LEADER, OLGA, to
from tests.record import world
from tests.record.test_powers import LAB, NOW, client
from tests.support.switching import switched
from varda.access import Session
from varda.catalogue import FUNCTIONS as KNOWN
from varda.introduction.programme import FUNCTIONS, OPTIONS, Mandates, Participant, Participants
from varda.kernel.db import Database
from varda.kernel.errors import Lacking, Refused, Unprocessable
from varda.record import Door


def test_options_name_functions_of_the_catalogue_and_leave_what_everybody_needs_open() -> None:
    named = set().union(*FUNCTIONS.values())
    assert named <= KNOWN.keys()
    assert FUNCTIONS.keys() == OPTIONS.keys()
    assert not named & {"F8", "F10", "F72", "F87", "F244"}, "consents, warnings, contacts, tasks, deviations"
    nothing = Participant(world.BORAS, "south", "municipality")
    assert nothing.closed == named
    assert "F13" not in Participant(world.BORAS, "south", "municipality", ("option-3",)).closed, "of two options"
    assert Participant(world.REGION, "south", "administration").closed == frozenset()
    assert Participant(world.BORAS, "south", "municipality", active=False).closed == frozenset()


@pytest.fixture
async def participants(door: Door, database: Database) -> Participants:
    await Mandates(database).give(to("olga", "programme-office", opens=NOW), LEADER, NOW)
    return Participants(database)


async def test_it_is_closed_below_the_organisation_and_opened_when_it_is_called_off(
    door: Door, participants: Participants, cia: Session
) -> None:
    """In whichever order: a stop for danger at the unit is neither made nor undone by it."""

    system = client(scopes=("read", "write"), unit=world.HOME_CARE, provider=world.BORAS)

    async def note() -> None:
        async with door.opened(system, "care") as record:
            await record.create(world.haemoglobin("vera", category=LAB))

    await participants.keep([Participant(world.BORAS, "south", "municipality", ("option-1",))], OLGA, NOW)
    door.catalogue.forget()
    force = await door.catalogue.in_force(NOW)
    assert force.state("F49", world.HOME_CARE) == "closed"
    assert force.state("F85.news2", world.HOME_CARE) == "closed", "parts with their function"
    assert force.state("F283", world.HOME_CARE) == "on"
    assert force.state("F49", world.CARDIOLOGY) == "on"
    with pytest.raises(Refused, match="not called off"):
        await note()
    async with door.opened(cia, "care") as record:
        refused = record.powers.refusal(world.haemoglobin("vera", category=LAB), [cia.unit_key])
        assert "not called off" in str(refused), "people as well"
        assert record.powers.reads("Observation")
    async with door.opened(system, "care") as record:
        await record.read("Organization", "homecare")
    await switched(door.catalogue, "F49", world.HOME_CARE, "stopped", NOW)
    await participants.keep([Participant(world.BORAS, "south", "municipality", ("option-2",))], OLGA, NOW)
    later = NOW + timedelta(seconds=3)
    assert (await door.catalogue.in_force(later)).state("F49", world.HOME_CARE) == "stopped"
    await switched(door.catalogue, "F49", world.HOME_CARE, "on", NOW)
    await note()
    await participants.keep([Participant(world.BORAS, "south", "municipality", active=False)], OLGA, NOW)
    assert (await door.catalogue.in_force(later + timedelta(seconds=3))).closed == {}


async def test_the_office_alone_closes_and_what_was_is_kept(
    participants: Participants, door: Door, database: Database
) -> None:
    wanted = Participant(world.BORAS, "south", "municipality", ("option-1",))
    with pytest.raises(Lacking):
        await participants.keep([wanted], LEADER, NOW)
    with pytest.raises(Unprocessable):
        await participants.keep([Participant(world.BORAS, "south", "municipality", ("option-9",))], OLGA, NOW)
    assert (await door.catalogue.in_force(NOW)).closed == {}
    for one in (wanted, Participant(world.BORAS, "south", "municipality", tuple(OPTIONS))):
        await participants.keep([one], OLGA, NOW)
    rows = await database.all("select set_by, cardinality(functions) as n from catalogue.closing order by closing")
    assert [(row["set_by"], row["n"] > 0) for row in rows] == [("olga", True), ("olga", False)]
