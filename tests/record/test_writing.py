"""What may be written, by whom, and what is never stored (R1, R2 in docs/law.md; part 5 of the spine)."""

import asyncio
from typing import Any

import pytest

from tests.record import world
from varda.access.session import Session
from varda.fhir.keys import key
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, NotAllowed, Refused, Stale, Unprocessable
from varda.record import Door, Draft, Owner, Wish

pytestmark = pytest.mark.anyio


async def rows(database: Database, statement: str) -> list[dict[str, Any]]:
    return [dict(row) for row in await database.all(statement)]


async def test_what_is_written_belongs_to_the_writers_unit_and_is_logged_with_it(
    door: Door, astrid: Session, database: Database
) -> None:
    async with door.opened(astrid, "care") as record:
        stored = await record.create(world.haemoglobin("vera", "140"))
    assert (stored.version, stored.unit, stored.provider) == (1, astrid.unit_key, astrid.provider_key)
    (row,) = await rows(database, "select * from audit.event where action = 'create' and actor like '%astrid'")
    assert (row["patients"], row["category"], row["outcome"]) == ([key("Patient/vera")], "Observation", "done")
    assert row["what"] == f"Observation/{stored.id}/1"


async def test_nothing_is_written_about_a_patient_without_a_relation(
    door: Door, bo: Session, database: Database
) -> None:
    with pytest.raises(Refused):
        async with door.opened(bo, "care") as record:
            await record.create(world.haemoglobin("vera"))
    assert await rows(database, "select 1 from store.version where author = 'SE9999999999-bo'") == []
    (row,) = await rows(database, "select * from audit.event where actor like '%bo'")
    assert (row["action"], row["outcome"]) == ("attempt", "refused")


async def test_only_the_owning_unit_changes_an_entry(door: Door, bo: Session) -> None:
    async with door.opened(bo, "care") as record:
        await record.choose("vera", reason="Jour", all_units=True)
    with pytest.raises(Refused, match="unit that owns it"):
        async with door.opened(bo, "care") as record:
            await record.update(world.haemoglobin("vera", id_="hb-cardiology"))


async def test_staff_erase_nothing(door: Door, astrid: Session) -> None:
    with pytest.raises(NotAllowed, match="entered-in-error"):
        async with door.opened(astrid, "care") as record:
            await record.delete("Observation", "hb-cardiology")


async def test_an_old_version_is_not_written_over(door: Door, astrid: Session) -> None:
    async with door.opened(astrid, "care") as record:
        await record.update(world.haemoglobin("vera", "80", id_="hb-cardiology"), expected=1)
    with pytest.raises(Stale, match="version 1"):
        async with door.opened(astrid, "care") as record:
            await record.update(world.haemoglobin("vera", "90", id_="hb-cardiology"), expected=1)


async def test_of_many_writers_at_once_one_wins_and_the_others_know(door: Door, astrid: Session) -> None:
    async def write(value: int) -> bool:
        try:
            async with door.opened(astrid, "care") as record:
                await record.update(world.haemoglobin("vera", str(value), id_="hb-cardiology"), expected=1)
        except Stale:
            return False
        return True

    assert sum(await asyncio.gather(*(write(n) for n in range(8)))) == 1


async def test_an_entry_does_not_move_to_another_patient(door: Door) -> None:
    with pytest.raises(Unprocessable, match="cannot be moved"):
        async with door.opened(world.SYSTEM, "administration") as record:
            await record.update(world.haemoglobin("asa", id_="hb-cardiology"))


async def test_an_entry_gets_its_patient_later(door: Door) -> None:
    loose = world.haemoglobin("vera", id_="loose")
    del loose["subject"]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.update(loose)
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.update(world.haemoglobin("vera", id_="loose"))
        assert [v.version for v in await record.history("Observation", "loose")] == [2, 1]
        found = await record.search("Observation", [("patient", "vera"), ("_id", "loose")])
        assert [s.version for s in found.matches] == [2]


async def test_a_reference_into_another_patients_record_is_named(door: Door) -> None:
    with pytest.raises(Unprocessable) as refused:
        async with door.opened(world.SYSTEM, "administration") as record:
            await record.create(world.haemoglobin("vera", encounter={"reference": "Encounter/asa-stay"}))
    assert [p.path for p in refused.value.problems] == ["Observation.encounter"]


async def test_focus_may_be_another_patients(door: Door) -> None:
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.create(world.haemoglobin("vera", focus=[{"reference": "Encounter/asa-stay"}]))


async def test_a_reference_to_nothing_is_kept_and_flagged(door: Door, database: Database) -> None:
    async with door.opened(world.SYSTEM, "administration") as record:
        stored = await record.create(world.haemoglobin("vera", encounter={"reference": "Encounter/nowhere"}))
    (row,) = await rows(database, "select item, target from store.dangling where target like 'Encounter%'")
    assert (row["item"], row["target"]) == (key(f"Observation/{stored.id}"), "Encounter/nowhere")


async def test_all_problems_of_all_wishes_are_told_and_nothing_is_stored(door: Door, database: Database) -> None:
    wrong = world.haemoglobin("vera", id_="wrong", status="nonsense", effectiveDateTime="2024-02-30")
    good = world.haemoglobin("vera", id_="good")
    before = await rows(database, "select count(*) as n from store.version")
    with pytest.raises(Unprocessable) as refused:
        async with door.opened(world.SYSTEM, "administration") as record:
            await record.write([Wish("update", good, place="Bundle.entry[0]"), Wish("update", wrong)])
    assert {p.path for p in refused.value.problems} == {"Observation.status", "Observation.effectiveDateTime"}
    assert await rows(database, "select count(*) as n from store.version") == before


async def test_a_failure_late_in_the_work_undoes_all_of_it(door: Door, astrid: Session, database: Database) -> None:
    with pytest.raises(RuntimeError, match="broken"):
        async with door.opened(astrid, "care") as record:
            await record.create(world.haemoglobin("vera", "141"))
            raise RuntimeError("broken")
    async with door.opened(astrid, "care") as record:
        assert len((await record.search("Observation", [("patient", "vera")])).matches) == 1


async def test_creates_that_wait_together_are_each_judged_alone(door: Door, astrid: Session, bo: Session) -> None:
    async def create(session: Session, value: int) -> bool:
        try:
            async with door.opened(session, "care") as record:
                await record.create_alone(world.haemoglobin("vera", str(value)))
        except Refused:
            return False
        return True

    told = await asyncio.gather(*(create(astrid if n % 4 else bo, n + 1) for n in range(40)))
    assert told == [bool(n % 4) for n in range(40)]
    async with door.opened(astrid, "care") as record:
        page = await record.search("Observation", [("patient", "vera"), ("_count", "100")])
    assert len(page.matches) == 31


async def test_a_draft_is_its_authors_and_two_windows_do_not_overwrite_each_other(
    door: Door, astrid: Session, database: Database
) -> None:
    draft = Draft(id="d1", patient="vera", kind="note", content={"anamnes": "Mår bättre å är piggare"})
    async with door.opened(astrid, "care") as record:
        first = await record.keep_draft(draft)
    async with door.opened(astrid, "care") as record:
        second = await record.keep_draft(first)
        assert (first.revision, second.revision) == (1, 2)
    with pytest.raises(Conflict):
        async with door.opened(astrid, "care") as record:
            await record.keep_draft(first)
    async with door.opened(astrid, "care") as record:
        assert [d.content for d in await record.drafts("vera")] == [draft.content]
        await record.drop_draft("d1")
    async with door.opened(astrid, "care") as record:
        assert await record.drafts() == []


async def test_two_records_of_one_person_are_read_together_until_it_is_undone(
    door: Door, astrid: Session, bo: Session
) -> None:
    async def link(*links: dict[str, Any]) -> None:
        vera = world.patient("vera", "Vera Maria", "Åkesson", "19500214-XA07")
        async with door.opened(world.SYSTEM, "administration") as record:
            await record.update(vera | ({"link": list(links)} if links else {}))

    async def seen(session: Session) -> set[str]:
        async with door.opened(session, "care") as record:
            chart = await record.compartment("vera", {"Patient": 5, "Encounter": 10})
            return {stored.id for some in chart.values() for stored in some}

    await link({"other": {"reference": "Patient/asa"}, "type": "replaces"})
    assert await seen(astrid) == {"vera", "asa", "vera-stay"}
    async with door.opened(bo, "care") as record:
        assert (await record.read("Patient", "vera")).id == "vera"
    await link()
    assert await seen(astrid) == {"vera", "vera-stay"}
    with pytest.raises(Absent):
        async with door.opened(bo, "care") as record:
            await record.read("Patient", "vera")


async def test_only_a_trusted_import_says_whose_an_item_is(door: Door, astrid: Session) -> None:
    with pytest.raises(Refused, match="trusted"):
        async with door.opened(astrid, "care") as record:
            wish = Wish("create", world.haemoglobin("vera"), owner=Owner(world.SURGERY, world.REGION))
            await record.write([wish])
