"""What is known and what is found when classes are planned by unit, role and week: values (decision 39). Pure."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from varda.introduction.classes.model import DAYS, Period, Room
from varda.introduction.classes.need import Cell, Person
from varda.introduction.classes.search import Search
from varda.introduction.training import Course

Told = Callable[[str, float, float], None]
"""Called with what is reckoned, the cost of the best so far, and the bound."""
Kind = tuple[str, ...]
"""The courses that some people of a cell need, in their order."""


@dataclass(frozen=True, slots=True)
class Load:
    """So many of a cell go to a course in a week (counted from 0)."""

    cell: Cell
    kind: Kind
    course: str
    week: int
    count: int


@dataclass(frozen=True, slots=True)
class Held:
    """So many classes of a course in a week, in rooms of so many seats, or `remote`."""

    course: str
    week: int
    seats: int
    remote: bool
    count: int


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A plan of an area. `cost`: weeks until each seat (from 1), and what a seat that is lacking costs; `bound`: no
    plan costs less that gives the same seats of classes that stand. `lacking` are seats that nobody found, by cell,
    courses and course; `people` those of the area with what they need beside what they were given there; `first_ends`
    the last week of the first stage (-1: it has none)."""

    area: str
    loads: tuple[Load, ...]
    held: tuple[Held, ...]
    lacking: Mapping[tuple[Cell, Kind, str], int]
    cost: int
    bound: float
    people: tuple[Person, ...] = ()
    first_ends: int = -1

    @property
    def gap(self) -> float:
        """How far it may be from the best: a share of its cost."""
        return max(0.0, self.cost - self.bound) / self.cost if self.cost else 0.0


@dataclass(frozen=True, slots=True)
class Setting:
    """What plans are reckoned from; each room is of one area. `busy`: passes that are taken, by (room, week); `search`
    finds them, and may be stopped."""

    period: Period
    rooms: tuple[Room, ...]
    courses: Mapping[str, Course]
    busy: Mapping[tuple[int, int], int]
    search: Search = field(default_factory=Search, compare=False)

    def spans(self, course: str) -> int:
        """Passes that a class of a course takes."""
        return self.period.span(self.courses[course].class_minutes)

    def sizes(self, area: str) -> list[tuple[int, bool, int]]:
        """Sizes of rooms in an area: seats, whether it is at a distance, passes of a week."""
        week = DAYS * len(self.period.passes)
        count = Counter(one.seats for one in self.rooms if one.area == area)
        found = [(seats, False, number * week) for seats, number in sorted(count.items())]
        return [*found, (self.period.remote, True, 10_000)] if self.period.remote else found

    def taken(self, area: str, seats: int, week: int) -> int:
        """Passes of a week that are taken in an area's rooms of a size."""
        rooms = [one.number for one in self.rooms if one.area == area and one.seats == seats]
        return sum(self.busy.get((number, week), 0) for number in rooms)


def missing(setting: Setting) -> int:
    """What a seat that is lacking costs: more than the last week twice over."""
    return 4 * len(setting.period.weeks)
