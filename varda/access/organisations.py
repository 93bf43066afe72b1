"""The tree of organisations, from the projection: who is above and below whom. What it says is everybody's to read."""

from collections.abc import Iterable
from dataclasses import dataclass

from varda.access.session import hsa_key
from varda.kernel.db import Database, Row
from varda.kernel.sql import named

_SQL = named("varda.access")


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation by HSA-id; `above` is the one it belongs to, empty at the top."""

    hsa: str
    name: str
    above: str
    is_provider: bool
    is_social: bool


class Organisations:
    """Reads of the tree. One that is not in force any more is still known by its name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def line(self, hsa: str) -> tuple[str, ...]:
        """An organisation and all above it, the nearest first; empty where it is not known."""
        rows = await self._database.all(_SQL["organisation_line"], hsa_key(hsa))
        return tuple(row["hsa"] for row in rows)

    async def known(self, hsas: Iterable[str]) -> dict[str, Organisation]:
        """Those that are known, by HSA-id."""
        rows = await self._database.all(_SQL["organisations_by_hsa"], [hsa_key(one) for one in hsas])
        return {row["hsa"]: _organisation(row) for row in rows}

    async def below(self, hsa: str) -> list[Organisation]:
        """An organisation and all below it that are in force, by name; the first is the organisation itself."""
        return [_organisation(row) for row in await self._database.all(_SQL["organisations_below"], hsa_key(hsa))]

    async def below_each(self, hsas: Iterable[str]) -> dict[str, list[str]]:
        """The HSA-ids of several organisations and of all below each that are in force."""
        rows = await self._database.all(_SQL["organisations_below_each"], [hsa_key(one) for one in hsas])
        return {row["root"]: list(row["hsas"]) for row in rows}

    async def tops(self) -> list[Organisation]:
        """Organisations in force that belong to no other: the region, municipalities, companies, by name."""
        return [_organisation(row) for row in await self._database.all(_SQL["organisations_on_top"])]


def _organisation(row: Row) -> Organisation:
    return Organisation(row["hsa"], row["name"], row["above"] or "", row["is_provider"], row["is_social"])
