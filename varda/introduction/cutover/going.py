"""Go or no-go of a wave: a gateway of the run-book, with the same two keys, the same overrides, and what it rested on
frozen (F240). For the waves after the first the evaluation of those before is part of it (F231).

No criterion is set by hand: it is computed from readiness, found in what is kept, or said by two persons.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from varda.catalogue import Deciding, Words
from varda.introduction.coaching import taken_within
from varda.introduction.command import Incidents
from varda.introduction.cutover.books import Course
from varda.introduction.cutover.waves import Unit, Waves
from varda.introduction.programme import (
    OFFICE,
    SIDES,
    Computed,
    Criterion,
    Gateway,
    Gateways,
    Mandates,
    Readiness,
)
from varda.introduction.programme.gateways import Standing
from varda.introduction.readiness import Board, Deliveries, Tile, counted
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.cutover")
_declared: dict[str, Any] = tomllib.loads(
    resources.files(__package__).joinpath("declared", "go.toml").read_text(encoding="utf-8")
)
FOUND, TWO = "found:", "two:"
"""How a criterion's `checks` begin where they are none of readiness."""
LEAST_DAYS = timedelta(days=10)
QUICK, SHARE, FEWEST = timedelta(minutes=5), 0.9, 5
"""What is asked of coaches: this share of calls taken so soon, of no fewer calls than that."""
GRAVE = 3
"""The severity of a fault from which on no further wave goes while it is open: see command/declared/command.toml."""
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Attested:
    """What somebody said of a criterion, and who confirmed it (None: nobody yet)."""

    number: int
    criterion: str
    is_met: bool
    said: str
    said_by: str
    said_name: str
    said_at: datetime
    confirmed_name: str
    confirmed_at: datetime | None


class Going:
    """The go of one wave of a run-book, in one database."""

    def __init__(self, database: Database, course: Course, wave: str) -> None:
        self._database, self._course, self._wave = database, course, wave
        known = {one.code: one for one in course.book.template.waves}
        if wave not in known:
            raise Absent("There is no such wave.")
        self.wave = known[wave]
        self.at = course.book.gate(wave)
        self.criteria = _criteria(course, wave)
        gateway = Gateway(self.at[1], self.wave.words, self.criteria, int(_declared["version"]))
        self.gateways = Gateways(database, {gateway.code: gateway}, self._asked)

    async def standing(self, now: datetime) -> Standing:
        """How it stands."""
        return await self.gateways.standing(*self.at, now)

    async def turn(self, side: str, reason: str, by: Deciding, now: datetime, *, passed: bool) -> None:
        """Turn a key: see `Gateways.turn`. Raises `Conflict` besides for a run-book that is over."""
        if not self._course.book.is_open:
            raise Conflict("This run-book is over. Nothing more is said of it.")
        found = next((one for one in SIDES if one == side), None)
        if found is None:
            raise Absent("There is no such key.")
        await self.gateways.turn(self.at, found, reason, by, now, passed=passed)

    async def attested(self) -> list[Attested]:
        """What was said of its criteria by people, the newest first."""
        rows = await self._database.all(_SQL["attested"], self._course.book.number, self._wave)
        return [Attested(**dict(row)) for row in rows]

    async def attest(self, criterion: str, said: str, by: Deciding, now: datetime, *, is_met: bool) -> None:
        """Say it as the first of two. Raises `Lacking`, `Absent` for what is computed, `Unprocessable`."""
        await self._require(by, now)
        if not any(one.code == criterion and one.checks[0].startswith(TWO) for one in self.criteria):
            raise Absent("There is no such criterion that people answer.")
        if not said.strip() or len(said) > LONGEST:
            raise Unprocessable("Say what you have seen.", [Problem("Say what you have seen.", "said")])
        values = (self._course.book.number, self._wave, criterion, is_met, said.strip(), by.person, by.name, now)
        await self._database.run(_SQL["attest"], *values)

    async def confirm(self, number: int, by: Deciding, now: datetime) -> None:
        """Confirm it as the second. Raises `Lacking`, `Absent`, `Refused` for the same person, `Conflict`."""
        await self._require(by, now)
        found = next((one for one in await self.attested() if one.number == number), None)
        if found is None:
            raise Absent("There is no such attestation.")
        if found.said_by == by.person:
            raise Refused("It takes two persons. Let somebody else confirm what you said.")
        if await self._database.maybe(_SQL["attestation_confirmed"], number, by.person, by.name, now) is None:
            raise Conflict("Somebody has confirmed it already.")

    async def _require(self, by: Deciding, now: datetime) -> None:
        await Mandates(self._database).require(by.person, (OFFICE, *(f"gateway-{side}" for side in SIDES)), "", now)

    async def _asked(self, delivery: str, criteria: Sequence[Criterion], now: datetime) -> Readiness:
        told = await Deliveries(self._database)(delivery, (), now)
        units = await Waves(self._database).units(self._course.book.number)
        mine = sorted(one.unit for one in units if one.wave == self._wave)
        tiles = {} if self._course.book.kind == "rehearsal" else await Board(self._database).units(now, mine)
        county = await Board(self._database).county(now)
        computed = {
            one.code: await self._computed(one, [[*some, *county] for some in tiles.values()], units, told, now)
            for one in criteria
        }
        concerns = 0 if self._course.book.kind == "rehearsal" else told.concerns
        return Readiness(computed, concerns, told.build, told.configuration)

    async def _computed(
        self, one: Criterion, tiles: Sequence[Sequence[Tile]], units: Sequence[Unit], told: Readiness, now: datetime
    ) -> Computed:
        source = one.checks[0]
        if source.startswith(TWO):
            newest = next((each for each in await self.attested() if each.criterion == one.code), None)
            return Computed(1, int(bool(newest and newest.confirmed_at and newest.is_met)), 0)
        if not source.startswith(FOUND):
            return counted(one, tiles)
        before = [each for each in units if each.wave in self._before]
        match source.removeprefix(FOUND):
            case "gateway":
                states = await Gateways(self._database).states()
                return Computed(1, int(states.get((self._course.book.delivery, "g5")) == "passed"), 0)
            case "candidate":
                is_same = (told.build, told.configuration) == (self._course.book.build, self._course.book.configuration)
                return Computed(1, int(is_same), 0)
            case "ran":
                ran = sum(each.is_on and each.at is not None and each.at <= now - LEAST_DAYS for each in before)
                return Computed(len(before), ran, 0)
            case "faults":
                counted_ = await Incidents(self._database).counted()
                grave = sum(row["open"] for severity, row in counted_.items() if severity >= GRAVE)
                return Computed(1, int(not grave), 0)
            case "answer":
                return await self._answer(before, now)
            case _:
                return _steps(self._course, self._wave)

    async def _answer(self, before: Sequence[Unit], now: datetime) -> Computed:
        since = min((one.at for one in before if one.at), default=now)
        calls, quick = await taken_within(self._database, [one.unit for one in before], since, QUICK)
        return Computed(calls, quick, 0, SHARE) if calls >= FEWEST else Computed(0, 0, 0)

    @property
    def _before(self) -> frozenset[str]:
        codes = [one.code for one in self._course.book.template.waves]
        return frozenset(codes[: codes.index(self._wave)])


def _criteria(course: Course, wave: str) -> tuple[Criterion, ...]:
    entries = _declared["rehearsal"] if course.book.kind == "rehearsal" else list(_declared["every"])
    if course.book.kind == "start" and wave != course.book.template.waves[0].code:
        entries = [*entries, *_declared["later"]]
    return tuple(Criterion(one["code"], "exit", Words(one["sv"], one["en"]), _sources(one)) for one in entries)


def _sources(one: Mapping[str, Any]) -> tuple[str, ...]:
    if "found" in one:
        return (FOUND + one["found"],)
    return tuple(one["checks"]) if "checks" in one else (TWO + one["code"],)


def _steps(course: Course, wave: str) -> Computed:
    """What its go waits for, however far behind it, and how much of that is done with no fault open."""
    steps = course.steps
    go = next(one for one in steps.values() if (one.step.wave, one.kind) == (wave, "go"))
    behind: set[str] = set()
    todo = list(go.step.after)
    while todo:
        if (code := todo.pop()) not in behind:
            behind.add(code)
            todo.extend(steps[code].step.after)
    done = sum(steps[code].state == "done" and not steps[code].is_faulty for code in behind)
    return Computed(len(behind), done, 0)
