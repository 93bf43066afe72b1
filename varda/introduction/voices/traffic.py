"""Traffic reports: one of each sub-area and administration for a day. Which are expected is said when the round is
opened, so that a template that nobody has touched shows as much as one that is filled in (FUNCTIONS F256).
"""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime

from varda.catalogue import Deciding
from varda.introduction.programme import LOCAL, OFFICE, Mandates, Participants
from varda.introduction.voices.codes import STATUSES
from varda.kernel.db import Database, Row
from varda.kernel.errors import Absent, Problem, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.voices")
_LONGEST = 4000
_LONGEST_NAME = 100
_TEXTS = ("done", "ongoing", "planned", "obstacles")


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is told: a code of `STATUSES`, and four texts of which one at least says something."""

    status: str
    done: str
    ongoing: str
    planned: str
    obstacles: str


@dataclass(frozen=True, slots=True)
class Expected:
    """A report that is expected of an administration (HSA-id); `told` None: the template is untouched."""

    sub_area: str
    administration: str
    told: Traffic | None
    sent_name: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """Reports that were asked for, of a day."""

    number: int
    day: date


class TrafficReports:
    """Those of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mandates = Mandates(database)

    async def open(
        self, day: date, sub_areas: Sequence[str], administrations: Sequence[str], by: Deciding, now: datetime
    ) -> int:
        """Ask each administration to report of each sub-area for a day; gives the round's number.

        Raises `Lacking` for all but the office, and `Unprocessable`.
        """
        await self._mandates.require(by.person, OFFICE, "", now)
        names = list(dict.fromkeys(one.strip() for one in sub_areas))
        problems = []
        if not names or not all(0 < len(one) <= _LONGEST_NAME for one in names):
            problems.append(Problem("Name each sub-area, in at most 100 letters.", "sub_areas"))
        if not administrations or not set(administrations) <= (await Participants(self._database).all()).keys():
            problems.append(Problem("Choose an organisation that takes part.", "administrations"))
        if problems:
            raise Unprocessable("Some of it is not right, so nothing was stored.", problems)
        asked = list(dict.fromkeys(administrations))
        row = await self._database.one(_SQL["traffic_opened"], day, names, asked, by.person, by.name, now)
        return int(row["round"])

    async def send(self, at: tuple[int, str, str], said: Traffic, by: Deciding, now: datetime) -> None:
        """Report of a round, a sub-area and an administration; sent again, the newer one counts and the older is kept.

        Raises `Absent` for what is not expected, `Lacking` without a local role there, `Unprocessable`.
        """
        asked, sub_area, administration = at
        await self._mandates.require(by.person, LOCAL, administration, now)
        if (sub_area, administration) not in [(one.sub_area, one.administration) for one in await self.of(asked)]:
            raise Absent("No such report is expected.")
        problems = list(_problems(said))
        if problems:
            raise Unprocessable("The report is not right, so it was not sent.", problems)
        values = (said.status, *(getattr(said, name).strip() for name in _TEXTS), by.person, by.name, now)
        await self._database.run(_SQL["traffic_sent"], asked, sub_area, administration, *values)

    async def rounds(self) -> list[Round]:
        """All rounds, the newest day first."""
        return [Round(row["round"], row["day"]) for row in await self._database.all(_SQL["traffic_rounds"])]

    async def of(self, asked: int) -> list[Expected]:
        """Every report that a round expects, filled in or not, by sub-area. Raises `Absent`."""
        row = await self._database.maybe(_SQL["traffic_round"], asked)
        if row is None:
            raise Absent("There is no such round of reports.")
        rows = await self._database.all(_SQL["traffic"], asked)
        sent = {(one["sub_area"], one["administration"]): _expected(one) for one in rows}
        pairs = [(area, administration) for area in row["sub_areas"] for administration in row["administrations"]]
        return [sent.get(pair) or Expected(*pair, None) for pair in pairs]


def _expected(row: Row) -> Expected:
    said = Traffic(row["status"], *(row[name] for name in _TEXTS))
    return Expected(row["sub_area"], row["administration"], said, row["sent_name"], row["sent_at"])


def _problems(said: Traffic) -> Iterator[Problem]:
    if said.status not in STATUSES:
        yield Problem("Choose how it stands.", "status")
    if not any(text.strip() for text in astuple(said)[1:]):
        yield Problem("A report that tells nothing is none. Tell of one thing at least.", "done")
    for name in _TEXTS:
        if len(getattr(said, name)) > _LONGEST:
            yield Problem("This text is too long.", name)
