"""Staff and their assignments, from the projection: who may sign in, as what, at which unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from varda.access.session import Session, hsa_key
from varda.kernel.db import Database
from varda.kernel.errors import Absent
from varda.kernel.sql import named

_SQL = named("varda.access")


@dataclass(frozen=True, slots=True)
class Choice:
    """One person in one assignment, to choose at sign-in."""

    assignment: str
    person: str
    name: str
    role: str
    title: str
    unit_name: str
    provider_name: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A care unit and the care provider it belongs to."""

    hsa: str
    name: str
    organization: str
    provider: str
    provider_name: str


@dataclass(frozen=True, slots=True)
class Posts:
    """So many assignments at a unit (HSA-id), of a profession and for a purpose."""

    unit: str
    role: str
    purpose: str
    posts: int


@dataclass(frozen=True, slots=True)
class Post:
    """One assignment: whose, where, as what and for what."""

    unit: str
    role: str
    purpose: str
    title: str
    person: str
    name: str


class People:
    """Reads of the projection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def choices(self, text: str, now: datetime, *, most: int = 50) -> list[Choice]:
        """Assignments whose person, title, role or unit has every word of `text`, by name."""
        rows = await self._database.all(_SQL["people_like"], text.lower().split(), now, most)
        return [Choice(**dict(row)) for row in rows]

    async def sessions(self, person: str, now: datetime, *, language: str = "sv") -> list[Session]:
        """One session for each assignment that the person holds now."""
        rows = await self._database.all(_SQL["assignments_of"], person, now)
        return [_session(row, language) for row in rows]

    async def at(self, unit: str, now: datetime) -> list[Session]:
        """One session for each assignment that somebody holds now at a unit (HSA-id), by name; without licences."""
        return [_session(row, "sv") for row in await self._database.all(_SQL["assignments_at"], hsa_key(unit), now)]

    async def staffing(self, units: Sequence[str], now: datetime) -> dict[str, dict[str, int]]:
        """How many people work in care at some units (HSA-ids), by unit and profession."""
        found: dict[str, dict[str, int]] = {}
        for row in await self._database.all(_SQL["staffing"], [hsa_key(one) for one in units], now):
            found.setdefault(row["unit"], {})[row["role"]] = row["people"]
        return found

    async def posts(self, people: Sequence[str], now: datetime) -> dict[tuple[str, str], tuple[str, frozenset[str]]]:
        """Where some people work in care: the unit's name and their professions there, by person and unit."""
        rows = await self._database.all(_SQL["posts_of"], people, now)
        return {(row["person"], row["unit"]): (row["unit_name"], frozenset(row["roles"])) for row in rows}

    async def at_work(self, people: Sequence[str], now: datetime) -> set[str]:
        """Those of some people who have any assignment now."""
        return {row["person"] for row in await self._database.all(_SQL["at_work"], people, now)}

    async def everywhere(self, now: datetime) -> list[Session]:
        """One session for each assignment that anybody holds now, those of a person together; without licences."""
        return [_session(row, "sv") for row in await self._database.all(_SQL["assignments_everywhere"], now)]

    async def counted(self, now: datetime) -> list[Posts]:
        """How many assignments there are now, by unit, profession and purpose."""
        return [Posts(**dict(row)) for row in await self._database.all(_SQL["posts_counted"], now)]

    async def posted(self, asked: Sequence[tuple[str, str, str]], now: datetime) -> list[Post]:
        """The assignments now of some professions and purposes, each with a licence: of those who lack it (empty: all),
        by unit and name."""
        if not asked:
            return []
        rows = await self._database.all(_SQL["posts_in"], now, *map(list, zip(*asked, strict=True)))
        return [Post(**dict(row)) for row in rows]

    async def session(self, person: str, assignment: str, now: datetime, *, language: str = "sv") -> Session:
        """The session of one assignment; the first one when `assignment` is empty. Raises `Absent`."""
        for session in await self.sessions(person, now, language=language):
            if assignment in ("", session.assignment):
                return session
        raise Absent(f"{person} has no such assignment now. Choose another one, or ask for it to be prolonged.")

    async def unit(self, hsa: str) -> Unit:
        """A unit by HSA-id. Raises `Absent` when there is none or it belongs to no care provider."""
        row = await self._database.maybe(_SQL["unit_by_hsa"], hsa)
        if row is None or row["provider_hsa"] is None:
            raise Absent(f"{hsa} is not a care unit of a care provider here.")
        return Unit(row["hsa"], row["name"], row["organization"], row["provider_hsa"], row["provider_name"])


def _session(row: Any, language: str) -> Session:
    return Session(
        kind="staff",
        actor=row["person"],
        name=row["name"],
        role=row["role"],
        title=row["title"],
        assignment=row["assignment"],
        practitioner=f"Practitioner/{row['practitioner']}",
        unit=row["unit"],
        unit_name=row["unit_name"],
        provider=row["provider"],
        provider_name=row["provider_name"],
        organization=row["organization"],
        purpose=row["purpose"],
        assignment_purpose=row["purpose"],
        licences=tuple(row["licences"]),
        is_social=row["is_social"],
        is_municipal=row["is_municipal"],
        language=language,
        ahead=row["ahead"],
    )
