"""One stage of the cascade in an area, by CP-SAT: how many of which units and roles go in which week (decision 39).

Cells (unit and role) with the same need are alike and reckoned together; then the weeks are handed out to each in turn.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from varda.introduction.classes.need import Cell, Need, Person
from varda.introduction.classes.weeks import Held, Kind, Load, Reckoned, Setting, Told, missing

_NEAR = 0.001  # a plan so near to the bound is good enough


class Stage:
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
        self.since = _since(people, need, setting)
        alike: dict[tuple[int, tuple[tuple[Kind, int], ...], object], list[Cell]] = defaultdict(list)
        for cell, kinds in needs.items():
            late = tuple((kind, code, self.since.get((cell, kind, code), 0)) for kind in sorted(kinds) for code in kind)
            alike[self.limits[cell], tuple(sorted(kinds.items())), (tuple(seated[cell]), late)].append(cell)
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
        from ortools.sat.python import cp_model

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
        solver, is_found = self.setting.search.best(model, seconds, _NEAR, _Watching(self.name, told).callback)
        bound = float(solver.best_objective_bound)
        if not is_found:
            return self._handed_out({}, {}, bound)
        values = {key: solver.value(variable) for key, variable in sent.items()}
        classes = {key: solver.value(variable) for key, variable in held.items()}
        return self._handed_out(values, classes, bound)

    def _sendable(self, weeks: range) -> Iterator[tuple[tuple[int, Kind, str, int], int]]:
        """What may be sent: alike cells, the courses of their people, a course and a week; and how many at most."""
        for nth, ((limit, kinds), cells) in enumerate(self.alike):
            for kind, count in kinds:
                for course in kind:
                    since = self.since.get((cells[0], kind, course), 0)
                    for week in weeks if self.able.get(course) else ():
                        yield (nth, kind, course, week), len(cells) * min(limit, count) if week >= since else 0

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
        self, sent: Mapping[tuple[int, Kind, str, int], int], held: Mapping[tuple[str, int, int], int], bound: float
    ) -> Reckoned:
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
        return Reckoned("", loads, tuple(self._needed(held, loads)), lacking, cost, min(bound, cost))

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


class _Hand:
    """Hands out seats of weeks to cells, within what each may have away."""

    def __init__(self, stage: Stage, left: dict[tuple[Cell, Kind, str], int], seats: Counter[tuple[str, int]]) -> None:
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


def _since(people: Sequence[Person], need: Need, setting: Setting) -> dict[tuple[Cell, Kind, str], int]:
    """The first week of a course that asks for one in which some of a cell and kind have a seat: after all of these."""
    found: dict[tuple[Cell, Kind, str], int] = defaultdict(int)
    for one in people if need.ahead else ():
        for course in one.courses:
            for before in setting.courses[course].requires:
                if seat := need.ahead.get((one.person, before)):
                    week = setting.period.week(seat) + 1
                    found[one.cell, one.courses, course] = max(found[one.cell, one.courses, course], week)
    return found


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
