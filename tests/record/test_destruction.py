"""Destruction by an authority's decision: two persons, everything gone, a tombstone left (R4); no other purge (R5)."""

import asyncio
import re
from datetime import date
from functools import partial
from typing import Any

import asyncpg
import pytest

from tests.house.schema import statements
from tests.record import world
from tests.record.conftest import NOW, _session
from varda.access.session import Session
from varda.fhir.keys import key
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Destroyed, Refused, Unprocessable
from varda.record import Door, Draft, Owner, Wish, destruction
from varda.record.destruction import Decision

pytestmark = pytest.mark.anyio

SECRET = "Hemligheten"


@pytest.fixture
async def archive(door: Door, database_url: str) -> None:
    """Greta and Hans, records officers of the region; the door may destroy."""
    items = [
        world.organization("archive", "SE9999999999-A", "care-unit", part_of="region"),
        *(world.person(name, name.capitalize(), "Arkiv") for name in ("greta", "hans")),
        *(world.assignment(name, "archive", "records-officer") for name in ("greta", "hans")),
    ]
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", item, owner=Owner("", "")) for item in items])
    door.keeper = partial(Database.connect, database_url, size=1, role="varda_keeper")


@pytest.fixture
async def greta(archive: None, database: Database) -> Session:
    return await _session(database, "greta", "archive")


@pytest.fixture
async def hans(archive: None, database: Database) -> Session:
    return await _session(database, "hans", "archive")


def wanted(*entries: str, **changed: Any) -> Decision:
    said = {
        "patient": "vera",
        "case_number": "3.2.1-77/2026",
        "authority": "IVO",
        "decided": date(2026, 2, 20),
        "reason": f"{SECRET} var falsk",
        "entries": entries,
        "is_whole": not entries,
    }
    return Decision(**(said | changed))


async def asked(door: Door, who: Session, what: Decision) -> int:
    async with door.opened(who, "destruction") as record:
        return await destruction.ask(record, what)


async def ordered(door: Door, who: Session, number: int) -> None:
    async with door.opened(who, "destruction") as record:
        await destruction.order(record, number)


async def secret_note(door: Door, astrid: Session) -> str:
    """Three versions of an observation with the same secret in the text, and a draft that goes on with it."""
    async with door.opened(astrid, "care") as record:
        text = {"text": f"{SECRET} ett"}
        stored = await record.create(world.haemoglobin("vera", "140", note=[text]))
    for value in ("141", "142"):
        async with door.opened(astrid, "care") as record:
            await record.update(world.haemoglobin("vera", value, id_=stored.id, note=[text]))
    async with door.opened(astrid, "care") as record:
        draft = Draft(id="d1", patient="vera", kind="note", content={"t": SECRET}, base=f"Observation/{stored.id}")
        await record.keep_draft(draft)
    return stored.reference


async def places_of(database: Database, item: int, text: str) -> dict[str, int]:
    """Every table that has a row of the item, or holds the text anywhere in a row. The log too."""
    found = {}
    tables = await database.all(
        "select c.oid::regclass::text as name, exists (select from pg_attribute a where a.attrelid = c.oid"
        " and a.attname = 'item') as has_item from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where c.relkind in ('r', 'p') and n.nspname in ('store', 'access', 'record', 'audit', 'catalogue')"
        " and has_table_privilege(c.oid, 'select')"
    )
    for row in tables:
        name = row["name"]
        body = "convert_from(t.body, 'UTF8')" if name == "store.version" else "''"
        of_item = f"or t.item = {item}" if row["has_item"] else ""
        like = f"'%{text}%'"
        count = await database.one(f"select count(*) as n from {name} t where t::text || {body} like {like} {of_item}")
        if count["n"]:
            found[name] = count["n"]
    return found


async def test_every_version_index_row_and_draft_goes_and_a_tombstone_stays(
    door: Door, database: Database, astrid: Session, greta: Session, hans: Session
) -> None:
    reference = await secret_note(door, astrid)
    item, id_ = key(reference), reference.partition("/")[2]
    assert set(await places_of(database, item, SECRET)) >= {"store.version", "store.current", "record.draft"}
    number = await asked(door, greta, wanted(reference))
    await ordered(door, hans, number)
    assert await destruction.carry_out(door, number) == 1
    assert await places_of(database, item, SECRET) == {"store.place": 1, "store.version": 1}
    with pytest.raises(Destroyed, match=r"2026-03-01 by decision of IVO, case 3.2.1-77/2026, carried out by Hans"):
        async with door.opened(astrid, "care") as record:
            await record.read("Observation", id_)
    with pytest.raises(Destroyed):
        async with door.opened(astrid, "care") as record:
            await record.version("Observation", id_, 1)
    async with door.opened(astrid, "care") as record:
        assert [(one.version, one.deleted) for one in await record.history("Observation", id_)] == [(4, True)]
        page = await record.search("Observation", [("patient", "vera")])
        assert id_ not in [one.id for one in page.matches]
    row = await database.one("select body, author from store.version where item = $1", item)
    assert SECRET.encode() not in row["body"]
    assert (row["author"], b"valueQuantity" in row["body"]) == ("SE9999999999-hans", False)


async def test_who_could_not_see_the_entry_does_not_see_its_tombstone(
    door: Door, astrid: Session, bo: Session, greta: Session, hans: Session
) -> None:
    reference = await secret_note(door, astrid)
    number = await asked(door, greta, wanted(reference))
    await ordered(door, hans, number)
    await destruction.carry_out(door, number)
    with pytest.raises(Absent):
        async with door.opened(bo, "care") as record:
            await record.read(*reference.split("/"))


async def test_a_tombstone_is_behind_the_blocks_of_any_period_and_opens_nothing(
    door: Door, astrid: Session, bo: Session, greta: Session, hans: Session
) -> None:
    """It has no date that would tell when the entry was of: what a block of its unit may have hidden stays hidden."""
    for who in (astrid, bo):
        async with door.opened(who, "care") as record:
            await record.choose("vera", reason="Jour", all_units=True)
    block = world.decision("inner-block", "vera", id_="b", provider="region", actors=("surgery",))
    block["provision"]["dataPeriod"] = {"start": "2025-01-01", "end": "2026-02-01"}
    number = await asked(door, greta, wanted("Observation/hb-surgery"))
    await ordered(door, hans, number)
    await destruction.carry_out(door, number)
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Destroyed):
            await record.read("Observation", "hb-surgery")
    async with door.opened(bo, "care") as record:
        await record.write([Wish("update", block)])
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Absent):
            await record.read("Observation", "hb-surgery")
        with pytest.raises(Absent):
            await record.history("Observation", "hb-surgery")
    async with door.opened(bo, "care") as record:
        with pytest.raises(Destroyed):
            await record.read("Observation", "hb-surgery")


async def test_what_was_destroyed_is_not_written_again(
    door: Door, astrid: Session, greta: Session, hans: Session
) -> None:
    reference = await secret_note(door, astrid)
    number = await asked(door, greta, wanted(reference))
    await ordered(door, hans, number)
    await destruction.carry_out(door, number)
    for session in (astrid, world.SYSTEM):
        with pytest.raises(Conflict, match="destroyed"):
            async with door.opened(session, "care") as record:
                await record.update(world.haemoglobin("vera", id_=reference.partition("/")[2]))


async def test_it_takes_two_persons_with_the_right_and_one_provider(
    door: Door, database: Database, astrid: Session, greta: Session, hans: Session
) -> None:
    number = await asked(door, greta, wanted("Observation/hb-cardiology"))
    with pytest.raises(Refused, match="Two persons"):
        await ordered(door, greta, number)
    with pytest.raises(Refused):
        await ordered(door, astrid, number)
    with pytest.raises(Refused):
        await asked(door, astrid, wanted("Observation/hb-cardiology"))
    with pytest.raises(Absent):
        await destruction.carry_out(door, number)
    for entry in ("Observation/hb-homecare", "Observation/none", "Patient/vera", "nonsense"):
        with pytest.raises(Unprocessable):
            await asked(door, greta, wanted("Observation/hb-cardiology", entry))
    with pytest.raises(asyncpg.CheckViolationError):
        await database.run(
            "update record.destruction set ordered = $1, ordered_by = asked_by where destruction = $2", NOW, number
        )
    async with door.opened(greta, "destruction") as record:
        await destruction.withdraw(record, number)
    with pytest.raises(Conflict):
        await ordered(door, hans, number)


@pytest.mark.parametrize(
    "changed",
    [
        {"case_number": " "},
        {"authority": ""},
        {"reason": ""},
        {"decided": date(2027, 1, 1)},
        {"entries": (), "is_whole": False},
        {"is_whole": True},
    ],
)
async def test_a_request_that_lacks_something_is_not_kept(door: Door, greta: Session, changed: dict[str, Any]) -> None:
    with pytest.raises(Unprocessable):
        await asked(door, greta, wanted("Observation/hb-cardiology", **changed))


async def test_a_whole_record_is_the_own_providers_and_identity_stays_while_others_have_data(
    door: Door, database: Database, astrid: Session, greta: Session, hans: Session
) -> None:
    await secret_note(door, astrid)
    number = await asked(door, greta, wanted())
    async with door.opened(hans, "destruction") as record:
        found, doomed = await destruction.one(record, number)
    assert (found.state, doomed.identity_goes) == ("asked", False)
    assert "Observation/hb-surgery" in [one.reference for one in doomed.items]
    await ordered(door, hans, number)
    await destruction.carry_out(door, number)
    left = await database.all("select type, id from store.current where compartment = $1", key("Patient/vera"))
    assert {row["id"] for row in left} == {"vera", "hb-homecare", "told-boras"}
    assert await database.all("select 1 from access.reach where compartment = $1", key("Patient/vera")) == []
    assert await database.all("select 1 from record.draft") == []


async def test_with_nobody_else_there_the_patients_identity_goes_too(
    door: Door, database: Database, greta: Session, hans: Session
) -> None:
    number = await asked(door, greta, wanted(patient="asa"))
    await ordered(door, hans, number)
    assert await destruction.carry_out(door, number) == 2
    assert set(await places_of(database, key("Patient/asa"), "Sjöö")) == {"store.place", "store.version"}


async def test_an_interrupted_run_goes_on_where_it_was(
    door: Door, database: Database, greta: Session, hans: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await asked(door, greta, wanted())
    await ordered(door, hans, number)
    monkeypatch.setattr(destruction, "AT_ONCE", 1)
    usual, calls = destruction.store.destroy, []

    async def breaks(*args: Any) -> int:
        calls.append(args[1])
        if len(calls) == 2:
            raise ConnectionError("killed")
        return await usual(*args)

    monkeypatch.setattr(destruction.store, "destroy", breaks)
    with pytest.raises(ConnectionError):
        await destruction.carry_out(door, number)
    assert await destruction.unfinished(database) == [number]
    monkeypatch.setattr(destruction.store, "destroy", usual)
    first, second = await asyncio.gather(
        destruction.carry_out(door, number), destruction.carry_out(door, number), return_exceptions=True
    )
    gone = [n for n in (first, second) if isinstance(n, int)]
    assert 1 + sum(gone) == 3
    assert await destruction.unfinished(database) == []
    with pytest.raises(Absent):
        await destruction.carry_out(door, number)


async def test_what_is_written_after_the_order_is_not_touched(
    door: Door, astrid: Session, greta: Session, hans: Session
) -> None:
    number = await asked(door, greta, wanted())
    await ordered(door, hans, number)
    async with door.opened(astrid, "care") as record:
        later = await record.create(world.haemoglobin("vera", "150"))
    await destruction.carry_out(door, number)
    async with door.opened(astrid, "care") as record:
        await record.choose("vera", reason="Jour")
    async with door.opened(astrid, "care") as record:
        assert (await record.read("Observation", later.id)).version == 1


async def test_every_step_is_logged_with_ids_and_the_case_and_nothing_of_the_reason(
    door: Door, database: Database, greta: Session, hans: Session
) -> None:
    number = await asked(door, greta, wanted("Observation/hb-cardiology"))
    await ordered(door, hans, number)
    await destruction.carry_out(door, number)
    rows = await database.all(
        "select action, actor, what from audit.event where action like 'destruction%' order by at"
    )
    said = {row["action"]: (row["actor"].rpartition("-")[2], row["what"]) for row in rows}
    assert said["destruction-asked"] == ("greta", f"destruction {number}: Observation/hb-cardiology")
    assert said["destruction-ordered"] == (
        "hans", f"destruction {number}, case 3.2.1-77/2026: Observation/hb-cardiology",
    )  # fmt: skip
    assert await database.all("select 1 from audit.event where what like $1", f"%{SECRET}%") == []
    row = await database.one("select reason, entries from record.destruction")
    assert (row["reason"], row["entries"]) == ("", ["Observation/hb-cardiology"])


async def test_the_application_cannot_destroy_and_the_keeper_does_nothing_else(
    database: Database, door: Door, database_url: str
) -> None:
    for deed in ("delete from store.version", "update store.version set body = ''", "truncate store.version"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await database.run(deed)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.run("update record.destruction set finished = asked")
    keeper = await Database.connect(database_url, size=1, role="varda_keeper")
    try:
        for deed in ("update store.version set body = ''", "delete from audit.event", "delete from record.destruction"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await keeper.run(deed)
    finally:
        await keeper.close()


async def test_without_a_keeper_nothing_is_destroyed(door: Door, greta: Session, hans: Session) -> None:
    number = await asked(door, greta, wanted("Observation/hb-cardiology"))
    await ordered(door, hans, number)
    door.keeper = None
    with pytest.raises(Refused, match="varda destroy"):
        await destruction.carry_out(door, number)


def test_one_statement_alone_takes_versions_away() -> None:
    """Nothing is purged by itself (R5): only the keeper's statement deletes what was written."""
    taking = [(path, name) for path, name, sql in statements() if re.search(r"(?i)delete from store\.version", sql)]
    assert taking == [("varda/store/keeper.sql", "destroyed")]
