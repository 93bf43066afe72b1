"""The agreed matrix of roles and rights, and how the rights in effect differ from it (F274; INTRODUCTION §3).

Rights that were wrong three days in a row was one of the faults. What the county has agreed is signed by two persons;
until it is, the package's own roles are what is agreed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from varda.catalogue import ROLES, Change, Deciding, Right
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.readiness")
Matrix = Mapping[str, frozenset[Right]]
"""Rights by role."""
PACKAGE: Matrix = {code: role.rights for code, role in ROLES.items()}


@dataclass(frozen=True, slots=True)
class Agreed:
    """A matrix that somebody has proposed, and who confirmed it (None: nobody yet)."""

    number: int
    rights: Matrix
    reason: str
    proposed_by: str
    proposed_name: str
    proposed_at: datetime
    confirmed_name: str
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Of a role: what it should have and has not, and what it has beside that."""

    lacks: frozenset[Right]
    has: frozenset[Right]


def in_effect(changes: tuple[Change, ...], now: datetime) -> Matrix:
    """What each role may do by the package and the county's changes, courses and licences left out."""
    found = {code: set(rights) for code, rights in PACKAGE.items()}
    for one in changes:
        if one.lasts(now) and one.role in found:
            (found[one.role].add if one.granted else found[one.role].discard)(one.right)
    return {code: frozenset(rights) for code, rights in found.items()}


def differences(agreed: Matrix, effective: Matrix) -> dict[str, Difference]:
    """The roles whose rights are not as agreed."""
    found = {}
    for code in sorted({*agreed, *effective}):
        should, does = agreed.get(code, frozenset()), effective.get(code, frozenset())
        if should != does:
            found[code] = Difference(should - does, does - should)
    return found


class Matrices:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def agreed(self) -> Matrix:
        """What counts: the newest that two persons have signed, or the package's."""
        return next((one.rights for one in await self.all() if one.confirmed_at), PACKAGE)

    async def all(self) -> list[Agreed]:
        """All that were proposed, newest first."""
        rows = await self._database.all(_SQL["matrices"])
        return [
            Agreed(
                row["matrix"],
                {
                    code: frozenset((what, act) for what, act in rights)
                    for code, rights in json.loads(row["rights"]).items()
                },
                row["reason"], row["proposed_by"], row["proposed_name"], row["proposed_at"], row["confirmed_name"],
                row["confirmed_at"],
            )
            for row in rows
        ]  # fmt: skip

    async def propose(self, effective: Matrix, reason: str, by: Deciding, now: datetime) -> None:
        """Propose that the rights in effect are the agreed ones. Raises `Refused`, `Unprocessable`."""
        by.require("change-rights")
        if not reason.strip():
            raise Unprocessable("Say why.", [Problem("Say why.", "reason")])
        rights = json.dumps({code: sorted(some) for code, some in effective.items()})
        await self._database.run(_SQL["matrix_proposed"], rights, reason.strip(), by.person, by.name, now)

    async def confirm(self, number: int, by: Deciding, now: datetime) -> None:
        """Sign somebody else's proposal. Raises `Refused`, `Absent`, `Conflict`."""
        by.require("change-rights")
        found = next((one for one in await self.all() if one.number == number), None)
        if found is None:
            raise Absent("There is no such proposal.")
        if found.proposed_by == by.person:
            raise Refused("The matrix is agreed by two persons. Let somebody else confirm what you proposed.")
        if await self._database.maybe(_SQL["matrix_confirmed"], number, by.person, by.name, now) is None:
            raise Conflict("Somebody else has confirmed it already.")
