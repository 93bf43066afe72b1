"""Free seats of classes that stand: given out before any new class is proposed (F202).

Nobody is proposed a new class while a seat fits in one of these within the period: of those who may come there, within
what each unit can spare and everybody's working time, a stage of the cascade at a time. A course that asks for another
class which is still to be proposed is proposed with it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from varda.introduction.classes.need import Need, Person
from varda.introduction.classes.taken import Class, Taken
from varda.introduction.classes.weeks import Setting

_SECONDS = 30.0  # of one stage, at most
_SEAT, _FEWER, _NEAR = 1000, 50, 0.0001
"""A seat counts so much more than who has fewer to choose from, and that more than the week that it is in."""


@dataclass(frozen=True, slots=True)
class Stands:
    """A class that stands and its free `at.seats`; `area` and `units` (HSA-ids) are whose it is, empty: anybody's."""

    at: Class
    area: str = ""
    units: frozenset[str] = frozenset()

    def takes(self, who: Person) -> bool:
        """Whether somebody's unit may send to it."""
        return self.area in ("", who.area) and (not self.units or who.cell[0] in self.units)


@dataclass(frozen=True, slots=True)
class _Chance:
    """That people who are alike (or one alone) could go to a class; who has fewer to choose from has a `bonus`."""

    people: Sequence[Person]
    to: Class
    group: object
    is_alone: bool
    bonus: int


@dataclass(slots=True)
class Standing:
    """What is free, and who has been given what: by (person, course) the class."""

    need: Need
    setting: Setting
    taken: Taken
    classes: Sequence[Stands]
    seats: dict[tuple[str, str], Class] = field(default_factory=dict)

    def give(self, people: Sequence[Person], weeks: range) -> list[Person]:
        """Give seats of some weeks to people of a stage; they, with what they still need."""
        while given := self._solved(list(self._chances(people, weeks))):
            self.seats |= given
            people = [self._less(one) for one in people]
        return list(people)

    def seated(self) -> Counter[tuple[Any, int]]:
        """How many of each cell have a seat in each week, with those of before."""
        cells = {one.person: one.cell for one in self.need.people}
        given = Counter((cells[person], at.week) for (person, _), at in self.seats.items())
        return Counter(self.need.seated) + given

    def busy(self) -> Taken:
        """What is in the way once these are given: nobody has two classes on a day."""
        people = defaultdict(list, {who: list(some) for who, some in self.taken.people.items()})
        for (person, _), one in self.seats.items():
            midnight = one.starts.replace(hour=0, minute=0)
            people[person].append((midnight, midnight + timedelta(days=1)))
        return replace(self.taken, people=people)

    def _less(self, one: Person) -> Person:
        given = [code for code in one.courses if (one.person, code) in self.seats]
        left = tuple(code for code in one.courses if code not in given)
        return replace(one, courses=left, given=(*one.given, *given)) if given else one

    def _chances(self, people: Sequence[Person], weeks: range) -> Iterator[_Chance]:
        left = Counter({one.at.number: one.at.seats for one in self.classes})
        left.subtract(at.number for at in self.seats.values())
        here: dict[str, list[Stands]] = defaultdict(list)
        for one in self.classes:
            if one.at.week in weeks and left[one.at.number] > 0:
                here[one.at.course].append(replace(one, at=replace(one.at, seats=left[one.at.number])))
        taken, groups = self.busy(), dict[tuple[object, str], tuple[list[Person], list[Class], int]]()
        for who in people:
            for course in who.courses:
                theirs = [one.at for one in here[course] if one.takes(who)]
                able = [one for one in theirs if self._can_come(who, one, taken)]
                if able:
                    is_alone = who.person in taken.people or len(who.courses) > 1
                    name = who.person if is_alone else (who.cell, tuple(one.number for one in able))
                    bonus = _FEWER if len(able) < len(theirs) else 0
                    groups.setdefault((name, course), ([], able, bonus))[0].append(who)
        for (whose, _), (group, able, bonus) in groups.items():
            for to in able:
                yield _Chance(group, to, whose, isinstance(whose, str), bonus)

    def _can_come(self, who: Person, one: Class, taken: Taken) -> bool:
        before = set(self.setting.courses[one.course].requires)
        seats = [self.seats.get((who.person, code)) for code in before]
        return (
            not before & set(who.courses)
            and all(seat is None or seat.week < one.week for seat in seats)
            and all(self.need.ahead.get((who.person, code), one.starts) <= one.starts for code in before)
            and taken.lets(who.person, one.starts, one.ends)
        )

    def _solved(self, chosen: Sequence[_Chance]) -> dict[tuple[str, str], Class]:
        """As many seats as there are people for, the earliest first."""
        if not chosen:
            return {}
        from ortools.sat.python import cp_model

        model, seated = cp_model.CpModel(), self.seated()
        variables = [model.new_int_var(0, min(len(one.people), one.to.seats), "") for one in chosen]
        sums: dict[object, tuple[int, list[Any]]] = {}
        for one, variable in zip(chosen, variables, strict=True):
            for rule, most in self._limits(one, seated):
                sums.setdefault(rule, (most, []))[1].append(variable)
        for most, row in sums.values():
            model.add(sum(row) <= most)
        model.maximize(
            sum((_SEAT + one.bonus - one.to.week) * variable for one, variable in zip(chosen, variables, strict=True))
        )
        solver, is_found = self.setting.search.best(model, _SECONDS, _NEAR)
        if not is_found:
            return {}
        found: dict[tuple[str, str], Class] = {}
        for one, variable in zip(chosen, variables, strict=True):
            free = [who.person for who in one.people if (who.person, one.to.course) not in found]
            found |= {(person, one.to.course): one.to for person in free[: solver.value(variable)]}
        return found

    def _limits(self, one: _Chance, seated: Mapping[Any, int]) -> Iterator[tuple[object, int]]:
        who, to = one.people[0], one.to
        yield ("seats", to.number), to.seats
        most = self.setting.period.at_once(self.need.headcount[who.cell])
        yield ("cell", who.cell, to.week), max(0, most - seated.get((who.cell, to.week), 0))
        yield ("group", one.group, to.course), len(one.people)
        if one.is_alone:
            yield ("day", who.person, to.starts.date()), 1
