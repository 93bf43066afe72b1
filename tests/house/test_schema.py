"""The database is what the schema files say, statements fit it, and each role may do what the law lets it."""

import re
import subprocess
from collections import Counter

import psycopg
import pytest

from tests.house.files import paths, text
from tests.house.schema import foreign, owners, schema_files, statements
from tests.support.database import TestServer
from varda.kernel.db import Database

APPEND_ONLY = ("audit.chain", "audit.event", "audit.seal", "store.version")
# Looked up by id alone, so distributed by it (docs/architecture.md, one machine and more).
BY_ITEM = {"store.place"}
MIGRATIONS = sorted(path for path in paths() if path.startswith("varda/migrations/"))


def _shape(server: TestServer, url: str) -> str:
    command = [str(server.embedded.tools / "pg_dump"), "--schema-only", "--exclude-schema=kernel", f"--dbname={url}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return "\n".join(line for line in said.splitlines() if line and not line.startswith(("--", "\\")))


def test_migrations_on_an_empty_database_give_what_the_schema_files_say(server: TestServer) -> None:
    with server.clone() as migrated, server.clone("template0") as written:
        with psycopg.connect(written) as connection:
            connection.execute((text("varda/migrations/0001.roles.sql") or "").encode())
            for schema in schema_files():
                connection.execute(schema.encode())
        assert _shape(server, migrated) == _shape(server, written), (
            "Write the change in both: schema.sql and a migration."
        )


def test_migrations_are_numbered_in_one_row_and_say_why() -> None:
    names = [path.rsplit("/", 1)[1] for path in MIGRATIONS]
    assert [name[:5] for name in names] == [f"{number:04}." for number in range(1, len(names) + 1)]
    assert [name for name in names if not re.fullmatch(r"\d{4}\.[a-z_]+\.sql", name)] == []
    assert [path for path in MIGRATIONS if not (text(path) or "").startswith("-- Why: ")] == []


def test_every_owner_keeps_to_the_schema_of_its_name() -> None:
    assert {"store", "access", "audit", "record"} <= set(owners())
    files = [path for path in paths() if re.fullmatch(r"varda/(?!migrations/).*\.sql", path)]
    broken = {path: found for path in files if (found := foreign(path, text(path) or ""))}
    assert not broken, f"{broken}. Ask the package that owns the table; its face has a function for it."


def test_a_foreign_table_is_caught_and_the_shared_one_allowed() -> None:
    assert foreign("varda/access/queries.sql", "select 1 from store.current c join access.reach r using (x)") == [
        "store.current"
    ]
    assert foreign("varda/search/queries.sql", "select 1 from access.reach -- and not access.unit") == []
    assert foreign("varda/search/queries.sql", "select 1 from access.unit where name = 'store.current'") == [
        "access.unit"
    ]


def test_names_of_statements_are_unique_within_a_file() -> None:
    counted = Counter((path, name) for path, name, _ in statements())
    written = {path: len(re.findall(r"^-- name: ", text(path) or "", re.MULTILINE)) for path, _, _ in statements()}
    assert sum(counted.values()) == sum(written.values())


@pytest.mark.parametrize(("path", "name", "sql"), statements(), ids=lambda part: part if len(part) < 60 else "sql")
async def test_the_statement_fits_the_schema(database: Database, path: str, name: str, sql: str) -> None:
    async with database.connection() as work:
        await work.connection.prepare(sql)


async def test_a_statement_that_does_not_fit_is_caught(database: Database) -> None:
    async with database.connection() as work:
        with pytest.raises(Exception, match="does not exist"):
            await work.connection.prepare("select nothing from store.nowhere")


@pytest.mark.parametrize("table", APPEND_ONLY)
async def test_the_application_may_only_read_and_add(database: Database, table: str) -> None:
    """Nothing is erased and nothing is purged by itself (R2 and R5 in docs/law.md)."""
    for deed, allowed in {"SELECT": True, "INSERT": True, "UPDATE": False, "DELETE": False, "TRUNCATE": False}.items():
        row = await database.one("select has_table_privilege('varda_app', $1::text, $2::text) as may", table, deed)
        assert row["may"] is allowed, f"{deed} on {table}"


async def test_the_application_owns_nothing_and_cannot_become_somebody_else(database: Database) -> None:
    owned = await database.all("select relname from pg_class where pg_get_userbyid(relowner) like 'varda%'")
    assert [row["relname"] for row in owned] == []
    roles = await database.all("select rolname from pg_roles where rolname like 'varda%' and (rolsuper or rolcanlogin)")
    assert [row["rolname"] for row in roles] == []
    row = await database.one("select pg_has_role('varda_app', 'varda_keeper', 'member') as may")
    assert row["may"] is False


async def test_every_table_has_a_primary_key_led_by_the_compartment_if_it_has_one(database: Database) -> None:
    """So that Citus can distribute every patient-owned table by it, and a patient's query goes to one node."""
    tables = await database.all(
        """
        select c.oid::regclass::text as name, (
                   select a.attname from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
                   where i.indrelid = c.oid and i.indisprimary) as first,
               exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'compartment') as patients
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname not in ('kernel', 'public', 'pg_catalog', 'information_schema')
        """
    )
    assert [row["name"] for row in tables if row["first"] is None] == []
    led = {row["name"] for row in tables if row["patients"]} - BY_ITEM
    assert [row["name"] for row in tables if row["name"] in led and row["first"] != "compartment"] == []
