"""Downtime packs: what they tell and never tell, when they are due, and what the log and readiness say (F246)."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from joserfc import jwe
from joserfc.jwk import OctKey

from tests.record import world
from varda.access.people import People
from varda.audit import Journal
from varda.fhir.keys import key
from varda.introduction.downtime import (
    LASTS,
    OLDEST,
    Contents,
    Folder,
    Pack,
    Packing,
    Packs,
    Phrase,
    Phrases,
    claimed,
    gathered,
)
from varda.introduction.readiness import Board, Gathering, Seal
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Refused, Unavailable
from varda.record import Door, Owner, Wish
from varda.web import downtime

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEAL = b"s" * 32
UNITS = [world.CARDIOLOGY, world.HOME_CARE, world.SURGERY]


@dataclass
class Installation:
    """One that makes packs, at a time of one's own."""

    door: Door
    clock: SetClock
    folder: Folder
    written: list[Contents] = field(default_factory=list)
    broken: str = ""

    @property
    def packing(self) -> Packing:
        return Packing(self.door, self.folder, self.file)

    @property
    def packs(self) -> Packs:
        return Packs(self.door.database)

    def file(self, contents: Contents, phrase: Phrase) -> bytes:
        if contents.unit.hsa == self.broken:
            raise Unavailable("The disk is full.")
        self.written.append(contents)
        return downtime.written(contents, phrase, SEAL, "test")

    async def make(self) -> dict[str, str]:
        due = await self.packing.due(self.clock.now())
        return await self.packing.make(due, self.clock.now())

    def opened(self, unit: str, phrase: Phrase) -> dict[str, str]:
        """What is sealed in a unit's file."""
        text = (self.folder.read(unit) or b"").decode()
        outer = json.loads(text.partition('id="pack">')[2].partition("</script>")[0])
        found = jwe.decrypt_compact(outer["sealed"], OctKey.import_key(phrase.key(SEAL)), algorithms=["dir", "A256GCM"])
        inner: dict[str, str] = json.loads(found.plaintext or b"")
        return inner

    async def pack(self, unit: str) -> Pack:
        found = await self.packs.one(unit)
        assert found is not None
        return found

    async def later(self, gone: timedelta) -> None:
        self.clock.instant = self.clock.now() + gone


@pytest.fixture
async def installation(database: Database, tmp_path: Path) -> AsyncIterator[Installation]:
    clock = SetClock(NOW)
    journal = Journal(database, clock, "0.1.0+test")
    await journal.start()
    door = Door(database, journal, clock)
    await world.fill(door)
    yield Installation(door, clock, Folder(tmp_path / "packs"))
    await journal.stop()


def about(type_: str, patient: str = "vera", **more: object) -> dict[str, object]:
    who = "patient" if type_ == "AllergyIntolerance" else "for" if type_ == "Task" else "subject"
    return {"resourceType": type_, who: {"reference": f"Patient/{patient}"}, **more}


async def write(installation: Installation, unit: str, *resources: dict[str, object]) -> None:
    provider = world.REGION if unit != world.HOME_CARE else world.BORAS
    async with installation.door.opened(world.SYSTEM, "care") as record:
        await record.write([Wish("create", one, owner=Owner(unit, provider)) for one in resources])


def drug(name: str) -> dict[str, object]:
    return about("MedicationRequest", status="active", intent="order", medicationCodeableConcept={"text": name},
                 authoredOn="2026-02-01", dosageInstruction=[{"text": "1 tablett <b>kväll</b>"}])  # fmt: skip


async def test_a_pack_tells_of_the_units_patients_and_nothing_that_the_unit_may_not_read(
    installation: Installation,
) -> None:
    """F246, A3, A13: who is there, drugs, what is not tolerated, bookings; other units' entries are not in it."""
    await write(
        installation,
        world.CARDIOLOGY,
        drug("Metoprolol"),
        about("AllergyIntolerance", code={"text": "Penicillin"}),
        about("Flag", status="active", code={"text": "Blödningsrisk"}),
        about("Task", status="requested", intent="order", description="Ring dottern"),
        about("Task", status="completed", intent="order", description="Redan ringt"),
        {"resourceType": "Appointment", "status": "booked", "start": "2026-03-02T09:00:00+01:00",
         "end": "2026-03-02T09:30:00+01:00", "description": "Eko",
         "participant": [{"actor": {"reference": "Patient/asa"}, "status": "accepted"}]},
    )  # fmt: skip
    await write(installation, world.SURGERY, drug("Waran"))
    assert await installation.make() == {}
    assert sorted(one.unit.hsa for one in installation.written) == UNITS
    (contents,) = [one for one in installation.written if one.unit.hsa == world.CARDIOLOGY]
    assert contents.ends_at - contents.made_at == LASTS
    inner = installation.opened(world.CARDIOLOGY, Phrase(world.CARDIOLOGY))
    assert inner["made"] == NOW.isoformat()
    for said in ("Vera Maria Åkesson", "Metoprolol", "Penicillin", "Blödningsrisk", "Ring dottern"):
        assert said in inner["html"], said
    assert "&lt;b&gt;kväll" in inner["html"], "what somebody wrote is text"
    assert "Redan ringt" not in inner["html"]
    assert "Waran" not in inner["html"], "another unit's, which nobody has chosen to see"
    file = (installation.folder.read(world.CARDIOLOGY) or b"").decode()
    for hidden in ("Vera", "Åkesson", "Metoprolol", Phrase(world.CARDIOLOGY).said(SEAL)):
        assert hidden not in file, "nothing of a patient stands open"
    assert "http" not in file.replace('http-equiv="Content-Security-Policy"', ""), "it asks no address"
    assert "Vera" not in installation.opened(world.HOME_CARE, Phrase(world.HOME_CARE))["html"]


async def test_each_day_everybody_in_a_pack_is_logged_once_and_whoever_is_new(installation: Installation) -> None:
    """RULES §3: a pack is a list that stays open."""

    async def logged() -> list[list[int]]:
        rows = await installation.door.database.all(
            "select patients, purpose from audit.event where actor = 'downtime-packs' and cardinality(patients) > 0"
        )
        assert all(row["purpose"] == "downtime" for row in rows)
        return [list(row["patients"]) for row in rows]

    await installation.make()
    first = await logged()
    assert any(key("Patient/vera") in some for some in first)
    await installation.later(timedelta(minutes=10))
    await installation.make()
    assert await logged() == first
    await installation.later(timedelta(hours=24))
    await installation.make()
    assert len(await logged()) > len(first)


async def test_a_pack_is_due_before_it_is_too_old_and_one_that_fails_leaves_the_one_before(
    installation: Installation,
) -> None:
    """F246: none is older than 15 minutes; a disk that is full, a file that is gone and another phrase are met."""
    packing, clock = installation.packing, installation.clock
    assert await packing.due(clock.now()) == UNITS
    await installation.make()
    assert await packing.due(clock.now()) == []
    await installation.later(OLDEST / 2)
    assert await packing.due(clock.now()) == UNITS
    installation.broken = world.CARDIOLOGY
    before = installation.folder.read(world.CARDIOLOGY)
    assert await installation.make() == {world.CARDIOLOGY: "The disk is full."}
    assert installation.folder.read(world.CARDIOLOGY) == before
    assert (await installation.pack(world.CARDIOLOGY)).failure == "The disk is full."
    assert await packing.due(clock.now()) == [], "what failed waits a little"
    await installation.later(timedelta(minutes=1))
    assert await packing.due(clock.now()) == [world.CARDIOLOGY]
    installation.broken = ""
    await installation.make()
    installation.folder.file(world.SURGERY).unlink()
    assert await packing.due(clock.now()) == [world.SURGERY]
    await installation.make()
    assert await Phrases(installation.door.database).change(world.SURGERY, ("x", "X"), clock.now()) == 2
    assert await packing.due(clock.now()) == [world.SURGERY]
    await installation.make()
    assert installation.opened(world.SURGERY, Phrase(world.SURGERY, 2))["made"]
    clock.instant = NOW - timedelta(hours=1)
    assert sorted(await packing.due(clock.now())) == UNITS, "a pack of a time to come is no pack"


async def test_the_folder_keeps_only_packs_of_units_where_somebody_works(installation: Installation) -> None:
    await installation.make()
    installation.folder.write("SE-gone/..", b"x")
    assert installation.folder.file("SE-gone/..").parent == installation.folder.path
    assert await installation.packing.tidy(NOW) == ["SE-gone%2F.."]
    assert installation.folder.units() == set(UNITS)
    blocked = Folder(installation.folder.file(world.SURGERY) / "below")
    with pytest.raises(Unavailable):
        blocked.write(world.SURGERY, b"x")


async def test_one_process_makes_them(installation: Installation) -> None:
    async with claimed(installation.door.database) as first, claimed(installation.door.database) as second:
        assert (first, second) == (True, False)


async def test_readiness_asks_for_a_pack_of_the_last_fifteen_minutes(installation: Installation) -> None:
    """The row "downtime pack" of INTRODUCTION §3: computed, of every unit where somebody works in care."""
    door, clock = installation.door, installation.clock
    gathering = Gathering(door.database, door.catalogue, Seal(SEAL), "0.1.0+test")

    async def state(unit: str) -> str:
        assert (await gathering.gather(["rights", "packs"], clock.now())).failed == {}
        tiles = (await Board(door.database).units(clock.now()))[unit]
        return next(one.state for one in tiles if one.check.code == "packs")

    assert await state(world.CARDIOLOGY) == "unmet"
    await installation.make()
    assert await state(world.CARDIOLOGY) == "met"
    await installation.later(OLDEST + timedelta(seconds=1))
    assert await state(world.CARDIOLOGY) == "unmet"
    await installation.make()
    clock.instant = NOW - timedelta(minutes=1)
    assert await state(world.CARDIOLOGY) == "unmet", "of a time to come"


async def test_a_phrase_is_each_units_own_and_read_as_people_write(installation: Installation) -> None:
    one = Phrase(world.CARDIOLOGY)
    said = one.said(SEAL)
    assert len(said.replace("-", "")) == 16
    others = {Phrase(world.SURGERY).said(SEAL), Phrase(world.CARDIOLOGY, 2).said(SEAL), one.said(b"t" * 32)}
    assert said not in others
    assert len(others) == 3
    from varda.introduction.downtime.phrases import derived

    typed = said.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert derived(typed, one.salt(SEAL)) == one.key(SEAL)


async def test_other_sessions_still_read_no_cohort(installation: Installation) -> None:
    unit = await People(installation.door.database).unit(world.CARDIOLOGY)
    assert (await gathered(installation.door, unit, LASTS)).patients
    from varda.access import Session

    client = Session(kind="client", actor="app", name="app", reach="county", scopes=("read",))
    async with installation.door.opened(client, "care") as record:
        with pytest.raises(Refused):
            await record.cohort({"vera": NOW.date()}, [], len)
