"""Versions that are kept from one search to the next are those that the statement names: changed, closed, destroyed."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as like

from tests.search.kept import EVERYTHING, NOW, change, keep
from varda.fhir import resource as json
from varda.kernel.db import Database
from varda.search.narrowing import Narrowing
from varda.search.shapes import asked, compiled
from varda.store.model import Held
from varda.store.reading import Searches
from varda.store.versions import Versions
from varda.store.writing import write

PAIRS = [("patient", "v1")]


def observation(id_: str, text: str = "first") -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": "final",
        "code": {"text": text},
        "subject": {"reference": "Patient/v1"},
    }


async def texts(searches: Searches, rule: Narrowing = EVERYTHING) -> list[str]:
    found = await searches.one(compiled(asked("Observation", PAIRS), rule))
    return sorted(one.resource["code"]["text"] for one in found.stored)


@pytest.fixture
async def searches(database: Database) -> Searches:
    await keep(database, [{"resourceType": "Patient", "id": "v1"}, observation("v11"), observation("v12")])
    return Searches(database)


async def test_a_change_and_a_deletion_are_seen_at_once(database: Database, searches: Searches) -> None:
    """The next search names the next version; what is deleted is named by none."""
    assert await texts(searches) == ["first", "first"]
    held = await changed(database, observation("v11", "second"))
    assert await texts(searches) == ["first", "second"]
    await changed(database, observation("v11", "second"), held, deleted=True)
    assert await texts(searches) == ["first"]


async def test_nobody_else_sees_what_was_kept(searches: Searches) -> None:
    """What one session read is not shown to another whose rule does not let it through."""
    assert await texts(searches) == ["first", "first"]
    stranger = Narrowing(everything=False, unit=7, provider=8, grantees=(7,), now=NOW)
    assert await texts(searches, stranger) == []


async def test_what_a_request_does_to_its_copy_is_its_own(searches: Searches) -> None:
    """A parsed resource is not shared between requests."""
    statement = compiled(asked("Observation", PAIRS), EVERYTHING)
    (mine, *_) = (await searches.one(statement)).stored
    mine.resource["code"]["text"] = "scribbled"
    assert await texts(searches) == ["first", "first"]


async def test_a_lost_database_makes_forget(database: Database, searches: Searches) -> None:
    """It may come back without its last commits, and write another version of the same number."""
    assert await texts(searches) == ["first", "first"]
    kept = searches._versions._young
    item, other = kept.popitem()
    kept[item] = like(other, body=json.dump(observation("v11", "of a time that is undone")))
    assert "of a time that is undone" in await texts(searches)
    await database._pool.expire_connections()  # as when they were found to be lost
    assert await texts(searches) == ["first", "first"]


async def test_no_more_is_kept_than_may_be(database: Database, searches: Searches) -> None:
    """Two generations; what is asked for again stays, the rest goes."""
    kept = Versions(most=1_500)
    async with database.connection() as work:
        rows = await work.all("select compartment, item from store.current where type = 96 order by item limit 2")
        places = [(row["compartment"], row["item"], 1) for row in rows]
        for place in places:
            assert list(await kept.fetch(work, [place])) == [place]
        again = await kept.fetch(work, [(places[0][0], places[0][1], 2)])
    assert again == {}
    items = [item for _, item, _ in places]
    for _ in range(9):
        (one,) = kept.find(items[:1], [1])
        assert one is not None
        kept._keep(9, one)
        kept._keep(10, one)
    assert kept.find(items, [1, 1])[1] is None
    assert len(kept._young) + len(kept._old) <= 7


async def changed(
    database: Database, resource: dict[str, Any], before: Held | None = None, *, deleted: bool = False
) -> Held:
    """Write the next version; gives what is held then."""
    first = change(resource)
    async with database.transaction() as work:
        row = await work.one("select born from store.current where item = $1", first.item)
        held = Held(
            item=first.item,
            compartment=first.compartment,
            version=before.version if before else 1,
            deleted=False,
            provider=0,
            unit=0,
            type=first.type,
            id=first.id,
            born=row["born"],
            also=(),
        )
        number = held.version + 1
        await write(work, [like(first, version=number, before=held, index=None if deleted else first.index)])
    return replace(held, version=number)
