"""The small county with its programme office, two who code, and ten administrations that take part."""

import pytest

from tests.introduction.programme.conftest import NOW, OLGA, county, mandates, to
from tests.record import world
from varda.audit import Journal
from varda.introduction.programme import Mandates, Participant, Participants
from varda.introduction.voices import Senders, Surveys
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door, Owner, Wish

__all__ = ["county", "mandates"]
ADMINISTRATIONS = {name: f"SE9999999999-A{name}" for name in (
    "sas", "narhalsan", "koncernkontoret", "regionhalsan", "skas", "su", "nu", "private", "sv", "habilitering",
)}  # fmt: skip
"""HSA-ids of the reference case's ten, by a short name."""


@pytest.fixture
async def administrations(county: Database, mandates: Mandates) -> list[str]:
    """The ten, in the reference case's order; Kim leads a project at each."""
    journal = Journal(county, SetClock(NOW), "0.1.0+test")
    await journal.start()
    made = [world.organization(name, hsa, "care-provider") for name, hsa in ADMINISTRATIONS.items()]
    async with Door(county, journal, SetClock(NOW)).opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in made])
    await journal.stop()
    some = [Participant(hsa, "south", "administration") for hsa in ADMINISTRATIONS.values()]
    await Participants(county).keep(some, OLGA, NOW)
    for hsa in ADMINISTRATIONS.values():
        await mandates.give(to("kim", "project-lead", hsa), OLGA, NOW)
    return list(ADMINISTRATIONS.values())


@pytest.fixture
async def coders(mandates: Mandates) -> None:
    """Ada and Bea code."""
    for person in ("ada", "bea"):
        await mandates.give(to(person, "experience-coder"), OLGA, NOW)


@pytest.fixture
def surveys(county: Database, administrations: list[str]) -> Surveys:
    """With nobody known to have answered yet."""
    return Surveys(county, Senders())
