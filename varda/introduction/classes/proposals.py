"""Proposals: kept as a draft, and accepted – which plans the classes and books the seats.

Nothing that people have booked is moved: who has a seat is not reckoned with, and who has got one since the proposal
was made keeps it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import msgspec

from varda.introduction.classes.model import Period, Wanted
from varda.introduction.classes.planning import SQL, places_locked, planned
from varda.introduction.classes.reckoning import Content, Kind
from varda.introduction.classes.taken import Class
from varda.kernel.db import Clashed, Database, Work
from varda.kernel.errors import Absent, Conflict

OUTDATED = "A room or an instructor has got another class since this was reckoned. Reckon a new proposal."


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal and what became of it."""

    number: int
    period: int
    kind: Kind
    content: Content
    made_at: datetime
    state: Literal["draft", "accepted", "declined"]
    decided_name: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A proposal in a list."""

    proposal: int
    period: int
    period_name: str
    kind: Kind
    made_at: datetime
    state: str
    decided_name: str
    decided_at: datetime | None
    people: int
    seats: int
    lacks: int
    cost: float
    bound: float


@dataclass(frozen=True, slots=True)
class UnitWeek:
    """How many of a unit's role go to a course in a week, as it was accepted for the county."""

    monday: date
    role: str
    course: str
    count: int


class Proposals:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, period: Period, kind: Kind, content: Content, by: str, now: datetime) -> int:
        """Keep a draft; gives its number."""
        said = msgspec.json.encode(content).decode()
        return int((await self._database.one(SQL["proposal_kept"], period.number, kind, said, now, by))["proposal"])

    async def all(self) -> list[Listed]:
        """The newest first."""
        return [Listed(**dict(row)) for row in await self._database.all(SQL["proposals"])]

    async def weeks_of(self, unit: str, today: date) -> list[UnitWeek]:
        """The weeks of a unit (HSA-id) that have been accepted for the county and are not over, by week."""
        return [UnitWeek(**dict(row)) for row in await self._database.all(SQL["weeks_of_unit"], unit, today)]

    async def one(self, number: int) -> Proposal:
        """One. Raises `Absent`."""
        row = await self._database.maybe(SQL["proposal"], number)
        if row is None:
            raise Absent("There is no such proposal.")
        values = dict(row) | {"content": msgspec.json.decode(row["content"], type=Content)}
        return Proposal(number=values.pop("proposal"), **values)

    async def decide(
        self, number: int, by: tuple[str, str], now: datetime, *, accepted: bool, address: str = ""
    ) -> int:
        """Accept or decline; gives how many were booked. `by` is (HSA-id, name), `address` where classes at a distance
        meet. Raises `Conflict` when somebody has decided, or something is in the way: then nothing was planned."""
        one = await self.one(number)
        state = "accepted" if accepted else "declined"
        try:
            async with self._database.transaction() as work:
                if await work.maybe(SQL["proposal_decided"], number, state, *by, now) is None:
                    raise Conflict("Somebody has decided on this proposal already.")
                if not accepted or one.kind != "people":
                    return 0
                return await _accepted(work, one, by[0], now, address)
        except Clashed as clashed:
            raise Conflict(OUTDATED) from clashed


async def _accepted(work: Work, one: Proposal, by: str, now: datetime, address: str) -> int:
    """Plan the classes and book the seats; how many. First rooms and instructors are held, then the classes that stand,
    then everybody's bookings: in the order of whoever plans or books beside."""
    content = one.content
    wanted = {made.number: _wanted(made, content, address) for made in content.classes}
    await places_locked(work, wanted.values())
    await work.run(SQL["occasions_locked"], [number for _, number in content.filled])
    numbers = {number: await planned(work, made, by, now, one.number) for number, made in wanted.items()}
    await work.run(SQL["everybody_locked"])
    made = {each.number: each for each in content.classes}
    stands = {each.number: each for each in content.standing}
    rows = [
        *((numbers[seat], person, made[seat]) for person, seat in content.given),
        *((seat, person, stands[seat]) for person, seat in content.filled),
    ]
    columns = [
        [number for number, _, _ in rows],
        [person for _, person, _ in rows],
        [content.names.get(person, person) for _, person, _ in rows],
        [content.cells[person][0] for _, person, _ in rows],
        [at.course for _, _, at in rows],
        [at.starts for _, _, at in rows],
    ]
    return len(await work.all(SQL["seats_given"], *columns, now, by, one.number))


def _wanted(made: Class, content: Content, address: str) -> Wanted:
    return Wanted(
        made.course, "room" if made.room else "remote", made.starts, made.ends, made.seats, made.room or None,
        address="" if made.room else address, teachers=((made.teacher, content.names.get(made.teacher, made.teacher)),),
    )  # fmt: skip
