"""A small county whose people are appointed to things, on a database of its own."""

from datetime import UTC, datetime

import pytest

from tests.record import world
from varda.audit import Journal
from varda.catalogue import Deciding, Rights
from varda.introduction.programme import LEADING, Appointment, Mandates
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def somebody(person: str, *special: str) -> Deciding:
    """Whoever appoints, decides or reports, with the special rights of their role."""
    return Deciding(
        person, person.capitalize(), world.CARDIOLOGY, Rights(frozenset((s, "special") for s in special), {})
    )


LEADER, OLGA = somebody("leader", LEADING), somebody("olga")
"""Who leads the introduction, and whom they have appointed as the programme office."""


def to(person: str, role: str, organisation: str = "", **more: object) -> Appointment:
    """An appointment, from now on."""
    values = {"opens": NOW, "closes": None, "reason": "decided", "name": person.capitalize()} | more
    return Appointment(person=person, role=role, organisation=organisation, **values)  # type: ignore[arg-type] # by name


@pytest.fixture
async def county(database: Database) -> Database:
    """The world's tree of organisations: a region with two wards, a municipality with home care."""
    journal = Journal(database, SetClock(NOW), "0.1.0+test")
    await journal.start()
    await world.fill(Door(database, journal, SetClock(NOW)))
    await journal.stop()
    return database


@pytest.fixture
async def mandates(county: Database) -> Mandates:
    """With Olga as the programme office."""
    mandates = Mandates(county)
    await mandates.give(to("olga", "programme-office"), LEADER, NOW)
    return mandates
