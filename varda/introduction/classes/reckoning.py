"""A proposal reckoned from what was gathered: seats of classes that stand, weeks, and by person new classes. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from varda.introduction.classes.county import reason, reckoned
from varda.introduction.classes.gathering import Gathered
from varda.introduction.classes.model import Room
from varda.introduction.classes.need import Cell, Need
from varda.introduction.classes.persons import placed
from varda.introduction.classes.standing import Standing
from varda.introduction.classes.taken import Class
from varda.introduction.classes.weeks import Held, Load, Reckoned, Told

Kind = Literal["county", "people"]


@dataclass(frozen=True, slots=True)
class Part:
    """An area of a plan: of each course and week how many go."""

    area: str
    cost: int
    bound: float
    loads: tuple[Load, ...]
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Lack:
    """So many of a cell find no seat in a course, and why; `person` in a proposal by person."""

    cell: Cell
    course: str
    count: int
    why: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A proposal as it is kept. `people` and `seats` are how many need classes and how many seats were found, `lacks`
    how many were not; `cost`, `bound`: see `Reckoned`; `seconds` it took. `given` are (person, number of the class),
    `filled` the same of classes that are planned already, `standing`. `cells` are those of its people, `names` of
    people and units; of `unknown` people no shift is known."""

    people: int
    seats: int
    lacks: int
    cost: int
    bound: float
    seconds: float
    is_stopped: bool
    parts: tuple[Part, ...] = ()
    lacking: tuple[Lack, ...] = ()
    classes: tuple[Class, ...] = ()
    given: tuple[tuple[str, int], ...] = ()
    cells: Mapping[str, Cell] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    unknown: int = 0
    filled: tuple[tuple[str, int], ...] = ()
    standing: tuple[Class, ...] = ()

    @property
    def gap(self) -> float:
        """How far it may be from the best: a share of its cost."""
        return max(0.0, self.cost - self.bound) / self.cost if self.cost else 0.0


def reckon(
    gathered: Gathered, kind: Kind, seconds: float, told: Told, placing: Callable[[int, int], None]
) -> tuple[Content, tuple[Reckoned, ...]]:
    """Reckon a proposal within so many seconds; for the county no seats of classes that stand are given."""
    need, areas = gathered.need, Counter(one.area for one in gathered.need.people)
    setting = replace(gathered.setting, rooms=_dealt(gathered.setting.rooms, areas))
    standing = Standing(need, setting, gathered.taken, gathered.standing if kind == "people" else ())
    some = tuple(
        reckoned(need, area, standing, seconds * count / len(need.people), told)
        for area, count in sorted(areas.items())
    )
    content = _by_week(need, some, standing)
    if kind == "people":
        content = _by_person(gathered, some, standing, content, placing)
    return replace(content, is_stopped=setting.search.is_stopped), some


def _by_week(need: Need, some: Sequence[Reckoned], standing: Standing) -> Content:
    lacking = [
        Lack(key[0], key[2], count, reason(one, need, standing, key))
        for one in some
        for key, count in one.lacking.items()
    ]
    asked, left = sum(len(one.courses) for one in need.people), sum(one.count for one in lacking)
    return Content(
        len(need.people), asked - left, left, sum(one.cost for one in some), sum(one.bound for one in some), 0.0, False,
        tuple(Part(one.area, one.cost, one.bound, one.loads, one.held) for one in some),
        tuple(sorted(lacking, key=lambda one: -one.count)), names=need.names,
    )  # fmt: skip


def _by_person(
    gathered: Gathered, some: Sequence[Reckoned], standing: Standing, content: Content,
    placing: Callable[[int, int], None],
) -> Content:  # fmt: skip
    left = replace(
        gathered.need, people=tuple(who for one in some for who in one.people), seated=standing.seated(),
        ahead={**gathered.need.ahead, **{key: at.ends for key, at in standing.seats.items()}},
    )  # fmt: skip
    wave = placed(left, some, standing.setting, standing.busy(), placing)
    people = {one.person: one for one in gathered.need.people}
    filled = tuple((person, at.number) for (person, _), at in standing.seats.items())
    known = {*people, *(one.teacher for one in wave.classes)}
    return replace(
        content, seats=len(wave.seats) + len(filled), lacks=len(wave.lacking), cost=wave.cost, bound=wave.bound,
        lacking=tuple(Lack(people[who].cell, course, 1, why, who) for who, course, why in wave.lacking),
        classes=wave.classes, given=wave.seats, filled=filled,
        standing=tuple({at.number: at for at in standing.seats.values()}.values()),
        cells={one: people[one].cell for one, _ in (*wave.seats, *filled)},
        names={**gathered.need.names, **{one: gathered.people.get(one, one) for one in known}},
        unknown=sum(one not in gathered.taken.shifts for one in people),
    )  # fmt: skip


def _dealt(rooms: Sequence[Room], areas: Mapping[str, int]) -> tuple[Room, ...]:
    """Rooms that are anybody's dealt to the areas, by how many each trains: no two reckon with the same room."""
    given = Counter[str]()
    for one in rooms:
        given[one.area] += one.seats
    found = []
    for one in rooms:
        if one.area in areas or not areas:
            found.append(one)
        elif not one.area or len(areas) == 1:
            area = max(areas, key=lambda area: areas[area] / (1 + given[area]))
            given[area] += one.seats
            found.append(replace(one, area=area))
    return tuple(found)
