"""Puts resources into a real store and asks compiled questions of it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from varda.fhir import resource as json
from varda.fhir.keys import key
from varda.kernel.db import Database
from varda.search import shapes
from varda.search.compile import Statement, compiled, counted, included, next_page, reverse_included
from varda.search.index import indexed
from varda.search.narrowing import Narrowing
from varda.search.question import asked
from varda.store import reading
from varda.store.model import Change
from varda.store.writing import write

NOW = datetime(2024, 7, 1, 12, tzinfo=UTC)
EVERYTHING = Narrowing(everything=True, unit=0, provider=0, grantees=(), now=NOW)

Owners = Mapping[str, tuple[int, int]]


async def keep(database: Database, resources: Iterable[dict[str, Any]], owners: Owners | None = None) -> None:
    """Store each as a new item; `owners` gives (provider, unit) by Type/id."""
    for resource in resources:
        async with database.transaction() as work:
            await write(
                work, [change(resource, *(owners or {}).get(f"{resource['resourceType']}/{resource['id']}", (0, 0)))]
            )


def change(resource: dict[str, Any], provider: int = 0, unit: int = 0) -> Change:
    type_, id_ = resource["resourceType"], resource["id"]
    index = indexed(resource)
    compartments = [key(f"Patient/{patient}") for patient in index.patients] or [0]
    if type_ == "Patient":
        compartments = compartments[:1]
    return Change(
        type=type_,
        id=id_,
        item=key(f"{type_}/{id_}"),
        compartment=compartments[0],
        also=tuple(compartments[1:]),
        version=1,
        at=NOW,
        provider=provider,
        unit=unit,
        author="test",
        body=json.dump(resource),
        index=index,
    )


async def rows(database: Database, statement: Statement) -> list[dict[str, Any]]:
    """Each row of a page: its columns, and id and body of the version."""
    async with database.connection() as work:
        found = await reading.matched(work, statement)
    return _told(statement, found)


async def rows_together(database: Database, statement: Statement) -> list[dict[str, Any]]:
    """The rows as a search gets them in company of another one like it, first read and then kept: always the same."""
    searches = reading.Searches(database)
    mine, others = await asyncio.gather(searches.one(statement), searches.one(statement))
    again = await searches.one(statement)
    assert _told(statement, mine) == _told(statement, others) == _told(statement, again)
    return _told(statement, again)


def _told(statement: Statement, found: reading.Matched) -> list[dict[str, Any]]:
    return [
        dict(zip(statement.columns, found.row(n), strict=True)) | {"id": stored.id, "body": stored.body}
        for n, stored in enumerate(found.stored)
    ]


async def ids(
    database: Database, type_: str, pairs: Sequence[tuple[str, str]], narrowing: Narrowing = EVERYTHING
) -> list[str]:
    """The ids of one page of at most 1,000, in order; the count must agree, and so must the question's shape."""
    question = asked(type_, [*pairs, ("_count", "1000")])
    found = await rows(database, compiled(question, narrowing))
    shaped = shapes.compiled(shapes.asked(type_, [*pairs, ("_count", "1000")]), narrowing)
    assert [row["id"] for row in await rows_together(database, shaped)] == [row["id"] for row in found]
    async with database.connection() as work:
        assert await reading.total(work, counted(question, narrowing)) == len(found)
    return [row["id"] for row in found]


async def pages(
    database: Database, type_: str, pairs: Sequence[tuple[str, str]], size: int, narrowing: Narrowing = EVERYTHING
) -> list[str]:
    """The ids of all pages, read one after the other."""
    found: list[str] = []
    page: list[tuple[str, str]] = []
    while True:
        question = asked(type_, [*pairs, ("_count", str(size)), *page])
        got = await rows(database, compiled(question, narrowing))
        found += [row["id"] for row in got[:size]]
        if len(got) <= size:
            return found
        page = [("_page", next_page(question, got[0], got[size - 1]))]


async def along(
    database: Database, type_: str, pairs: Sequence[tuple[str, str]], narrowing: Narrowing = EVERYTHING
) -> set[str]:
    """Type and id of everything that is included with a page."""
    question = asked(type_, pairs)
    matches = await rows(database, compiled(question, narrowing))
    bodies = [json.parse(row["body"]) for row in matches]
    statements = [
        included(question, narrowing, bodies),
        reverse_included(question, narrowing, [row["item"] for row in matches]),
    ]
    found = [row for statement in statements if statement for row in await rows(database, statement)]
    names = [json.parse(row["body"]) for row in found]
    return {f"{body['resourceType']}/{body['id']}" for body in names}
