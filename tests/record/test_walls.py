"""The two walls: other units, other providers, blocks, emergency (A3-A12 in docs/law.md)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.record import world
from tests.record.world import decision
from varda.access.session import Session
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Malformed, Refused
from varda.record import Door, Owner, Wish

pytestmark = pytest.mark.anyio


async def write(door: Door, session: Session, *resources: dict[str, Any]) -> None:
    async with door.opened(session, "care") as record:
        await record.write([Wish("update", one) for one in resources])


async def sees(door: Door, session: Session, id_: str, type_: str = "Observation") -> bool:
    """Whether every way of reading shows it; they must agree."""
    async with door.opened(session, "care") as record:
        patient = "asa" if id_.startswith("asa") else "vera"
        ways = [
            id_ in [one.id for one in (await record.search(type_, [("_id", id_)])).matches],
            id_ in [one.id for one in (await record.search(type_, [("patient", patient)])).matches],
            id_ in [one.id for one in (await record.search(type_, [])).matches],
            (await record.search(type_, [("_id", id_), ("_summary", "count")])).total == 1,
            id_ in [one.id for one in (await record.compartment(patient, {type_: 50}))[type_]],
        ]
        for read in (record.read, record.history):
            try:
                await read(type_, id_)
                ways.append(True)
            except Absent:
                ways.append(False)
        try:
            ways.append(id_ in [one.id for one in (await record.everything(patient)).matches])
        except Absent:
            ways.append(False)
    assert len(set(ways)) == 1, ways
    return ways[0]


async def all_units(door: Door, session: Session, patient: str = "vera") -> None:
    async with door.opened(session, "care") as record:
        await record.choose(patient, reason="Jour", all_units=True)


async def consented(door: Door, session: Session, **how: Any) -> None:
    async with door.opened(session, "care") as record:
        await record.create(decision("access", "vera", actors=("region",)))
        await record.open_others("vera", ground="consent", reason="Hjärtsvikt", **how)


async def test_an_inner_block_hides_from_other_units_at_once_and_not_from_its_own(
    door: Door, astrid: Session, bo: Session
) -> None:
    await all_units(door, astrid)
    assert await sees(door, astrid, "hb-surgery")
    await all_units(door, bo)
    block = decision("inner-block", "vera", id_="block", provider="region", actors=("surgery",))
    await write(door, bo, block)
    assert not await sees(door, astrid, "hb-surgery")
    assert not await sees(door, astrid, "block", "Consent")
    assert await sees(door, bo, "hb-surgery")
    async with door.opened(astrid, "care") as record:
        there = await record.elsewhere("vera")
        assert (there.units, there.blocked_units) == (False, True)
    await write(door, bo, block | {"status": "inactive"})
    assert await sees(door, astrid, "hb-surgery")


async def test_a_block_of_a_period_hides_what_is_dated_in_it(door: Door, astrid: Session, bo: Session) -> None:
    await all_units(door, astrid)
    await all_units(door, bo)
    period = {"start": "2025-01-01", "end": "2025-12-31"}
    await write(
        door, bo, decision("inner-block", "vera", id_="b", provider="region", actors=("surgery",), dataPeriod=period)
    )
    assert await sees(door, astrid, "hb-surgery")  # of February 2026
    period["end"] = "2026-02-01"
    await write(
        door, bo, decision("inner-block", "vera", id_="b", provider="region", actors=("surgery",), dataPeriod=period)
    )
    assert not await sees(door, astrid, "hb-surgery")


async def test_a_block_is_lifted_for_a_time(door: Door, astrid: Session, bo: Session, clock: SetClock) -> None:
    await all_units(door, astrid)
    await all_units(door, bo)
    lift = [{"type": "permit", "period": {"start": "2026-03-01T12:00:00Z", "end": "2026-03-01T13:00:00Z"}}]
    block = decision("inner-block", "vera", id_="b", provider="region", actors=("surgery",), provision=lift)
    await write(door, bo, block)
    assert await sees(door, astrid, "hb-surgery")
    clock.instant += timedelta(hours=2)
    assert not await sees(door, astrid, "hb-surgery")


async def test_what_an_inner_block_hides_is_opened_in_two_steps_for_a_time(
    door: Door, astrid: Session, bo: Session, clock: SetClock, database: Database
) -> None:
    await all_units(door, astrid)
    await all_units(door, bo)
    await write(door, bo, decision("inner-block", "vera", id_="b", provider="region", actors=("surgery",)))
    async with door.opened(astrid, "care") as record:
        (unit,) = await record.units_blocked("vera")
        assert (unit.unit, unit.unit_name) == (world.SURGERY, "Surgery")
        with pytest.raises(Malformed):
            await record.open_blocked("vera", units=(), ground="vital", reason="Medvetslös")
    async with door.opened(astrid, "care") as record:
        await record.open_blocked(
            "vera", units=(world.SURGERY,), ground="vital", reason="Medvetslös", types=("Condition",)
        )
    assert not await sees(door, astrid, "hb-surgery")  # only what matters
    async with door.opened(astrid, "care") as record:
        await record.open_blocked(
            "vera", units=(world.SURGERY,), ground="vital", reason="Medvetslös", types=("Observation",)
        )
    assert await sees(door, astrid, "hb-surgery")
    rows = await database.all("select what from audit.event where action = 'emergency'")
    assert len(rows) == 2
    assert all("Medvetslös" in row["what"] for row in rows)
    clock.instant += timedelta(hours=5)
    assert not await sees(door, astrid, "hb-surgery")


async def test_another_providers_data_take_relation_consent_and_information(
    door: Door, astrid: Session, bo: Session, cia: Session
) -> None:
    assert not await sees(door, astrid, "hb-homecare")
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Refused, match="consent"):
            await record.open_others("vera", ground="consent", reason="Hjärtsvikt")
    async with door.opened(bo, "care") as record:
        await record.choose("vera", reason="Jour")
        with pytest.raises(Refused, match="relation"):
            await record.open_others("vera", ground="consent", reason="Hjärtsvikt")
    await consented(door, astrid)
    assert await sees(door, astrid, "hb-homecare")
    assert not await sees(door, bo, "hb-homecare")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.update(decision("information", "vera", id_="told-boras", provider="boras", status="inactive"))
    assert not await sees(door, astrid, "hb-homecare")


async def test_what_was_opened_on_consent_ends_with_it_and_with_the_relation(
    door: Door, astrid: Session, clock: SetClock
) -> None:
    await consented(door, astrid)
    assert await sees(door, astrid, "hb-homecare")
    async with door.opened(astrid, "care") as record:
        (consent,) = [one for one in await record.decisions("vera") if b"access" in one.body]
        await record.update({**consent.resource, "status": "inactive"})
    assert not await sees(door, astrid, "hb-homecare")
    await consented(door, astrid)
    assert await sees(door, astrid, "hb-homecare")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.update(world.contact("vera-stay", "vera", "cardiology", status="finished"))
    async with door.opened(astrid, "care") as record:
        await record.choose("vera", reason="Uppföljning")
    assert not await sees(door, astrid, "hb-homecare")


async def test_relevance_limits_what_is_opened(door: Door, astrid: Session) -> None:
    await consented(door, astrid, types=("Condition",))
    assert not await sees(door, astrid, "hb-homecare")
    await consented(door, astrid, providers=(world.BORAS,), types=("Observation",))
    assert await sees(door, astrid, "hb-homecare")


async def test_an_outer_block_is_opened_by_nobody_but_its_owner(
    door: Door, astrid: Session, cia: Session, database: Database
) -> None:
    async with door.opened(cia, "care") as record:
        await record.choose("vera", reason="Hembesök")
    await write(door, cia, decision("outer-block", "vera", id_="b", provider="boras"))
    await consented(door, astrid)
    assert not await sees(door, astrid, "hb-homecare")
    assert not await sees(door, astrid, "b", "Consent")
    async with door.opened(astrid, "care") as record:
        there = await record.elsewhere("vera")
        assert (there.providers, there.blocked_providers) == (False, True)
        assert await record.providers_with("vera", ground="emergency", reason="Hjärtstopp") == []
        (provider,) = await record.providers_blocking("vera", reason="Hjärtstopp")
        assert provider.hsa == world.BORAS
        await record.open_others("vera", ground="emergency", reason="Hjärtstopp", providers=(world.BORAS,))
        await record.ask_to_lift("vera", provider=world.BORAS, reason="Hjärtstopp")
    assert not await sees(door, astrid, "hb-homecare")
    manager = replace(cia, role="unit-manager")
    async with door.opened(cia, "care") as record:
        with pytest.raises(Refused, match="no right to this step"):
            await record.requests()
    async with door.opened(manager, "care") as record:
        (request,) = await record.requests()
        assert (request.patient, request.reason) == ("vera", "Hjärtstopp")
        await record.answer_request(request.id, "Hävd efter samtal med patienten")
        assert await record.requests() == []
    async with door.opened(cia, "care") as record:
        (block,) = [one for one in await record.decisions("vera") if one.id == "b"]
        await record.update({**block.resource, "status": "inactive"})
    assert await sees(door, astrid, "hb-homecare")


async def test_an_emergency_needs_no_relation_but_the_list_a_reason_and_an_end(
    door: Door, bo: Session, clock: SetClock
) -> None:
    async with door.opened(bo, "care") as record:
        await record.choose("vera", reason="Larm")
        with pytest.raises(Malformed, match="Name"):
            await record.open_others("vera", ground="emergency", reason="Hjärtstopp")
        (provider,) = await record.providers_with("vera", ground="emergency", reason="Hjärtstopp")
        with pytest.raises(Malformed):
            await record.open_others("vera", ground="emergency", reason=" ", providers=(provider.hsa,))
        await record.open_others("vera", ground="emergency", reason="Hjärtstopp", providers=(provider.hsa,))
    assert await sees(door, bo, "hb-homecare")
    clock.instant += timedelta(hours=4, minutes=1)
    assert not await sees(door, bo, "hb-homecare")


async def test_only_the_provider_itself_and_the_patient_decide(door: Door, astrid: Session) -> None:
    for wrong in (
        decision("outer-block", "vera", provider="boras"),
        decision("information", "vera", provider="boras"),
        decision("access", "vera", actors=("homecare",)),
        decision("inner-block", "vera", provider="region"),
        decision("inner-block", "vera", provider="region", actors=("nowhere",)),
        decision("outer-block", "vera", provider="region") | {"performer": [{"reference": "RelatedPerson/mother"}]},
        decision("outer-block", "vera", provider="region", type="permit"),
    ):
        with pytest.raises(Refused):
            async with door.opened(astrid, "care") as record:
                await record.create(wrong)


async def test_what_a_person_decided_holds_for_linked_records(door: Door, astrid: Session, bo: Session) -> None:
    await all_units(door, astrid)
    await all_units(door, bo)
    async with door.opened(world.SYSTEM, "administration") as record:
        twin = world.patient("twin", "Vera", "Åkesson", "19500214-XA08")
        await record.update(twin | {"link": [{"type": "refer", "other": {"reference": "Patient/vera"}}]})
        surgery = Owner(world.SURGERY, world.REGION)
        await record.write([Wish("update", world.haemoglobin("twin", id_="hb-twin"), owner=surgery)])
    async with door.opened(astrid, "care") as record:
        assert (await record.read("Observation", "hb-twin")).id == "hb-twin"
    await write(door, bo, decision("inner-block", "vera", id_="b", provider="region", actors=("surgery",)))
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Absent):
            await record.read("Observation", "hb-twin")
