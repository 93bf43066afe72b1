"""The verbs of the database: they say how many rows are expected and what has happened to the work."""

import pytest

from varda.kernel.db import Database
from varda.kernel.errors import Unavailable


async def test_the_application_works_under_its_own_role(database: Database) -> None:
    row = await database.one("select current_user as role")
    assert row["role"] == "varda_app"


async def test_one_row_is_demanded_and_none_is_allowed_by_the_verb(database: Database) -> None:
    assert await database.maybe("select 1 where false") is None
    with pytest.raises(LookupError):
        await database.one("select 1 where false")


async def test_an_exception_undoes_the_transaction(database: Database) -> None:
    insert = "insert into record.stamp (sole, environment, made) values (true, 'test', '2025-01-01')"
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as work:
            await work.run(insert)
            raise ZeroDivisionError
    assert await database.all("select 1 from record.stamp") == []
    async with database.transaction() as work:
        await work.run(insert)
    assert len(await database.all("select 1 from record.stamp")) == 1


async def test_a_server_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await Database.connect("postgresql://nobody@127.0.0.1:1/none")


async def test_a_used_up_quota_is_a_lack_of_room(database: Database) -> None:
    # The server has no code of its own for it (EDQUOT, EFBIG).
    quota = "do $$ begin raise exception 'could not extend file: Disk quota exceeded' using errcode = 'XX000'; end $$"
    with pytest.raises(Unavailable, match="no room"):
        await database.run(quota)
    assert await database.one("select 1")
