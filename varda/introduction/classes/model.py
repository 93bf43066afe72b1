"""What is planned: rooms, periods, and the classes of courses. Small frozen values read from rows.

A class is called an *occasion* here: of one course, at one time, in one place. A person is an HSA-id.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args

from varda.kernel.clock import STOCKHOLM

Kind = Literal["room", "unit", "remote"]
KINDS: tuple[Kind, ...] = get_args(Kind)
State = Literal["planned", "confirmed", "held", "cancelled"]
STATES: tuple[State, ...] = get_args(State)
DAYS = 5
"""Working days of a week that classes are held on, from Monday."""
DAY_ENDS = 17 * 60
"""The minute of the day before which the last pass ends."""


@dataclass(frozen=True, slots=True)
class Room:
    """A room; `area` and `organisation` empty: anybody's."""

    name: str
    place: str
    seats: int
    area: str = ""
    organisation: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Period:
    """When an area (empty: the county) is trained; see classes.period. `passes` are minutes of the day."""

    name: str
    area: str
    opens: date
    closes: date
    passes: tuple[int, ...] = (8 * 60, 13 * 60)
    share: int = 20
    teaches: int = 6
    remote: int = 0
    number: int = 0

    @property
    def weeks(self) -> list[date]:
        """The Mondays."""
        return [self.opens + timedelta(weeks=nth) for nth in range((self.closes - self.opens).days // 7)]

    def week(self, instant: datetime) -> int:
        """Which of its weeks something is in, from 0. The clocks may have changed since it opened."""
        return (instant.astimezone(STOCKHOLM).date() - self.opens).days // 7

    def span(self, minutes: int) -> int:
        """How many passes a class of so many minutes takes: one, or a whole day."""
        ends = [*self.passes[1:], DAY_ENDS]
        shortest = min(end - start for start, end in zip(self.passes, ends, strict=True))
        return 1 if minutes <= shortest else len(self.passes)

    def at_once(self, headcount: int) -> int:
        """How many of a unit's role may be away: a share, one at least."""
        return max(1, headcount * self.share // 100)


def at(day: date, minute: int) -> datetime:
    """A minute of a Swedish day: 08.00 stays 08.00 when the clocks change."""
    return datetime.combine(day, time(minute // 60, minute % 60), STOCKHOLM)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A class that somebody wants to plan. `teachers` are (HSA-id, name)."""

    course: str
    kind: Kind
    starts: datetime
    ends: datetime
    seats: int
    room: int | None = None
    unit: str = ""
    address: str = ""
    organisation: str = ""
    teachers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Occasion:
    """A class as it stands."""

    number: int
    course: str
    kind: Kind
    room: int | None
    room_name: str
    place: str
    unit: str
    address: str
    organisation: str
    starts: datetime
    ends: datetime
    seats: int
    state: State
    teachers: tuple[tuple[str, str], ...]
    booked: int
    waiting: int
    proposal: int | None = None

    @property
    def week(self) -> tuple[int, int]:
        """Year and week (ISO 8601) of its Swedish day."""
        return self.starts.astimezone(STOCKHOLM).isocalendar()[:2]

    @property
    def free(self) -> int:
        """Seats that nobody has."""
        return max(0, self.seats - self.booked)

    @property
    def is_on(self) -> bool:
        """Whether it is to be held, or was."""
        return self.state != "cancelled"

    def is_taught_by(self, person: str) -> bool:
        """Whether somebody teaches it."""
        return any(person == one for one, _ in self.teachers)


@dataclass(frozen=True, slots=True)
class Booking:
    """A seat of somebody, or a place on the waiting list; `was_here` None: nothing has been said."""

    occasion: int
    person: str
    name: str
    unit: str
    course: str
    state: Literal["booked", "waiting"]
    starts: datetime
    ends: datetime
    was_here: bool | None = None
