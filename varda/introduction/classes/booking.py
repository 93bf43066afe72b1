"""Seats in classes: booked by oneself or by who leads the unit, a waiting list, and who came (F201, F202).

Seats are counted under a lock of the class; whose other bookings are asked is locked after it, people in one order, so
that two bookings at once neither both succeed nor wait in a ring. When somebody leaves, who has waited longest moves
up, passing over those who have another class then. What is not finished before the class begins is asked for there
(`may_begin`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from varda.introduction.classes.model import Booking, Occasion
from varda.introduction.classes.planning import SQL
from varda.introduction.training import Course, Place
from varda.kernel.db import Database, Row, Work
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Unprocessable

Away = Literal["night", "booked", "leave"]
FARTHEST = timedelta(days=731)
"""How far ahead, or back, somebody says that they cannot come."""
_NOT_ASKED = "The course is not asked of this person, so the seat is kept for somebody else."
_WITHDRAWN = "This course has been withdrawn. Nobody can be booked."


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody to be booked: from which unit, and the courses on their path, by code."""

    person: str
    name: str
    unit: str
    places: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Taken:
    """A seat or a place on the waiting list that others have taken away, and why."""

    occasion: int
    course: str
    starts: datetime
    why: str
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Absence:
    """When somebody cannot come."""

    number: int
    person: str
    starts: datetime
    ends: datetime
    why: Away


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody who was there, and how it was said: by the code or by hand."""

    person: str
    name: str
    unit: str
    how: Literal["code", "hand"]
    said_at: datetime


class Bookings:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def book(self, number: int, course: Course | None, whom: Whom, by: str, now: datetime) -> str:
        """Book somebody; "booked" or "waiting". `course` is that of the class. Raises `Refused` or `Conflict`."""
        if course is None or course.is_withdrawn:
            raise Refused(_WITHDRAWN)
        place = whom.places.get(course.code)
        if place is None or not place.is_required:
            raise Refused(_NOT_ASKED)
        async with self._database.transaction() as work:
            occasion = await _locked(work, number, now)
            await work.run(SQL["people_locked"], [whom.person])
            mine = [_booking(row) for row in await work.all(SQL["bookings_of"], [whom.person], now)]
            _require_free(occasion, mine)
            taken = (await work.one(SQL["seats_taken"], number))["taken"]
            state = "booked" if taken < occasion["seats"] else "waiting"
            values = (whom.person, whom.name, whom.unit, course.code, state)
            await work.run(SQL["booked"], number, *values, now, by, 0)
            await work.run(SQL["word"], number, state, whom.person, "", by, now)
        return state

    async def leave(self, number: int, person: str, by: str, now: datetime, why: str = "") -> None:
        """Give a seat or a place on the list back. Raises `Absent`, or `Conflict` when the class has begun."""
        async with self._database.transaction() as work:
            await _locked(work, number, now)
            ended = await work.maybe(SQL["booking_ended"], number, person, by, now, why.strip())
            if ended is None:
                raise Absent("There is no such booking.")
            await work.run(SQL["word"], number, "left", person, why.strip(), by, now)
            await self._move_up(work, number, now)

    async def _move_up(self, work: Work, number: int, now: datetime) -> None:
        occasion = await work.one(SQL["occasion_locked"], number)
        rows = await work.all(SQL["bookings_at"], number)
        await work.run(SQL["people_locked"], [row["person"] for row in rows if row["state"] == "waiting"])
        for row in rows:
            taken = (await work.one(SQL["seats_taken"], number))["taken"]
            if taken >= occasion["seats"]:
                return
            if row["state"] != "waiting":
                continue
            others = [_booking(one) for one in await work.all(SQL["bookings_of"], [row["person"]], now)]
            seats = [one for one in others if one.state == "booked"]
            if not any(one.starts < occasion["ends"] and occasion["starts"] < one.ends for one in seats):
                await work.run(SQL["moved_up"], row["booking"])
                await work.run(SQL["word"], number, "moved up", row["person"], "", "", now)

    async def at(self, number: int) -> list[Booking]:
        """Who is booked, then who waits, in their order."""
        return [_booking(row) for row in await self._database.all(SQL["bookings_at"], number)]

    async def of(self, people: Sequence[str], since: datetime) -> list[Booking]:
        """The bookings of some people in classes that end after an instant, by time."""
        return [_booking(row) for row in await self._database.all(SQL["bookings_of"], list(people), since)]

    async def taken_from(self, person: str, since: datetime) -> list[Taken]:
        """What others have ended since an instant: it is told on the person's path."""
        return [Taken(**dict(row)) for row in await self._database.all(SQL["ended_for"], person, since)]

    # Who came --------------------------------------------------------------------------------------------------------

    async def came(
        self, occasion: Occasion, whom: Whom, how: str, by: str, now: datetime, *, was_here: bool = True
    ) -> None:
        """Note that somebody was there, or was not; the latest word counts. Raises `Conflict` for what is off."""
        if not occasion.is_on:
            raise Conflict("This class has been cancelled. Plan a new one.")
        minutes = round((occasion.ends - occasion.starts).total_seconds() / 60)
        values = (whom.person, whom.name, whom.unit, occasion.course, minutes, was_here, how)
        await self._database.run(SQL["attended"], occasion.number, *values, by, now)

    async def here(self, number: int) -> list[Came]:
        """Who came, by name."""
        return [Came(**dict(row)) for row in await self._database.all(SQL["here_at"], number)]

    async def attended(self, people: Collection[str], since: datetime | None = None) -> dict[tuple[str, str], int]:
        """Minutes of class by (person, course), as noted after an instant where one is given."""
        rows = await self._database.all(SQL["attended_by"], list(people), since)
        return {(row["person"], row["course"]): row["minutes"] for row in rows}

    # When people cannot come -----------------------------------------------------------------------------------------

    async def away(self, people: Sequence[str], since: datetime, until: datetime) -> list[Absence]:
        """When some people cannot come, by time."""
        rows = await self._database.all(SQL["away_of"], list(people), since, until)
        return [Absence(row["away"], row["person"], row["starts"], row["ends"], row["why"]) for row in rows]

    async def keep_away(self, absence: Absence, by: str, now: datetime) -> None:
        """Say when somebody cannot come. Raises `Unprocessable`."""
        if absence.ends <= max(absence.starts, now):
            message = "The last day is not before the first, and not past."
            raise Unprocessable(message, [Problem(message, "last")])
        if absence.starts < now - FARTHEST or absence.ends > now + FARTHEST:
            message = "Say days that are within two years from now."
            raise Unprocessable(message, [Problem(message, "last")])
        await self._database.run(
            SQL["away_said"], absence.person, absence.starts, absence.ends, absence.why, by, now
        )  # fmt: skip

    async def end_away(self, number: int, person: str) -> None:
        """It is not so any more."""
        await self._database.run(SQL["away_ended"], number, person)


async def _locked(work: Work, number: int, now: datetime) -> Row:
    row = await work.maybe(SQL["occasion_locked"], number)
    if row is None:
        raise Absent("There is no such class.")
    if row["state"] == "cancelled":
        raise Conflict("This class has been cancelled. Choose another one.")
    if row["starts"] <= now:
        raise Conflict("This class has begun. Bookings are closed; the instructor notes who comes.")
    return row


def _require_free(occasion: Row, mine: Sequence[Booking]) -> None:
    for one in mine:
        if one.occasion == occasion["occasion"]:
            raise Conflict("The person is booked here already.")
        if one.course == occasion["course"]:
            raise Conflict("The person is booked in another class of this course. Leave that one first.")
        if one.state == "booked" and one.starts < occasion["ends"] and occasion["starts"] < one.ends:
            raise Conflict("The person has another class at that time. Choose another time.")


def _booking(row: Row) -> Booking:
    return Booking(
        row["occasion"], row["person"], row["name"], row["unit"], row["course"], row["state"], row["starts"],
        row["ends"], row["was_here"],
    )  # fmt: skip
