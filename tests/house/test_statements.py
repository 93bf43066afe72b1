"""SQL is text only where tables are owned, and a named statement asks for nothing that its role may not do."""

import ast
import re

import asyncpg
import pytest

from tests.house.files import paths, text
from tests.house.schema import owners, statements
from varda.kernel.db import Database

_SQL = re.compile(
    r"\s*(select\s.+\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s)", re.IGNORECASE | re.DOTALL
)
# search composes SQL, kernel and cli speak to the server itself.
MAY = {"kernel", "search", "cli"}


def _texts(source: str) -> list[str]:
    constants = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return [value for value in constants if isinstance(value, str) and _SQL.match(value)]


def test_a_package_without_tables_holds_no_sql() -> None:
    allowed = MAY | set(owners())
    code = [path for path in paths() if re.fullmatch(r"varda/\w+/.*\.py", path) and path.split("/")[1] not in allowed]
    found = {path: hits for path in code if (hits := _texts(text(path) or ""))}
    assert not found, f"{found}. Ask the package that owns the table, or the door."


@pytest.mark.parametrize("bad", ["x = 'select id from store.current'", "x = f'delete from {table} where true'"])
def test_sql_in_a_string_is_caught(bad: str) -> None:
    assert _texts(bad)


@pytest.mark.parametrize("good", ["x = 'select one of these'", "'''Update of a note from the ward.'''"])
def test_a_sentence_is_left_alone(good: str) -> None:
    assert not _texts(good)


@pytest.mark.parametrize(("path", "name", "sql"), statements(), ids=lambda part: part if len(part) < 60 else "sql")
async def test_the_application_is_allowed_what_the_statement_asks(
    database: Database, path: str, name: str, sql: str
) -> None:
    """A generic plan checks the rights of the role without running anything. The keeper has statements of its own."""
    if not re.match(r"\s*(with|select|insert|update|delete|merge|values)\b", sql, re.IGNORECASE):
        pytest.skip("only statements with a plan have rights to check")
    async with database.transaction() as work:
        if path.endswith("/keeper.sql"):
            await work.run("set local role varda_keeper")
        await work.connection.execute(f"explain (generic_plan) {sql}")


async def test_what_the_application_may_not_do_is_caught(database: Database) -> None:
    async with database.connection() as work:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await work.connection.execute("explain (generic_plan) update audit.event set actor = $1")
