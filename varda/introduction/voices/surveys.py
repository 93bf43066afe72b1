"""An open question to everybody, answered by each for themselves with a background (FUNCTIONS F257).

An answer stays as it was written. With a name there is one of each person; without, nothing is stored that names who
wrote it, the day neither. While a question is open nothing is told of its answers, nor how many they are: what came
between two looks would tell whose it is. Closed, it is told by groups of which none is small (`protection`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from varda.catalogue import Deciding
from varda.introduction.programme import OFFICE, Mandates, Participants
from varda.introduction.voices.codes import PROFESSIONS, ROLES
from varda.introduction.voices.protection import FEWEST, Told, told
from varda.introduction.voices.senders import Senders
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Problem, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.voices")
_LONGEST = 500
_LONGEST_ANSWER = 20_000
_PARTS = ("administration", "profession", "role", "worked")
_WORKED = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be asked, in both languages, from the first day to the last."""

    sv: str
    en: str
    opens: date
    closes: date
    may_be_anonymous: bool


@dataclass(frozen=True, slots=True)
class Survey:
    """A question that was asked."""

    survey: int
    question: Question

    def is_open(self, now: datetime) -> bool:
        """Whether it may be answered."""
        return self.question.opens <= _day(now) <= self.question.closes

    def is_closed(self, now: datetime) -> bool:
        """Whether its last day is over."""
        return _day(now) > self.question.closes


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says, where they work (HSA-id of who takes part), as what, in which role of the introduction, and
    whether they worked in the system. `is_anonymous`: without their name.
    """

    words: str
    administration: str
    profession: str
    role: str
    worked: bool
    is_anonymous: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Of `answers` in all, what may be told by administration, profession, role, and whether they worked in it ("yes",
    "no"); None: a number that is too small."""

    answers: int | None
    parts: Mapping[str, Told | None]


class Surveys:
    """Those of one database. `senders` is one for all in a process."""

    def __init__(self, database: Database, senders: Senders) -> None:
        self._database = database
        self._senders = senders

    async def ask(self, wanted: Question, by: Deciding, now: datetime) -> int:
        """Ask a question; gives its number. Raises `Lacking` for all but the office, and `Unprocessable`."""
        await Mandates(self._database).require(by.person, OFFICE, "", now)
        problems = list(_unfit(wanted, now))
        if problems:
            raise Unprocessable("Some of it is not right, so nothing was stored.", problems)
        row = await self._database.one(
            _SQL["survey_asked"], wanted.sv.strip(), wanted.en.strip(), wanted.opens, wanted.closes,
            wanted.may_be_anonymous, by.person, by.name, now,
        )  # fmt: skip
        return int(row["survey"])

    async def all(self) -> list[Survey]:
        """Every question, the newest first."""
        return await surveys(self._database)

    async def answer(self, survey: int, said: Answer, by: Deciding, now: datetime) -> None:
        """Answer a question. Raises `Absent`, `Conflict` where it is not open or is answered, `Unprocessable`."""
        asked = await survey_of(self._database, survey)
        if not asked.is_open(now):
            raise Conflict("This question cannot be answered today. Its first and last day stand beside it.")
        problems = list(_problems(said, asked))
        if said.administration not in await Participants(self._database).all():
            problems.append(Problem("Choose an organisation that takes part.", "administration"))
        if problems:
            raise Unprocessable("Your answer is not complete, so it was not sent.", problems)
        with self._senders.once(survey, by.person, now):
            await self._keep(survey, said, by, now)

    async def _keep(self, survey: int, said: Answer, by: Deciding, now: datetime) -> None:
        row = await self._database.one(_SQL["answered_by"], survey, by.person)
        who = (None, None) if said.is_anonymous else (by.person, _day(now))
        background = (said.administration, said.profession, said.role, said.worked)
        kept = None
        if not row["is_answered"]:
            kept = await self._database.maybe(_SQL["answer_kept"], uuid4(), survey, *who, *background, said.words)
        if kept is None:
            raise Conflict("You have answered this question. What you wrote stands as it was sent.")

    async def figures(self, survey: int, now: datetime) -> Figures:
        """What may be told of a question that is closed. Raises `Absent`, `Conflict` while it is not."""
        await closed(self._database, survey, now)
        counted: dict[str, Counter[str]] = {part: Counter() for part in _PARTS}
        for row in await self._database.all(_SQL["backgrounds"], survey):
            for part in _PARTS:
                counted[part][_code(row[part])] += row["answers"]
        answers, known = counted["worked"].total(), tuple(await Participants(self._database).all())
        parts = {"administration": known, "profession": tuple(PROFESSIONS), "role": tuple(ROLES), "worked": _WORKED}
        return Figures(
            answers if answers >= FEWEST else None,
            {part: told(_whole(codes, counted[part])) for part, codes in parts.items()},
        )


async def surveys(database: Database, survey: int | None = None) -> list[Survey]:
    """One question, or all of them, the newest first."""
    rows = await database.all(_SQL["surveys"], survey)
    return [
        Survey(
            row["survey"],
            Question(
                row["question_sv"], row["question_en"], row["opens"], row["closes"], row["may_be_anonymous"]
            ),
        )
        for row in rows
    ]  # fmt: skip


async def survey_of(database: Database, survey: int) -> Survey:
    """One question. Raises `Absent`."""
    found = await surveys(database, survey)
    if not found:
        raise Absent("There is no such question.")
    return found[0]


async def closed(database: Database, survey: int, now: datetime) -> Survey:
    """One question whose answers may be read. Raises `Absent`, and `Conflict` while it may still be answered."""
    asked = await survey_of(database, survey)
    if not asked.is_closed(now):
        raise Conflict("Nothing is told of the answers until the question is closed.")
    return asked


def _day(now: datetime) -> date:
    return now.astimezone(STOCKHOLM).date()


def _code(value: str | bool) -> str:
    return value if isinstance(value, str) else ("yes" if value else "no")


def _whole(codes: Iterable[str], counted: Mapping[str, int]) -> dict[str, int]:
    """With those that nobody belongs to, so that what is small is not known by what is missing."""
    return {code: counted.get(code, 0) for code in sorted({*codes, *counted})}


def _unfit(wanted: Question, now: datetime) -> Iterator[Problem]:
    for name, text in (("sv", wanted.sv), ("en", wanted.en)):
        if not text.strip() or len(text) > _LONGEST:
            yield Problem("Write the question in both languages, in at most 500 letters.", name)
    if not _day(now) <= wanted.opens <= wanted.closes:
        yield Problem("Choose a first day that is not past, and a last day that is not before it.", "closes")


def _problems(said: Answer, asked: Survey) -> Iterator[Problem]:
    if not said.words.strip():
        yield Problem("Write your answer.", "words")
    if len(said.words) > _LONGEST_ANSWER:
        yield Problem("This text is too long.", "words")
    if said.profession not in PROFESSIONS:
        yield Problem("Choose your profession.", "profession")
    if said.role not in ROLES:
        yield Problem("Choose your role in the introduction.", "role")
    if said.is_anonymous and not asked.question.may_be_anonymous:
        yield Problem("This question is answered with your name.", "anonymous")
