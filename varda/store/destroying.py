"""Taking away every version and index row of an item, for good (PDL 8:4). Only varda_keeper may.

What is left is one last version, as of a deletion, whose body says by whose decision. It has no date of its own, which
would tell when the item was of: the access rule shows it to whom it would have shown the item, and not to those before
whom any block of its unit stands, whatever the period.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from varda.fhir import resource as json
from varda.kernel.db import Work
from varda.kernel.sql import named
from varda.search.kinds.date import FIRST, LAST
from varda.store.writing import type_name

_SQL = named("varda.store", "keeper.sql")
_QUERIES = named("varda.store")
TOMBSTONE = "https://varda.example/fhir/StructureDefinition/destroyed"
"""The extension that the body of a tombstone has, and nothing else."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of an item without opening it: its newest version, its owner, when that was written."""

    item: int
    compartment: int
    type: str
    id: str
    version: int
    at: datetime
    provider: int
    unit: int
    is_shared: bool
    is_destroyed: bool

    @property
    def reference(self) -> str:
        """`Type/id`."""
        return f"{self.type}/{self.id}"


def is_tombstone(body: bytes | None) -> bool:
    """Whether the body of a deleted version is a tombstone."""
    return body is not None and TOMBSTONE.encode() in body


async def held(work: Work, compartments: Sequence[int]) -> list[Held]:
    """Every item whose home is in these compartments, deleted and destroyed ones too; nothing of what they say."""
    rows = await work.all(_QUERIES["all_held"], list(compartments))
    return [
        Held(
            item=row["item"],
            compartment=row["compartment"],
            type=type_name(row["type"]),
            id=row["id"],
            version=row["version"],
            at=row["at"],
            provider=row["provider"],
            unit=row["unit"],
            is_shared=bool(row["also"]),
            is_destroyed=is_tombstone(row["body"]),
        )
        for row in rows
    ]


async def tombstones(work: Work, items: Sequence[int]) -> set[int]:
    """Which of these items have been destroyed."""
    return {row["item"] for row in await work.all(_QUERIES["last_deletions"], list(items)) if is_tombstone(row["body"])}


async def destroy(
    keeper: Work, items: Sequence[int], at: datetime, by: str, said: Callable[[str], dict[str, Any]]
) -> int:
    """Destroy these items in the caller's transaction; those that are destroyed already are left. Gives how many.

    `said(version)` are the elements of each tombstone's body; `by` (an HSA-id) is its author.
    """
    places = [(row["compartment"], row["item"]) for row in await keeper.all(_SQL["locked_to_go"], list(items))]
    if not places:
        return 0
    columns = [list(column) for column in zip(*places, strict=True)]
    last = [row for row in await keeper.all(_SQL["last_words"], *columns) if not is_tombstone(row["body"])]
    homes = {item: compartment for compartment, item in places}
    doomed = {row["item"] for row in last}
    rows = [row for row in await keeper.all(_SQL["everywhere"], *columns) if row["item"] in doomed]
    await keeper.run(_SQL["destroyed"], [row["compartment"] for row in rows], [row["item"] for row in rows])
    for row in last:
        version = row["version"] + 1
        body = {"resourceType": type_name(row["type"]), "id": row["id"], **said(str(version))}
        await keeper.run(
            _SQL["tombstone_added"], homes[row["item"]], row["item"], version, row["type"], row["id"], at, FIRST,
            LAST, row["provider"], row["unit"], row["also"], row["withheld"], by, json.dump(body),
        )  # fmt: skip
    return len(last)
