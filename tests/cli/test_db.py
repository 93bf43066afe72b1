"""The database: made, migrated, told about, backed up and brought back."""

import asyncio
from pathlib import Path

import psycopg

from tests.cli.commanding import Command
from varda.cli import build
from varda.cli.serve import wired
from varda.region import fill

TABLES = (
    "store.version", "store.current", "store.word", "store.moment", "store.amount", "store.place", "access.unit",
    "access.reach", "audit.event", "audit.head", "record.stamp", "record.import",
)  # fmt: skip


def content(url: str) -> dict[str, list[str]]:
    """Every row of every table that holds something, as text."""
    with psycopg.connect(url) as connection:
        return {
            table: sorted(row[0] for row in connection.execute(f"select t::text from {table} t").fetchall())
            for table in TABLES
        }


def fill_some(url: str) -> None:
    async def filled() -> None:
        async with wired(url, build.name(), size=2) as wires:
            shared = fill.begun(1, None, wires.clock.now(), {})
            await fill.fill_known(wires.door, shared, {})
            await fill.fill_lives(wires.door, shared, fill.Range(0, 1))

    asyncio.run(filled())


def test_init_makes_a_database_that_is_not_there(bare: Command) -> None:
    with psycopg.connect(bare.url, autocommit=True) as connection:
        name = f"{connection.info.dbname}_new"
        try:
            bare.set(VARDA_DATABASE_URL=bare.url.replace(f"/{connection.info.dbname}?", f"/{name}?"))
            said = bare("audit", "verify")
            assert (said.code, "varda db init" in said.err) == (1, True)
            assert "made now" in bare("db", "init").out
            assert "made now" not in bare("db", "init").out
            found = bare("db", "status", "--json").json
            assert found["usable"] is True
            assert found["environment"] == "test"
            new = connection.info.dsn.replace(f"dbname={connection.info.dbname}", f"dbname={name}")
            with psycopg.connect(new) as made:
                assert made.execute("select lower('ÅSE ÖSTRA')").fetchone() == ("åse östra",)
        finally:
            connection.execute(f"drop database if exists {name} with (force)")


def test_status_says_what_is_lacking(bare: Command) -> None:
    said = bare("db", "status", "--json")
    assert said.code == 1
    assert said.json["pending"] != []
    assert said.json["environment"] == "not stamped"
    assert bare("db", "migrate", "--json").json["migrated"] == said.json["pending"]
    assert bare("db", "migrate").out == "Nothing was pending.\n"
    assert bare("db", "status").code == 1  # not stamped yet
    assert bare("db", "init").code == 0
    assert bare("db", "status").code == 0


def test_a_backup_brings_everything_back_and_the_log_is_whole(varda: Command, empty_url: str) -> None:
    fill_some(varda.url)
    before, file = content(varda.url), varda.home / "varda.dump"
    assert len(before["store.version"]) > 500
    assert varda("db", "backup", str(file)).code == 0
    varda.set(VARDA_DATABASE_URL=empty_url)
    said = varda("db", "restore", str(file))
    assert (said.code, said.err) == (0, "")
    assert content(empty_url) == before
    told = varda("audit", "verify", "--json")
    assert told.code == 0
    assert told.json["rows"] == len(before["audit.event"])
    with psycopg.connect(empty_url) as connection:
        row = connection.execute("select has_table_privilege('varda_app', 'audit.event', 'UPDATE')").fetchone()
    assert row == (False,)


def test_restoring_never_overwrites_unasked(varda: Command) -> None:
    file = varda.home / "varda.dump"
    fill_some(varda.url)
    before = content(varda.url)
    assert varda("db", "backup", str(file)).code == 0
    assert varda("db", "backup", str(file)).code == 1
    said = varda("db", "restore", str(file))
    assert said.code == 1
    assert "--replace" in said.err
    with psycopg.connect(varda.url) as connection:
        connection.execute("delete from store.word")
    assert varda("db", "restore", "--replace", str(file)).code == 0
    assert content(varda.url) == before


def test_a_broken_backup_leaves_everything_as_it_was(varda: Command) -> None:
    before, file = content(varda.url), varda.home / "broken.dump"
    Path(file).write_bytes(b"PGDMP and then nothing")
    said = varda("db", "restore", "--replace", str(file))
    assert said.code == 1
    assert "pg_restore failed" in said.err
    assert content(varda.url) == before


def test_a_database_of_another_environment_is_not_replaced(varda: Command) -> None:
    file = varda.home / "varda.dump"
    assert varda("db", "backup", str(file)).code == 0
    varda.set(VARDA_ENVIRONMENT="demo")
    said = varda("db", "restore", "--replace", str(file))
    assert said.code == 1
    assert "for test" in said.err


def test_a_changed_row_of_the_log_is_found(varda: Command) -> None:
    fill_some(varda.url)
    with psycopg.connect(varda.url) as connection:
        connection.execute("update audit.event set actor = 'somebody else' where place = 2")
    said = varda("audit", "verify", "--json")
    assert said.code == 1
    assert said.json["whole"] is False
    assert "changed" in said.json["findings"][0]["meaning"]
