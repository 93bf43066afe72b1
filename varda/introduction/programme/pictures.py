"""The plan as it stands, read and reckoned: the version in force, the detailed plan, progress, pauses, and all days.

Nothing here writes. What is reckoned is kept in the process by the newest revision of everything that it was reckoned
of: tables that are only added to tell by how many rows they have whether anything is new.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal, get_args
from weakref import WeakKeyDictionary

from varda.introduction.programme import items as item
from varda.introduction.programme import network
from varda.introduction.programme.differences import Differences, between
from varda.introduction.programme.items import Item, Progress
from varda.introduction.programme.network import Times
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database, Row
from varda.kernel.errors import Absent
from varda.kernel.sql import named

_SQL = named("varda.introduction.programme")
State = Literal["planned", "running", "paused", "stopped"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Version:
    """An overall plan: the items, who proposed it and why, and what was decided (`approved` None: nothing yet)."""

    number: int
    based_on: int
    items: tuple[Item, ...]
    reason: str
    reopens: bool
    proposed_by: str
    proposed_name: str
    proposed_at: datetime
    approved: bool | None = None
    minutes: str = ""
    decided_name: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a delivery, or the whole programme (empty), stands, and by which decision."""

    delivery: str
    said: State
    reason: str
    minutes: str
    decided_name: str
    decided_at: datetime


@dataclass(frozen=True)
class Picture:
    """Everything of the plan at one moment: the overall plan in force, the detailed one, progress, and all days;
    `waited` are the days that what was begun has stood still in pauses.
    """

    version: Version | None
    work: tuple[Item, ...]
    progress: Mapping[str, Progress]
    states: Mapping[str, Standing]
    today: date
    waited: Mapping[str, int]
    times: Mapping[str, Times] = field(default_factory=dict)

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every item by its code, those of the overall plan first."""
        overall = self.version.items if self.version else ()
        return {one.code: one for one in (*overall, *self.work)}

    def scheduled(self, some: Iterable[Item]) -> dict[str, Times]:
        """When other items would happen, with what is known of progress and pauses. Raises `Circular`."""
        return network.scheduled(some, self.progress, self.today, self.waited)

    def state(self, delivery: str) -> State:
        """How a delivery stands: what was said of the whole programme, if it is paused or stopped, goes before."""
        whole = self.states[""].said if "" in self.states else "planned"
        own = self.states[delivery].said if delivery in self.states else "planned"
        return whole if whole in ("paused", "stopped") else own


@dataclass(frozen=True, slots=True)
class _Reckoned:
    """What was reckoned of one revision; differences by the number of their plan, as somebody asks for them."""

    revision: tuple[Any, ...]
    picture: Picture
    differences: dict[int, Differences] = field(default_factory=dict)


_KEPT: WeakKeyDictionary[Database, _Reckoned] = WeakKeyDictionary()
"""What each database's plan was reckoned to last."""


class Pictures:
    """Those of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def in_force(self) -> Version | None:
        """The overall plan that counts now; None before the first is decided."""
        row = await self._database.maybe(_SQL["plan_in_force"])
        return _version(row) if row else None

    async def version(self, number: int) -> Version:
        """One overall plan, in force or not. Raises `Absent`."""
        row = await self._database.maybe(_SQL["plan"], number)
        if row is None:
            raise Absent("There is no such plan.")
        return _version(row)

    async def versions(self) -> list[Version]:
        """Every one that was proposed, without its items; what waits for a decision first, then the newest."""
        return [_version(row) for row in await self._database.all(_SQL["plans"])]

    async def work(self) -> list[Item]:
        """The detailed plan as it is: work packages, activities and local milestones."""
        return [item.read(json.loads(row["content"])) for row in await self._database.all(_SQL["work"])]

    async def progress(self) -> dict[str, Progress]:
        """What has been said of each item."""
        rows = await self._database.all(_SQL["progress"])
        return {row["code"]: Progress(row["begun"], row["finished"]) for row in rows}

    async def states(self) -> dict[str, Standing]:
        """How each delivery stands, and the whole programme (empty), as far as anything was decided."""
        return {row["delivery"]: Standing(**dict(row)) for row in await self._database.all(_SQL["states"])}

    async def state_history(self) -> list[Standing]:
        """Every decision on how a delivery or the programme stands, the newest first."""
        return [Standing(**dict(row)) for row in await self._database.all(_SQL["state_history"])]

    async def picture(self, now: datetime, *, of: Version | None = None) -> Picture:
        """Everything with its days, by the plan in force or (`of`) by another one. Raises `Circular`.

        What was reckoned last is kept as long as nothing has been added and the day is the same.
        """
        return (await self._reckoned(now)).picture if of is None else await self._drawn(now, of)

    async def differences(self, of: Version, now: datetime) -> Differences:
        """What differs between a plan and the one that it was made from, and whom it hits; kept as `picture`."""
        kept = await self._reckoned(now)
        if of.number not in kept.differences:
            base = await self.version(of.based_on) if of.based_on else None
            kept.differences[of.number] = between(base.items if base else (), of.items, kept.picture)
        return kept.differences[of.number]

    async def _reckoned(self, now: datetime) -> "_Reckoned":
        day = now.astimezone(STOCKHOLM).date()
        revision = (day, *await self._database.one(_SQL["plan_revision"]))
        kept = _KEPT.get(self._database)
        if kept is None or kept.revision != revision:
            kept = _KEPT[self._database] = _Reckoned(revision, await self._drawn(now, await self.in_force()))
        return kept

    async def _drawn(self, now: datetime, version: Version | None) -> Picture:
        work, progress, states = await self.work(), await self.progress(), await self.states()
        today = now.astimezone(STOCKHOLM).date()
        drawn = Picture(version, tuple(work), progress, states, today, {})
        drawn = replace(drawn, waited=standstill(drawn.items, progress, await self._pauses(today)))
        return replace(drawn, times=drawn.scheduled(drawn.items.values()))

    async def _pauses(self, today: date) -> dict[str, list[tuple[date, date]]]:
        """From which day until which each delivery, or the programme (empty), has been paused."""
        found: dict[str, list[tuple[date, date]]] = {}
        since: dict[str, date] = {}
        for row in await self._database.all(_SQL["pauses"]):
            day, delivery = row["decided_at"].astimezone(STOCKHOLM).date(), row["delivery"]
            if delivery in since:
                found.setdefault(delivery, []).append((since.pop(delivery), day))
            if row["said"] == "paused":
                since[delivery] = day
        for delivery, day in since.items():
            found.setdefault(delivery, []).append((day, today))
        return found


def standstill(
    items: Mapping[str, Item], progress: Mapping[str, Progress], pauses: Mapping[str, Sequence[tuple[date, date]]]
) -> dict[str, int]:
    """The days that each thing that was begun and is not finished has stood still since, in a pause of its delivery or
    of the programme: its end moves by them. What was not begun begins no earlier than today by itself.
    """
    found = {}
    for code, said in progress.items():
        if code in items and said.begun and not said.finished and pauses:
            own = {*pauses.get("", ()), *pauses.get(item.delivery_of(items[code], items), ())}
            if days := len({day for since, until in own for day in range(_from(since, said.begun), until.toordinal())}):
                found[code] = days
    return found


def _from(since: date, begun: date) -> int:
    return max(since, begun).toordinal()


def frozen(items: Iterable[Item], today: date) -> set[str]:
    """The deliveries whose freeze date has come: candidate builds are guarded from then on."""
    known = {one.code: one for one in items}
    reached = [one for one in known.values() if one.kind == "freeze" and one.due and one.due <= today]
    return {item.delivery_of(one, known) for one in reached} - {""}


def _version(row: Row) -> Version:
    values = dict(row)
    kept = tuple(item.read(one) for one in json.loads(values.pop("content")))
    return Version(number=values.pop("plan"), items=kept, **values)
