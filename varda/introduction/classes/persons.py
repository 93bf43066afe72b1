"""From weeks to people and classes: each class on a day, in a pass, a room and with an instructor; each person in one
of them, around when they cannot come. Week by week, by CP-SAT (decision 39).

A unit's role never has more away in a week, and so on a day, than the period lets. People of a cell who can always come
are alike. Who finds no seat in their week is tried in each later one.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from varda.introduction.classes.model import at
from varda.introduction.classes.need import Cell, Need, Person
from varda.introduction.classes.shifts import Times
from varda.introduction.classes.taken import Class, Taken, is_free
from varda.introduction.classes.timetable import Timetable
from varda.introduction.classes.weeks import Reckoned, Setting, missing

_AT_ONCE = 20.0  # seconds of one week, at most
_NEAR = 0.002  # of the seats of a week; who is left over is tried in a later one


@dataclass(frozen=True, slots=True)
class Wave:
    """A proposal by person: classes, who goes to which, and who found no seat in a course and why. See `Reckoned`."""

    classes: tuple[Class, ...]
    seats: tuple[tuple[str, int], ...]
    lacking: tuple[tuple[str, str, str], ...]
    cost: int
    bound: float

    @property
    def gap(self) -> float:
        """How far it may be from the best: a share of its cost."""
        return max(0.0, self.cost - self.bound) / self.cost if self.cost else 0.0


def placed(
    need: Need, weeks: Sequence[Reckoned], setting: Setting, taken: Taken, told: Callable[[int, int], None]
) -> Wave:
    """Everybody's class. `told` is called with the week and how many have a seat."""
    timetable = Timetable(need, setting, taken)
    for area in weeks:
        timetable.lay_out(area)
    seating = _Seating(need, weeks, setting, taken, timetable.classes)
    for week in range(len(setting.period.weeks)):
        seating.seat(week)
        told(week, len(seating.seats))
    return seating.wave(sum(area.bound for area in weeks))


@dataclass(frozen=True, slots=True)
class _Chance:
    """That people who are alike (or one alone) could go to a class; `going` of their cell and kind have their week."""

    people: Sequence[Person]
    at: Class
    going: int
    is_alone: bool
    group: object

    @property
    def most(self) -> int:
        """How many at most in this class."""
        return min(len(self.people), self.going, self.at.seats)


class _Seating:
    """People to seats, a week at a time."""

    def __init__(
        self, need: Need, weeks: Sequence[Reckoned], setting: Setting, taken: Taken, classes: Sequence[Class]
    ) -> None:
        self.need, self.setting, self.taken, self.classes = need, setting, taken, classes
        self.areas = {one.area: one for one in weeks}
        self.seats: dict[tuple[str, str], Class] = {}
        self.left: dict[int, int] = {one.number: one.seats for one in classes}
        self.asked = Counter[tuple[Cell, tuple[str, ...], str, int]]()
        for area in weeks:
            for load in area.loads:
                self.asked[load.cell, load.kind, load.course, load.week] += load.count
        self.teaching: dict[str, list[Times]] = defaultdict(list)
        for one in classes:
            self.teaching[one.teacher].append((one.starts, one.ends))
        self.alike: dict[tuple[Cell, tuple[str, ...]], list[Person]] = defaultdict(list)
        for who in need.people:
            self.alike[who.cell, who.courses].append(who)
        self.places = {room.number: room.area for room in setting.rooms}

    def seat(self, week: int) -> None:
        """Give seats in a week: to as many as possible of those whose week it is, or was; to who cannot always come
        rather than to others."""
        from ortools.sat.python import cp_model

        model, chosen = cp_model.CpModel(), list(self._chances(week))
        if not chosen:
            return
        variables = [model.new_int_var(0, one.most, "") for one in chosen]
        sums: dict[tuple[object, ...], tuple[int, list[Any]]] = {}
        for one, variable in zip(chosen, variables, strict=True):
            for rule, most in self._limits(one, week):
                sums.setdefault(rule, (most, []))[1].append(variable)
        for most, row in sums.values():
            model.add(sum(row) <= most)
        model.maximize(
            sum((1001 if one.is_alone else 1000) * variable for one, variable in zip(chosen, variables, strict=True))
        )
        # No more than this fit by any one of the rules: whoever has found so many need not prove it.
        enough = min(
            sum(most for rule, (most, _) in sums.items() if rule[0] == name) for name in ("seats", "cell", "due")
        )
        solver, is_found = self.setting.search.best(model, _AT_ONCE, _NEAR, _until(1000 * enough))
        for one, variable in zip(chosen, variables, strict=True) if is_found else ():
            self._sit(one, solver.value(variable))

    def _limits(self, one: "_Chance", week: int) -> Iterator[tuple[tuple[object, ...], int]]:
        """The rules that a chance counts for, and what each lets: seats, the unit's coverage, whose week it is, that a
        person has one seat in a course and one class a day."""
        who = one.people[0]
        yield ("seats", one.at.number), self.left[one.at.number]
        at_once = self.setting.period.at_once(self.need.headcount[who.cell])
        yield ("cell", who.cell), max(0, at_once - self.need.seated.get((who.cell, week), 0))
        yield ("due", who.cell, who.courses, one.at.course), one.going
        yield ("group", one.group, who.courses, one.at.course), len(one.people)
        if one.is_alone:
            yield ("day", who.person, one.at.starts.date()), 1

    def _sit(self, one: "_Chance", count: int) -> None:
        people = [who for who in one.people if (who.person, one.at.course) not in self.seats]
        for who in people[:count]:
            self.seats[who.person, one.at.course] = one.at
            self.left[one.at.number] -= 1

    def _chances(self, week: int) -> Iterator["_Chance"]:
        """Who could go where this week: who can always come and needs nothing else together, others alone."""
        here: dict[str, list[Class]] = defaultdict(list)
        for one in self.classes:
            if one.week == week and self.left[one.number]:
                here[one.course].append(one)
        due: Counter[tuple[Cell, tuple[str, ...], str]] = Counter()
        for (cell, kind, course, when), count in self.asked.items():
            if when <= week:
                due[cell, kind, course] += count
        for (cell, kind, course), count in due.items():
            people = self.alike[cell, kind]
            able = [one for one in people if (one.person, course) not in self.seats]
            going = count - (len(people) - len(able))
            if going <= 0 or not here[course]:
                continue
            able = [one for one in able if self._is_ready(one, course, week)]
            groups: dict[object, list[Person]] = defaultdict(list)
            times = sorted({(at_.starts, at_.ends) for at_ in here[course]})
            for who in able:
                off = tuple(each for each in times if self.taken.is_off(who.person, *each))
                groups[who.person if self._is_alone(who) else (cell, off)].append(who)
            for name, group in groups.items():
                for at_ in here[course]:
                    if self._is_near(group[0], at_) and self._can_come(group[0], at_):
                        yield _Chance(group, at_, going, isinstance(name, str), name)

    def _is_alone(self, one: Person) -> bool:
        return one.person in self.taken.people or one.person in self.teaching or len(one.courses) > 1

    def _is_ready(self, one: Person, course: str, week: int) -> bool:
        """Whether what the course asks for has been in an earlier week."""
        asked = set(self.setting.courses[course].requires)
        seats = [self.seats.get((one.person, code)) for code in asked & set(one.courses)]
        monday = at(self.setting.period.weeks[week], 0)
        return all(seat is not None and seat.week < week for seat in seats) and all(
            self.need.ahead.get((one.person, code), monday) <= monday for code in asked
        )

    def _is_near(self, who: Person, one: Class) -> bool:
        return not one.room or self.places.get(one.room, "") == who.area

    def _can_come(self, who: Person, one: Class) -> bool:
        teaching = self.teaching.get(who.person, ())
        return is_free(teaching, one.starts, one.ends) and self.taken.lets(who.person, one.starts, one.ends)

    def wave(self, bound: float) -> Wave:
        """What came of it."""
        price, used = missing(self.setting), {one.number for one in self.seats.values()}
        lacking = tuple(
            (one.person, code, self._why(one, code))
            for one in self.need.people
            for code in one.courses
            if (one.person, code) not in self.seats
        )
        cost = sum(one.week + 1 for one in self.seats.values()) + price * len(lacking)
        return Wave(
            tuple(one for one in self.classes if one.number in used),
            tuple((person, one.number) for (person, _), one in self.seats.items()),
            lacking, cost, min(bound, cost),
        )  # fmt: skip

    def _why(self, who: Person, course: str) -> str:
        held = [one for one in self.classes if one.course == course and self._is_near(who, one)]
        if not held:
            return "nobody" if not self.need.teachers.get(who.area, {}).get(course) else "seats"
        if all(self.taken.is_off(who.person, one.starts, one.ends) for one in held):
            return "shift"
        if not any(self._can_come(who, one) for one in held):
            return "away"
        return "seats" if not any(self.left[one.number] for one in held) else "coverage"


def _until(enough: float) -> Any:
    """Stops a search that has found so much."""
    from ortools.sat.python import cp_model

    class Callback(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            if self.objective_value >= enough:
                self.stop_search()

    return Callback()
