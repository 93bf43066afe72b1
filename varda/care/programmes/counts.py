"""The unit's figures of a programme: by birth year how many are followed, came to each check-up, and had each dose.

Figures leave the unit, and must tell of nobody. So a number below `FEWEST` is not said, nor one by which such a number
could be reckoned: what is left of its whole, or of those given a dose when the ones in time are taken away. Staff are
not counted by name, and no unit is ranked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from varda.care.programmes import unit
from varda.care.programmes.model import AGE, Programme, Step, Visit
from varda.care.programmes.queries import require_mine
from varda.care.programmes.rules import asks_again
from varda.care.programmes.waiting import Told, met, placed, told
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent
from varda.record import Record, Wanted

FEWEST = 5
"""Below this a number could tell of somebody."""


@dataclass(frozen=True, slots=True)
class Cell:
    """So many of so many; `is_hidden` where it could tell of somebody."""

    done: int
    of: int
    is_hidden: bool

    @property
    def percent(self) -> int:
        """Rounded to whole ones; 0 of none."""
        return round(100 * self.done / self.of) if self.of else 0


@dataclass(frozen=True, slots=True)
class Line:
    """A step and what is counted of it: met (the check-up took place), in-time or given (a dose). Cells by year."""

    visit: Visit
    step: Step
    what: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """`children` are those followed, by birth year, the youngest first; a cell of a line counts those among them who
    are past its time.
    """

    programme: Programme
    years: tuple[int, ...]
    children: tuple[Cell, ...]
    lines: tuple[Line, ...]
    is_cut: bool


@dataclass(slots=True)
class _Tally:
    of: int = 0
    done: int = 0
    late: int = 0


async def counts(record: Record, code: str) -> Counts:
    """The figures today. Raises `Absent` for a programme that follows nobody by age."""
    programme = await require_mine(record, code)
    if programme.counts != AGE:
        raise Absent("There is no such page.")
    today = record.now.astimezone(STOCKHOLM).date()
    people, is_cut = await unit.children(record, programme, today)
    wanted = [Wanted("Encounter"), Wanted("Immunization", is_whole=True)]
    found = await record.cohort({who.id: born for who, born in people}, wanted, told)
    return counted(programme, [(born, found[who.id]) for who, born in people], today, is_cut=is_cut)


def counted(programme: Programme, people: Iterable[tuple[date, Told]], today: date, *, is_cut: bool = False) -> Counts:
    """The figures of children, each with a birth date and what their entries show. Pure."""
    tallies: dict[tuple[int, str, str], _Tally] = {}
    born_in: dict[int, int] = {}
    for born, shown in people:
        born_in[born.year] = born_in.get(born.year, 0) + 1
        for visit, step, done, in_time in _steps(programme, born, shown, today):
            tally = tallies.setdefault((born.year, visit.code, step.code), _Tally())
            tally.of += 1
            tally.done += done and in_time
            tally.late += done and not in_time
    years = tuple(sorted(born_in, reverse=True))
    lines = []
    for visit in programme.visits:
        for step in visit.steps:
            some = [tallies.get((year, visit.code, step.code), _Tally()) for year in years]
            if step.contact:
                lines.append(Line(visit, step, "met", tuple(_cell(one.done + one.late, one.of) for one in some)))
            if step.vaccine:
                lines.append(Line(visit, step, "in-time", tuple(_cell(one.done, one.of) for one in some)))
                all_given = tuple(_cell(one.done + one.late, one.of, one.late) for one in some)
                lines.append(Line(visit, step, "given", all_given))
    followed = tuple(_cell(born_in[year], born_in[year]) for year in years)
    return Counts(programme, years, followed, tuple(lines), is_cut)


def _cell(done: int, of: int, *others: int) -> Cell:
    told = (done, of - done, *others)
    return Cell(done, of, of < FEWEST or any(0 < one < FEWEST for one in told))


def _steps(programme: Programme, born: date, told: Told, today: date) -> Iterable[tuple[Visit, Step, bool, bool]]:
    """Each contact and dose whose time has passed: whether it is done, and in time."""
    given = {one.code: placed(programme, one, told.doses) for one in programme.vaccines}
    for number, visit in enumerate(programme.visits):
        first, last = visit.start.after(born), visit.until.after(born)
        if last >= today:
            continue
        for step in visit.steps:
            if step.contact:
                again = (
                    one.start.after(born) for one in programme.visits[number + 1 :] if asks_again(one, visit, step)
                )
                ends = next(again, date.max)
                days = [day for day in met(told, step) if first <= day < ends]
                yield visit, step, bool(days), any(day <= last for day in days)
            elif step.vaccine:
                number_of = given[step.vaccine.code]
                dose = number_of.get(step.dose)
                yield visit, step, step.dose in number_of, bool(dose and dose.day <= last)
