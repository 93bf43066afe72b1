"""What two people say of a unit where nothing can be computed: the last resort, and shown as such."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from varda.introduction.readiness.checks import CHECKS
from varda.introduction.readiness.evidence import Kept
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.readiness")
LONGEST = 2000
LARGEST = 5_000_000
"""Bytes of a file."""


@dataclass(frozen=True, slots=True)
class Attestation:
    """What somebody said of a check at a place, and who confirmed it (None: nobody yet)."""

    number: int
    check: str
    place: str
    is_met: bool
    said: str
    file_name: str
    said_by: str
    said_name: str
    said_at: datetime
    confirmed_name: str
    confirmed_at: datetime | None


class Attestations:
    """Of one database."""

    def __init__(self, database: Database, kept: Kept) -> None:
        self._database, self._kept = database, kept

    async def at(self, place: str) -> list[Attestation]:
        """Those of a place, newest first."""
        return [_attestation(dict(row)) for row in await self._database.all(_SQL["attestations"], place)]

    async def one(self, number: int) -> Attestation:
        """One. Raises `Absent`."""
        row = await self._database.maybe(_SQL["attestation"], number)
        if row is None:
            raise Absent("There is no such attestation.")
        return _attestation(dict(row))

    async def file(self, number: int) -> tuple[str, bytes]:
        """The name and bytes of what came with it. Raises `Absent`."""
        row = await self._database.maybe(_SQL["attestation_file"], number)
        if row is None:
            raise Absent("There is no such file.")
        return row["file_name"], bytes(row["file"])

    async def say(
        self, check: str, place: str, said: str, by: tuple[str, str], now: datetime, *,
        is_met: bool, file: tuple[str, bytes] = ("", b""),
    ) -> None:  # fmt: skip
        """Say it as the first of two (HSA-id, name). Raises `Absent` for what is computed, `Unprocessable`."""
        if check not in CHECKS or not CHECKS[check].is_attested:
            raise Absent("There is no such check that people answer.")
        problems = []
        if not said.strip() or len(said) > LONGEST:
            problems.append(Problem("Say what you have seen, in 2,000 characters at the most.", "said"))
        if len(file[1]) > LARGEST:
            problems.append(Problem("The file is larger than 5 MB. Make it smaller and send it again.", "file"))
        if problems:
            raise Unprocessable(problems[0].message, problems)
        await self._database.one(_SQL["attested"], check, place, is_met, said.strip(), *file, *by, now)

    async def confirm(self, number: int, candidate: int, by: tuple[str, str], now: datetime) -> None:
        """Confirm it as the second: it becomes evidence of the candidate. Raises `Absent`, `Refused`, `Conflict`."""
        found = await self.one(number)
        if found.said_by == by[0]:
            raise Refused("It takes two persons. Let somebody else confirm what you said.")
        async with self._database.transaction() as work:
            evidence = await self._kept.say(work, found.check, found.place, candidate, now, is_met=found.is_met)
            if await work.maybe(_SQL["attestation_confirmed"], number, *by, now, evidence) is None:
                raise Conflict("Somebody has confirmed it already.")


def waiting(some: Sequence[Attestation], check: str) -> Attestation | None:
    """What waits for the second person: the newest of a check, where nobody has confirmed it."""
    newest = next((one for one in some if one.check == check), None)
    return newest if newest and newest.confirmed_at is None else None


def _attestation(values: dict[str, object]) -> Attestation:
    return Attestation(values.pop("attestation"), **values)  # type: ignore[arg-type]  # a row's columns are its fields
