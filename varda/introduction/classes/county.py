"""How many of each unit and role go in which week: area by area, a stage of the cascade at a time (decision 39).

What is told as the bound holds for every plan that keeps the rules, however it is made, and gives the same seats of
classes that stand.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from varda.introduction.classes.need import STAGES, Cell, Need, Person
from varda.introduction.classes.stages import Stage
from varda.introduction.classes.standing import Standing
from varda.introduction.classes.weeks import Kind, Reckoned, Told

_Able = Mapping[str, frozenset[str]]


def reckoned(need: Need, area: str, standing: Standing, seconds: float, told: Told = lambda *_: None) -> Reckoned:
    """The plan of an area: each stage after the one before, which nobody is left out of to begin sooner."""
    people = [one for one in need.people if one.area == area]
    cascade = _Cascade(need, area, standing, told)
    for stage in range(len(STAGES)):
        if here := [one for one in people if one.stage == stage]:
            cascade.go_on(stage, here, seconds * max(0.1, len(here) / len(people)))
    return cascade.found


class _Cascade:
    """The stages of an area, one after the other. `start` is the week in which the next may begin, `earliest` that in
    which it could by any plan; `able` may teach then, and `most_able` by any plan.
    """

    def __init__(self, need: Need, area: str, standing: Standing, told: Told) -> None:
        self.need, self.area, self.standing, self.told = need, area, standing, told
        self.able: _Able = dict(need.teachers.get(area, {}))
        self.most_able = self.able
        self.start = self.earliest = 0
        self.found = Reckoned(area, (), (), {}, 0, 0.0)

    def go_on(self, stage: int, people: Sequence[Person], seconds: float) -> None:
        """One stage: seats of classes that stand, then new ones."""
        here = self._given(stage, people, seconds)
        part, fewest = self._planned(stage, here, seconds)
        last = max(
            (at.week for (one, _), at in self.standing.seats.items() if one in {who.person for who in here}), default=-1
        )
        if not part.lacking:
            self.earliest = min(self.earliest + fewest, len(self.standing.setting.period.weeks))
        self.earliest = max(self.earliest, last + 1)
        self.start = max([self.start, last + 1, *(one.week + 1 for one in part.loads)])
        if stage == 0:
            part = replace(part, first_ends=self.start - 1)
            untaught = {key for key in part.lacking if not self.able.get(key[2])}
            self.able, self.most_able = (
                _with_new(self.able, here, short) for short in (set(part.lacking), untaught)
            )  # fmt: skip
        self.found = _joined(self.found, replace(part, people=tuple(here)))

    def _given(self, stage: int, people: Sequence[Person], seconds: float) -> list[Person]:
        """Whoever others wait for gets no seat that is later than the last new class of theirs would be."""
        weeks = len(self.standing.setting.period.weeks)
        if not self.standing.classes:
            return list(people)
        if STAGES[stage]:
            alone = self._stage(stage, people, self.able).solved(self.start, seconds / 4, self.told)
            weeks = weeks if alone.lacking else max((one.week + 1 for one in alone.loads), default=0)
        return self.standing.give(people, range(self.start, weeks))

    def _planned(self, stage: int, here: Sequence[Person], seconds: float) -> tuple[Reckoned, int]:
        """The new classes of a stage, and the fewest weeks that they take by any plan."""
        if not any(one.courses for one in here):
            return Reckoned(self.area, (), (), {}, 0, 0.0), 0
        problem = self._stage(stage, here, self.able)
        part = problem.solved(self.start, seconds, self.told)
        if self.earliest < self.start or self.most_able != self.able or problem.since:
            free = self._stage(stage, here, self.most_able, ahead={})
            part = replace(part, bound=free.solved(self.earliest, max(5.0, seconds / 4), self.told).bound)
        return part, problem.fewest_weeks

    def _stage(
        self, stage: int, people: Sequence[Person], able: _Able, ahead: Mapping[tuple[str, str], datetime] | None = None
    ) -> Stage:
        """`ahead`: seats that other courses wait for; None: all that there are."""
        given = {key: at.ends for key, at in self.standing.seats.items()}
        need = replace(
            self.need, seated=self.standing.seated(), ahead={**self.need.ahead, **given} if ahead is None else ahead
        )  # fmt: skip
        name = f"{self.area or 'county'} {STAGES[stage] or 'everybody'}"
        return Stage([one for one in people if one.courses], need, self.standing.setting, self.area, able, name)


def reason(reckoned_: Reckoned, need: Need, standing: Standing, key: tuple[Cell, Kind, str]) -> str:
    """Why a seat is lacking: "nobody" may teach the course there, "coverage" of the unit lets fewer go than the weeks
    ask for, or there are no "seats"."""
    cell, _, course = key
    if not any(one.course == course for one in reckoned_.held):
        return "nobody" if not need.teachers.get(reckoned_.area, {}).get(course) else "seats"
    asked = sum(len(one.courses) for one in need.people if one.cell == cell)
    period = standing.setting.period
    return "coverage" if asked > period.at_once(need.headcount[cell]) * len(period.weeks) else "seats"


def _with_new(
    able: _Able, people: Sequence[Person], lacking: Collection[tuple[Cell, Kind, str]]
) -> dict[str, frozenset[str]]:
    """Who may teach once the first stage is through: of those alike, all who have had every class that they needed."""
    short = {key[:2] for key in lacking}
    new: dict[str, set[str]] = defaultdict(set)
    for one in people:
        if (one.cell, one.courses) not in short:
            for course in (*one.courses, *one.given):
                new[course].add(one.person)
    return {code: able.get(code, frozenset()) | new[code] for code in {*able, *new}}


def _joined(one: Reckoned, other: Reckoned) -> Reckoned:
    return Reckoned(
        one.area, one.loads + other.loads, one.held + other.held, {**one.lacking, **other.lacking},
        one.cost + other.cost, one.bound + other.bound, one.people + other.people,
        max(one.first_ends, other.first_ends),
    )  # fmt: skip
