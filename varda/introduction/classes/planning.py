"""Rooms, periods and classes: planned, moved, cancelled (F200, F201).

Two classes in one room, or of one teacher, at once are the database's own rule; the message names the other class.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from varda.introduction.classes.model import KINDS, Occasion, Period, Room, State, Wanted
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Clashed, Database, Row, Taken, Work
from varda.kernel.errors import Absent, Conflict, Occupied, Problem, Unprocessable
from varda.kernel.sql import named

SQL = named("varda.introduction.classes")
MOST = 400
"""Classes of one list."""
AGAIN = "This has changed meanwhile. Look at it again."


@dataclass(frozen=True, slots=True)
class Near:
    """What is near somebody: a unit and all above it (HSA-ids), and the area that it belongs to."""

    line: tuple[str, ...] = ()
    area: str = ""


class Planning:
    """Of one database. Who may is asked by the caller: it follows from a mandate."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rooms(self) -> list[Room]:
        """Those that may be used."""
        rows = await self._database.all(SQL["rooms"])
        return [_room(row) for row in rows]

    async def room(self, number: int) -> Room:
        """One that may be used. Raises `Absent`."""
        row = await self._database.maybe(SQL["room"], number)
        if row is None:
            raise Absent("There is no such room.")
        return _room(row)

    async def keep_room(self, room: Room) -> int:
        """Add one; gives its number. Raises `Unprocessable`, or `Conflict` for a name that is taken."""
        problems = [] if room.name.strip() else [Problem("Give the room a name.", "name")]
        if not 0 < room.seats <= 1000:
            problems.append(Problem("Seats are a whole number from 1 to 1000.", "seats"))
        if problems:
            raise Unprocessable("The room is not complete.", problems)
        try:
            values = (room.name.strip(), room.place.strip(), room.area, room.organisation, room.seats)
            return int((await self._database.one(SQL["room_kept"], *values))["room"])
        except Taken as taken:
            message = "There is a room with this name already."
            raise Unprocessable(message, [Problem(message, "name")]) from taken

    async def close_room(self, number: int) -> None:
        """Use it no more; classes that are planned there stay."""
        await self._database.run(SQL["room_closed"], number)

    async def periods(self) -> list[Period]:
        """All, by first day."""
        rows = await self._database.all(SQL["periods"])
        return [
            Period(
                row["name"], row["area"], row["opens"], row["closes"], tuple(row["passes"]), row["share"],
                row["teaches"], row["remote"], row["period"],
            )
            for row in rows
        ]  # fmt: skip

    async def period(self, number: int) -> Period:
        """One. Raises `Absent`."""
        found = next((one for one in await self.periods() if one.number == number), None)
        if found is None:
            raise Absent("There is no such period.")
        return found

    async def keep_period(self, one: Period, by: str, now: datetime) -> int:
        """Add one; gives its number. Raises `Unprocessable`."""
        if problems := list(_wrong_period(one)):
            raise Unprocessable("The period is not complete.", problems)
        row = await self._database.one(
            SQL["period_kept"], one.name.strip(), one.area, one.opens, one.closes, list(one.passes), one.share,
            one.teaches, one.remote, by, now,
        )  # fmt: skip
        return int(row["period"])

    # Classes ---------------------------------------------------------------------------------------------------------

    async def ahead(
        self,
        since: datetime,
        until: datetime,
        courses: Sequence[str] = (),
        *,
        most: int = MOST,
        page: int = 0,
        near: Near = Near(),
    ) -> list[Occasion]:
        """A page of the classes that are to be, by time; of all courses where none is said. Those that are near are on
        the first pages.
        """
        rows = await self._database.all(
            SQL["occasions_ahead"], since, until, list(courses), most, list(near.line), near.area, page * most
        )
        return await self.some([row["occasion"] for row in rows])

    async def taught_by(self, person: str, since: datetime) -> list[Occasion]:
        """The classes that somebody teaches, from an instant on."""
        return await self.some([row["occasion"] for row in await self._database.all(SQL["taught_by"], person, since)])

    async def some(self, numbers: Iterable[int]) -> list[Occasion]:
        """Those that there are, by time."""
        return [_occasion(row) for row in await self._database.all(SQL["occasions_by"], list(set(numbers)))]

    async def one(self, number: int) -> Occasion:
        """A class. Raises `Absent`."""
        found = await self.some([number])
        if not found:
            raise Absent("There is no such class.")
        return found[0]

    async def plan(self, wanted: Wanted, by: str, now: datetime) -> int:
        """Plan a class; gives its number. Raises `Unprocessable`, or `Occupied` naming what is in the way."""
        if problems := [*_wrong(wanted, now)]:
            raise Unprocessable("The class is not complete.", problems)
        try:
            async with self._database.transaction() as work:
                await places_locked(work, [wanted])
                return await planned(work, wanted, by, now)
        except Clashed as clashed:
            raise await self._clash(wanted, 0) from clashed

    async def move(self, number: int, wanted: Wanted, by: str, now: datetime) -> None:
        """Another time, room or number of seats: those who are booked stay booked, and are told on their path. Raises
        `Unprocessable`, `Occupied`, or `Conflict` for one that has begun.
        """
        if problems := [*_wrong(wanted, now)]:
            raise Unprocessable("The class is not complete.", problems)
        try:
            async with self._database.transaction() as work:
                before = await work.maybe(SQL["room_of"], number)
                await places_locked(work, [wanted, *([replace(wanted, room=before["room"])] if before else [])])
                row = await _open(work, number)
                if row["starts"] <= now:
                    raise Conflict("This class has begun and is not moved. Plan a new one.")
                taken = (await work.one(SQL["seats_taken"], number))["taken"]
                if taken > wanted.seats:
                    message = "More people are booked than there would be seats. Take a larger room, or end bookings."
                    raise Unprocessable(message, [Problem(message, "seats")])
                await work.run(
                    SQL["occasion_moved"], number, wanted.starts, wanted.ends, wanted.room, wanted.seats, wanted.kind,
                    wanted.unit, _address(wanted),
                )  # fmt: skip
                await work.run(SQL["word"], number, "moved", "", f"{row['starts'].isoformat()}", by, now)
        except Clashed as clashed:
            raise await self._clash(wanted, number) from clashed

    async def moved_from(self, numbers: Iterable[int], since: datetime | None = None) -> dict[int, datetime]:
        """When those of some classes that have been moved (last after an instant) were to be before the last time."""
        rows = await self._database.all(SQL["moved_from"], list(numbers), since)
        return {row["occasion"]: datetime.fromisoformat(row["why"]) for row in rows}

    async def tell(self, number: int, state: State, by: str, why: str, now: datetime) -> None:
        """Confirmed, held or cancelled. What is cancelled takes a reason, and everybody booked is told it. Raises
        `Conflict` for held before it begins, and for anything after it was held.
        """
        if state == "cancelled" and not why.strip():
            raise Unprocessable("Say why.", [Problem("Say why.", "why")])
        async with self._database.transaction() as work:
            row = await _open(work, number)
            if row["state"] == "held":
                raise Conflict("This class has been held. What was noted there stays.")
            if state == "held" and row["starts"] > now:
                raise Conflict("This class has not begun. Say that it was held when it has.")
            await work.run(SQL["occasion_told"], number, state)
            if state == "cancelled":
                await work.run(SQL["bookings_ended"], number, by, now, why.strip())
            await work.run(SQL["word"], number, state, "", why.strip(), by, now)

    async def _clash(self, wanted: Wanted, number: int) -> Conflict:
        teachers = [person for person, _ in wanted.teachers]
        row = await self._database.maybe(
            SQL["taken_by_others"], wanted.starts, wanted.ends, wanted.room, teachers, number
        )
        return _occupied(row) if row is not None else Conflict(AGAIN)


async def places_locked(work: Work, some: Iterable[Wanted]) -> None:
    """Hold the rooms and instructors of classes, before any of them is planned or moved within a piece of work."""
    places = {
        place for one in some for place in (f"room {one.room or ''}", *(f"teacher {who}" for who, _ in one.teachers))
    }
    await work.run(SQL["places_locked"], sorted(places - {"room "}))


async def planned(work: Work, wanted: Wanted, by: str, now: datetime, proposal: int | None = None) -> int:
    """Write a class within a piece of work; gives its number. Raises `Clashed`."""
    row = await work.one(
        SQL["occasion_planned"], wanted.course, wanted.kind, wanted.room, wanted.unit, _address(wanted),
        wanted.organisation, wanted.starts, wanted.ends, wanted.seats, "planned", proposal,
    )  # fmt: skip
    for person, name in wanted.teachers:
        await work.run(SQL["teaching"], row["occasion"], person, name, wanted.starts, wanted.ends)
    await work.run(SQL["word"], row["occasion"], "planned", "", "", by, now)
    return int(row["occasion"])


async def _open(work: Work, number: int) -> Row:
    row = await work.maybe(SQL["occasion_locked"], number)
    if row is None:
        raise Absent("There is no such class.")
    if row["state"] == "cancelled":
        raise Conflict("This class has been cancelled. Plan a new one.")
    return row


def _address(wanted: Wanted) -> str:
    """Where a class at a distance meets; no other has an address."""
    return wanted.address if wanted.kind == "remote" else ""


def _occupied(row: Row) -> Occupied:
    starts, ends = (row[name].astimezone(STOCKHOLM) for name in ("starts", "ends"))
    values = {
        "what": row["teacher"] or row["room_name"],
        "class": f"{row['occasion']} ({row['course']})",
        "time": f"{starts:%Y-%m-%d %H.%M}–{ends:%H.%M}",
    }
    return Occupied("%(what)s has class %(class)s then, %(time)s. Choose another time, room or instructor.", values)


def _wrong(wanted: Wanted, now: datetime) -> Iterator[Problem]:
    if not wanted.course:
        yield Problem("Choose a course.", "course")
    if wanted.kind not in KINDS:
        yield Problem("Choose where it is held.", "kind")
    elif wanted.kind == "room" and wanted.room is None:
        yield Problem("Choose a room.", "room")
    elif wanted.kind == "unit" and not wanted.unit:
        yield Problem("Choose the unit.", "unit")
    if (wanted.kind == "remote" or wanted.address) and not wanted.address.startswith("https://"):
        yield Problem("Give the address of the meeting (https://…).", "address")
    if wanted.starts <= now:
        yield Problem("Choose a time that has not passed.", "day")
    if not timedelta() < wanted.ends - wanted.starts <= timedelta(hours=24):
        yield Problem("The end is after the beginning, within a day.", "ends")
    if not 0 < wanted.seats <= 1000:
        yield Problem("Seats are a whole number from 1 to 1000.", "seats")
    if not wanted.teachers:
        yield Problem("Choose who teaches.", "teacher")


def _wrong_period(one: Period) -> Iterator[Problem]:
    if not one.name.strip():
        yield Problem("Give the period a name.", "name")
    if one.opens.weekday() or one.closes.weekday() or one.closes <= one.opens:
        yield Problem("A period goes from one Monday to a later one.", "opens")
    elif (one.closes - one.opens).days > 7 * 104:
        yield Problem("A period lasts two years at most.", "closes")
    if not one.passes or list(one.passes) != sorted(set(one.passes)) or not 0 <= one.passes[0] <= one.passes[-1] < 1440:
        yield Problem("Write the times at which classes begin, as 08:00 13:00.", "passes")
    if not 1 <= one.share <= 100:
        yield Problem("The share is per cent, from 1 to 100.", "share")
    if not 1 <= one.teaches <= 50:
        yield Problem("An instructor teaches 1 to 50 classes a week.", "teaches")
    if not 0 <= one.remote <= 1000:
        yield Problem("Seats are a whole number from 0 to 1000.", "remote")


def _room(row: Row) -> Room:
    return Room(row["name"], row["place"], row["seats"], row["area"], row["organisation"], row["room"])


def _occasion(row: Row) -> Occasion:
    values: dict[str, Any] = dict(row)
    teachers = tuple((person, name) for person, _, name in (one.partition(" ") for one in values.pop("teach")))
    values |= {"room_name": values["room_name"] or "", "place": values["place"] or ""}
    return Occasion(number=values.pop("occasion"), teachers=teachers, **values)
