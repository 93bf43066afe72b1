"""The door keeps a role to its rights and a stopped function to reading, by whatever way (F274, F279, F245; A2)."""

from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest

from tests.record import world
from tests.record.conftest import NOW
from tests.support.door import client
from tests.support.switching import switched
from varda.access.decisions import CATEGORY
from varda.access.people import People
from varda.access.session import Session
from varda.care.notes import signers
from varda.catalogue import FUNCTIONS, ROLES, SPECIAL, Deciding, Proposal, Rights
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Refused, Unprocessable
from varda.record import Door, Owner, Wish

LAB = [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}]
ANNA, BRITT = (
    Deciding(f"SE9999999999-{name}", name, "", Rights(frozenset({("change-rights", "special")}), {}))
    for name in ("anna", "britt")
)


async def working(
    door: Door, database: Database, role: str, name: str = "dan", *, licence: str = "", purpose: str = ""
) -> Session:
    """Somebody of a profession at cardiology, where Vera lies."""
    licences = [licence] if licence else []
    county = [
        world.person(name, name.capitalize(), "Ny", *licences),
        world.assignment(name, "cardiology", role, purpose),
    ]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in county])
    return await People(database).session(f"SE9999999999-{name}", f"SE9999999999-{name}-cardiology", NOW)


async def decided(door: Door, role: str, what: str, act: Any, *, granted: bool = True, course: str = "") -> None:
    wanted = Proposal(role, (what, act), granted, "Beslut 7", NOW, course=course)
    await door.catalogue.decide(await door.catalogue.propose(wanted, ANNA, NOW), BRITT, NOW, approved=True)


def drug(patient: str = "vera") -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "Alvedon"},
        "subject": {"reference": f"Patient/{patient}"},
    }


async def test_a_receptionist_sees_who_somebody_is_and_nothing_of_the_record(door: Door, database: Database) -> None:
    dan = await working(door, database, "receptionist")
    async with door.opened(dan, "care") as record:
        assert (await record.read("Patient", "vera")).id == "vera"
        assert (await record.read("Encounter", "vera-stay")).id == "vera-stay"
        assert (await record.read("Organization", "cardiology")).id == "cardiology"
        for ask in (record.read("Observation", "hb-cardiology"), record.history("Observation", "hb-cardiology")):
            with pytest.raises(Absent):
                await ask
        page = await record.search("Observation", [("patient", "vera"), ("_total", "accurate")])
        assert (page.matches, page.total) == ([], 0)
        asked = [("_id", "vera"), ("_revinclude", "Observation:subject"), ("_revinclude", "Encounter:subject")]
        found = await record.search("Patient", asked)
        assert [one.type for one in (*found.matches, *found.included)] == ["Patient", "Encounter"]
        hidden = await record.search("Patient", [("_has:Observation:patient:code", "718-7"), ("_total", "accurate")])
        assert (hidden.matches, hidden.total) == ([], 0)
        chart = await record.compartment("vera", {"Patient": 1, "Observation": 9})
        assert [one.type for items in chart.values() for one in items] == ["Patient"]
        everything = await record.everything("vera")
        assert {one.type for one in everything.matches} == {"Patient", "Encounter"}


async def test_a_role_that_nobody_has_declared_reads_no_care_data_and_writes_none(
    door: Door, database: Database
) -> None:
    dan = await working(door, database, "astrologer")
    async with door.opened(dan, "care") as record:
        assert record.powers.rights is not None
        with pytest.raises(Absent):
            await record.read("Observation", "hb-cardiology")
    with pytest.raises(Refused, match="no right to write"):
        async with door.opened(dan, "care") as record:
            await record.create(world.haemoglobin("vera"))


@pytest.mark.parametrize("role", ["rights-administrator", "log-reviewer", "astrologer"])
async def test_a_role_that_meets_no_patients_is_told_of_nobody(door: Door, database: Database, role: str) -> None:
    """A1, A2 (PDL 4:1): the number finds anybody for who has work with patients; others find nobody by any way."""
    dan = await working(door, database, role)
    async with door.opened(dan, "care") as record:
        assert (await record.search("Patient", [("_total", "accurate")])).total == 0
        assert not any((await record.compartment("vera", {"Patient": 1})).values())
        with pytest.raises(Absent):
            await record.read("Patient", "vera")
    for ask in (
        lambda record: record.find_patients("Vera"),
        lambda record: record.who("vera"),
        lambda record: record.find_in_county("Vera", None, reason="Jour"),
        lambda record: record.choose("vera", reason="Jour"),
    ):
        with pytest.raises(Refused, match="meets no patients"):
            async with door.opened(dan, "care") as record:
                await ask(record)


async def test_an_assignment_for_quality_follow_up_gives_its_role_s_rights_and_none_of_care(
    door: Door, database: Database
) -> None:
    """A2: profession, licence and purpose give the role; PDL 2:4, SVOD 3:7: only care opens what others wrote."""
    dan = await working(door, database, "nurse", licence="sjuksköterska", purpose="quality")
    async with door.opened(dan, dan.purpose) as record:
        assert (await record.read("Observation", "hb-cardiology")).id == "hb-cardiology"
        rights = record.powers.rights
        assert rights is not None
        assert (rights.may("write", "F166"), rights.may("write", "F244"), rights.special) == (True, True, frozenset())
        with pytest.raises(Refused, match="Only an assignment for care"):
            await record.open_others("vera", ground="consent", reason="Granskning")
        with pytest.raises(Refused, match="Only an assignment for care"):
            await record.providers_with("vera", ground="emergency", reason="Medvetslös")
    for care in (world.haemoglobin("vera"), drug(), told()):
        with pytest.raises(Refused, match="no right to write"):
            async with door.opened(dan, dan.purpose) as record:
                await record.create(care)
    rows = await database.all("select distinct purpose from audit.event where actor = $1", dan.actor)
    assert [row["purpose"] for row in rows] == ["quality"]


@pytest.mark.parametrize("purpose", ["statistics", "administration", "astrology"])
async def test_a_profession_has_no_rights_in_an_assignment_for_what_no_role_is_declared(
    door: Door, database: Database, purpose: str
) -> None:
    """A2, A13: default deny."""
    dan = await working(door, database, "nurse", licence="sjuksköterska", purpose=purpose)
    async with door.opened(dan, dan.purpose) as record:
        assert record.powers.rights is not None
        assert not record.powers.rights.held
        with pytest.raises(Absent):
            await record.read("Observation", "hb-cardiology")


@pytest.mark.parametrize(("role", "purpose"), [("unit-manager", "administration"), ("unit-manager", "")])
async def test_those_who_lead_have_their_role_for_administration(
    door: Door, database: Database, role: str, purpose: str
) -> None:
    dan = await working(door, database, role, purpose=purpose)
    async with door.opened(dan, dan.purpose) as record:
        assert record.powers.has("manage-unit")


async def test_without_the_licence_a_physician_gets_nothing_that_it_grants(door: Door, database: Database) -> None:
    """A2: prescribing and certificates ask for the licence; another profession's is none."""
    certificate = {"resourceType": "Composition", "category": [{"text": "certificate"}]}
    dan = await working(door, database, "physician")
    eva = await working(door, database, "physician", "eva", licence="sjuksköterska")
    for unlicensed in (dan, eva):
        with pytest.raises(Refused, match=r"takes the licence läkare.*Drug orders and e-prescriptions"):
            async with door.opened(unlicensed, "care") as record:
                await record.create(drug())
        async with door.opened(unlicensed, "care") as record:
            assert not record.powers.may("sign", certificate)
            await record.read("Observation", "hb-cardiology")
            await record.create(world.haemoglobin("vera"))
    fia = await working(door, database, "physician", "fia", licence="läkare")
    async with door.opened(fia, "care") as record:
        assert record.powers.may("sign", certificate)
        await record.create(drug())


async def test_a_licence_counts_from_when_it_is_given_until_it_is_withdrawn(door: Door, database: Database) -> None:
    fia = await working(door, database, "physician", "fia", licence="läkare")
    assert fia.licences == ("läkare",)
    gone = world.person("fia", "Fia", "Ny", "läkare")
    for period, held in (({"end": "2026-02-28"}, ()), ({"start": "2026-03-02"}, ()), ({"start": "2020"}, ("läkare",))):
        gone["qualification"][0]["period"] = period
        async with door.opened(world.SYSTEM, "administration") as record:
            await record.write([Wish("update", gone, owner=Owner("", ""))])
        assert (await People(database).session(fia.actor, fia.assignment, NOW)).licences == held


async def test_a_nurse_prescribes_when_two_persons_have_decided_so_and_not_before(
    door: Door, database: Database
) -> None:
    dan = await working(door, database, "nurse", licence="sjuksköterska")
    with pytest.raises(Refused) as told:
        async with door.opened(dan, "care") as record:
            await record.create(drug())
    assert [problem.path for problem in told.value.problems] == ["MedicationRequest"]
    await decided(door, "nurse", "F37", "write")
    async with door.opened(dan, "care") as record:
        await record.create(drug())
    await decided(door, "nurse", "F37", "write", granted=False)
    with pytest.raises(Refused):
        async with door.opened(dan, "care") as record:
            await record.create(drug())


async def test_withdrawn_reading_hides_in_the_same_second(door: Door, astrid: Session) -> None:
    async with door.opened(astrid, "care") as record:
        await record.read("Observation", "hb-cardiology")
    await decided(door, "physician", "F49", "read", granted=False)
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Absent):
            await record.read("Observation", "hb-cardiology")


async def test_a_missing_course_stops_writing_and_not_reading(door: Door, astrid: Session) -> None:
    await decided(door, "physician", "F85", "write", course="vitals-1")
    with pytest.raises(Refused, match="the course vitals-1, which you have not finished: Vital signs"):
        async with door.opened(astrid, "care") as record:
            await record.create(world.haemoglobin("vera"))
    async with door.opened(astrid, "care") as record:
        await record.read("Observation", "hb-cardiology")
    await door.catalogue.finished([(astrid.actor, "vitals-1", NOW, None)])
    async with door.opened(astrid, "care") as record:
        await record.create(world.haemoglobin("vera"))


async def test_a_role_signs_when_the_catalogue_says_so_and_no_list_else(door: Door, database: Database) -> None:
    """R1, F279: what a secretary writes is signed by somebody else, until the county decides otherwise."""
    eva = await working(door, database, "medical-secretary", "eva")
    async with door.opened(eva, "care") as record:
        assert not record.powers.signs("F19")
    await decided(door, "medical-secretary", "F19", "sign")
    async with door.opened(eva, "care") as record:
        assert record.powers.signs("F19")
    async with door.opened(client(), "care") as record:
        assert not record.powers.signs("F19")


async def test_who_may_be_named_to_sign_are_those_whose_role_takes_it_on(
    door: Door, database: Database, astrid: Session
) -> None:
    await working(door, database, "nurse", "dan", licence="sjuksköterska")
    async with door.opened(astrid, "care") as record:
        assert [one.reference for one in await signers(record)] == ["Practitioner/astrid"]
    await decided(door, "nurse", "take-on-notes", "special")
    await decided(door, "physician", "take-on-notes", "special", granted=False)
    async with door.opened(astrid, "care") as record:
        assert [one.reference for one in await signers(record)] == ["Practitioner/dan"]


async def test_the_right_to_sign_is_the_role_s(door: Door, astrid: Session) -> None:
    note = {
        "resourceType": "Composition", "status": "final", "type": {"text": "Daganteckning"}, "title": "Daganteckning",
        "date": "2026-03-01T12:00:00Z", "subject": {"reference": "Patient/vera"},
        "author": [{"reference": astrid.practitioner}],
        "attester": [{"mode": "legal", "time": "2026-03-01T12:00:00Z", "party": {"reference": astrid.practitioner}}],
    }  # fmt: skip
    async with door.opened(astrid, "care") as record:
        await record.create(note)
    await decided(door, "physician", "F19", "sign", granted=False)
    with pytest.raises(Refused, match="sign"):
        async with door.opened(astrid, "care") as record:
            await record.create(note)
    async with door.opened(astrid, "care") as record:
        await record.create({k: v for k, v in note.items() if k != "attester"} | {"status": "preliminary"})


@pytest.mark.parametrize("unit", [world.CARDIOLOGY, ""])
async def test_a_stopped_function_refuses_writes_of_people_and_systems_and_never_stops_reading(
    door: Door, astrid: Session, unit: str
) -> None:
    """F245: the safety stop holds for the API too."""
    await switched(door.catalogue, "F49", unit, "stopped", NOW)
    system = client(scopes=("read", "write"), unit=world.CARDIOLOGY, provider=world.REGION)
    for session in (astrid, system):
        with pytest.raises(Refused, match="stopped"):
            async with door.opened(session, "care") as record:
                await record.create(world.haemoglobin("vera", category=LAB))
        with pytest.raises(Refused, match="stopped"):
            async with door.opened(session, "care") as record:
                await record.create_alone(world.haemoglobin("vera", category=LAB))
        async with door.opened(session, "care") as record:
            await record.create(world.haemoglobin("vera"))  # another function: vital signs
            await record.read("Observation", "hb-cardiology")
    async with door.opened(world.SYSTEM, "administration") as record:  # taking over is no use of the function
        await record.create(world.haemoglobin("vera", category=LAB))
    await switched(door.catalogue, "F49", unit, "paper", NOW)
    async with door.opened(astrid, "care") as record:  # what was on paper is entered later
        await record.create(world.haemoglobin("vera", category=LAB))


async def test_with_every_function_stopped_reading_and_emergency_access_go_on(
    door: Door, astrid: Session, bo: Session
) -> None:
    """F245, A5, A11: neither reading nor an emergency has a switch."""
    for function in FUNCTIONS:
        await switched(door.catalogue, function, "", "stopped", NOW)
    async with door.opened(astrid, "care") as record:
        assert (await record.read("Observation", "hb-cardiology")).id == "hb-cardiology"
        assert record.powers.rights is not None
        assert {(what, act) for what, act in record.powers.rights.held if act == "read"} == {
            right for right in ROLES["physician"].rights if right[1] == "read"
        }
    async with door.opened(bo, "care") as record:  # of another unit: the record is opened by choice
        await record.choose("vera", reason="Akut bedömning", all_units=True)
    async with door.opened(bo, "care") as record:
        await record.read("Observation", "hb-cardiology")
    async with door.opened(astrid, "emergency") as record:
        assert [one.hsa for one in await record.providers_with("vera", ground="emergency", reason="Medvetslös")]
    async with door.opened(astrid, "emergency") as record:
        await record.open_others("vera", ground="emergency", reason="Medvetslös", providers=[world.BORAS])
    async with door.opened(astrid, "emergency") as record:
        assert (await record.read("Observation", "hb-homecare")).id == "hb-homecare"


async def test_a_missing_course_of_every_right_stops_neither_reading_nor_emergency_access(
    door: Door, astrid: Session
) -> None:
    """A2, A11: a course is demanded of writing and signing alone; of reading and emergencies it cannot be."""
    for what, act in sorted(ROLES["physician"].rights):
        if act in ("read", "special"):
            with pytest.raises(Unprocessable) if act == "read" or SPECIAL[what].emergency else nullcontext():
                await decided(door, "physician", what, act, course="never-finished")
        else:
            await decided(door, "physician", what, act, course="never-finished")
    async with door.opened(astrid, "care") as record:
        assert record.powers.rights is not None
        assert {act for _, act in record.powers.rights.held} == {"read", "special"}
        assert record.powers.rights.special == {"open-emergency", "open-blocked"}
        await record.read("Observation", "hb-cardiology")
    async with door.opened(astrid, "emergency") as record:
        await record.open_others("vera", ground="emergency", reason="Medvetslös", providers=[world.BORAS])
    async with door.opened(astrid, "emergency") as record:
        await record.read("Observation", "hb-homecare")


async def test_a_stop_at_one_unit_leaves_the_others_at_work(door: Door, astrid: Session) -> None:
    await switched(door.catalogue, "F49", world.SURGERY, "stopped", NOW)
    async with door.opened(astrid, "care") as record:
        await record.create(world.haemoglobin("vera", category=LAB))


async def test_systems_and_jobs_have_no_role_and_are_not_kept_to_one(door: Door) -> None:
    async with door.opened(client(), "care") as record:
        assert record.powers.rights is None
        assert record.narrowing.types is None
        await record.create(drug())


async def test_opening_a_record_asks_the_catalogue_s_tables_once_in_two_seconds(
    door: Door, astrid: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    read = door.catalogue._read

    async def counted(now: Any) -> Any:
        nonlocal asked
        asked += 1
        return await read(now)

    monkeypatch.setattr(door.catalogue, "_read", counted)
    door.catalogue.forget()
    for _ in range(20):
        async with door.opened(astrid, "care") as record:
            await record.read("Observation", "hb-cardiology")
    assert asked == 1
    door.clock.instant += timedelta(seconds=2)
    async with door.opened(astrid, "care"):
        pass
    assert asked == 2


async def test_special_rights_are_asked_at_the_steps_they_are_for(door: Door, database: Database) -> None:
    """A5, A11: an emergency opens for those whose role may; A4, A8: not everybody registers what a patient decides."""
    dan = await working(door, database, "dietitian")
    async with door.opened(dan, "care") as record:
        with pytest.raises(Refused, match="no right to this step"):
            await record.providers_with("vera", ground="emergency", reason="Medvetslös")
    with pytest.raises(Refused, match="no right to this step"):
        async with door.opened(dan, "care") as record:
            await record.open_others("vera", ground="emergency", reason="Medvetslös", providers=[world.BORAS])
    eva = await working(door, database, "pharmacist", "eva")
    with pytest.raises(Refused, match="no right to write"):
        async with door.opened(eva, "care") as record:
            await record.create(told())
    await decided(door, "pharmacist", "F8", "write")
    await decided(door, "pharmacist", "F8", "read")
    with pytest.raises(Refused, match="no right to this step"):
        async with door.opened(eva, "care") as record:
            await record.create(told())
    await decided(door, "pharmacist", "register-decisions", "special")
    async with door.opened(eva, "care") as record:
        await record.create(told())


def told() -> dict[str, Any]:
    """The patient has been told that the provider's data can be made available (SVOD 2:2)."""
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"text": "Sammanhållen dokumentation"},
        "category": [{"coding": [{"system": CATEGORY, "code": "information"}]}],
        "patient": {"reference": "Patient/vera"},
        "organization": [{"reference": "Organization/region"}],
        "policyRule": {"text": "SVOD 2:2"},
    }


async def test_decisions_are_for_roles_that_read_them_but_for_the_consent_that_one_reads_others_data_on(
    door: Door, database: Database, astrid: Session
) -> None:
    """A2 beside A4 and A8: an assistant nurse does not read Consents, and may open on one (docs/law.md)."""
    dan = await working(door, database, "assistant-nurse")
    async with door.opened(astrid, "care") as record:
        await record.write(
            [
                Wish("update", world.decision("inner-block", "vera", id_="no", provider="region", actors=("surgery",))),
                Wish("update", world.decision("access", "vera", id_="yes", actors=("region",))),
                Wish("update", world.decision("information", "vera", id_="told", provider="region")),
            ]
        )
    for who, shown in ((astrid, {"no", "yes", "told"}), (dan, {"yes"})):
        async with door.opened(who, "care") as record:
            assert {one.id for one in await record.decisions("vera")} == shown
