"""A unit's figures of a programme: by birth year how many are followed, came to each check-up, and had each dose.

They are a measure of the door's (decision 44): reckoned for everybody alike, once a month, and small numbers held back.
The groups are fixed: children by the year of their birth, whole years that the programme follows; and a step is counted
of a year when its time has passed for everybody born in it, so that no two groups differ by a few children. Staff are
not counted by name, and no unit is ranked.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from varda.care.facts import Moment
from varda.care.patients import person
from varda.care.programmes.model import AGE, PROGRAMMES, Programme, Step, Visit
from varda.care.programmes.queries import KIND, by_age, require_mine
from varda.care.programmes.rules import asks_again
from varda.care.programmes.waiting import Told, met, placed, told
from varda.kernel.errors import Absent
from varda.record import Cell, Counting, Measure, Parts, Record, Wanted

PURPOSE = "quality"
"""To develop and secure the quality of the care (PDL 2:4, 4)."""
_WANTED = [Wanted("Encounter"), Wanted("Immunization", is_whole=True)]


@dataclass(frozen=True, slots=True)
class Line:
    """A step and what is counted of it: met (the check-up took place), in-time or given (a dose). By year how many of
    those born in it, as (done, of); None: not told.
    """

    visit: Visit
    step: Step
    what: str
    cells: tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """`children` are those followed, by birth year, the youngest first; None where that is not told. A line has nobody
    of a year (0 of 0) before its time has passed for the whole year.
    """

    programme: Programme
    as_of: date
    years: tuple[int, ...]
    children: tuple[int | None, ...]
    lines: tuple[Line, ...]


async def counts(record: Record, code: str) -> Counts:
    """The figures of this month. Raises `Absent` for a programme that follows nobody by age."""
    programme = await require_mine(record, code)
    if code not in MEASURES:
        raise Absent("There is no such page.")
    found = await record.measured(PURPOSE, MEASURES[code])
    return lines(programme, found.as_of, found.cells)


def lines(programme: Programme, as_of: date, cells: Mapping[str, Cell]) -> Counts:
    """Cells as the rows of a table. Pure."""
    years = tuple(sorted((int(name) for name in cells if name.isdigit()), reverse=True))
    found = []
    for visit in programme.visits:
        for step in visit.steps:
            some = [cells.get(f"{year}/{visit.code}/{step.code}") for year in years]
            for place, what in enumerate(("met",) if step.contact else ("in-time", "given") if step.vaccine else ()):
                found.append(Line(visit, step, what, tuple(_said(one, place) for one in some)))
    children = tuple(cells[str(year)].told[0] for year in years)
    return Counts(programme, as_of, years, children, tuple(found))


def _said(cell: Cell | None, place: int) -> tuple[int, int] | None:
    if cell is None:
        return 0, 0
    done = cell.told[place]
    return None if done is None or cell.of is None else (done, cell.of)


# Reckoning -----------------------------------------------------------------------------------------------------------


async def _reckoned(programme: Programme, counting: Counting, as_of: date) -> dict[str, Parts]:
    tallies = _Tallies(programme, as_of)
    if (first := min(tallies.years, default=None)) is None:
        return {}
    counted_: set[int] = set()
    async for page in counting.people([("birthdate", f"ge{first}-01-01")]):
        born = {}
        for who, stored in page:
            one = person(stored.resource)
            if who not in counted_ and not one.replaced_by and (follows := by_age(programme, one, as_of)):
                counted_.add(who)
                born[one.id] = follows.since[AGE]
        found = await counting.entries(born, _WANTED, told)
        tallies.count((born[who], shown) for who, shown in found.items())
    return tallies.parts()


def counted(programme: Programme, people: Iterable[tuple[date, Told]], as_of: date) -> dict[str, Parts]:
    """The groups that children make, each with a birth date and what their entries show: by year; and by year, visit
    and step in parts: met and not, or given in time, later, and not. Pure.
    """
    tallies = _Tallies(programme, as_of)
    tallies.count(people)
    return tallies.parts()


class _Tallies:
    """What has been counted so far, as of the beginning of a day."""

    def __init__(self, programme: Programme, as_of: date) -> None:
        assert programme.until is not None
        self.programme, self.as_of = programme, as_of
        oldest = as_of.year
        while as_of < programme.until.after(date(oldest - 1, 1, 1)):
            oldest -= 1
        self.years = range(oldest, as_of.year + 1)
        self._followed: dict[int, int] = defaultdict(int)
        self._steps: dict[str, list[int]] = {}

    def count(self, people: Iterable[tuple[date, Told]]) -> None:
        for born, shown in people:
            if born.year in self.years:
                self._followed[born.year] += 1
                for name, part, parts in self._states(born, shown):
                    self._steps.setdefault(name, [0] * parts)[part] += 1

    def parts(self) -> dict[str, Parts]:
        years: dict[str, Parts] = {str(year): (number,) for year, number in self._followed.items()}
        return years | {name: tuple(some) for name, some in self._steps.items()}

    def _states(self, born: date, shown: Told) -> Iterable[tuple[str, int, int]]:
        """Each contact and dose of a whole year: its name, in which part the child is, of how many."""
        given = {one.code: placed(self.programme, one, shown.doses) for one in self.programme.vaccines}
        for number, visit in enumerate(self.programme.visits):
            if visit.until.after(date(born.year, 12, 31)) >= self.as_of:
                continue
            for step in visit.steps:
                name = f"{born.year}/{visit.code}/{step.code}"
                if step.contact:
                    yield name, 0 if self._is_met(number, step, born, shown) else 1, 2
                elif step.vaccine:
                    yield name, self._dose(visit, step, born, given[step.vaccine.code]), 3

    def _is_met(self, number: int, step: Step, born: date, shown: Told) -> bool:
        visit, later = self.programme.visits[number], self.programme.visits[number + 1 :]
        again = (one.start.after(born) for one in later if asks_again(one, visit, step))
        ends = min(next(again, date.max), self.as_of)
        return any(visit.start.after(born) <= day < ends for day in met(shown, step))

    def _dose(self, visit: Visit, step: Step, born: date, given: Mapping[int, Moment | None]) -> int:
        if step.dose not in given:
            return 2
        dose = given[step.dose]
        if dose and dose.day <= visit.until.after(born):
            return 0
        return 2 if dose and dose.day >= self.as_of else 1


def _measure(programme: Programme) -> Measure:
    kinds = ",".join(f"{KIND}|{one}" for one in programme.units)
    return Measure(
        code=f"programme {programme.code}",
        purposes=frozenset({PURPOSE}),
        types=("Immunization", "Encounter"),
        where=(("type", kinds),) if kinds else (),
        reckoned=partial(_reckoned, programme),
    )


MEASURES = {code: _measure(one) for code, one in PROGRAMMES.items() if one.counts == AGE}
"""By the code of the programme that each tells of."""
