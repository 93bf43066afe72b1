"""Notes of the working forums: who met by role, what was said, and who has taken on what until when (F225)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from varda.catalogue import Deciding, Words
from varda.introduction.programme import OFFICE, ROLES, Mandates, declared
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Problem, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.office")
FORUMS = {code: Words(one["sv"], one["en"]) for code, one in declared("forums.toml", "office").items()}
"""The declared forums by code."""
WRITES = (OFFICE, "municipal-project")
PAGE, MOST = 20, 300
"""Notes of a page, and open actions of a list: one more tells that there are more."""
_LONGEST = 8000


@dataclass(frozen=True, slots=True)
class Taken:
    """Something that somebody (HSA-id) is to do by a day."""

    words: str
    owner: str
    due: date | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A note that is to be kept; `roles` are codes of those who met."""

    forum: str
    held_on: date | None
    roles: Sequence[str]
    points: str
    actions: Sequence[Taken] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """One that was kept."""

    note: int
    forum: str
    held_on: date
    roles: tuple[str, ...]
    points: str
    written_name: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody has taken on at a forum; `is_done` None: it is open."""

    action: int
    note: int
    forum: str
    held_on: date
    words: str
    owner: str
    owner_name: str
    due: date
    is_done: bool | None
    said: str
    ended_name: str
    ended_at: datetime | None


class Forums:
    """Those of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mandates = Mandates(database)

    async def notes(self, forum: str = "", before: int = 0) -> list[Note]:
        """The notes of a forum, or of all, the latest meeting first: a page, and one more where there are older ones.
        `before` is the last note of the page before; 0: the latest."""
        rows = await self._database.all(_SQL["notes"], forum, before, PAGE + 1)
        return [Note(**{**dict(row), "roles": tuple(row["roles"])}) for row in rows]

    async def actions(self, notes: Sequence[int] | None = None) -> list[Action]:
        """All that was taken on at some notes; or (None) what is open, `MOST` and one more where there are more.
        Whose day comes first, first."""
        asked, most = (None, MOST + 1) if notes is None else (list(notes), None)
        return [Action(**dict(row)) for row in await self._database.all(_SQL["actions"], asked, most)]

    async def write(self, wanted: Wanted, by: Deciding, now: datetime) -> int:
        """Keep a note with its actions; gives its number. Raises `Lacking`, `Unprocessable`."""
        await self._mandates.require(by.person, WRITES, "", now)
        people = {one.person: one.name for one in await self._mandates.in_force(now)}
        if problems := _problems(wanted, set(people), now):
            raise Unprocessable("Some of it is not right, so nothing was stored.", problems)
        columns = [(one.words.strip(), one.owner, people[one.owner], one.due) for one in wanted.actions]
        async with self._database.transaction() as work:
            values = (wanted.forum, wanted.held_on, list(wanted.roles), wanted.points.strip())
            row = await work.one(_SQL["note_written"], *values, by.person, by.name, now)
            if columns:
                await work.run(_SQL["action_taken"], row["note"], *map(list, zip(*columns, strict=True)))
        return int(row["note"])

    async def end(self, action: int, said: str, by: Deciding, now: datetime, *, is_done: bool) -> None:
        """Say that an action is done, or was dropped and why: by its owner, or whoever keeps the notes.

        Raises `Absent`, `Lacking`, `Unprocessable`, `Conflict`.
        """
        row = await self._database.maybe(_SQL["action_owner"], action)
        if row is None:
            raise Absent("There is no such action.")
        if row["owner"] != by.person:
            await self._mandates.require(by.person, WRITES, "", now)
        if not is_done and not said.strip():
            raise Unprocessable("Say why.", [Problem("Say why.", "said")])
        if (
            await self._database.maybe(_SQL["action_ended"], action, is_done, said.strip(), by.person, by.name, now)
            is None
        ):
            raise Conflict("It has been ended already.")


def _problems(wanted: Wanted, people: set[str], now: datetime) -> list[Problem]:
    found = []
    if wanted.forum not in FORUMS:
        found.append(Problem("Choose a forum.", "forum"))
    if wanted.held_on is None or wanted.held_on > now.astimezone(STOCKHOLM).date():
        found.append(Problem("Say which day it was held: today or before.", "held_on"))
    if not wanted.roles or not set(wanted.roles) <= ROLES.keys():
        found.append(Problem("Choose which roles took part.", "roles"))
    if not wanted.points.strip() or len(wanted.points) > _LONGEST:
        found.append(Problem("Write what was said, in at most 8,000 letters.", "points"))
    if any(not one.words.strip() or one.owner not in people or one.due is None for one in wanted.actions):
        found.append(Problem("An action has words, an owner who is appointed, and a day.", "actions"))
    return found
