"""The action plan ("solfjädern"): the goals open into focus areas, these into milestones by year, and all lead to the
vision. Tight on goals, loose on how, tight on follow-up (F222)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from varda.catalogue import Deciding
from varda.introduction.effects.goals import FOCUS
from varda.introduction.programme import DECIDES, OFFICE, Mandates
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Problem, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.effects")
State = Literal["planned", "reached", "dropped"]
STATES: tuple[State, ...] = get_args(State)
WRITES = (OFFICE, DECIDES)
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Milestone:
    """One of a focus area in a year, how it stands, and who has said so."""

    milestone: int
    focus: str
    year: int
    words: str
    state: State
    reason: str
    said_name: str
    said_at: datetime


class Fan:
    """That of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mandates = Mandates(database)

    async def milestones(self) -> list[Milestone]:
        """All of them, by year."""
        return [Milestone(**dict(row)) for row in await self._database.all(_SQL["milestones"])]

    async def set(self, focus: str, year: int, words: str, by: Deciding, now: datetime) -> int:
        """Set one; gives its number. Raises `Lacking`, `Unprocessable`."""
        await self._mandates.require(by.person, WRITES, "", now)
        problems = [] if focus in FOCUS else [Problem("Choose a focus area.", "focus")]
        if not now.year - 1 <= year <= now.year + 20:
            problems.append(Problem("Say in which year, at most twenty years ahead.", "year"))
        if not words.strip() or len(words) > _LONGEST:
            problems.append(Problem("Say what is to be reached, in at most 300 letters.", "words"))
        if problems:
            raise Unprocessable("Some of it is not right, so nothing was stored.", problems)
        row = await self._database.one(_SQL["milestone_set"], focus, year, words.strip(), by.person, by.name, now)
        return int(row["milestone"])

    async def say(self, milestone: int, state: str, reason: str, by: Deciding, now: datetime) -> None:
        """Say how one stands, and by what. Raises `Absent`, `Lacking`, `Unprocessable`."""
        await self._mandates.require(by.person, WRITES, "", now)
        problems = [] if state in STATES else [Problem("Choose how it stands.", "state")]
        if not reason.strip() or len(reason) > _LONGEST:
            problems.append(Problem("Say why.", "reason"))
        if problems:
            raise Unprocessable("Some of it is not right, so nothing was stored.", problems)
        values = (milestone, state, reason.strip(), by.person, by.name, now)
        if await self._database.maybe(_SQL["milestone_said"], *values) is None:
            raise Absent("There is no such milestone.")
