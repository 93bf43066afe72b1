"""Risks and problems: who owns each, how old it is, and one level up when it cannot be dealt with where it is (F220).

Every change is kept, and the newest counts. That one is overdue or has waited too long at its level is reckoned from
its days, never set by hand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, get_args

from varda.access.organisations import Organisations
from varda.catalogue import Deciding, Words
from varda.introduction.programme import AREAS, LOCAL, OFFICE, Mandates, Participants, declared
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database, Row, Taken
from varda.kernel.errors import Absent, Conflict, Problem, Stale, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.office")
Kind = Literal["risk", "problem"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Level = Literal["local", "joint", "programme"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""Where one is dealt with, the lowest first."""
State = Literal["open", "going", "closed"]
STATES: tuple[State, ...] = get_args(State)
_said = declared("risks.toml", "office")
_levels = _said["levels"]
PROBABILITY = {int(code): Words(one["sv"], one["en"]) for code, one in _said["probability"].items()}
CONSEQUENCE = {int(code): Words(one["sv"], one["en"]) for code, one in _said["consequence"].items()}
LEVEL_WORDS = {level: Words(_levels[level]["sv"], _levels[level]["en"]) for level in LEVELS}
LONGEST_WAIT = {level: int(_levels[level]["days"]) for level in LEVELS}
"""Days that one may stay at a level before it is marked."""
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is said of a risk or a problem: `probability` counts for a risk alone, `owner` is an HSA-id."""

    kind: str
    words: str
    probability: int
    consequence: int
    owner: str
    measures: str
    due: date | None
    state: str = "open"


@dataclass(frozen=True, slots=True)
class Risk:
    """One as it is, or was at a revision; `reason` is why it was changed to that."""

    number: int
    organisation: str
    area: str
    raised_name: str
    raised_at: datetime
    revision: int
    kind: Kind
    words: str
    probability: int
    consequence: int
    owner: str
    owner_name: str
    measures: str
    due: date
    level: Level
    level_since: datetime
    state: State
    reason: str
    changed_name: str
    changed_at: datetime

    @property
    def weight(self) -> int:
        """Probability times consequence; a problem has happened and weighs as the highest probability."""
        return (self.probability or max(PROBABILITY)) * self.consequence

    @property
    def gravity(self) -> str:
        """`grave`, `notable` or `slight`, by the declared bounds."""
        return next((one for one in ("grave", "notable") if self.weight >= _said[one]), "slight")

    def age(self, today: date) -> int:
        """Days since it was raised."""
        return (today - self.raised_at.astimezone(STOCKHOLM).date()).days

    def marks(self, today: date) -> tuple[str, ...]:
        """`overdue`: its day has passed. `old`: it has been at its level for longer than is declared."""
        if self.state == "closed":
            return ()
        stayed = (today - self.level_since.astimezone(STOCKHOLM).date()).days
        found = {"overdue": self.due < today, "old": stayed > LONGEST_WAIT[self.level]}
        return tuple(mark for mark, is_so in found.items() if is_so)

    @property
    def lowest(self) -> Level:
        """The level where it began."""
        return _begins(self.organisation, self.area)


class Risks:
    """Those of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mandates = Mandates(database)

    async def all(self, organisation: str = "", *, closed: bool = False) -> list[Risk]:
        """Those of an organisation, or (empty) everybody's: not yet closed, or closed; the gravest first."""
        return [_risk(row) for row in await self._database.all(_SQL["risks"], organisation, closed)]

    async def history(self, number: int) -> list[Risk]:
        """One as it is and as it was, the newest first. Raises `Absent`."""
        rows = await self._database.all(_SQL["risk_history"], number)
        if not rows:
            raise Absent("There is no such risk or problem.")
        return [_risk(row) for row in rows]

    async def may_write(self, person: str, organisation: str, level: Level, now: datetime) -> bool:
        """Whether somebody may say how one of an organisation, at a level, is."""
        return await self._mandates.held(person, _writers(level), organisation, now) is not None

    async def may_settle(self, person: str, risk: Risk, now: datetime) -> bool:
        """Whether somebody deals with it where it is now: closes it, or gives it back a level."""
        return await self._mandates.held(person, _settlers(risk.level), risk.organisation, now) is not None

    async def raised(self, place: str, wanted: Wanted, by: Deciding, now: datetime) -> int:
        """Raise one, of a place: an organisation's HSA-id, an area's code, or empty for the programme.

        Gives its number. Raises `Lacking` without a mandate there, and `Unprocessable`.
        """
        organisation = "" if place in AREAS else place
        area = place if place in AREAS else await self._area(organisation)
        if organisation and not await Organisations(self._database).line(organisation):
            raise Absent("There is no such organisation.")
        level = _begins(organisation, area)
        await self._mandates.require(by.person, _writers(level), organisation, now)
        name = await self._checked(replace(wanted, state="open"), now)
        async with self._database.transaction() as work:
            row = await work.one(_SQL["risk_raised"], organisation, area, by.person, by.name, now)
            said = (*_values(replace(wanted, state="open"), name), level, now, "open", "", by.person, by.name, now)
            await work.run(_SQL["risk_said"], row["risk"], 1, *said)
        return int(row["risk"])

    async def say(self, number: int, revision: int, wanted: Wanted, reason: str, by: Deciding, now: datetime) -> None:
        """Say how it is now, having read a revision. Closing takes whoever deals with it where it is, and a reason.

        Raises `Absent`, `Lacking`, `Unprocessable`, or `Stale` when another has changed it since.
        """
        risk = await self._read(number, revision)
        roles = _settlers(risk.level) if "closed" in (wanted.state, risk.state) else _writers(risk.level)
        await self._mandates.require(by.person, roles, risk.organisation, now)
        if wanted.state == "closed" and not reason.strip():
            raise Unprocessable("Say why it is closed.", [Problem("Say why it is closed.", "reason")])
        name = risk.owner_name if wanted.owner == risk.owner and wanted.state == "closed" else ""
        name = await self._checked(wanted, now, owned=name)
        await self._written(risk, (*_values(wanted, name), risk.level, risk.level_since, wanted.state), reason, by, now)

    async def move(self, number: int, revision: int, *, up: bool, reason: str, by: Deciding, now: datetime) -> None:
        """One level up, by whoever may write it; or back down, by whoever deals with it. Raises as `say`."""
        risk = await self._read(number, revision)
        roles = _writers(risk.level) if up else _settlers(risk.level)
        await self._mandates.require(by.person, roles, risk.organisation, now)
        if not reason.strip():
            raise Unprocessable("Say why.", [Problem("Say why.", "why")])
        least, at = LEVELS.index(risk.lowest), LEVELS.index(risk.level) + (1 if up else -1)
        if risk.state == "closed" or not least <= at < len(LEVELS):
            raise Conflict("It cannot be moved to another level from where it is.")
        values = (
            risk.kind, risk.words, risk.probability, risk.consequence, risk.owner, risk.owner_name, risk.measures,
            risk.due, LEVELS[at], now, risk.state,
        )  # fmt: skip
        await self._written(risk, values, reason, by, now)

    async def _read(self, number: int, revision: int) -> Risk:
        newest = (await self.history(number))[0]
        if newest.revision != revision:
            raise Stale("Somebody has changed it since you read it. Read it again; what you typed is kept here.")
        return newest

    async def _written(self, risk: Risk, values: Sequence[object], reason: str, by: Deciding, now: datetime) -> None:
        told = (*values, reason.strip(), by.person, by.name, now)
        try:
            await self._database.run(_SQL["risk_said"], risk.number, risk.revision + 1, *told)
        except Taken:
            raise Stale(
                "Somebody has changed it since you read it. Read it again; what you typed is kept here."
            ) from None

    async def _checked(self, wanted: Wanted, now: datetime, *, owned: str = "") -> str:
        """The owner's name, where all is right: somebody who is appointed to something now (`owned`: known already)."""
        held = await self._mandates.of(wanted.owner, now) if wanted.owner and not owned else []
        problems = list(_problems(wanted))
        if not owned and not held:
            problems.append(Problem("Choose an owner: somebody who is appointed in the introduction.", "owner"))
        if problems:
            raise Unprocessable("Some of it is not right, so nothing was stored.", problems)
        return owned or held[0].name

    async def _area(self, organisation: str) -> str:
        part = (await Participants(self._database).all()).get(organisation)
        return part.area if part else ""


def _begins(organisation: str, area: str) -> Level:
    return "local" if organisation else "joint" if area else "programme"


def _settlers(level: Level) -> tuple[str, ...]:
    """Who deals with one at a level."""
    own = LOCAL if level == "local" else tuple(_levels[level]["roles"])
    return (OFFICE, *own)


def _writers(level: Level) -> tuple[str, ...]:
    """Who may say how one is at a level: those who deal with it there, and below."""
    return tuple(dict.fromkeys(role for one in LEVELS[: LEVELS.index(level) + 1] for role in _settlers(one)))


def _values(wanted: Wanted, name: str) -> tuple[object, ...]:
    probability = wanted.probability if wanted.kind == "risk" else 0
    return (
        wanted.kind, wanted.words.strip(), probability, wanted.consequence, wanted.owner, name, wanted.measures.strip(),
        wanted.due,
    )  # fmt: skip


def _problems(wanted: Wanted) -> Iterator[Problem]:
    if wanted.kind not in KINDS:
        yield Problem("Choose whether it is a risk or a problem.", "kind")
    if not wanted.words.strip():
        yield Problem("Say what it is.", "words")
    if wanted.kind == "risk" and wanted.probability not in PROBABILITY:
        yield Problem("Choose how probable it is.", "probability")
    if wanted.consequence not in CONSEQUENCE:
        yield Problem("Choose how grave it would be.", "consequence")
    if wanted.due is None:
        yield Problem("Say by which day it is to be dealt with.", "due")
    if wanted.state not in STATES:
        yield Problem("Choose how it stands.", "state")
    for name in ("words", "measures"):
        if len(getattr(wanted, name)) > _LONGEST:
            yield Problem("This text is too long.", name)


def _risk(row: Row) -> Risk:
    values = dict(row)
    return Risk(number=values.pop("risk"), **values)
