"""The two walls: other units, other providers, blocks, emergency (A3-A12 in docs/law.md)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.record import world
from tests.record.world import decision
from varda.access.people import People
from varda.access.session import Session
from varda.fhir.keys import key
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


@pytest.mark.parametrize(
    ("start", "end", "is_seen"),
    [
        ("2024-01-01", "2024-12-31", True),
        ("2024-12-31", "2025-01-01", False),
        ("2025-06-01", "2025-06-30", False),
        ("2025-12-31", "2026-06-30", False),
        ("2026-01-01", None, True),
    ],
)
async def test_a_block_of_a_period_hides_what_lasted_into_it(
    door: Door, astrid: Session, bo: Session, start: str, end: str | None, is_seen: bool
) -> None:
    period = {"start": "2025-01-01", "end": "2025-12-31"}
    stay = world.contact("vera-at-surgery", "vera", "surgery", status="finished") | {"period": period}
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", stay, owner=Owner(world.SURGERY, world.REGION))])
    await all_units(door, astrid)
    await all_units(door, bo)
    of = {"start": start} | ({"end": end} if end else {})
    await write(
        door, bo, decision("inner-block", "vera", id_="b", provider="region", actors=("surgery",), dataPeriod=of)
    )
    assert await sees(door, astrid, "vera-at-surgery", "Encounter") is is_seen


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
    async with door.opened(replace(cia, role="assistant-nurse"), "care") as record:
        with pytest.raises(Refused, match="no right to this step"):
            await record.requests()
    async with door.opened(manager, "care") as record:
        (request,) = await record.requests()
        assert (request.patient, request.reason) == ("vera", "Hjärtstopp")
        assert request.who is not None
        assert request.who.name == "Vera Maria Åkesson"
        for wrong in ("", "-1-1", "²-1", "--5", f"{2**63}-1", "1-x"):
            with pytest.raises(Absent):
                await record.answer_request(wrong, "Nej")
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


async def test_what_is_refused_behind_the_walls_is_logged_with_its_patient(
    door: Door, bo: Session, database: Database
) -> None:
    nurse, why = replace(bo, role="assistant-nurse"), "Hjärtstopp"
    tries = {
        "emergency": lambda record: record.open_others(
            "vera", ground="emergency", reason=why, providers=(world.BORAS,)
        ),
        "choice": lambda record: record.open_others("vera", ground="consent", reason=why),
        "providers": lambda record: record.providers_with("vera", ground="emergency", reason=why),
        "blocks": lambda record: record.providers_blocking("vera", reason=why),
        "request": lambda record: record.ask_to_lift("vera", provider=world.BORAS, reason=why),
    }
    for tried in tries.values():
        with pytest.raises(Refused):
            async with door.opened(nurse, "care") as record:
                await tried(record)
    rows = await database.all(
        "select outcome, patients, what from audit.event where action = 'attempt' order by at, place"
    )
    assert [(row["outcome"], row["patients"]) for row in rows] == [("refused", [key("Patient/vera")])] * len(tries)
    for action, row in zip(tries, rows, strict=True):
        assert row["what"].endswith(f" {action} Patient/vera")


async def test_a_verb_about_a_patient_out_of_reach_is_logged_as_refused(
    door: Door, astrid: Session, database: Database
) -> None:
    tries = {
        "decisions": lambda record: record.decisions("asa"),
        "requests": lambda record: record.asked("asa"),
        "copies": lambda record: record.copies("asa"),
        "hand-out": lambda record: record.handed_out("asa", to="Försäkringskassan"),
    }
    for tried in tries.values():
        with pytest.raises(Absent):
            async with door.opened(astrid, "care") as record:
                await tried(record)
    rows = await database.all("select action, patients from audit.event where outcome = 'refused' order by at, place")
    assert [(row["action"], row["patients"]) for row in rows] == [(one, [key("Patient/asa")]) for one in tries]


async def emergencies(database: Database) -> int:
    return int((await database.one("select count(*) as n from audit.event where action = 'emergency'"))["n"])


async def test_an_emergency_opens_the_record_itself_in_the_same_action_logged_once(
    door: Door, bo: Session, clock: SetClock, database: Database
) -> None:
    assert not await sees(door, bo, "hb-surgery")
    async with door.opened(bo, "emergency") as record:
        await record.open_others("vera", ground="emergency", reason="Hjärtstopp", providers=(world.BORAS,))
    assert await emergencies(database) == 1
    for id_ in ("hb-homecare", "hb-surgery"):  # of the own unit as well, and no other unit's of the region
        assert await sees(door, bo, id_)
    assert not await sees(door, bo, "hb-cardiology")
    async with door.opened(bo, "care") as record:
        assert (await record.read("Patient", "vera")).id == "vera"
        assert (await record.compartment("vera", {"Patient": 1}))["Patient"]
    clock.instant += timedelta(hours=4)
    for id_ in ("hb-homecare", "hb-surgery"):
        assert not await sees(door, bo, id_)


async def test_vital_care_opens_a_blocked_unit_and_the_record_in_one_action(
    door: Door, astrid: Session, bo: Session, clock: SetClock, database: Database
) -> None:
    await write(door, astrid, decision("inner-block", "vera", id_="b", provider="region", actors=("cardiology",)))
    async with door.opened(bo, "care") as record:
        for refused in (
            record.units_blocked("vera"),
            record.open_blocked("vera", units=(world.CARDIOLOGY,), ground="consent", reason="Jour"),
        ):
            with pytest.raises(Refused, match="active choice"):
                await refused
    async with door.opened(replace(bo, role="assistant-nurse"), "care") as record:
        with pytest.raises(Refused, match="no right"):
            await record.units_blocked("vera", reason="Medvetslös")
    async with door.opened(bo, "emergency") as record:
        (unit,) = await record.units_blocked("vera", reason="Medvetslös")
    async with door.opened(bo, "emergency") as record:
        await record.open_blocked("vera", units=(unit.unit,), ground="vital", reason="Medvetslös")
    assert await emergencies(database) == 1
    for id_ in ("hb-cardiology", "hb-surgery"):
        assert await sees(door, bo, id_)
    clock.instant += timedelta(hours=4)
    assert not await sees(door, bo, "hb-cardiology")


async def test_who_asks_to_lift_waits_in_the_record_for_the_answer(
    door: Door, bo: Session, cia: Session, clock: SetClock
) -> None:
    async with door.opened(cia, "care") as record:
        await record.choose("vera", reason="Hembesök")
    await write(door, cia, decision("outer-block", "vera", id_="b", provider="boras"))
    async with door.opened(bo, "emergency") as record:
        with pytest.raises(Absent):
            await record.asked("vera")
        await record.ask_to_lift("vera", provider=world.BORAS, reason="Hjärtstopp")
    async with door.opened(bo, "care") as record:
        (one,) = await record.asked("vera")
        assert (one.provider, one.answered) == (world.BORAS, None)
    assert await sees(door, bo, "hb-surgery")
    assert not await sees(door, bo, "hb-homecare")
    clock.instant += timedelta(hours=4)
    assert not await sees(door, bo, "hb-surgery")
    async with door.opened(bo, "emergency") as record:  # an ordinary choice is not made shorter by asking again
        await record.choose("vera", reason="Jour")
        await record.ask_to_lift("vera", provider=world.BORAS, reason="Hjärtstopp")
    clock.instant += timedelta(hours=11)
    assert await sees(door, bo, "hb-surgery")


async def test_what_was_asked_is_found_from_either_of_two_joined_records(door: Door, bo: Session, cia: Session) -> None:
    """A12: one person, one answer."""
    async with door.opened(cia, "care") as record:
        await record.choose("vera", reason="Hembesök")
    await write(door, cia, decision("outer-block", "vera", id_="b", provider="boras"))
    async with door.opened(bo, "emergency") as record:
        await record.ask_to_lift("vera", provider=world.BORAS, reason="Hjärtstopp")
    twin = world.patient("twin", "Vera", "Åkesson", "19500214-XA08")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.update(twin)
    async with door.opened(bo, "care") as record:
        await record.choose("twin", reason="Jour")
        assert await record.asked("twin") == []
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.update(twin | {"link": [{"type": "refer", "other": {"reference": "Patient/vera"}}]})
    async with door.opened(bo, "care") as record:
        assert await record.asked("twin") == await record.asked("vera") != []


@pytest.mark.parametrize(("status", "has_been"), [("finished", True), ("entered-in-error", False)])
async def test_a_certificate_takes_a_relation_that_has_ended_though_the_unit_wrote_nothing(
    door: Door, astrid: Session, cia: Session, status: str, has_been: bool
) -> None:
    visit = world.contact("asa-once", "asa", "cardiology")
    given = [
        visit,
        decision("information", "asa", id_="told-asa", provider="boras"),
        decision("access", "asa", id_="yes", actors=("region",)),
    ]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner(world.SURGERY, world.REGION)) for one in given])
        theirs = world.haemoglobin("asa", id_="hb-asa")
        await record.write([Wish("update", theirs, owner=Owner(world.HOME_CARE, world.BORAS))])
        await record.update(visit | {"status": status})
    async with door.opened(astrid, "care") as record:
        if not has_been:
            with pytest.raises(Refused, match="never cared"):
                await record.open_others("asa", ground="certificate", reason="Intyg")
            return
        await record.open_others("asa", ground="certificate", reason="Intyg")
    async with door.opened(astrid, "care") as record:
        assert (await record.read("Observation", "hb-asa")).id == "hb-asa"


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


def care_plan(id_: str, patient: str) -> dict[str, Any]:
    return {
        "resourceType": "CarePlan",
        "id": id_,
        "status": "completed",
        "intent": "plan",
        "subject": {"reference": f"Patient/{patient}"},
    }


async def social_worker(door: Door) -> Session:
    """Somebody in the municipality's social care, whose unit gives interventions to Vera and to the child Kim."""
    number = world.organization
    care = {
        "resourceType": "EpisodeOfCare",
        "status": "active",
        "managingOrganization": {"reference": "Organization/help"},
    }
    county = [
        number("social", f"{world.HSA_PREFIX}-O", "social-care-provider", part_of="boras"),
        number("help", f"{world.HSA_PREFIX}-HT", "care-unit", part_of="social"),
        number("town", f"{world.HSA_PREFIX}-T", "municipality", "care-provider"),
        number("town-social", f"{world.HSA_PREFIX}-TO", "social-care-provider", part_of="town"),
        number("town-help", f"{world.HSA_PREFIX}-TH", "care-unit", part_of="town-social"),
        world.person("siv", "Siv", "Al"),
        world.assignment("siv", "help", "needs-assessor"),
        world.patient("kim", "Kim", "Alm", "20180101-XD02"),
    ]
    theirs = Owner(f"{world.HSA_PREFIX}-TH", f"{world.HSA_PREFIX}-TO")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in county])
        for who in ("vera", "kim"):
            own = Owner(f"{world.HSA_PREFIX}-HT", f"{world.HSA_PREFIX}-O")
            episode = {**care, "id": f"help-{who}", "patient": {"reference": f"Patient/{who}"}}
            await record.write([Wish("update", episode, owner=own)])
            plan = care_plan(f"{who}-visit", who)
            await record.write([Wish("update", plan, owner=theirs)])
            told = [
                decision("information", who, id_=f"told-{name}-{who}", provider=name)
                for name in ("region", "town-social")
            ]
            visit = care_plan(f"{who}-clinic", who)
            await record.write(
                [Wish("update", one, owner=Owner(world.SURGERY, world.REGION)) for one in (*told, visit)]
            )
    return await People(door.database).session(
        f"{world.HSA_PREFIX}-siv", f"{world.HSA_PREFIX}-siv-help", door.clock.now()
    )


async def shows(door: Door, session: Session, id_: str) -> bool:
    async with door.opened(session, "care") as record:
        try:
            await record.read("CarePlan", id_)
        except Absent:
            return False
    return True


async def test_social_care_reads_others_on_consent_and_a_childs_social_care_only(door: Door) -> None:
    siv = await social_worker(door)
    assert siv.is_social
    for id_ in ("vera-visit", "vera-clinic", "kim-visit", "kim-clinic"):
        assert not await shows(door, siv, id_)
    async with door.opened(siv, "care") as record:
        await record.open_others("kim", ground="child", reason="Insats")
    assert await shows(door, siv, "kim-visit")
    assert not await shows(door, siv, "kim-clinic")
    async with door.opened(siv, "care") as record:
        with pytest.raises(Refused, match="social"):
            await record.open_others("kim", ground="child", reason="Insats", providers=(world.REGION,))
    async with door.opened(siv, "care") as record:
        await record.create(decision("access", "vera", actors=("social",)))
        await record.open_others("vera", ground="consent", reason="Behovsbedömning")
    assert await shows(door, siv, "vera-visit")
    assert await shows(door, siv, "vera-clinic")


async def test_social_care_has_no_emergency_and_is_not_told_of_blocks(door: Door, bo: Session) -> None:
    siv = await social_worker(door)
    await all_units(door, bo)
    await write(door, bo, decision("outer-block", "vera", id_="b", provider="region"))
    async with door.opened(siv, "care") as record:
        assert not (await record.elsewhere("vera")).blocked_providers
        for refused in (
            record.open_others("vera", ground="emergency", reason="Fall", providers=(world.REGION,)),
            record.providers_with("vera", ground="emergency", reason="Fall"),
            record.providers_blocking("vera", reason="Fall"),
        ):
            with pytest.raises(Refused):
                await refused


async def test_an_adult_who_cannot_decide_is_read_from_the_list_of_providers(door: Door, astrid: Session) -> None:
    siv = await social_worker(door)
    async with door.opened(siv, "care") as record:
        with pytest.raises(Malformed, match="list"):
            await record.open_others("vera", ground="incapable", reason="Anhörig tillfrågad, inget talar emot")
        listed = await record.providers_with("vera", ground="incapable", reason="Anhörig tillfrågad")
        assert [one.hsa for one in listed] == [f"{world.HSA_PREFIX}-TO"]
        await record.open_others("vera", ground="incapable", reason="Anhörig tillfrågad", providers=(listed[0].hsa,))
    assert await shows(door, siv, "vera-visit")
    assert not await shows(door, siv, "vera-clinic")
    async with door.opened(astrid, "care") as record:
        listed = await record.providers_with("vera", ground="incapable", reason="Maken tillfrågad")
        assert {one.hsa for one in listed} == {world.BORAS, f"{world.HSA_PREFIX}-TO"}
