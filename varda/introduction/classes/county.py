"""How many of each unit and role go in which week: area by area, a stage of the cascade at a time (decision 39).

Cells (unit and role) with the same need are alike and reckoned together; then the weeks are handed out to each in turn.
What is told as the bound holds for every plan that keeps the rules, however it is made.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from varda.introduction.classes.model import DAYS, Period, Room
from varda.introduction.classes.need import STAGES, Cell, Need, Person
from varda.introduction.training import Course

_NEAR = 0.001  # a plan so near to the bound is good enough
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
    plan costs less. `lacking` are seats that nobody found, by cell, courses and course."""

    area: str
    loads: tuple[Load, ...]
    held: tuple[Held, ...]
    lacking: Mapping[tuple[Cell, Kind, str], int]
    cost: int
    bound: float
    is_stopped: bool = False

    @property
    def gap(self) -> float:
        """How far it may be from the best: a share of its cost."""
        return max(0.0, self.cost - self.bound) / self.cost if self.cost else 0.0


@dataclass(frozen=True, slots=True)
class Setting:
    """What plans are reckoned from; each room is of one area. `busy`: passes that are taken, by (room, week)."""

    period: Period
    rooms: tuple[Room, ...]
    courses: Mapping[str, Course]
    busy: Mapping[tuple[int, int], int]

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


def reckoned(need: Need, area: str, setting: Setting, seconds: float, told: Told = lambda *_: None) -> Reckoned:
    """The plan of an area: each stage after the one before, which nobody is left out of to begin sooner. A stop
    (Ctrl+C) keeps the best so far.

    The bound is reckoned with each stage begun as early as any plan could, and taught by everybody who could.
    """
    people, weeks = [one for one in need.people if one.area == area], len(setting.period.weeks)
    able = most_able = dict(need.teachers.get(area, {}))
    found, start, earliest = Reckoned(area, (), (), {}, 0, 0.0), 0, 0
    for stage, duty in enumerate(STAGES):
        here = [one for one in people if one.stage == stage]
        if not here:
            continue
        share = seconds * max(0.1, len(here) / len(people))
        problem = _Stage(here, need, setting, area, able, f"{area or 'county'} {duty or 'everybody'}")
        part = problem.solved(start, share, told)
        if earliest < start or most_able != able:
            free = _Stage(here, need, setting, area, most_able, problem.name)
            part = replace(part, bound=free.solved(earliest, max(5.0, share / 4), told).bound)
        found = _joined(found, part)
        if not part.lacking:
            earliest = min(earliest + problem.fewest_weeks, weeks)
        start = max([start, *(one.week + 1 for one in part.loads)])
        if stage == 0:
            untaught = {key for key in part.lacking if not able.get(key[2])}
            able, most_able = (_with_new(able, here, short) for short in (set(part.lacking), untaught))
    return found


class _Stage:
    """One stage of one area."""

    def __init__(
        self, people: Sequence[Person], need: Need, setting: Setting, area: str,
        able: Mapping[str, frozenset[str]], name: str,
    ) -> None:  # fmt: skip
        self.setting, self.area, self.able, self.name = setting, area, able, name
        self.sizes, self.weeks = setting.sizes(area), len(setting.period.weeks)
        needs: dict[Cell, Counter[Kind]] = defaultdict(Counter)
        for one in people:
            needs[one.cell][one.courses] += 1
        self.limits = {cell: setting.period.at_once(need.headcount[cell]) for cell in needs}
        self.seated = need.seated
        seated: dict[Cell, list[tuple[int, int]]] = defaultdict(list)
        for (cell, week), count in sorted(need.seated.items()):
            seated[cell].append((week, count))
        alike: dict[tuple[int, tuple[tuple[Kind, int], ...], tuple[tuple[int, int], ...]], list[Cell]]
        alike = defaultdict(list)
        for cell, kinds in needs.items():
            alike[self.limits[cell], tuple(sorted(kinds.items())), tuple(seated[cell])].append(cell)
        self.alike = [((limit, kinds), cells) for (limit, kinds, _), cells in alike.items()]
        self.courses = sorted({code for one in people for code in one.courses})
        self.fewest_weeks = max(
            -(-sum(count * len(kind) for kind, count in kinds) // limit) for (limit, kinds), _ in self.alike
        )

    def limit(self, cell: Cell, week: int) -> int:
        """How many of a cell may be away in a week, beside those who have a seat already."""
        return max(0, self.limits[cell] - self.seated.get((cell, week), 0))

    def solved(self, start: int, seconds: float, told: Told) -> Reckoned:
        """The best plan that begins in a week, within so many seconds."""
        from ortools.sat.python import cp_model  # half a second and 100 MB; only who reckons needs it

        model = cp_model.CpModel()
        weeks = range(start, self.weeks)
        sent = {key: model.new_int_var(0, most, "") for key, most in self._sendable(weeks)}
        held = {
            (course, size, week): model.new_int_var(0, self._most_held(course, size), "")
            for course in self.courses
            for size in range(len(self.sizes))
            for week in weeks
        }
        self._rules(model, sent, held, weeks)
        price = missing(self.setting)
        seats = sum(count * len(kind) * len(cells) for (_, kinds), cells in self.alike for kind, count in kinds)
        model.minimize(price * seats + sum((key[3] + 1 - price) * variable for key, variable in sent.items()))
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = 2
        solver.parameters.relative_gap_limit = _NEAR
        status = solver.solve(model, _Watching(self.name, told).callback)
        is_stopped = status == cp_model.FEASIBLE and solver.wall_time < seconds - 0.5 and _gap(solver) > _NEAR
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return self._handed_out({}, {}, float(solver.best_objective_bound), is_stopped=True)
        values = {key: solver.value(variable) for key, variable in sent.items()}
        classes = {key: solver.value(variable) for key, variable in held.items()}
        return self._handed_out(values, classes, float(solver.best_objective_bound), is_stopped=is_stopped)

    def _sendable(self, weeks: range) -> Iterator[tuple[tuple[int, Kind, str, int], int]]:
        """What may be sent: alike cells, the courses of their people, a course and a week; and how many at most."""
        for nth, ((limit, kinds), cells) in enumerate(self.alike):
            for kind, count in kinds:
                for course in kind:
                    for week in weeks if self.able.get(course) else ():
                        yield (nth, kind, course, week), len(cells) * min(limit, count)

    def _most_held(self, course: str, size: int) -> int:
        taught = len(self.able.get(course, ())) * self.setting.period.teaches
        return min(taught, self.sizes[size][2]) // self.setting.spans(course)

    def _rules(self, model: Any, sent: Mapping[Any, Any], held: Mapping[Any, Any], weeks: range) -> None:
        by_cells: dict[tuple[int, int], list[Any]] = defaultdict(list)
        by_course: dict[tuple[str, int], list[Any]] = defaultdict(list)
        for (nth, _, course, week), variable in sent.items():
            by_cells[nth, week].append(variable)
            by_course[course, week].append(variable)
        for nth, ((_, kinds), cells) in enumerate(self.alike):
            for kind, count in kinds:
                rows = {
                    course: [sent[nth, kind, course, week] for week in weeks]
                    for course in kind
                    if self.able.get(course)
                }
                for course, row in rows.items():
                    model.add(sum(row) <= count * len(cells))
                    for before in set(self.setting.courses[course].requires) & rows.keys():
                        for at in range(len(row)):  # nobody is at a course in the week of the one that it asks for
                            model.add(sum(row[: at + 1]) <= sum(rows[before][:at]))
            for week in weeks:
                if by_cells[nth, week]:
                    model.add(sum(by_cells[nth, week]) <= self.limit(cells[0], week) * len(cells))
        self._capacity(model, by_course, held, weeks)

    def _capacity(self, model: Any, by_course: Mapping[Any, Any], held: Mapping[Any, Any], weeks: range) -> None:
        spans, everybody = {course: self.setting.spans(course) for course in self.courses}, set[str]().union(
            *(self.able.get(course, ()) for course in self.courses)
        )  # fmt: skip
        teaches, sizes = self.setting.period.teaches, range(len(self.sizes))
        for week in weeks:
            for course in self.courses:
                seats = sum(self.sizes[size][0] * held[course, size, week] for size in sizes)
                model.add(sum(by_course[course, week]) <= seats)
                passes = sum(spans[course] * held[course, size, week] for size in sizes)
                model.add(passes <= teaches * len(self.able.get(course, ())))
            for size in sizes:
                seats, is_remote, most = self.sizes[size]
                free = most - (0 if is_remote else self.setting.taken(self.area, seats, week))
                model.add(sum(spans[course] * held[course, size, week] for course in self.courses) <= max(0, free))
            total = sum(spans[course] * held[course, size, week] for course in self.courses for size in sizes)
            model.add(total <= teaches * len(everybody))

    def _handed_out(
        self, sent: Mapping[tuple[int, Kind, str, int], int], held: Mapping[tuple[str, int, int], int], bound: float,
        *, is_stopped: bool = False,
    ) -> Reckoned:  # fmt: skip
        """The weeks handed out to each cell in turn: who has most left goes first. What no cell can take in its week is
        taken in a later one with room."""
        seats: Counter[tuple[str, int]] = Counter()
        for (course, size, week), count in held.items():
            seats[course, week] += count * self.sizes[size][0]
        left = {
            (cell, kind, course): count
            for (_, kinds), cells in self.alike
            for kind, count in kinds
            for course in kind
            for cell in cells
        }
        hand = _Hand(self, left, seats)
        weeks = sorted({key[3] for key in sent})
        for week in weeks:
            late: list[tuple[int, Kind, str, int]] = []
            for (nth, kind, course, at), count in sent.items():
                if at == week and count:
                    over = hand.give(self.alike[nth][1], kind, course, week, count)
                    late += [(nth, kind, course, over)] if over else []
            hand.late += late
            hand.late = [
                (nth, kind, course, over)
                for nth, kind, course, count in hand.late
                if (over := hand.give(self.alike[nth][1], kind, course, week, count, spare=True))
            ]
        price = missing(self.setting)
        lacking = {key: count for key, count in left.items() if count}
        loads = tuple(Load(*key, count) for key, count in hand.given.items())
        cost = sum((one.week + 1) * one.count for one in loads) + price * sum(lacking.values())
        return Reckoned("", loads, tuple(self._needed(held, loads)), lacking, cost, min(bound, cost), is_stopped)

    def _needed(self, held: Mapping[tuple[str, int, int], int], loads: Sequence[Load]) -> Iterator[Held]:
        """The classes without those that nobody needs: the largest are filled first."""
        going: Counter[tuple[str, int]] = Counter()
        for one in loads:
            going[one.course, one.week] += one.count
        for (course, size, week), count in sorted(held.items(), key=lambda one: -self.sizes[one[0][1]][0]):
            seats, is_remote, _ = self.sizes[size]
            wanted = min(count, -(-max(0, going[course, week]) // seats))
            going[course, week] -= wanted * seats
            if wanted:
                yield Held(course, week, seats, is_remote, wanted)


def reason(reckoned_: Reckoned, need: Need, setting: Setting, key: tuple[Cell, Kind, str]) -> str:
    """Why a seat is lacking: "nobody" may teach the course there, "coverage" of the unit lets fewer go than the weeks
    ask for, or there are no "seats"."""
    cell, _, course = key
    if not any(one.course == course for one in reckoned_.held):
        return "nobody" if not need.teachers.get(reckoned_.area, {}).get(course) else "seats"
    asked = sum(len(one.courses) for one in need.people if one.cell == cell)
    return "coverage" if asked > setting.period.at_once(need.headcount[cell]) * len(setting.period.weeks) else "seats"


class _Hand:
    """Hands out seats of weeks to cells, within what each may have away."""

    def __init__(self, stage: _Stage, left: dict[tuple[Cell, Kind, str], int], seats: Counter[tuple[str, int]]) -> None:
        self.stage, self.left, self.seats = stage, left, seats
        self.away: Counter[tuple[Cell, int]] = Counter()
        self.given: Counter[tuple[Cell, Kind, str, int]] = Counter()
        self.been: Counter[tuple[Cell, Kind, str]] = Counter()
        self.late: list[tuple[int, Kind, str, int]] = []

    def give(
        self, cells: Sequence[Cell], kind: Kind, course: str, week: int, count: int, *, spare: bool = False
    ) -> int:
        """Give so many seats; how many nobody could take. `spare`: only seats that are left in the week."""
        before = [one for one in self.stage.setting.courses[course].requires if one in kind]
        while count:
            if spare and self.seats[course, week] <= 0:
                return count
            able = [
                cell
                for cell in cells
                if self.left[cell, kind, course]
                and self.away[cell, week] < self.stage.limit(cell, week)
                and all(self._been(cell, kind, one, week) > self.been[cell, kind, course] for one in before)
            ]
            if not able:
                return count
            # The one with most left, and of those the one with least away: a round of all that can.
            able.sort(key=lambda cell: (-self.left[cell, kind, course], self.away[cell, week]))
            for cell in able[:count]:
                if spare and self.seats[course, week] <= 0:
                    break
                self.left[cell, kind, course] -= 1
                self.away[cell, week] += 1
                self.given[cell, kind, course, week] += 1
                self.been[cell, kind, course] += 1
                self.seats[course, week] -= 1
                count -= 1
        return 0

    def _been(self, cell: Cell, kind: Kind, course: str, week: int) -> int:
        """How many have been at a course before a week."""
        return self.been[cell, kind, course] - self.given[cell, kind, course, week]


class _Watching:
    """Tells of each better plan."""

    def __init__(self, name: str, told: Told) -> None:
        from ortools.sat.python import cp_model

        class Callback(cp_model.CpSolverSolutionCallback):
            def on_solution_callback(self) -> None:
                told(name, self.objective_value, self.best_objective_bound)

        self.callback = Callback()


def _gap(solver: Any) -> float:
    return float((solver.objective_value - solver.best_objective_bound) / max(1.0, abs(solver.objective_value)))


def _with_new(
    able: Mapping[str, frozenset[str]],
    people: Sequence[Person],
    lacking: Collection[tuple[Cell, Kind, str]],
) -> dict[str, frozenset[str]]:
    """Who may teach once the first stage is through: of those alike, all who have had every class that they needed."""
    short = {key[:2] for key in lacking}
    new: dict[str, set[str]] = defaultdict(set)
    for one in people:
        if (one.cell, one.courses) not in short:
            for course in one.courses:
                new[course].add(one.person)
    return {code: able.get(code, frozenset()) | new[code] for code in {*able, *new}}


def _joined(one: Reckoned, other: Reckoned) -> Reckoned:
    return Reckoned(
        one.area, one.loads + other.loads, one.held + other.held, {**one.lacking, **other.lacking},
        one.cost + other.cost, one.bound + other.bound, one.is_stopped or other.is_stopped,
    )  # fmt: skip
