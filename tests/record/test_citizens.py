"""What a citizen may read: the own record, a child's, and by mandate (A17 in docs/law.md)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.record import world
from tests.record.world import RESERVE, decision
from varda.access.session import Session
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Refused
from varda.record import Door, Owner, Wish

pytestmark = pytest.mark.anyio

VERA = f"{RESERVE}|19500214-XA07"
MOTHER = f"{RESERVE}|19880303-XC01"
ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"


def citizen(identity: str) -> Session:
    return Session(kind="citizen", actor=identity, name="", scopes=("read",))


def kin(id_: str, patient: str, identity: str, role: str, **more: Any) -> dict[str, Any]:
    system, _, value = identity.partition("|")
    return {
        "resourceType": "RelatedPerson",
        "id": id_,
        "patient": {"reference": f"Patient/{patient}"},
        "identifier": [{"system": system, "value": value}],
        "relationship": [{"coding": [{"system": ROLE, "code": role}]}],
    } | more


async def keep(door: Door, *resources: dict[str, Any]) -> None:
    async with door.opened(world.SYSTEM, "administration") as record:
        owner = Owner(world.CARDIOLOGY, world.REGION)
        await record.write([Wish("update", one, owner=owner) for one in resources])


async def child_born(door: Door, day: str) -> None:
    born = world.patient("kim", "Kim", "Alm", "20180101-XD02") | {"birthDate": day}
    await keep(door, born, world.haemoglobin("kim", id_="hb-kim"), kin("mum", "kim", MOTHER, "GUARD"))


async def reads(door: Door, identity: str, id_: str, type_: str = "Observation") -> bool:
    async with door.opened(citizen(identity), "own") as record:
        found = id_ in [one.id for one in (await record.search(type_, [])).matches]
        counted = (await record.search(type_, [("_id", id_), ("_summary", "count")])).total == 1
        try:
            await record.read(type_, id_)
        except Absent:
            read = False
        else:
            read = True
    assert found == read == counted
    return read


async def test_the_own_record_from_every_provider_and_nobody_elses(door: Door) -> None:
    for id_ in ("hb-cardiology", "hb-surgery", "hb-homecare"):
        assert await reads(door, VERA, id_)
    assert not await reads(door, VERA, "asa-stay", "Encounter")
    assert not await reads(door, MOTHER, "hb-cardiology")
    async with door.opened(citizen(VERA), "own") as record:
        everything = (await record.everything("vera")).matches
        assert {"hb-cardiology", "hb-surgery", "hb-homecare"} <= {one.id for one in everything}
        with pytest.raises(Absent):
            await record.everything("asa")
        with pytest.raises(Refused):
            await record.find_patients("Åsa")


async def test_what_care_withholds_and_what_is_unsigned_stays_back(door: Door, astrid: Session) -> None:
    label = {"security": [{"system": "https://varda.example/fhir/CodeSystem/discretion", "code": "withheld"}]}
    note = {
        "resourceType": "Composition",
        "id": "note",
        "status": "preliminary",
        "type": {"text": "Anteckning"},
        "subject": {"reference": "Patient/vera"},
        "date": "2026-03-01",
        "author": [{"reference": "Practitioner/astrid"}],
        "title": "Anteckning",
    }
    await keep(door, world.haemoglobin("vera", id_="hidden", meta=label), note)
    assert not await reads(door, VERA, "hidden")
    assert not await reads(door, VERA, "note", "Composition")
    await keep(door, world.haemoglobin("vera", id_="hidden"), note | {"status": "final"})
    assert await reads(door, VERA, "hidden")
    assert await reads(door, VERA, "note", "Composition")
    async with door.opened(citizen(VERA), "own") as record:
        assert [one.version for one in await record.history("Observation", "hidden")] == [2]


@pytest.mark.parametrize(
    ("born", "guardian", "own"),
    [
        ("2014-03-01", True, False),
        ("2013-02-28", False, False),
        ("2010-03-02", False, False),
        ("2010-03-01", False, True),
    ],
)
async def test_guardians_until_13_and_the_young_from_16(door: Door, born: str, guardian: bool, own: bool) -> None:
    await child_born(door, born)
    assert await reads(door, MOTHER, "hb-kim") is guardian
    assert await reads(door, f"{RESERVE}|20180101-XD02", "hb-kim") is own


async def test_in_between_the_clinic_decides(door: Door) -> None:
    await child_born(door, "2012-01-01")
    assert not await reads(door, MOTHER, "hb-kim")
    consent = decision("minor", "kim", id_="m", provider="region")
    consent["provision"]["actor"] = [{"role": {"text": "reader"}, "reference": {"reference": "RelatedPerson/mum"}}]
    await keep(door, consent)
    assert await reads(door, MOTHER, "hb-kim")
    await keep(door, consent | {"status": "inactive"})
    assert not await reads(door, MOTHER, "hb-kim")


async def test_a_proxy_by_a_mandate_while_it_lasts(door: Door, clock: SetClock) -> None:
    until = (clock.now() + timedelta(days=1)).isoformat()
    await keep(door, kin("proxy", "vera", MOTHER, "HPOWATT", period={"start": "2026-01-01", "end": until}))
    assert await reads(door, MOTHER, "hb-cardiology")
    clock.instant += timedelta(days=2)
    assert not await reads(door, MOTHER, "hb-cardiology")
    clock.instant = datetime(2026, 3, 1, 12, tzinfo=UTC)
    await keep(door, kin("proxy", "vera", MOTHER, "HPOWATT", active=False))
    assert not await reads(door, MOTHER, "hb-cardiology")


async def test_a_citizens_reading_is_in_the_log(door: Door, database: Database) -> None:
    await reads(door, VERA, "hb-cardiology")
    rows = await database.all("select action, outcome from audit.event where actor = $1", VERA)
    assert ("read", "given") in [tuple(row) for row in rows]


async def test_blocks_do_not_hide_the_own_record_from_the_patient(door: Door, bo: Session) -> None:
    await keep(door, decision("outer-block", "vera", id_="b", provider="region"))
    assert await reads(door, VERA, "hb-surgery")
