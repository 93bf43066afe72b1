"""A door on a database of one's own, with the small world filled in."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tests.record import world
from varda.access.people import People
from varda.access.session import Session
from varda.audit.journal import Journal
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
async def door(database: Database, clock: SetClock) -> AsyncIterator[Door]:
    journal = Journal(database, clock, "0.1.0+test")
    await journal.start()
    door = Door(database, journal, clock)
    await world.fill(door)
    yield door
    await journal.stop()


async def _session(database: Database, person: str, unit: str) -> Session:
    return await People(database).session(f"SE9999999999-{person}", f"SE9999999999-{person}-{unit}", NOW)


@pytest.fixture
async def astrid(door: Door, database: Database) -> Session:
    """Physician at cardiology, where Vera lies."""
    return await _session(database, "astrid", "cardiology")


@pytest.fixture
async def bo(door: Door, database: Database) -> Session:
    """Nurse at surgery, where Åsa lies."""
    return await _session(database, "bo", "surgery")


@pytest.fixture
async def cia(door: Door, database: Database) -> Session:
    """Nurse in the municipality's home care; no relation to anybody."""
    return await _session(database, "cia", "homecare")
