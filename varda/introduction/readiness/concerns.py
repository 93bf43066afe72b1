"""Safety concerns: raised by anybody who works in the county, about an organisation, and answered by name.

Five weeks before the failed start letters came from municipalities and unions, and the date was kept. Here no gateway
is green while a concern is unanswered (INTRODUCTION §3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from varda.introduction.programme import Mandates
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.readiness")
LONGEST = 4000
ANSWER = ("programme-office", "implementation-lead", "gateway-programme", "gateway-operations")
"""Who answers: of the programme, or of the organisation that it is about."""


@dataclass(frozen=True, slots=True)
class Concern:
    """One. `organisation` is an HSA-id, empty for the whole county; `answered_at` None: it waits."""

    number: int
    organisation: str
    said: str
    raised_by: str
    raised_name: str
    raised_at: datetime
    answer: str
    answered_name: str
    answered_at: datetime | None


class Concerns:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, *, most: int = 1000) -> list[Concern]:
        """What waits for an answer first, oldest first; then newest first."""
        return [Concern(**dict(row)) for row in await self._database.all(_SQL["concerns"], most)]

    async def about(self, organisations: Sequence[str]) -> list[Concern]:
        """Those about some organisations (empty: the whole county), in the same order."""
        return [Concern(**dict(row)) for row in await self._database.all(_SQL["concerns_about"], organisations)]

    async def raise_(self, organisation: str, said: str, by: tuple[str, str], now: datetime) -> int:
        """Raise one, by somebody (HSA-id, name); gives its number. Raises `Unprocessable`."""
        row = await self._database.one(_SQL["concern_raised"], organisation, _text(said), *by, now)
        return int(row["concern"])

    async def answer(self, number: int, said: str, by: tuple[str, str], now: datetime) -> None:
        """Answer one. Raises `Lacking`, `Refused` for the own one, `Absent`, `Conflict`, `Unprocessable`."""
        row = await self._database.maybe(_SQL["concern"], number)
        if row is None:
            raise Absent("There is no such concern.")
        await Mandates(self._database).require(by[0], ANSWER, row["organisation"], now)
        if row["raised_by"] == by[0]:
            raise Refused("A concern is answered by somebody else than the one who raised it.")
        if await self._database.maybe(_SQL["concern_answered"], number, _text(said), *by, now) is None:
            raise Conflict("Somebody has answered this already. Look at it again.")


def _text(said: str) -> str:
    text = said.replace("\0", "").strip()
    if not text or len(text) > LONGEST:
        message = "Write something, of 4,000 characters at the most."
        raise Unprocessable(message, [Problem(message, "said")])
    return text
