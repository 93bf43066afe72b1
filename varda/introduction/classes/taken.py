"""A class that is proposed, and what is in the way of one: values. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from varda.introduction.classes.shifts import Times, works


@dataclass(frozen=True, slots=True)
class Class:
    """A class that is proposed; `room` 0: at a distance. `week` counts from 0."""

    number: int
    course: str
    week: int
    starts: datetime
    ends: datetime
    seats: int
    room: int
    teacher: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What is in the way: times of rooms and of people (as teachers, as learners, or away); and the shifts of people,
    by time, where they are known."""

    rooms: Mapping[int, Sequence[Times]] = field(default_factory=dict)
    people: Mapping[str, Sequence[Times]] = field(default_factory=dict)
    shifts: Mapping[str, Sequence[Times]] = field(default_factory=dict)

    def is_off(self, person: str, starts: datetime, ends: datetime) -> bool:
        """Whether it is known that somebody does not work then."""
        return works(self.shifts.get(person, ()), starts, ends) is False

    def lets(self, person: str, starts: datetime, ends: datetime) -> bool:
        """Whether nothing that is known is in somebody's way then."""
        return is_free(self.people.get(person, ()), starts, ends) and not self.is_off(person, starts, ends)


def is_free(times: Sequence[Times], starts: datetime, ends: datetime) -> bool:
    """Whether none of some times is in the way."""
    return all(ends <= begins or finishes <= starts for begins, finishes in times)
