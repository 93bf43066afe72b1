"""What was said, in parts that each say one thing, and what people hold each to be: a kind and one of the 28 codes
(F262, F263).

Who codes sees words, without name and background, and nothing of what other coders gave: else agreement would measure
nothing. A part that is about two things is two statements.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from uuid import UUID

from varda.catalogue import Deciding
from varda.introduction.programme import OFFICE, Mandates
from varda.introduction.voices.agreement import Agreement, agreement
from varda.introduction.voices.codes import CODES, KINDS
from varda.introduction.voices.surveys import closed
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Problem, Unprocessable
from varda.kernel.sql import named

CODER = "experience-coder"
_SQL = named("varda.introduction.voices")


@dataclass(frozen=True, slots=True)
class Statement:
    """A part of an answer, with what one coder gave it; `kind` and `code` empty: not coded by them yet."""

    statement: int
    answer: UUID
    words: str
    kind: str
    code: str


@dataclass(frozen=True, slots=True)
class Compared:
    """How far two coders (by name) agree on kinds and on codes; None where they have coded nothing both."""

    first: str
    second: str
    kinds: Agreement | None
    codes: Agreement | None


class Statements:
    """Those of one database. All raise `Lacking` for whoever is not appointed to code."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mandates = Mandates(database)

    async def answers(self, survey: int, by: Deciding, now: datetime) -> dict[UUID, str]:
        """The answers to a closed question as they were written. Raises `Absent`, `Conflict`."""
        await self._mandates.require(by.person, CODER, "", now)
        await closed(self._database, survey, now)
        return {row["answer"]: row["words"] for row in await self._database.all(_SQL["answers"], survey)}

    async def mark(self, answer: UUID, span: tuple[int, int], by: Deciding, now: datetime) -> int:
        """Say that an answer's letters from one place up to another say one thing; gives the statement's number.

        Raises `Absent`, `Conflict`, `Unprocessable`.
        """
        await self._mandates.require(by.person, CODER, "", now)
        row = await self._database.maybe(_SQL["answer"], answer)
        if row is None:
            raise Absent("There is no such answer.")
        await closed(self._database, row["survey"], now)
        begins, ends = span
        if not 0 <= begins < ends <= len(row["words"]) or not row["words"][begins:ends].strip():
            raise Unprocessable("Nothing was marked.", [Problem("Mark some words of the answer.", "words")])
        made = await self._database.maybe(_SQL["statement_marked"], answer, begins, ends, by.person, by.name, now)
        if made is None:
            raise Conflict("These words are marked already.")
        return int(made["statement"])

    async def to_code(self, survey: int, by: Deciding, now: datetime) -> list[Statement]:
        """All statements of a closed question, with what the coder has given them. Raises `Absent`, `Conflict`."""
        await self._mandates.require(by.person, CODER, "", now)
        await closed(self._database, survey, now)
        rows = await self._database.all(_SQL["statements_for"], survey, by.person)
        return [Statement(**dict(row)) for row in rows]

    async def code(self, statement: int, given: tuple[str, str], by: Deciding, now: datetime) -> None:
        """Give a statement a kind and a code; given anew, the newer counts. Raises `Absent`, `Unprocessable`."""
        await self._mandates.require(by.person, CODER, "", now)
        problems = list(_problems(*given))
        if problems:
            raise Unprocessable("Some of it is not right, so nothing was stored.", problems)
        kept = (statement, by.person, *given, by.name, now)
        if await self._database.maybe(_SQL["statement_coded"], *kept) is None:
            raise Absent("There is no such statement.")

    async def compared(self, survey: int, by: Deciding, now: datetime) -> list[Compared]:
        """How far each two coders of a question agree; the programme office may ask as well."""
        await self._mandates.require(by.person, (CODER, OFFICE), "", now)
        coders = await self._database.all(_SQL["coders"], survey)
        found = []
        for one, other in combinations(coders, 2):
            rows = await self._database.all(_SQL["coded_twice"], survey, one["coder"], other["coder"])
            kinds = agreement([(row["kind"], row["other_kind"]) for row in rows])
            codes = agreement([(row["code"], row["other_code"]) for row in rows])
            found.append(Compared(one["name"], other["name"], kinds, codes))
        return found


def _problems(kind: str, code: str) -> Iterator[Problem]:
    if kind not in KINDS:
        yield Problem("Choose whether it is a feeling, a fact, an opinion or an assumption.", "kind")
    if code not in CODES:
        yield Problem("Choose what it is about.", "code")
