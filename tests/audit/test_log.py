"""The access log is complete, in order, and nobody can bend it unseen (RULES section 3)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import psycopg
import pytest

from varda.audit import Event, Finding, Journal, verify
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Refused, Unavailable

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def event(what: str = "Observation/7", **changed: object) -> Event:
    given = {
        "at": NOW, "action": "read", "outcome": "given", "actor": "SE9999999999-1001", "on_behalf": "",
        "role": "physician", "assignment": "SE9999999999-2001",
        "unit": "SE9999999999-3001", "provider": "SE9999999999-4001",
        "purpose": "care", "patients": (17, 2**62), "category": "Observation", "origin": "3001", "what": what,
        "request": "r-1",
    }  # fmt: skip
    return Event(**(given | changed))  # type: ignore[arg-type] # the mapping holds every type of field


@pytest.fixture
async def journal(database: Database) -> AsyncIterator[Journal]:
    journal = Journal(database, SetClock(NOW), "0.1.0+test")
    await journal.start()
    yield journal
    await journal.stop()


async def findings(database: Database) -> list[Finding]:
    async with database.connection() as work:
        return [finding async for finding in verify(work)]


async def written(database: Database) -> Journal:
    """Sixty reads that arrive together and three writes, sealed."""
    journal = Journal(database, SetClock(NOW), "0.1.0+test")
    await journal.start()
    await asyncio.gather(*(journal.note(event(f"Observation/{n}")) for n in range(60)))
    for n in range(3):
        async with journal.sharing() as pen, database.transaction() as work:
            await pen.note(work, event(f"Composition/{n}", action="create", outcome="done"))
    await journal.stop()
    return journal


def tamper(url: str, statement: str) -> None:
    """What somebody with the owner's rights could do behind Varda's back."""
    with psycopg.connect(url, autocommit=True) as connection:
        assert connection.execute(statement).rowcount > 0


async def test_a_row_is_there_when_note_returns(database: Database, journal: Journal) -> None:
    await journal.note(event("Observation/7"))
    row = await database.one("select what, patients, at from audit.event")
    assert (row["what"], row["patients"], row["at"]) == ("Observation/7", [17, 2**62], NOW)


async def test_a_whole_log_has_no_finding(database: Database) -> None:
    await written(database)
    assert await findings(database) == []
    assert (await database.one("select count(*) as n from audit.event"))["n"] == 63


async def test_the_chain_goes_on_after_work_that_was_undone(database: Database, journal: Journal) -> None:
    with pytest.raises(Refused):
        async with journal.sharing() as pen, database.transaction() as work:
            await pen.note(work, event("Composition/undone"))
            raise Refused("no")
    async with journal.sharing() as pen, database.transaction() as work:
        await pen.note(work, event("Composition/kept"))
    rows = await database.all("select what from audit.event")
    assert [row["what"] for row in rows] == ["Composition/kept"]
    assert await findings(database) == []


async def test_an_error_that_nobody_foresaw_leaves_no_chain_behind(database: Database, journal: Journal) -> None:
    for n in range(5):
        with pytest.raises(ZeroDivisionError):
            async with journal.sharing(), database.transaction():
                raise ZeroDivisionError  # before anything was noted
        with pytest.raises(asyncpg.DataError):
            async with journal.sharing() as pen, database.transaction() as work:
                await pen.note(work, event(f"Composition/undone-{n}"))
                await work.run("select 1 / 0")
        with pytest.raises(asyncpg.DataError):
            async with journal.sharing() as pen, database.transaction() as work:
                await pen.note(work, event("Composition/\x00"))
        with pytest.raises(asyncio.CancelledError):
            async with journal.sharing() as pen, database.transaction() as work:
                await pen.note(work, event(f"Composition/given-up-{n}"))
                raise asyncio.CancelledError
        async with journal.sharing() as pen, database.transaction() as work:
            await pen.note(work, event(f"Composition/kept-{n}"))
    rows = await database.all("select chain, place, what from audit.event order by place")
    assert [(row["place"], row["what"]) for row in rows] == [(n + 1, f"Composition/kept-{n}") for n in range(5)]
    assert len(await database.all("select from audit.chain")) == 1
    assert await findings(database) == []


@pytest.mark.parametrize("moment", ["before", "while"])
async def test_a_chain_whose_end_is_unknown_is_never_used_again(
    database: Database, journal: Journal, database_url: str, moment: str
) -> None:
    async with journal.sharing() as pen, database.transaction() as work:
        await pen.note(work, event("Composition/first"))
    with psycopg.connect(database_url, autocommit=True) as keeper, pytest.raises(Unavailable):
        async with journal.sharing() as pen, database.transaction() as work:
            await pen.note(work, event("Composition/lost"))
            pid = (await work.one("select pg_backend_pid() as pid"))["pid"]
            keeper.execute("select pg_terminate_backend(%s, 5000)", [pid])
            if moment == "before":
                await work.run("select 1")
                # else the loss is first seen by the commit
    async with journal.sharing() as pen, database.transaction() as work:
        await pen.note(work, event("Composition/next"))
    rows = await database.all("select chain, what from audit.event order by chain, place")
    assert [row["what"] for row in rows] == ["Composition/first", "Composition/next"]
    assert rows[0]["chain"] != rows[1]["chain"]
    assert await findings(database) == []


@pytest.mark.parametrize(
    ("statement", "meaning"),
    [
        ("update audit.event set what = 'Observation/other' where what = 'Observation/30'", "changed"),
        ("update audit.event set at = at + interval '1 microsecond' where what = 'Observation/30'", "changed"),
        ("update audit.event set patients = '{18}' where what = 'Observation/30'", "changed"),
        ("delete from audit.event where what = 'Observation/30'", "missing"),
        ("delete from audit.event where what = 'Composition/2'", "missing"),
        ("delete from audit.event where what like 'Observation/%'", "missing"),
        (
            """update audit.event a set (what, hash) = (select b.what, b.hash from audit.event b
               where b.chain = a.chain and b.place = 61 - a.place) where place in (30, 31)""",
            "changed",  # two rows that stand in the other's place
        ),
        ("delete from audit.chain", "never opened"),
        ("delete from audit.seal", "missing"),
        ("update audit.head set place = place + 1", "changed or inserted"),
        (
            """insert into audit.event select (jsonb_populate_record(e, '{"place": 61}')).* from audit.event e
               where what = 'Observation/59'""",
            "changed or inserted",
        ),
    ],
)
async def test_tampering_is_found(database: Database, database_url: str, statement: str, meaning: str) -> None:
    await written(database)
    tamper(database_url, statement)
    found = await findings(database)
    assert any(meaning in finding.meaning for finding in found), found


async def test_the_application_can_neither_change_nor_remove_rows(database: Database) -> None:
    await written(database)
    for statement in ("update audit.event set what = ''", "delete from audit.event", "truncate audit.seal"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await database.run(statement)


async def test_what_a_killed_process_left_is_sealed_by_the_next(database: Database, database_url: str) -> None:
    killed = Journal(database, SetClock(NOW), "0.1.0+test")
    await killed.start()
    await killed.note(event("Observation/last"))
    killed._committing.cancel()
    killed._sealing.cancel()
    heir = Journal(database, SetClock(NOW), "0.1.0+test")
    await heir.start()
    await heir.stop()
    tamper(database_url, "delete from audit.event where what = 'Observation/last'")
    assert ["cut off" in finding.meaning for finding in await findings(database)] == [True]
