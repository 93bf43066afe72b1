"""One row for each rule A1-A18 and R1-R9 of docs/law.md: its statute, and what shows it.

A row has a case that is run here, or names the test elsewhere that shows it where that takes a stage of its own: a
provider of identities for A15, the screens' texts for R7.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.record import world
from tests.record.test_registers import HIP, opt_out
from tests.record.world import decision
from varda.access.people import People
from varda.access.session import Session
from varda.fhir.keys import key
from varda.kernel.clock import SetClock
from varda.kernel.db import Database, Work
from varda.kernel.errors import Absent, Destroyed, Fault, Malformed, NotAllowed, Refused
from varda.record import Door, Owner, Wish, destruction, registers, views

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Here:
    """Vera lies at cardiology, where Astrid works; surgery (Bo) and the municipality (Cia) have an item of hers."""

    door: Door
    astrid: Session
    bo: Session
    cia: Session
    clock: SetClock
    database: Database
    url: str

    async def reads(self, who: Session, id_: str, type_: str = "Observation") -> bool:
        """Whether it may be read now."""
        async with self.door.opened(who, "care") as record:
            try:
                await record.read(type_, id_)
            except Absent:
                return False
        return True

    async def keep(self, who: Session, *resources: dict[str, Any], unit: str = "", provider: str = "") -> None:
        """Written by somebody, or taken over for a unit."""
        owner = Owner(unit, provider) if who is world.SYSTEM else None
        async with self.door.opened(who, "care") as record:
            await record.write([Wish("update", one, owner=owner) for one in resources])

    async def choose(self, who: Session, patient: str = "vera", *, all_units: bool = False) -> None:
        """An active choice."""
        async with self.door.opened(who, "care") as record:
            await record.choose(patient, reason="Jour", all_units=all_units)

    async def open(self, who: Session, ground: Any, patient: str = "vera", **named: Any) -> str:
        """What is said against it; empty when it was opened."""
        try:
            async with self.door.opened(who, "care") as record:
                await record.open_others(patient, ground=ground, reason="Behövs", **named)
        except Fault as fault:
            return fault.message
        return ""

    async def logged(self, where: str) -> int:
        """How many rows of the log are so."""
        return int((await self.database.one(f"select count(*) as n from audit.event where {where}"))["n"])


Case = Callable[[Here], Awaitable[None]]


async def a1(here: Here) -> None:
    assert await here.reads(here.astrid, "hb-cardiology")
    assert not await here.reads(here.bo, "hb-surgery")
    await here.choose(here.bo)
    assert await here.reads(here.bo, "hb-surgery")
    async with here.door.opened(here.cia, "care") as record:
        assert [one.name for one in await record.find_patients("19500214-XA07")] == ["Vera Maria Åkesson"]
        assert await record.find_patients("Vera") == []
        found = await record.find_in_county("Vera", None, reason="Ringer oss")
        assert [(one.id, one.reached) for one in found.people] == [("vera", False)]
    assert not await here.reads(here.cia, "vera", "Patient")


async def a2(here: Here) -> None:
    people, now = People(here.database), here.clock.now()
    other = await people.session(here.astrid.actor, f"{here.astrid.actor}-surgery", now)
    assert await here.reads(here.astrid, "hb-cardiology")
    assert not await here.reads(other, "hb-cardiology")
    ended = world.assignment("astrid", "surgery", "physician") | {"period": {"end": "2026-02-28"}}
    await here.keep(world.SYSTEM, ended)
    assert [one.unit for one in await people.sessions(here.astrid.actor, now)] == [world.CARDIOLOGY]


async def a3(here: Here) -> None:
    assert not await here.reads(here.astrid, "hb-surgery")
    await here.choose(here.astrid, all_units=True)
    assert await here.logged("action = 'choice'") == 1
    assert await here.reads(here.astrid, "hb-surgery")


async def blocked(here: Here) -> None:
    await here.choose(here.astrid, all_units=True)
    await here.choose(here.bo)
    await here.keep(here.bo, decision("inner-block", "vera", id_="b", provider="region", actors=("surgery",)))


async def a4(here: Here) -> None:
    await blocked(here)
    assert not await here.reads(here.astrid, "hb-surgery")
    async with here.door.opened(here.astrid, "care") as record:
        assert (await record.elsewhere("vera")).blocked_units
    guardian = decision("inner-block", "vera", provider="region", actors=("surgery",))
    with pytest.raises(Refused):
        await here.keep(here.bo, guardian | {"id": "g", "performer": [{"reference": "RelatedPerson/mother"}]})


async def a5(here: Here) -> None:
    await blocked(here)
    async with here.door.opened(here.astrid, "care") as record:
        (unit,) = await record.units_blocked("vera")
        await record.open_blocked("vera", units=(unit.unit,), ground="vital", reason="Medvetslös")
    assert await here.reads(here.astrid, "hb-surgery")
    assert await here.logged("action = 'emergency'") == 1
    here.clock.instant += timedelta(hours=4)
    assert not await here.reads(here.astrid, "hb-surgery")


async def consented(here: Here) -> None:
    await here.keep(here.astrid, decision("access", "vera", id_="yes", actors=("region",)))
    assert not await here.open(here.astrid, "consent")


async def a6(here: Here) -> None:
    await consented(here)
    assert await here.reads(here.astrid, "hb-homecare")
    untold = decision("information", "vera", id_="told-boras", provider="boras", status="inactive")
    await here.keep(world.SYSTEM, untold, unit=world.HOME_CARE, provider=world.BORAS)
    assert not await here.reads(here.astrid, "hb-homecare")


async def a7(here: Here) -> None:
    async with here.door.opened(here.astrid, "care") as record:
        told = await record.elsewhere("vera")
    assert (told.units, told.providers, told.blocked_units, told.blocked_providers) == (True, True, False, False)
    assert not await here.reads(here.astrid, "hb-homecare")


async def a8(here: Here) -> None:
    assert "consent" in await here.open(here.astrid, "consent")
    await here.choose(here.bo)
    assert "relation" in await here.open(here.bo, "consent")
    await here.keep(here.astrid, decision("access", "vera", id_="yes", actors=("region",)))
    assert not await here.open(here.astrid, "consent", types=("Condition",))
    assert not await here.reads(here.astrid, "hb-homecare")  # not relevant
    assert not await here.open(here.astrid, "consent", types=("Observation",))
    assert await here.reads(here.astrid, "hb-homecare")
    assert not await here.open(here.bo, "certificate")  # surgery has cared for her once
    assert await here.reads(here.bo, "hb-homecare")


async def social(here: Here) -> Session:
    """Siv, who assesses needs in the municipality's social care, with a relation to Vera and to Åsa."""
    await here.keep(
        world.SYSTEM,
        world.organization("social", "SE9999999999-O", "social-care-provider", part_of="boras"),
        world.organization("assessment", "SE9999999999-OA", "care-unit", part_of="social"),
        world.person("siv", "Siv", "Ask"),
        world.assignment("siv", "assessment", "needs-assessor"),
        world.contact("siv-vera", "vera", "assessment"),
        decision("information", "vera", id_="told-region", provider="region"),
        unit="SE9999999999-OA",
        provider="SE9999999999-O",
    )
    plan = {"resourceType": "CarePlan", "id": "plan", "status": "draft", "intent": "plan"}
    plan |= {"subject": {"reference": "Patient/vera"}}
    await here.keep(world.SYSTEM, plan, unit=world.CARDIOLOGY, provider=world.REGION)
    hsa = "SE9999999999-siv"
    return await People(here.database).session(hsa, f"{hsa}-assessment", here.clock.now())


async def a9(here: Here) -> None:
    siv = await social(here)
    assert siv.is_social
    assert "consent" in await here.open(siv, "consent")
    await here.keep(here.astrid, world.patient("vera", "Vera Maria", "Åkesson", "20150214-XA07"))
    assert "social care" in await here.open(siv, "child", providers=(world.REGION,))
    await here.keep(siv, decision("access", "vera", id_="social-yes", actors=("social",)))
    assert not await here.open(siv, "consent")
    assert await here.reads(siv, "plan", "CarePlan")


async def a10(here: Here) -> None:
    assert "Name the providers" in await here.open(here.astrid, "incapable")
    async with here.door.opened(here.astrid, "care") as record:
        (place,) = await record.providers_with("vera", ground="incapable", reason="Svår demens, dottern tillfrågad")
    assert not await here.open(here.astrid, "incapable", providers=(place.hsa,))
    assert await here.reads(here.astrid, "hb-homecare")
    siv = await social(here)
    assert "social care" in await here.open(siv, "incapable", providers=(world.REGION,))


async def a11(here: Here) -> None:
    async with here.door.opened(here.bo, "care") as record:
        (place,) = await record.providers_with("vera", ground="emergency", reason="Hjärtstopp")
    assert not await here.reads(here.bo, "vera", "Patient")
    assert not await here.open(here.bo, "emergency", providers=(place.hsa,))
    assert await here.reads(here.bo, "hb-homecare")
    assert await here.reads(here.bo, "vera", "Patient")
    assert await here.logged("action = 'emergency' and what like '%Behövs%'") == 1
    here.clock.instant += timedelta(hours=4)
    assert not await here.reads(here.bo, "hb-homecare")
    assert not await here.reads(here.bo, "vera", "Patient")
    assert await here.open(await social(here), "emergency", providers=(world.REGION,))


async def a12(here: Here) -> None:
    await here.choose(here.cia)
    await here.keep(here.cia, decision("outer-block", "vera", id_="b", provider="boras"))
    async with here.door.opened(here.astrid, "care") as record:
        assert [one.hsa for one in await record.providers_blocking("vera", reason="Hjärtstopp")] == [world.BORAS]
        await record.ask_to_lift("vera", provider=world.BORAS, reason="Hjärtstopp")
    assert not await here.open(here.astrid, "emergency", providers=(world.BORAS,))
    assert not await here.reads(here.astrid, "hb-homecare")
    lift = [{"type": "permit", "period": {"start": "2026-03-01T12:00:00Z", "end": "2026-03-01T14:00:00Z"}}]
    await here.keep(here.cia, decision("outer-block", "vera", id_="b", provider="boras", provision=lift))
    assert await here.reads(here.astrid, "hb-homecare")


async def a13(here: Here) -> None:
    said = []
    for id_ in ("hb-surgery", "hb-nowhere"):
        with pytest.raises(Absent) as absent:
            async with here.door.opened(here.astrid, "care") as record:
                await record.read("Observation", id_)
        said.append(absent.value.message.replace(id_, "it"))
    assert said[0] == said[1]
    assert await here.logged("action = 'read' and outcome = 'refused'") == 1
    assert await here.logged("action = 'read' and outcome = 'absent'") == 1


async def a14(here: Here) -> None:
    label = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}
    vera = world.patient("vera", "Vera Maria", "Åkesson", "19500214-XA07") | {"address": [{"city": "Skövde"}]}
    await here.keep(world.SYSTEM, vera | {"meta": label})
    async with here.door.opened(here.astrid, "care") as record:
        assert b"Sk\xc3\xb6vde" not in (await record.read("Patient", "vera")).body
        assert not (await record.find_in_county("Vera", None, reason="Ringer oss")).people


async def a16(here: Here) -> None:
    for parameters in ([("reason-code", "x")], [("_text", "feber")], [("code", "http://loinc.org|81364-2")]):
        type_ = "MedicationStatement" if parameters[0][0] == "reason-code" else "Observation"
        with pytest.raises((Malformed, Refused)):
            async with here.door.opened(here.astrid, "care") as record:
                await record.search(type_, parameters)


async def a17(here: Here) -> None:
    vera = Session(kind="citizen", actor=f"{world.RESERVE}|19500214-XA07", name="", scopes=("read",))
    assert await here.reads(vera, "hb-homecare")
    assert not await here.reads(vera, "asa-stay", "Encounter")
    hidden = {"security": [{"system": "https://varda.example/fhir/CodeSystem/discretion", "code": "withheld"}]}
    await here.keep(here.astrid, world.haemoglobin("vera", id_="hidden", meta=hidden))
    assert not await here.reads(vera, "hidden")


async def r1(here: Here) -> None:
    async with here.door.opened(here.astrid, "care") as record:
        stored = await record.create(world.haemoglobin("vera"))
    columns = "author, at, unit, provider"
    row = await here.database.one(f"select {columns} from store.version where id = $1", stored.id)
    assert (row["author"], row["at"]) == (here.astrid.actor, here.clock.now())
    assert (row["unit"], row["provider"]) == (here.astrid.unit_key, here.astrid.provider_key)


async def r2(here: Here) -> None:
    with pytest.raises(NotAllowed, match="entered-in-error"):
        async with here.door.opened(here.astrid, "care") as record:
            await record.delete("Observation", "hb-cardiology")
    await here.keep(here.astrid, world.haemoglobin("vera", "73", id_="hb-cardiology"))
    async with here.door.opened(here.astrid, "care") as record:
        assert [one.version for one in await record.history("Observation", "hb-cardiology")] == [2, 1]


async def r3(here: Here) -> None:
    async with here.door.opened(here.astrid, "care") as record:
        await record.note_view("Observation", "hb-cardiology", "Jag hade inte ätit")
    async with here.door.opened(here.astrid, "care") as record:
        entry = (await record.read("Observation", "hb-cardiology")).resource
        before = (await record.version("Observation", "hb-cardiology", 1)).resource
    (noted,) = views.views(entry)
    assert "Jag hade inte ätit" in str(noted)
    assert {name: entry[name] for name in before if name != "meta"} == {n: before[n] for n in before if n != "meta"}


async def r4(here: Here) -> None:
    people = [world.person(name, name.capitalize(), "Arkiv") for name in ("greta", "hans")]
    people += [world.assignment(name, "cardiology", "records-officer") for name in ("greta", "hans")]
    await here.keep(world.SYSTEM, *people)
    greta, hans = [
        await People(here.database).session(f"SE9999999999-{one}", f"SE9999999999-{one}-cardiology", here.clock.now())
        for one in ("greta", "hans")
    ]
    wanted = destruction.Decision(
        patient="vera", case_number="3.2.1-77/2026", authority="IVO", decided=date(2026, 2, 20), reason="Beslut",
        entries=("Observation/hb-cardiology",),
    )  # fmt: skip
    async with here.door.opened(greta, "destruction") as record:
        number = await destruction.ask(record, wanted)
    with pytest.raises(Refused):
        async with here.door.opened(greta, "destruction") as record:
            await destruction.order(record, number)
    async with here.door.opened(hans, "destruction") as record:
        await destruction.order(record, number)
    here.door.keeper = partial(Database.connect, here.url, size=1, role="varda_keeper")
    assert await destruction.carry_out(here.door, number) == 1
    with pytest.raises(Destroyed, match=re.escape("3.2.1-77/2026")):
        async with here.door.opened(here.astrid, "care") as record:
            await record.read("Observation", "hb-cardiology")
    assert await here.reads(here.astrid, "vera", "Patient")


async def r5(here: Here) -> None:
    here.clock.instant += timedelta(days=365 * 11)
    for statement in ("delete from store.version", "truncate store.version", "update store.version set body = '{}'"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await here.database.run(statement)
    assert await here.reads(here.astrid, "hb-cardiology")


async def r6(here: Here) -> None:
    async with here.door.opened(here.astrid, "care") as record:
        await record.handed_out("vera", to="Vera själv", entries=("Observation/hb-cardiology",))
    async with here.door.opened(here.astrid, "care") as record:
        (copy,) = await record.copies("vera")
    assert (copy.recipient, copy.at, copy.entries) == ("Vera själv", here.clock.now(), ("Observation/hb-cardiology",))
    assert await here.logged("action = 'hand-out'") == 1


async def r8(here: Here) -> None:
    held = {key("Patient/vera"), key("Patient/asa")}

    async def remove(_: Work, patients: set[int]) -> int:
        held.difference_update(patients)
        return len(patients)

    await here.keep(here.astrid, opt_out("vera", HIP) | {"id": "no"})
    async with here.door.opened(world.SYSTEM, "quality") as record:
        assert await registers.remove_declined(record, HIP, remove) == 1
    assert held == {key("Patient/asa")}


@dataclass(frozen=True)
class Row:
    """`case` is run here; `elsewhere` is path::test."""

    rule: str
    statute: str
    case: Case | None = None
    elsewhere: str = ""


ROWS = (
    Row("A1", "PDL 4:1", a1),
    Row("A2", "PDL 4:2", a2),
    Row("A3", "PDL 4; HSLF-FS 2016:40 ch. 4", a3),
    Row("A4", "PDL 4:4; SVOD 2:3", a4),
    Row("A5", "PDL 4:5", a5),
    Row("A6", "SVOD 2:2", a6),
    Row("A7", "SVOD 2:4–2:5", a7),
    Row("A8", "SVOD 3:1", a8),
    Row("A9", "SVOD 3:2", a9),
    Row("A10", "SVOD 2:6, 3:3–3:4", a10),
    Row("A11", "SVOD 3:6", a11),
    Row("A12", "SVOD 3:5", a12),
    Row("A13", "—", a13),
    Row("A14", "protected identity", a14),
    Row(
        "A15",
        "HSLF-FS 2025:57",
        elsewhere="tests/web/test_signin_provider.py"
        "::test_A15_a_login_that_is_not_strong_enough_is_refused_for_staff_and_citizens_alike",
    ),
    Row("A16", "PDL 2:8, NLL 3:9", a16),
    Row("A17", "PDL 5:5", a17),
    Row(
        "A18",
        "PDL 2:4, 4:3",
        elsewhere="tests/care/test_programme_counts.py::test_everybody_who_may_ask_gets_the_same_whatever_each_reaches",
    ),
    Row("R1", "PDL 3:6, 3:10", r1),
    Row("R2", "PDL 3:14", r2),
    Row("R3", "PDL 3:8", r3),
    Row("R4", "PDL 8:4", r4),
    Row("R5", "PDL 3:17", r5),
    Row("R6", "PDL 3:11", r6),
    Row("R7", "PDL 3:13", elsewhere="tests/web/test_language.py::test_swedish_is_what_one_gets_and_english_is_there"),
    Row("R8", "PDL 7", r8),
    Row(
        "R9",
        "PSL 3:5, 3:8",
        elsewhere="tests/web/test_deviations.py"
        "::test_a_case_is_taken_judged_told_and_closed_and_the_record_notes_what_was_told",
    ),
)
_RULES = re.compile(r"^\| ([AR]\d+) \| ([^|]*) \|", re.MULTILINE)


def test_every_rule_of_the_law_has_its_row_with_its_statute() -> None:
    known = {rule: statute.strip() for rule, statute in _RULES.findall((ROOT / "docs/law.md").read_text())}
    assert {row.rule: row.statute for row in ROWS} == known


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.rule)
async def test_the_rule_is_kept(
    row: Row,
    door: Door,
    astrid: Session,
    bo: Session,
    cia: Session,
    clock: SetClock,
    database: Database,
    database_url: str,
) -> None:
    if row.case:
        await row.case(Here(door, astrid, bo, cia, clock, database, database_url))
    else:
        path, _, test = row.elsewhere.partition("::")
        assert f"def {test}(" in (ROOT / path).read_text(), row.elsewhere
