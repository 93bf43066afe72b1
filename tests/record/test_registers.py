"""A register that a patient has declined gets nothing, and gives back what it had when asked to (R8)."""

from typing import Any

import pytest

from tests.record import world
from varda.access.session import Session
from varda.fhir.keys import key
from varda.kernel.clock import SetClock
from varda.kernel.db import Database, Work
from varda.record import Door, registers

pytestmark = pytest.mark.anyio
SWEDEHEART, HIP = "https://registers.example|hjarta", "https://registers.example|hoft"


def opt_out(patient: str, register: str, status: str = "active", **provision: Any) -> dict[str, Any]:
    system, _, value = register.partition("|")
    actor = {"role": {"text": "register"}, "reference": {"identifier": {"system": system, "value": value}}}
    made = world.decision("register-opt-out", patient, status=status, **{"type": "deny", **provision})
    return {**made, "provision": {**made["provision"], "actor": [actor]}}


async def declining(door: Door, who: Session, consent: dict[str, Any]) -> str:
    async with door.opened(who, "care") as record:
        return (await record.create(consent)).id


async def asked(door: Door, database: Database, register: str) -> set[int]:
    async with database.connection() as work:
        return await registers.declined(work, register, door.clock.now())


async def test_declining_is_per_register_and_in_force_only(
    door: Door, database: Database, astrid: Session, bo: Session, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registers, "_MOST", 1)
    assert await asked(door, database, HIP) == set()
    await declining(door, astrid, opt_out("vera", HIP))
    await declining(door, bo, opt_out("asa", SWEDEHEART))
    await declining(door, bo, opt_out("asa", HIP, period={"start": "2026-04-01"}))
    await declining(door, bo, opt_out("asa", HIP, status="inactive"))
    await declining(door, bo, opt_out("asa", HIP, type="permit"))
    assert await asked(door, database, HIP) == {key("Patient/vera")}
    assert await asked(door, database, SWEDEHEART) == {key("Patient/asa")}
    clock.instant = clock.instant.replace(month=5)
    assert await asked(door, database, HIP) == {key("Patient/vera"), key("Patient/asa")}


async def test_a_small_register_takes_nothing_of_them_and_gives_back_on_demand(
    door: Door, database: Database, astrid: Session
) -> None:
    held = {key("Patient/vera"), key("Patient/asa")}

    async def remove(work: Work, patients: set[int]) -> int:
        gone = held & patients
        held.difference_update(gone)
        return len(gone)

    await declining(door, astrid, opt_out("vera", HIP))
    async with door.opened(world.SYSTEM, "quality") as record:
        assert await registers.remove_declined(record, HIP, remove) == 1
    assert held == {key("Patient/asa")}
    (row,) = await database.all("select what, patients from audit.event where action = 'register-removal'")
    assert (row["what"], row["patients"]) == (f"{HIP}: 1 removed of those who declined", [key("Patient/vera")])
