"""The log as the patient reads it, and as FHIR AuditEvents."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.record import world
from tests.record.test_citizens import keep, kin
from tests.record.world import RESERVE
from varda.access.session import Session
from varda.fhir import validate
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Malformed, Refused
from varda.record import Door, Owner, Wish, logbook
from varda.record.logbook import Question

pytestmark = pytest.mark.anyio

VERA = Session(kind="citizen", actor=f"{world.RESERVE}|19500214-XA07", name="Vera")


async def own(door: Door, session: Session = VERA) -> logbook.OwnLog:
    async with door.opened(session, "own record") as record:
        return await logbook.own(record)


async def reading(door: Door, session: Session, patient: str = "vera") -> None:
    async with door.opened(session, "care") as record:
        await record.read("Patient", patient)
        await record.compartment(patient, {"Observation": 10, "Composition": 5})


async def test_the_patient_sees_unit_time_role_and_what_for_and_no_name(
    door: Door, clock: SetClock, astrid: Session
) -> None:
    await reading(door, astrid)
    clock.instant += timedelta(minutes=10)
    await reading(door, astrid)
    visit = next(one for one in (await own(door)).visits if one.role)
    assert (visit.unit, visit.provider, visit.role, visit.name, visit.purpose) == (
        "Cardiology", "Region", "physician", "", "care",
    )  # fmt: skip
    assert visit.last - visit.first == timedelta(minutes=10)
    assert visit.categories == ("Composition", "Observation", "Patient")


async def test_reading_of_a_linked_record_is_in_the_own_log(door: Door, bo: Session, clock: SetClock) -> None:
    other = world.patient("vera-2", "Vera", "Åkesson", "19500214-XA15")
    other["link"] = [{"other": {"reference": "Patient/vera"}, "type": "replaces"}]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", other, owner=Owner("", ""))])
        stay = world.contact("vera-2-stay", "vera-2", "surgery")
        await record.write([Wish("update", stay, owner=Owner(world.SURGERY, world.REGION))])
    await reading(door, bo, "vera-2")
    assert "Surgery" in {one.unit for one in (await own(door)).visits}


async def test_nobody_reads_another_s_own_log(door: Door, astrid: Session) -> None:
    await reading(door, astrid)
    asa = await own(door, replace(VERA, actor=f"{world.RESERVE}|19610305-XB12"))
    assert "Cardiology" not in {one.unit for one in asa.visits}
    with pytest.raises(Absent):
        await own(door, replace(VERA, actor=f"{world.RESERVE}|19500214-XA99"))
    with pytest.raises(Refused):
        await own(door, astrid)
    async with door.opened(VERA, "own record") as record:
        with pytest.raises(Refused):
            await logbook.audit_events(record, Question(), "asa")


async def test_reading_the_own_log_is_in_the_log(door: Door, database: Database) -> None:
    await own(door)
    row = await database.one("select actor, category, origin from audit.event where action = 'my-log'")
    assert tuple(row) == (VERA.actor, "AuditEvent", "0")


async def test_staff_print_it_at_the_patient_s_demand_without_telling_of_other_providers(
    door: Door, database: Database, astrid: Session, cia: Session, bo: Session
) -> None:
    await reading(door, astrid)
    async with door.opened(cia, "care") as record:
        await record.choose("vera", reason="hembesök")
    async with door.opened(astrid, "care", request="print") as record:
        shown = await logbook.handed_out(record, "vera", "patienten själv")
    assert {one.provider for one in shown.visits if one.role} == {"Region"}
    assert shown.elsewhere > 0
    row = await database.one("select what from audit.event where action = 'log-copy'")
    assert row["what"] == "access log, copy handed to patienten själv"
    with pytest.raises(Absent):
        async with door.opened(bo, "care") as record:
            await logbook.handed_out(record, "vera")


async def test_a_list_is_one_valid_audit_event_for_each_patient_shown(
    door: Door, database: Database, astrid: Session
) -> None:
    async with door.opened(world.SYSTEM, "administration", request="list") as record:
        await record.search("Patient", [])
    await reading(door, replace(astrid, on_behalf="SE9999999999-bo"))
    system = Session(kind="client", actor="archive", name="archive", reach="county", scopes=("review-log",))
    async with door.opened(system, "log-review") as record:
        events, _ = await logbook.audit_events(record, Question(since=door.clock.now() - timedelta(days=1), most=1000))
        with pytest.raises(Malformed, match="whose log"):
            await logbook.audit_events(record, Question())
    for event in events:
        validate.check(event)
    listed = [one for one in events if _detail(one, "request") == "list"]
    assert [one["entity"][0]["what"]["reference"] for one in listed] == ["Patient/asa", "Patient/vera"] or {
        one["entity"][0]["what"]["reference"] for one in listed
    } == {"Patient/asa", "Patient/vera"}
    assert len({one["id"] for one in events}) == len(events)
    read = next(one for one in events if len(one["agent"]) == 3)
    assert read["agent"][1]["who"]["display"] == "SE9999999999-bo"
    assert read["agent"][2]["who"] == {
        "identifier": {"system": world.HSA, "value": world.CARDIOLOGY}, "display": "Cardiology",
    }  # fmt: skip
    assert all(_detail(one, "category") and _detail(one, "origin") for one in events)


async def test_a_reviewer_sees_what_the_own_provider_read_and_a_nurse_nothing(
    door: Door, astrid: Session, cia: Session
) -> None:
    await reading(door, astrid)
    async with door.opened(cia, "care") as record:
        await record.choose("vera", reason="hembesök")
    for session, units in ((astrid, {world.CARDIOLOGY}), (cia, {world.HOME_CARE})):
        reviewer = replace(session, role="log-reviewer", actor="SE9999999999-rev")
        async with door.opened(reviewer, "log-review") as record:
            events, _ = await logbook.audit_events(record, Question(), "vera")
        assert {one["agent"][-1]["who"]["identifier"]["value"] for one in events} == units
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Refused, match="right to review"):
            await logbook.audit_events(record, Question(), "vera")


async def test_pages_follow_each_other_without_gap(door: Door, astrid: Session) -> None:
    for _ in range(3):
        await reading(door, astrid)
    reviewer = replace(astrid, role="log-reviewer")
    seen: list[str] = []
    after = ""
    async with door.opened(reviewer, "log-review") as record:
        whole, _ = await logbook.audit_events(record, Question(), "vera")
        while True:
            page, after = await logbook.audit_events(record, Question(after=after, most=4), "vera")
            seen += [one["id"] for one in page]
            if not after:
                break
        with pytest.raises(Malformed, match="not a page"):
            await logbook.audit_events(record, Question(after="nonsense"), "vera")
    assert {one["id"] for one in whole} <= set(seen)
    assert len(seen) == len(set(seen))


def _detail(event: dict[str, object], name: str) -> str:
    entity = event["entity"][-1]  # type: ignore[index] # an AuditEvent of ours
    return next((one["valueString"] for one in entity["detail"] if one["type"] == name), "")


# Records that a citizen reads for somebody else (A17) --------------------------------------------------------------


MOTHER = Session(kind="citizen", actor=f"{RESERVE}|19880303-XC01", name="Mor")
FATHER = replace(MOTHER, actor=f"{RESERVE}|19870303-XC09")


@pytest.fixture
async def kim(door: Door, astrid: Session) -> None:
    """A child of twelve and a half with two guardians, whom cardiology has read about; Vera has a proxy in Mother."""
    await keep(
        door, world.patient("kim", "Kim", "Alm", "20130815-XD02"), world.contact("kim-stay", "kim", "cardiology"),
        kin("mum", "kim", MOTHER.actor, "GUARD"), kin("dad", "kim", FATHER.actor, "GUARD"),
        kin("proxy", "vera", MOTHER.actor, "HPOWATT", period={"end": "2026-06-01"}),
    )  # fmt: skip
    for patient in ("kim", "vera"):
        await reading(door, astrid, patient)


async def units(door: Door, session: Session, patient: str) -> set[str]:
    async with door.opened(session, "own record") as record:
        return {one.unit for one in (await logbook.own(record, patient)).visits}


@pytest.mark.usefixtures("kim")
async def test_a_guardian_until_thirteen_and_a_proxy_by_mandate_read_the_log(door: Door, clock: SetClock) -> None:
    for patient in ("kim", "vera"):
        assert "Cardiology" in await units(door, MOTHER, patient)
    with pytest.raises(Refused):
        await units(door, FATHER, "vera")
    with pytest.raises(Refused):
        await units(door, VERA, "kim")
    with pytest.raises(Absent):
        await own(door, MOTHER)  # without a record of her own there is nothing to show unasked
    clock.instant = clock.instant.replace(month=6, day=2)
    with pytest.raises(Refused):
        await units(door, MOTHER, "vera")  # the mandate has ended
    assert "Cardiology" in await units(door, MOTHER, "kim")
    clock.instant = clock.instant.replace(month=8, day=15)
    with pytest.raises(Refused):
        await units(door, MOTHER, "kim")  # thirteen today


@pytest.mark.usefixtures("kim")
async def test_audit_events_of_a_child_are_its_guardian_s_to_read(door: Door) -> None:
    async with door.opened(MOTHER, "own record") as record:
        events, _ = await logbook.audit_events(record, Question(), "kim")
    assert {one["entity"][0]["what"]["reference"] for one in events} == {"Patient/kim"}
    async with door.opened(FATHER, "own record") as record:
        with pytest.raises(Refused):
            await logbook.audit_events(record, Question(), "vera")


@pytest.mark.usefixtures("kim")
@pytest.mark.parametrize("with_names", [False, True])
async def test_names_are_the_county_s_choice_and_private_persons_are_never_named(door: Door, with_names: bool) -> None:
    door.names_in_log = with_names
    async with door.opened(FATHER, "own record") as record:
        await record.read("Patient", "kim")
    async with door.opened(MOTHER, "own record") as record:
        visits = (await logbook.own(record, "kim")).visits
        events, _ = await logbook.audit_events(record, Question(), "kim")
    assert ("Astrid Lund" in {one.name for one in visits}) is with_names
    assert ("Astrid Lund" in str(events)) is with_names
    (private,) = [one for one in visits if one.role == "citizen"]
    assert (private.unit, private.name) == ("", "")
    assert "XC09" not in f"{visits}{events}"
