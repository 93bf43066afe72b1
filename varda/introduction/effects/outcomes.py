"""How far each organisation has come with each indicator: baseline, target, and outcome by quarter (F222).

An outcome is typed by who holds the benefit lead, with its source, or computed from care data (varda.insight); of one
that is computed nobody types anything. What would tell of fewer than five people is not kept at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from varda.catalogue import Deciding
from varda.introduction.effects.goals import INDICATORS, Indicator, quarter
from varda.introduction.programme import OFFICE, Mandates, Participants
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database, Row
from varda.kernel.errors import Absent, Conflict, Problem, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.effects")
LEAD = "benefit-lead"
FEWEST = 5
"""People below which nothing is told."""
_MOST = Decimal(10) ** 9
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where an organisation began and is to come; None where it is not known yet. `owner` is an HSA-id."""

    owner: str
    baseline: Decimal | None
    baseline_on: date | None
    target: Decimal | None
    target_on: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Aim:
    """What was set for an organisation."""

    indicator: str
    organisation: str
    owner: str
    owner_name: str
    baseline: Decimal | None
    baseline_on: date | None
    target: Decimal | None
    target_on: date | None
    source: str
    changed_name: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out in a quarter; `value` None: of fewer than five people, or of units too small to be told of."""

    indicator: str
    organisation: str
    period: date
    value: Decimal | None
    people: int | None
    source: str
    said_name: str = ""
    said_at: datetime | None = None
    is_computed: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, and of how many people (None: of no people)."""

    value: Decimal | None
    people: int | None


class Outcomes:
    """What is set and typed, in one database; what is computed comes by the door (`computed`)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mandates = Mandates(database)

    async def aims(self, indicator: str = "") -> dict[tuple[str, str], Aim]:
        """What is set now, by (indicator, organisation): of one indicator, or (empty) of all."""
        rows = await self._database.all(_SQL["aims"], indicator)
        return {(row["indicator"], row["organisation"]): Aim(**dict(row)) for row in rows}

    async def outcomes(self, indicator: str = "", period: date | None = None) -> list[Outcome]:
        """What was typed, the newest word of each organisation and quarter, in the order of time: of one indicator or
        (empty) all, of one quarter or (None) all.
        """
        return [_outcome(row) for row in await self._database.all(_SQL["outcomes"], indicator, period)]

    async def aim(self, indicator: str, organisation: str, wanted: Wanted, by: Deciding, now: datetime) -> None:
        """Set where an organisation began and is to come. Raises `Absent`, `Lacking`, `Unprocessable`."""
        _known(indicator)
        await self._mandates.require(by.person, (OFFICE, LEAD), organisation, now)
        held = await self._mandates.of(wanted.owner, now) if wanted.owner else []
        problems = list(_problems(wanted))
        if not held:
            problems.append(Problem("Choose an owner: somebody who is appointed in the introduction.", "owner"))
        problems += await self._part(organisation)
        if problems:
            raise Unprocessable("Some of it is not right, so nothing was stored.", problems)
        await self._database.run(
            _SQL["aim_set"], indicator, organisation, wanted.owner, held[0].name, wanted.baseline, wanted.baseline_on,
            wanted.target, wanted.target_on, wanted.source.strip(), by.person, by.name, now,
        )  # fmt: skip

    async def say(self, at: tuple[str, str, date], figure: Figure, source: str, by: Deciding, now: datetime) -> None:
        """Type what came out: of an indicator, an organisation and a quarter, with where the figure is from.

        Raises `Absent`, `Lacking` for all but the benefit lead there, `Conflict` for what is computed, `Unprocessable`.
        """
        known, (indicator, organisation, period) = _known(at[0]), at
        await self._mandates.require(by.person, LEAD, organisation, now)
        if known.is_computed:
            raise Conflict("This is computed by Varda from what is recorded, and typed by nobody.")
        problems = list(_wrong(known, figure))
        if not source.strip() or len(source) > _LONGEST:
            problems.append(Problem("Say where the figure is from.", "source"))
        if period != quarter(period) or period > now.astimezone(STOCKHOLM).date():
            problems.append(Problem("Choose a quarter that has begun.", "period"))
        problems += await self._part(organisation)
        if problems:
            raise Unprocessable("Some of it is not right, so nothing was stored.", problems)
        values = (indicator, organisation, period, *_telling(figure), source.strip(), by.person, by.name, now)
        await self._database.run(_SQL["outcome_said"], *values)

    async def _part(self, organisation: str) -> list[Problem]:
        is_part = organisation in await Participants(self._database).all()
        return [] if is_part else [Problem("Choose an organisation that takes part.", "organisation")]


def _known(indicator: str) -> Indicator:
    if indicator not in INDICATORS:
        raise Absent("There is no such indicator.")
    return INDICATORS[indicator]


def _telling(figure: Figure) -> tuple[Decimal | None, int | None]:
    """A figure as it may be kept: nothing of one to four people, not how many they are either."""
    is_few = figure.people is not None and 0 < figure.people < FEWEST
    return (None, None) if is_few else (figure.value, figure.people)


def _wrong(known: Indicator, figure: Figure) -> Iterator[Problem]:
    if figure.value is None or not 0 <= figure.value < _MOST:
        yield Problem("Write the value as a number, such as 12,5.", "value")
    elif known.unit == "%" and figure.value > 100:
        yield Problem("A share is at most one hundred per cent.", "value")
    if known.of_people and (figure.people is None or not 0 <= figure.people < _MOST):
        yield Problem("Say of how many people it is. Of fewer than five nothing is kept.", "people")


def _problems(wanted: Wanted) -> Iterator[Problem]:
    for name in ("baseline", "target"):
        value, day = getattr(wanted, name), getattr(wanted, f"{name}_on")
        if value is not None and not 0 <= value < _MOST:
            yield Problem("Write the value as a number, such as 12,5.", name)
        if (value is None) != (day is None):
            yield Problem("Say both the value and its day, or neither.", name)
    if wanted.baseline is not None and not wanted.source.strip():
        yield Problem("Say where the figure is from.", "source")
    if len(wanted.source) > _LONGEST:
        yield Problem("This text is too long.", "source")


def _outcome(row: Row) -> Outcome:
    return Outcome(**dict(row))
