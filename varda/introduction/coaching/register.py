"""Who is a coach where: appointed at a unit, lent to another, or walking the floors of an organisation (F204, F242).

Nothing of it is kept here but loans, floorwalkers and who is away: the duty and the track are training's, the work is
the directory's. Who leaves the unit, or whose track has had its time, is a coach no more: nobody strikes a list.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from varda.access.organisations import Organisations
from varda.access.people import People
from varda.introduction.coaching.rule import RULE
from varda.introduction.training import Course, Learning
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database
from varda.kernel.sql import named

_SQL = named("varda.introduction.coaching")
NEIGHBOURS = 50
"""Units beside one that are looked at, at most."""


@dataclass(frozen=True, slots=True)
class Coach:
    """Somebody who is a coach of `unit`, with the professions of the work at `home`, which is another unit for who is
    lent. `is_ready`: the track is finished; `away`: until when they take no calls."""

    person: str
    name: str
    unit: str
    home: str
    home_name: str
    roles: frozenset[str]
    is_ready: bool
    away: datetime | None = None

    @property
    def is_lent(self) -> bool:
        """Whether they come from another unit."""
        return self.home != self.unit

    @property
    def comes(self) -> bool:
        """Whether they can be called."""
        return self.is_ready and self.away is None


@dataclass(frozen=True, slots=True)
class Reach:
    """The units whose calls somebody sees, by how near: `own` (own or lent to), `floors`, `beside`. Each unit once."""

    own: frozenset[str] = frozenset()
    floors: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()

    @property
    def is_any(self) -> bool:
        """Whether there is any: else this is no coach."""
        return bool(self.own or self.floors)


class Register:
    """Of one database."""

    def __init__(self, database: Database, learning: Learning, courses: Mapping[str, Course]) -> None:
        self._database, self._learning, self._courses = database, learning, courses
        self._people, self._organisations = People(database), Organisations(database)

    async def at(self, units: Sequence[str], now: datetime) -> dict[str, list[Coach]]:
        """The coaches of some units (HSA-ids): their own, then those lent to them, by name."""
        held = await self._learning.held(self._courses, "coach", now, units=units)
        lent = await self._database.all(_SQL["lent_to"], units, _day(now))
        guests = {row["person"] for row in lent}
        people = list({one.person for one in held} | guests)
        if not people:
            return {}
        ready = {(one.person, one.unit) for one in held if one.is_ready} | await self._ready(list(guests), now)
        posts, away = await self._people.posts(people, now), await self._away(people, now)
        found: dict[str, list[Coach]] = defaultdict(list)
        places = [(one.person, one.name, one.unit, one.unit) for one in held]
        places += [(row["person"], row["name"], row["unit"], row["home"]) for row in lent]
        for person, name, unit, home in places:
            if (person, home) in posts:
                home_name, roles = posts[person, home]
                is_ready = (person, home) in ready
                found[unit].append(Coach(person, name, unit, home, home_name, roles, is_ready, away.get(person)))
        return found

    async def reach(self, person: str, now: datetime) -> Reach:
        """The units whose calls somebody sees. One away sees them too: who looks is there."""
        homes = {unit for _, unit in await self._ready([person], now)}
        walks = await self._database.all(_SQL["walks_of"], person, _day(now))
        if walks and not await self._learning.holding([person], RULE.courses, now):
            walks = []
        if not (homes or walks) or not await self._people.at_work([person], now):
            return Reach(frozenset(), frozenset(), frozenset())  # nearly everybody whose page asks, and who has left
        homes &= {unit for _, unit in await self._people.posts([person], now)}
        lent = await self._database.all(_SQL["lent_of"], person, _day(now))
        own = homes | {row["unit"] for row in lent if row["home"] in homes}
        floors: set[str] = set()
        for row in walks:
            floors |= {one.hsa for one in await self._organisations.below(row["organisation"])}
        beside = {one for unit in homes for one in await self.neighbours(unit)}
        return Reach(frozenset(own), frozenset(floors - own), frozenset(beside - own - floors))

    async def neighbours(self, unit: str) -> dict[str, str]:
        """The units directly under the same organisation, by HSA-id with their names."""
        line = await self._organisations.line(unit)
        if len(line) < 2:
            return {}
        beside = [one for one in await self._organisations.below(line[1]) if one.above == line[1] and one.hsa != unit]
        return {one.hsa: one.name for one in beside[:NEIGHBOURS]}

    async def rings(self, unit: str, now: datetime) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """Who can be called from a unit: its own and lent coaches, floorwalkers whose courses still count, and coaches
        beside it."""
        beside = await self.neighbours(unit)
        coaches = await self.at([unit, *beside], now)
        own = {one.person for one in coaches.get(unit, ()) if one.comes}
        near = {one.person for hsa in beside for one in coaches.get(hsa, ()) if one.comes and not one.is_lent}
        rows = await self._database.all(_SQL["walkers_of"], await self._organisations.line(unit), _day(now))
        walking = await self._people.at_work([row["person"] for row in rows], now)
        walking &= await self._learning.holding(walking, RULE.courses, now)
        walking -= set(await self._away(list(walking), now))
        return frozenset(own), frozenset(walking - own), frozenset(near - own - walking)

    async def rest(self, person: str, until: datetime | None, now: datetime) -> None:
        """Take no calls until then; None: from now on again."""
        await self._database.run(_SQL["rested"], person, until or now, now)

    async def resting(self, person: str, now: datetime) -> datetime | None:
        """Until when somebody takes no calls."""
        return (await self._away([person], now)).get(person)

    async def _ready(self, people: Sequence[str], now: datetime) -> set[tuple[str, str]]:
        if not people:
            return set()
        held = await self._learning.held(self._courses, "coach", now, people=people)
        return {(one.person, one.unit) for one in held if one.is_ready}

    async def _away(self, people: Sequence[str], now: datetime) -> dict[str, datetime]:
        return {row["person"]: row["until"] for row in await self._database.all(_SQL["resting"], people, now)}


def _day(now: datetime) -> object:
    return now.astimezone(STOCKHOLM).date()
