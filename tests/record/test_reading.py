"""Who may read what by id, and what the log says of it (A1, A3, A7, A13 in docs/law.md)."""

import asyncio

import pytest

from tests.record import world
from varda.access.session import Session
from varda.audit import verify
from varda.fhir.keys import key
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Gone, Refused
from varda.record import Door, Elsewhere

pytestmark = pytest.mark.anyio
VERA = key("Patient/vera")


async def read(door: Door, session: Session, type_: str, id_: str) -> bytes:
    async with door.opened(session, "care") as record:
        return (await record.read(type_, id_)).body


async def last_event(database: Database) -> dict[str, object]:
    return dict(await database.one("select * from audit.event order by at desc, chain desc, place desc limit 1"))


async def test_the_own_units_item_of_an_own_patient_is_read_as_it_came(door: Door, astrid: Session) -> None:
    assert b'"value":72.50' in await read(door, astrid, "Observation", "hb-cardiology")


async def test_the_answer_is_logged_with_patient_category_and_origin(
    door: Door, astrid: Session, database: Database
) -> None:
    await read(door, astrid, "Observation", "hb-cardiology")
    row = await last_event(database)
    told = (row["action"], row["outcome"], row["actor"], row["patients"], row["category"], row["what"], row["purpose"])
    assert told == ("read", "given", "SE9999999999-astrid", [VERA], "Observation", "Observation/hb-cardiology", "care")
    assert row["origin"] == str(astrid.unit_key)


async def test_another_units_item_looks_absent_and_the_log_knows_better(
    door: Door, astrid: Session, database: Database
) -> None:
    with pytest.raises(Absent) as refused:
        await read(door, astrid, "Observation", "hb-surgery")
    assert (await last_event(database))["outcome"] == "refused"
    with pytest.raises(Absent) as absent:
        await read(door, astrid, "Observation", "hb-nowhere")
    assert (await last_event(database))["outcome"] == "absent"
    assert str(refused.value).replace("surgery", "nowhere") == str(absent.value)


async def test_nobody_reads_a_patient_of_others(door: Door, bo: Session, cia: Session) -> None:
    for session in (bo, cia):
        for type_, id_ in (("Patient", "vera"), ("Observation", "hb-cardiology"), ("Encounter", "vera-stay")):
            with pytest.raises(Absent):
                await read(door, session, type_, id_)


async def test_the_same_person_reads_by_the_chosen_assignment_only(
    door: Door, astrid: Session, database: Database
) -> None:
    from varda.access.people import People

    cardiology, surgery = await People(database).sessions("SE9999999999-astrid", door.clock.now())
    assert b"vera" in await read(door, cardiology, "Patient", "vera")
    with pytest.raises(Absent):
        await read(door, surgery, "Patient", "vera")


async def test_a_choice_opens_the_own_units_items_and_a_wider_one_those_of_other_units(
    door: Door, bo: Session, database: Database
) -> None:
    async with door.opened(bo, "care") as record:
        await record.choose("vera", reason="Jour, tillfrågad av kollega")
    assert b"71.0" in await read(door, bo, "Observation", "hb-surgery")
    with pytest.raises(Absent):
        await read(door, bo, "Observation", "hb-cardiology")
    async with door.opened(bo, "care") as record:
        await record.choose("vera", reason="Behöver se hela bilden", all_units=True)
    assert b"72.50" in await read(door, bo, "Observation", "hb-cardiology")
    with pytest.raises(Absent):
        await read(door, bo, "Observation", "hb-homecare")  # another care provider's: not by choice (SVOD 3:1)
    reasons = await database.all("select what from audit.event where action = 'choice' order by at, place")
    assert "Jour" in reasons[0]["what"]


async def test_a_choice_without_a_reason_is_refused(door: Door, bo: Session) -> None:
    from varda.kernel.errors import Malformed

    with pytest.raises(Malformed, match="why"):
        async with door.opened(bo, "care") as record:
            await record.choose("vera", reason="  ")


async def test_a_choice_ends(door: Door, bo: Session) -> None:
    from datetime import timedelta

    from varda.kernel.clock import SetClock

    async with door.opened(bo, "care") as record:
        await record.choose("vera", reason="Jour")
    assert isinstance(door.clock, SetClock)
    door.clock.instant += timedelta(hours=13)
    with pytest.raises(Absent):
        await read(door, bo, "Observation", "hb-surgery")


async def test_a_relation_ends_with_the_contact(door: Door, astrid: Session) -> None:
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.update(world.contact("vera-stay", "vera", "cardiology", status="finished"))
    with pytest.raises(Absent):
        await read(door, astrid, "Observation", "hb-cardiology")


async def test_that_there_is_more_is_told_but_not_what(door: Door, astrid: Session, bo: Session) -> None:
    async with door.opened(astrid, "care") as record:
        assert await record.elsewhere("vera") == Elsewhere(
            units=True, providers=True, blocked_units=False, blocked_providers=False
        )
        shown = await record.compartment("vera", {"Patient": 1, "Observation": 10, "Encounter": 10})
    assert [s.id for s in shown["Observation"]] == ["hb-cardiology"]
    assert [s.id for s in shown["Patient"]] == ["vera"]
    async with door.opened(bo, "care") as record:
        assert await record.elsewhere("asa") == Elsewhere(
            units=False, providers=False, blocked_units=False, blocked_providers=False
        )


async def test_an_item_that_names_two_patients_needs_the_right_to_both(
    door: Door, astrid: Session, bo: Session
) -> None:
    from varda.record import Owner, Wish

    group = {
        "resourceType": "Appointment",
        "id": "group",
        "status": "booked",
        "participant": [{"actor": {"reference": f"Patient/{who}"}, "status": "accepted"} for who in ("vera", "asa")],
    }
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", group, owner=Owner(world.CARDIOLOGY, world.REGION))])
    with pytest.raises(Absent):
        await read(door, astrid, "Appointment", "group")
    async with door.opened(astrid, "care") as record:
        await record.choose("asa", reason="Gruppbesök")
    assert b"group" in await read(door, astrid, "Appointment", "group")


async def test_what_is_deleted_is_gone_and_its_history_remains(door: Door) -> None:
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.delete("Observation", "hb-cardiology")
    async with door.opened(world.SYSTEM, "administration") as record:
        with pytest.raises(Gone):
            await record.read("Observation", "hb-cardiology")
        versions = await record.history("Observation", "hb-cardiology")
        assert [(v.version, v.deleted) for v in versions] == [(2, True), (1, False)]
        assert b"72.50" in (await record.version("Observation", "hb-cardiology", 1)).body


async def test_many_reads_at_once_get_each_their_own_answer(door: Door, astrid: Session, bo: Session) -> None:
    async def one(session: Session) -> bool:
        try:
            return b"72.50" in await read(door, session, "Observation", "hb-cardiology")
        except Absent:
            return False

    seen = await asyncio.gather(*(one(astrid if n % 3 else bo) for n in range(120)))
    assert seen == [bool(n % 3) for n in range(120)]


async def test_the_log_is_whole_after_all_this(door: Door, astrid: Session, database: Database) -> None:
    await asyncio.gather(*(read(door, astrid, "Observation", "hb-cardiology") for _ in range(50)))
    with pytest.raises(Refused):
        async with door.opened(astrid, "care") as record:
            await record.create(world.haemoglobin("asa"))
    await door.journal.seal()
    async with database.connection() as work:
        assert [finding async for finding in verify(work)] == []


async def test_searches_that_wait_together_keep_to_each_ones_own_rule(
    door: Door, astrid: Session, bo: Session, cia: Session
) -> None:
    async def found(session: Session, patient: str) -> list[str]:
        async with door.opened(session, "care") as record:
            return [one.id for one in (await record.search("Encounter", [("patient", patient)])).matches]

    asked = [(session, patient) for session in (astrid, bo, cia) for patient in ("vera", "asa")] * 6
    alone = [await found(*one) for one in asked]
    together = await asyncio.gather(*(found(*one) for one in asked))
    assert together == alone
    assert len({tuple(one) for one in alone}) > 2
