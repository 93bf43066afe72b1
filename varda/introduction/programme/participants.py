"""Who takes part in the introduction: organisations in the delivery of an area, with the options they have called
off, and their units that start first (F231). What a municipality has not called off is closed for its units (F4;
decision 46)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from varda.access.organisations import Organisations
from varda.catalogue import Deciding, Words, close
from varda.introduction.programme.mandates import Mandates
from varda.introduction.programme.roles import OFFICE, declared
from varda.kernel.db import Database
from varda.kernel.errors import Problem, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.programme")
Sort = Literal["municipality", "administration", "private"]
SORTS: tuple[Sort, ...] = get_args(Sort)
_entries = declared("options.toml")
OPTIONS = {code: Words(one["sv"], one["en"]) for code, one in _entries["options"].items()}
"""What an organisation can call off, by code."""
FUNCTIONS = {code: frozenset[str](one["functions"]) for code, one in _entries["options"].items()}
"""The functions of the catalogue that come with an option, by its code."""
AREAS = {code: Words(one["sv"], one["en"]) for code, one in _entries["areas"].items()}
"""The areas of the county in the order of their deliveries."""


@dataclass(frozen=True, slots=True)
class Participant:
    """An organisation (HSA-id) that takes part in an area's delivery; `options` are codes of `OPTIONS`, `pioneers`
    its units (HSA-ids) that start before the rest."""

    organisation: str
    area: str
    kind: Sort
    options: tuple[str, ...] = ()
    active: bool = True
    pioneers: tuple[str, ...] = ()

    @property
    def closed(self) -> frozenset[str]:
        """The functions that are closed for it: those of options alone that it has not called off. Others than
        municipalities call off nothing, and have everything.
        """
        if self.kind != "municipality" or not self.active:
            return frozenset()
        return frozenset().union(*FUNCTIONS.values()) - frozenset().union(*(FUNCTIONS[one] for one in self.options))


class Participants:
    """Those of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[str, Participant]:
        """Who takes part now, by HSA-id."""
        rows = await self._database.all(_SQL["participants"])
        return {
            row["organisation"]: Participant(
                row["organisation"], row["area"], row["kind"], tuple(row["options"]), pioneers=tuple(row["pioneers"])
            )
            for row in rows
            if row["active"]
        }

    async def pioneers(self) -> dict[str, str]:
        """The area in whose delivery each pioneer (HSA-id of a unit) starts before the rest."""
        return {unit: one.area for one in (await self.all()).values() for unit in one.pioneers}

    async def since(self) -> dict[str, datetime]:
        """When each that takes part now began to, by HSA-id; one that came back, when it did."""
        return {row["organisation"]: row["since"] for row in await self._database.all(_SQL["participants_since"])}

    async def keep(self, some: Sequence[Participant], by: Deciding, now: datetime) -> None:
        """Write how organisations take part; every process goes by it within two seconds.

        Raises `Lacking` for all but the office, and `Unprocessable`.
        """
        await Mandates(self._database).require(by.person, OFFICE, "", now)
        organisations = Organisations(self._database)
        known = await organisations.known([one.organisation for one in some])
        below = await organisations.below_each(one.organisation for one in some if one.pioneers)
        problems = [
            problem
            for one in some
            for problem in _problems(one, one.organisation in known, below.get(one.organisation, ()))
        ]
        if problems:
            raise Unprocessable("Some of it is not right, so nothing was stored.", problems)
        columns = [
            (one.organisation, one.area, one.kind, " ".join(one.options), " ".join(one.pioneers), one.active)
            for one in some
        ]
        if columns:
            values = (*map(list, zip(*columns, strict=True)), by.person, by.name, now)
            async with self._database.transaction() as work:
                await work.run(_SQL["participant_kept"], *values)
                await close(work, {one.organisation: one.closed for one in some}, by.person, now)


def _problems(one: Participant, is_known: bool, below: Collection[str]) -> list[Problem]:
    found = [] if is_known else [Problem("There is no such organisation.", "organisation")]
    if one.area not in AREAS:
        found.append(Problem("Choose an area.", "area"))
    if one.kind not in SORTS:
        found.append(Problem("Choose what kind of organisation it is.", "kind"))
    if not set(one.options) <= OPTIONS.keys():
        found.append(Problem("There is no such option.", "options"))
    if not set(one.pioneers) <= {*below}:
        found.append(Problem("Choose units of the organisation.", "pioneers"))
    return found
