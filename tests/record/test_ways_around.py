"""Ways in which somebody might get past the door (A1, A2, A13 in docs/law.md)."""

import asyncio
import contextlib
from dataclasses import astuple
from datetime import timedelta
from typing import Any

import pytest

from tests.record import world
from varda.access.people import People
from varda.access.session import Session
from varda.access.tickets import Tickets
from varda.fhir.keys import key
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Malformed, NotAllowed, Refused, SignedOut, Stale
from varda.record import Door, Owner, Wish

pytestmark = pytest.mark.anyio


async def write(door: Door, session: Session, *resources: dict[str, Any]) -> None:
    async with door.opened(session, "care") as record:
        await record.write([Wish("update", resource) for resource in resources])


async def sees(door: Door, session: Session, type_: str, id_: str) -> bool:
    async with door.opened(session, "care") as record:
        try:
            await record.read(type_, id_)
        except Absent:
            return False
        return True


async def events(database: Database, where: str) -> list[dict[str, Any]]:
    return [
        dict(row) for row in await database.all(f"select * from audit.event where {where} order by at, chain, place")
    ]


async def test_nobody_promotes_themselves(door: Door, cia: Session) -> None:
    with pytest.raises(Refused, match="county"):
        await write(door, cia, world.assignment("cia", "cardiology", "physician"))
    with pytest.raises(Refused, match="county"):
        await write(door, cia, world.organization("surgery", world.SURGERY, "care-unit", part_of="boras"))


async def test_a_link_opens_nobody(door: Door, cia: Session) -> None:
    fake = world.patient("fake", "Vera", "Åkesson", "19500214-XA99")
    fake["link"] = [{"other": {"reference": "Patient/vera"}, "type": "refer"}]
    with pytest.raises(Refused):
        await write(door, cia, fake, world.contact("fake-contact", "fake", "homecare"))
    assert not await sees(door, cia, "Patient", "vera")


async def test_a_link_is_logged_with_both(door: Door, database: Database) -> None:
    vera = world.patient("vera", "Vera Maria", "Åkesson", "19500214-XA07")
    await write(door, world.SYSTEM, vera | {"link": [{"other": {"reference": "Patient/asa"}, "type": "replaces"}]})
    (row,) = await events(database, "action = 'update'")
    assert set(row["patients"]) == {key("Patient/vera"), key("Patient/asa")}


@pytest.mark.parametrize("gone", ["PractitionerRole/bo-surgery", "Practitioner/bo", "Organization/surgery"])
async def test_what_is_deleted_gives_no_rights(door: Door, bo: Session, database: Database, gone: str) -> None:
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.delete(*gone.split("/"))
    assert await People(database).sessions(bo.actor, door.clock.now()) == []


async def test_a_ticket_ends_with_the_assignment(door: Door, bo: Session, database: Database) -> None:
    now = door.clock.now()
    secret = await Tickets(database).made(bo, kind="bearer", now=now, lasts=timedelta(days=365))
    assert (await Tickets(database).session(secret, kind="bearer", now=now)).actor == bo.actor
    await write(door, world.SYSTEM, world.assignment("bo", "surgery", "nurse") | {"period": {"end": "2026-03-01"}})
    evening = now.replace(hour=22)
    assert (await Tickets(database).session(secret, kind="bearer", now=evening)).actor == bo.actor
    with pytest.raises(SignedOut):
        await Tickets(database).session(secret, kind="bearer", now=now + timedelta(days=1))


async def test_an_entry_about_a_patient_belongs_to_a_unit_whatever_its_type(
    door: Door, astrid: Session, bo: Session
) -> None:
    guidance = {
        "resourceType": "GuidanceResponse", "id": "g", "moduleUri": "http://example.com/m", "status": "success",
        "subject": {"reference": "Patient/vera"},
    }  # fmt: skip
    await write(door, astrid, guidance)
    assert await sees(door, astrid, "GuidanceResponse", "g")
    assert not await sees(door, bo, "GuidanceResponse", "g")
    with pytest.raises(Refused):
        await write(door, bo, guidance)


async def test_a_focus_on_another_patient_needs_the_right_to_both(door: Door, astrid: Session, bo: Session) -> None:
    with pytest.raises(Refused):
        await write(door, astrid, world.haemoglobin("vera", id_="f", focus=[{"reference": "Patient/asa"}]))
    async with door.opened(astrid, "care") as record:
        await record.choose("asa", reason="Jämförelse")
    await write(door, astrid, world.haemoglobin("vera", id_="f", focus=[{"reference": "Patient/asa"}]))
    assert await sees(door, astrid, "Observation", "f")
    async with door.opened(bo, "care") as record:
        await record.choose("vera", reason="Jour", all_units=True)
    assert not await sees(door, bo, "Observation", "f")
    async with door.opened(bo, "care") as record:
        await record.choose("asa", reason="Jour", all_units=True)
    assert await sees(door, bo, "Observation", "f")


async def test_this_servers_own_address_is_no_way_around(door: Door, cia: Session, astrid: Session) -> None:
    base = "http://varda.test/fhir"
    entry = world.haemoglobin("vera", subject={"reference": f"{base}/Patient/vera"})
    with pytest.raises(Refused):
        async with door.opened(cia, "care", base=base) as record:
            await record.create(entry)
    async with door.opened(astrid, "care", base=base) as record:
        stored = await record.create(entry)
        assert stored.resource["subject"] == {"reference": "Patient/vera"}
        found = await record.search("Observation", [("subject", f"{base}/Patient/vera"), ("_id", stored.id)])
        assert [s.id for s in found.matches] == [stored.id]


def group(*patients: str) -> dict[str, Any]:
    return {
        "resourceType": "Appointment", "id": "group", "status": "booked",
        "participant": [{"actor": {"reference": f"Patient/{p}"}, "status": "accepted"} for p in patients],
    }  # fmt: skip


async def test_old_versions_show_nobody_whom_the_session_may_not_see(door: Door, astrid: Session) -> None:
    async def put(*patients: str) -> None:
        async with door.opened(world.SYSTEM, "administration") as record:
            owner = Owner(world.CARDIOLOGY, world.REGION)
            await record.write([Wish("update", group(*patients), owner=owner)])

    await put("vera", "asa")
    await put("asa", "vera")
    await put("vera")
    async with door.opened(astrid, "care") as record:
        assert [v.version for v in await record.history("Appointment", "group")] == [3]
        with pytest.raises(Absent):
            await record.version("Appointment", "group", 1)
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.delete("Appointment", "group")
        assert [v.version for v in await record.history("Appointment", "group")] == [4, 3, 2, 1]


async def test_a_refusal_says_whom_it_was_about(door: Door, bo: Session, database: Database) -> None:
    with pytest.raises(Refused):
        await write(door, bo, world.haemoglobin("vera", id_="x"))
    with pytest.raises(Refused):
        async with door.opened(bo, "care") as record:
            await record.create_alone(world.haemoglobin("vera"))
    with pytest.raises(NotAllowed):
        async with door.opened(bo, "care") as record:
            await record.delete("Observation", "hb-surgery")
    rows = await events(database, "action = 'attempt' and actor like '%bo'")
    assert [(r["outcome"], r["category"]) for r in rows] == [("refused", "Observation")] * 3
    assert [r["patients"] for r in rows[:2]] == [[key("Patient/vera")]] * 2
    assert "Observation/hb-surgery" in rows[2]["what"]


async def test_a_search_that_is_refused_is_logged(door: Door, bo: Session, database: Database) -> None:
    with pytest.raises(Malformed):
        async with door.opened(bo, "care") as record:
            await record.search("Patient", [("no-such-thing", "Vera")])
    (row,) = await events(database, "action = 'attempt'")
    assert "no-such-thing" in row["what"]
    assert "Vera" not in row["what"]


@pytest.mark.parametrize(
    ("type_", "parameters"),
    [
        ("Patient", [("identifier", f"{world.RESERVE}|19500214-XA07"), ("name:contains", "Åkesson")]),
        ("Observation", [("code", "http://loinc.org|718-7"), ("patient.name", "Vera"), ("date", "ge2026")]),
        ("Patient", [("_has:Observation:patient:code", "http://loinc.org|718-7")]),
    ],
)
async def test_no_value_that_was_searched_for_stands_in_the_log(
    door: Door, astrid: Session, database: Database, type_: str, parameters: list[tuple[str, str]]
) -> None:
    async with door.opened(astrid, "care", request="typed") as record:
        await record.search(type_, parameters)
        await record.find_patients("Åkesson 1950")
    rows = await events(database, "request = 'typed'")
    assert [row["action"] for row in rows] == ["search", "find"]
    assert rows[0]["what"] == f"{type_}?{'&'.join(name for name, _ in parameters)}"
    for row in rows:
        for value in ("19500214", "kesson", "718-7", "Vera", "1950"):
            assert value not in row["what"]


async def test_a_chart_that_showed_nothing_is_not_logged_as_given(
    door: Door, bo: Session, astrid: Session, database: Database
) -> None:
    async with door.opened(bo, "care") as record:
        assert await record.compartment("vera", {"Patient": 1}) == {"Patient": []}
        assert not any(astuple(await record.elsewhere("vera")))
    async with door.opened(astrid, "care") as record:
        assert await record.compartment("vera", {"Procedure": 1}) == {"Procedure": []}
    rows = await events(database, "action in ('chart', 'elsewhere')")
    assert [(r["action"], r["outcome"]) for r in rows] == [
        ("chart", "refused"), ("elsewhere", "refused"), ("chart", "given"),
    ]  # fmt: skip


async def test_everybody_whom_a_hit_names_is_in_the_log(door: Door, database: Database) -> None:
    async with door.opened(world.SYSTEM, "administration") as record:
        owner = Owner(world.CARDIOLOGY, world.REGION)
        await record.write([Wish("update", group("vera", "asa"), owner=owner)])
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.search("Appointment", [("patient", "vera")])
    (row,) = await events(database, "action = 'search'")
    assert set(row["patients"]) == {key("Patient/vera"), key("Patient/asa")}


async def test_who_is_there_is_told_alike_for_hidden_and_absent(door: Door, astrid: Session) -> None:
    said = []
    for id_ in ("hb-surgery", "hb-nowhere"):
        with pytest.raises(Stale) as stale:
            async with door.opened(astrid, "care") as record:
                await record.update(world.haemoglobin("vera", id_=id_), expected=99)
        said.append(str(stale.value).replace(id_, "it"))
    assert said[0] == said[1]


async def test_a_reference_into_a_record_out_of_reach_looks_like_one_to_nothing(door: Door, astrid: Session) -> None:
    for target in ("Encounter/asa-stay", "Encounter/nobody-stay"):
        async with door.opened(astrid, "care") as record:
            stored = await record.create(world.haemoglobin("vera", encounter={"reference": target}))
        assert stored.version == 1


async def test_a_citizen_looks_for_nobody(door: Door) -> None:
    citizen = Session(kind="citizen", actor="vera", name="Vera")
    with pytest.raises(Refused):
        async with door.opened(citizen, "own record") as record:
            await record.find_patients("19610305-XB12")


async def test_a_choice_for_linked_records_parts_with_them(door: Door, cia: Session) -> None:
    vera = world.patient("vera", "Vera Maria", "Åkesson", "19500214-XA07")
    link = {"link": [{"other": {"reference": "Patient/asa"}, "type": "replaces"}]}
    await write(door, world.SYSTEM, vera | link)
    async with door.opened(cia, "care") as record:
        await record.choose("vera", reason="Hembesök")
    assert await sees(door, cia, "Patient", "asa")
    await write(door, world.SYSTEM, vera)
    assert await sees(door, cia, "Patient", "vera")
    assert not await sees(door, cia, "Patient", "asa")


async def test_a_relation_begins_with_its_period(door: Door, cia: Session) -> None:
    episode = {
        "resourceType": "EpisodeOfCare", "id": "later", "status": "active",
        "patient": {"reference": "Patient/vera"}, "managingOrganization": {"reference": "Organization/homecare"},
        "period": {"start": "2026-03-02"},
    }  # fmt: skip
    await write(door, world.SYSTEM, episode)
    assert not await sees(door, cia, "Patient", "vera")
    assert isinstance(door.clock, SetClock)
    door.clock.instant += timedelta(days=1)
    assert await sees(door, cia, "Patient", "vera")


async def test_what_a_system_without_a_unit_writes_no_unit_sees(door: Door, bo: Session) -> None:
    lonely = Session(kind="client", actor="lonely", name="lonely", reach="county", scopes=("read", "write"))
    await write(door, lonely, world.haemoglobin("asa", id_="lonely"))
    assert not await sees(door, bo, "Observation", "lonely")
    assert await sees(door, lonely, "Observation", "lonely")


async def test_a_failure_that_a_block_passes_over_still_undoes_it(door: Door, astrid: Session) -> None:
    with pytest.raises(Conflict):
        async with door.opened(astrid, "care") as record:
            await record.create(world.haemoglobin("vera", "150"))
            with contextlib.suppress(Conflict):
                await record.write([Wish("create", world.haemoglobin("vera", id_="hb-cardiology"), valid=True)])
    async with door.opened(astrid, "care") as record:
        assert len((await record.search("Observation", [("patient", "vera")])).matches) == 1


async def test_reading_while_writing_waits_for_nobody(door: Door, bo: Session, database: Database) -> None:
    async def open_and_read() -> None:
        async with door.opened(bo, "care") as record:
            await record.choose("vera", reason="Jour")
            await record.read("Patient", "vera")

    async with asyncio.timeout(20):
        await asyncio.gather(*(open_and_read() for _ in range(24)))
    assert len(await events(database, "action = 'read' and outcome = 'given'")) == 24


async def test_what_was_read_in_work_that_is_undone_stays_in_the_log(
    door: Door, bo: Session, database: Database
) -> None:
    with pytest.raises(RuntimeError):
        async with door.opened(bo, "care") as record:
            await record.choose("vera", reason="Jour")
            await record.read("Patient", "vera")
            raise RuntimeError("lost")
    (row,) = await events(database, "action = 'read'")
    assert row["patients"] == [key("Patient/vera")]
    assert not await sees(door, bo, "Patient", "vera")


async def test_too_many_patients_in_one_item_are_refused(door: Door) -> None:
    from varda.kernel.errors import Unprocessable

    crowd = {
        "resourceType": "Group", "id": "crowd", "type": "person", "actual": True,
        "member": [{"entity": {"reference": f"Patient/p{n}"}} for n in range(201)],
    }  # fmt: skip
    with pytest.raises(Unprocessable, match="200"):
        await write(door, world.SYSTEM, crowd)


async def test_a_count_about_a_patient_is_logged_with_the_patient(
    door: Door, astrid: Session, database: Database
) -> None:
    async with door.opened(astrid, "care") as record:
        page = await record.search("Observation", [("patient", "vera"), ("_summary", "count")])
    assert page.total == 1
    (row,) = await events(database, "action = 'search'")
    assert row["patients"] == [key("Patient/vera")]


async def test_a_version_that_is_read_is_logged_once_and_by_its_number(
    door: Door, astrid: Session, database: Database
) -> None:
    async with door.opened(astrid, "care") as record:
        await record.version("Observation", "hb-cardiology", 1)
    (row,) = await events(database, "action = 'vread'")
    assert (row["what"], row["patients"]) == ("Observation/hb-cardiology/1", [key("Patient/vera")])


async def test_an_odd_address_stops_nobody_elses_reading(door: Door, astrid: Session) -> None:
    async def odd() -> None:
        async with door.opened(astrid, "care") as record:
            with pytest.raises(Absent):
                await record.read("Patient", "a\x00b")

    seen = await asyncio.gather(*(sees(door, astrid, "Patient", "vera") for _ in range(20)), odd())
    assert seen[:-1] == [True] * 20
