"""The situation picture: every figure with its limit and trend, alarms on top, for who commands (F238)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from varda.access.session import Session
from varda.introduction.command.figures import FIGURES, Figure, Measured, Standing, standing
from varda.introduction.command.incidents import DECIDES, seeing
from varda.introduction.programme import Mandates
from varda.kernel.db import Database, Row
from varda.kernel.errors import Absent, Conflict
from varda.kernel.sql import named
from varda.record import live

_SQL = named("varda.introduction.command")
BACK = timedelta(hours=3)
"""How far the trend goes back."""
MOST = 200


@dataclass(frozen=True, slots=True)
class Alarm:
    """A figure over its limit since `opened_at`, at a unit or (empty) the county. `ended_at` None: it goes on."""

    alarm: int
    figure: str
    place: str
    opened_at: datetime
    value: float
    worst: float
    taken_by: str
    taken_name: str
    taken_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure as it stands, the units where it is over its limit (worst first), and its trend, the oldest first."""

    standing: Standing
    units: Sequence[tuple[str, float]]
    trend: Sequence[tuple[datetime, float]]


class Situation:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tiles(self, now: datetime, places: frozenset[str] | None = None) -> list[Tile]:
        """Every figure, in the declared order; units among `places` alone, where given."""
        measured = {row.pop("figure"): Measured(**row) for row in map(dict, await self._all("measurings"))}
        values: dict[str, dict[str, float]] = {}
        for row in await self._all("figures"):
            values.setdefault(row["figure"], {})[row["place"]] = row["value"]
        trend: dict[str, list[tuple[datetime, float]]] = {}
        for row in await self._all("points", now - BACK):
            trend.setdefault(row["figure"], []).append((row["at"], row["value"]))
        tiles = []
        for one in FIGURES.values():
            of = values.get(one.code, {})
            stands = standing(one, of.get(""), measured.get(one.code), now)
            units = _over(one, of, places) if stands.state != "missing" else []
            tiles.append(Tile(stands, units, trend.get(one.code, ())))
        return tiles

    async def alarms(self, places: frozenset[str] | None = None, *, most: int = MOST) -> list[Alarm]:
        """What goes on, what nobody has taken first; of the county and of units among `places`, where given."""
        found = [_alarm(row) for row in await self._all("alarms", list(FIGURES), most)]
        return [one for one in found if places is None or not one.place or one.place in places]

    async def over(self, *, most: int = 30) -> list[Alarm]:
        """What has ended, the newest first."""
        return [_alarm(row) for row in await self._all("alarms_over", list(FIGURES), most)]

    async def take(self, number: int, by: Session, now: datetime) -> None:
        """Say that one sees to an alarm: command, or the owner of its figure. Raises `Lacking`, `Absent`, `Conflict`
        where somebody else does."""
        row = await self._database.maybe(_SQL["alarm"], number)
        if row is None or row["figure"] not in FIGURES:
            raise Absent("There is no such alarm.")
        mandates = Mandates(self._database)
        await mandates.require(by.actor, takers(row["figure"]), row["place"], now)
        people = await seeing(mandates, now)
        async with self._database.transaction() as work:
            if await work.maybe(_SQL["alarm_taken"], number, by.actor, by.name, now) is None:
                raise Conflict("A colleague has taken this alarm already, or it has ended.")
            await live.say_people(work, people)

    async def _all(self, name: str, *values: object) -> list[Row]:
        return await self._database.all(_SQL[name], *values)


def takers(figure: str) -> frozenset[str]:
    """The roles of the introduction that see to an alarm of a figure."""
    return frozenset((*DECIDES, FIGURES[figure].owner))


def _over(figure: Figure, of: Mapping[str, float], places: frozenset[str] | None) -> list[tuple[str, float]]:
    if figure.limit is None:
        return []
    found = [
        (place, value)
        for place, value in of.items()
        if place and value > figure.limit and (places is None or place in places)
    ]
    return sorted(found, key=lambda one: -one[1])


def _alarm(row: Row) -> Alarm:
    return Alarm(**{name: row[name] for name in Alarm.__slots__})
