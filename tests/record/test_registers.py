"""A register that a patient has declined gets nothing, and gives back what it had when asked to (R8)."""

from dataclasses import replace
from typing import Any

import pytest

from tests.record import world
from tests.record.test_citizens import MOTHER, VERA, citizen, keep, kin
from varda.access.session import Session
from varda.fhir.keys import key
from varda.kernel.clock import SetClock
from varda.kernel.db import Database, Work
from varda.kernel.errors import Absent, Refused, Unprocessable
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


async def test_the_patient_declines_and_lets_in_again_by_the_own_session(
    door: Door, database: Database, astrid: Session
) -> None:
    async with door.opened(citizen(VERA), "own") as record:
        await registers.decline(record, "vera", HIP, name="Höftregistret")
        await registers.decline(record, "vera", HIP)
    assert await asked(door, database, HIP) == {key("Patient/vera")}
    assert len(await database.all("select from store.current where type = (select type from store.current"
                                  " where id = 'told-boras') and unit = 0")) == 1  # fmt: skip
    for who in (citizen(VERA), astrid):  # whoever reaches the patient is told, and staff may note it as well
        async with door.opened(who, "care") as record:
            (one,) = await registers.declined_by(record, "vera")
            assert (one.register, one.name, one.since) == (HIP, "Höftregistret", door.clock.now())
    async with door.opened(citizen(VERA), "own") as record:
        await registers.take_back(record, "vera", HIP)
    assert await asked(door, database, HIP) == set()
    async with door.opened(citizen(VERA), "own") as record:
        assert await registers.declined_by(record, "vera") == []
        with pytest.raises(Absent):
            await registers.take_back(record, "vera", HIP)
    row = await database.one("select * from audit.event where action = 'create' and actor = $1", VERA)
    assert row["patients"] == [key("Patient/vera")]


async def test_nobody_declines_for_another(door: Door, database: Database, bo: Session) -> None:
    await keep(door, kin("proxy", "vera", MOTHER, "HPOWATT"))
    refused: list[tuple[Session, str, type[Exception]]] = [
        (citizen(MOTHER), "vera", Refused),
        (citizen(VERA), "asa", Absent),
        (bo, "vera", Absent),
        (world.SYSTEM, "vera", Refused),
    ]
    for who, patient, fault in refused:
        for verb in (registers.decline, registers.take_back):
            with pytest.raises(fault):
                async with door.opened(who, "care") as record:
                    await verb(record, patient, HIP)
    assert await asked(door, database, HIP) == set()


async def test_staff_with_the_right_say_it_for_the_patient_and_end_what_was_said_anywhere(
    door: Door, database: Database, astrid: Session, cia: Session
) -> None:
    async with door.opened(astrid, "care") as record:
        await registers.decline(record, "vera", HIP)
        with pytest.raises(Unprocessable):
            await registers.decline(record, "vera", "the hip one")
    async with door.opened(cia, "care") as record:
        await record.choose("vera", reason="Hembesök")
        assert [one.register for one in await registers.declined_by(record, "vera")] == [HIP]
        await registers.take_back(record, "vera", HIP)
    assert await asked(door, database, HIP) == set()
    with pytest.raises(Refused):
        async with door.opened(replace(cia, role="assistant-nurse"), "care") as record:
            await registers.decline(record, "vera", HIP)
