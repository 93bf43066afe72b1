"""What a county declares of its own beside the package, such as a template of notes: proposed by one, approved by
another, in effect from its day until the next of the same code is.

The content is the owning domain's: it writes it, judges it before it is proposed and reads it again. A declaration is
never taken away; one that is to be used no more is followed by one that says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from varda.kernel.db import Database, Row, Work
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Unprocessable
from varda.kernel.sql import named

if TYPE_CHECKING:
    from varda.catalogue.overlay import Deciding

_SQL = named("varda.catalogue")
LONGEST = 20_000
"""Characters of a declaration's content."""
Content = Mapping[str, Any]
Own = Mapping[tuple[str, str], Content]
"""What is in effect, by kind and code."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What somebody wants to be so, of a `kind` and by its `code`, from an instant."""

    kind: str
    code: str
    content: Content
    opens: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Declared:
    """A row of the history: what was proposed, by whom, and what the other person said (None: nothing yet)."""

    number: int
    wanted: Declaration
    proposed_by: str
    proposed_name: str
    proposed_at: datetime
    approved: bool | None
    decided_name: str
    decided_at: datetime | None

    @property
    def begins(self) -> datetime:
        """When it takes effect: on its day, and never before somebody has approved it."""
        return max(self.wanted.opens, self.decided_at) if self.approved and self.decided_at else self.wanted.opens


class Declarations:
    """The county's own declarations. `changed` is called when others must read anew."""

    def __init__(self, database: Database, changed: Callable[[], None]) -> None:
        self._database, self._changed = database, changed

    async def propose(self, wanted: Declaration, by: "Deciding", now: datetime, right: str) -> int:
        """Propose one; gives its number. `right` is the special right that it takes. Raises `Refused` without it, or
        `Unprocessable` without a reason, or for a day that has passed.
        """
        by.require(right)
        content, problems = msgspec.json.encode(wanted.content).decode(), []
        if not wanted.reason.strip():
            problems.append(Problem("Say why it is changed.", "reason"))
        if wanted.opens < now:
            problems.append(Problem("The first day has passed. Choose today or later.", "opens"))
        if len(content) > LONGEST:
            problems.append(Problem("This is longer than can be kept.", "keywords"))
        if problems:
            raise Unprocessable(problems[0].message, problems)
        row = await self._database.one(
            _SQL["declaration_proposed"], wanted.kind, wanted.code, content, wanted.opens, wanted.reason.strip(),
            by.person, by.name, now,
        )  # fmt: skip
        return int(row["declaration"])

    async def decide(
        self, number: int, kind: str, by: "Deciding", now: datetime, right: str, *, approved: bool
    ) -> None:
        """Approve or turn down another person's proposal of a kind. Raises `Refused`, `Absent` or `Conflict`, also
        where one for a later day has taken effect meanwhile: what was wanted before it is not put on top of it.
        """
        by.require(right)
        proposal = await self._database.maybe(_SQL["declaration_proposer"], number, kind)
        if proposal is None:
            raise Absent("There is no such proposal.")
        if proposal["proposed_by"] == by.person:
            raise Refused("A change needs two persons. Let somebody else decide on what you proposed.")
        if approved and await self._database.maybe(_SQL["declaration_overtaken"], number, now) is not None:
            raise Conflict(
                "A change for a later day has taken effect already. Turn this one down, and propose it anew."
            )
        if await self._database.maybe(_SQL["declaration_decided"], number, approved, by.person, by.name, now) is None:
            raise Conflict("Somebody else has decided on this proposal already.")
        self._changed()

    async def proposed(self, kind: str, *, most: int = 200) -> list[Declared]:
        """All of a kind that was proposed: what waits for a decision first, then newest first."""
        return [_declared(row) for row in await self._database.all(_SQL["declarations"], kind, most)]


async def in_effect(work: Work, now: datetime) -> tuple[Own, list[datetime]]:
    """What is in effect, and when something else will be."""
    own: dict[tuple[str, str], Content] = {}
    coming = []
    for row in await work.all(_SQL["declarations_in_effect"]):
        if row["opens"] > now:
            coming.append(row["opens"])
        else:
            own[row["kind"], row["code"]] = msgspec.json.decode(row["content"])
    return own, coming


def _declared(row: Row) -> Declared:
    content = msgspec.json.decode(row["content"])
    wanted = Declaration(row["kind"], row["code"], content, row["opens"], row["reason"])
    return Declared(
        row["declaration"], wanted, row["proposed_by"], row["proposed_name"], row["proposed_at"], row["approved"],
        row["decided_name"] or "", row["decided_at"],
    )  # fmt: skip
