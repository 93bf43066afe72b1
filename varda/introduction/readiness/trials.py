"""Everybody's own trial of an assignment: signed in by themselves, each step asked of the door in their own name.

Rights were wrong three days in a row because nobody had tried theirs before. A trial is never done on somebody's behalf
and belongs to the build and configuration that it was done on (INTRODUCTION §3).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from varda.access import Session
from varda.catalogue import Rights, role_of
from varda.introduction.readiness.candidate import Candidates
from varda.introduction.readiness.checks import CHECKS
from varda.introduction.seal import Seal
from varda.kernel.db import Database
from varda.kernel.sql import named

_SQL = named("varda.introduction.readiness")


@dataclass(frozen=True, slots=True)
class Trial:
    """The newest of an assignment: `steps` are what was tried, each with whether it went."""

    candidate: int
    steps: Mapping[str, bool]
    passed: bool
    at: datetime


class Trials:
    """Of one database."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database, self._seal = database, seal

    async def keep(self, session: Session, candidate: int, steps: Mapping[str, bool], now: datetime) -> None:
        """Keep what somebody tried in the assignment of their own session."""
        told = json.dumps(dict(steps), sort_keys=True)
        passed = bool(steps) and all(steps.values())
        said = (session.actor, session.assignment, session.unit, session.role, candidate, told, passed, now)
        await self._database.run(_SQL["tried"], *said, self._seal.mark(*said))

    async def newest(self, person: str, assignment: str) -> Trial | None:
        """The newest of an assignment."""
        row = await self._database.maybe(_SQL["trial_of"], person, assignment)
        if row is None:
            return None
        return Trial(row["candidate"], json.loads(row["steps"]), row["passed"], row["at"])

    async def counting(self, candidates: Candidates) -> set[tuple[str, str]]:
        """The (person, assignment) whose newest trial went, is the installation's own and counts for the candidate."""
        check = CHECKS["smoke"]
        counts = {one.number for one in candidates.all if candidates.carried(check, one.number) is not None}
        return {
            (row["person"], row["assignment"])
            for row in await self._database.all(_SQL["trials_passed"])
            if row["candidate"] in counts and self._seal.holds(bytes(row["mark"]), *_said(dict(row)))
        }


def steps_of(session: Session, rights: Rights) -> dict[str, bool]:
    """What the role should be able to do, as the door lets this person now: each function that it writes or signs, and
    that anything may be read at all. Empty for a profession without a role."""
    role = role_of(session.role, session.assignment_purpose)
    if role is None:
        return {}
    acts = sorted((what, act) for what, act in role.rights if act != "special")
    return {f"{what} {act}": (what, act) in rights.held for what, act in acts}


def _said(row: Mapping[str, object]) -> tuple[object, ...]:
    steps = json.dumps(json.loads(str(row["steps"])), sort_keys=True)
    return (
        row["person"], row["assignment"], row["unit"], row["role"], row["candidate"], steps, row["passed"], row["at"],
    )  # fmt: skip
