"""F13: a unit's figures, which tell of nobody: the same for whoever may ask, and no way to a small number."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given as tried
from hypothesis import settings
from hypothesis import strategies as st

from tests.care.test_programmes import CHILD, given
from tests.care.test_waiting import children, health_centre
from tests.record import world
from varda.access.session import Session
from varda.care import programmes
from varda.care.programmes import Counts, Told, counted, fact
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Lacking, Refused
from varda.record import FEWEST, Door, Owner, Wish, measures
from varda.record.measures import Cell, cell, renewed

TODAY = date(2026, 3, 1)
BORN = date(2024, 5, 1)
DOSE = "m3-vaccines/hexa-1"


def child(dose: str = "", met: str = "", born: date = BORN) -> tuple[date, Told]:
    """With a first hexavalent dose and a check-up at four weeks on these days; empty: without."""
    some = [given("J07CA09", dose, 1)] if dose else []
    if met:
        reason = [{"text": "Barnhälsovård, fyra veckor"}]
        some.append({
            "resourceType": "Encounter", "id": met, "status": "finished", "reasonCode": reason,
            "period": {"start": met},
        })  # fmt: skip
    return born, Told.of(map(fact, some))


def figures(people: list[tuple[date, Told]], as_of: date = TODAY) -> Counts:
    return programmes.lines(CHILD, as_of, {name: cell(parts) for name, parts in counted(CHILD, people, as_of).items()})


def said(found: Counts, step: str, what: str) -> list[tuple[int, int] | None]:
    """The cells of a line, None where a number is not told."""
    return list(
        next(one for one in found.lines if f"{one.visit.code}/{one.step.code}" == step and one.what == what).cells
    )


def test_doses_are_counted_in_time_and_later_and_check_ups_by_their_contact() -> None:
    in_time = [child("2024-07-25", "2024-05-30") for _ in range(10)]
    late = [child("2025-01-10") for _ in range(6)]
    found = figures([*in_time, *late, *[child() for _ in range(5)]])
    assert (found.years, found.children) == ((2024,), (21,))
    assert said(found, DOSE, "in-time") == [(10, 21)]
    assert said(found, DOSE, "given") == [(16, 21)]
    assert said(found, "w4/visit", "met") == [(10, 21)]
    assert said(found, "m6/visit", "met") == [(0, 21)], "a contact is that of the check-up in whose time it was"
    assert said(found, "m30/visit", "met") == [(0, 0)], "its time has not passed"


def test_what_comes_on_the_day_or_later_is_not_counted_and_a_year_waits_until_it_is_whole() -> None:
    """Groups that differ by the children of a week, or a day, would tell of these."""
    late = [child("2026-03-01") for _ in range(5)]
    found = figures([*late, *[child("2026-02-28") for _ in range(6)]])
    assert said(found, DOSE, "given") == [(6, 11)]
    young = [child("2025-03-25", born=date(2025, 1, 2) + timedelta(days=n)) for n in range(8)]
    whole = next(one for one in CHILD.visits if one.code == "m3-vaccines").until.after(date(2025, 12, 31))
    assert said(figures(young, whole), DOSE, "in-time") == [(0, 0)], "of those born in December it has not passed"
    assert said(figures(young, whole + timedelta(days=1)), DOSE, "in-time") == [(8, 8)]
    assert figures([child(born=date(2019, 12, 30)) for _ in range(9)]).years == (), "a year that is being left"


@pytest.mark.parametrize(
    ("in_time", "late", "without", "shown"),
    [
        (20, 0, 0, ((20, 20), (20, 20))), (20, 0, 4, (None, None)), (4, 0, 20, (None, None)),
        (20, 0, 5, ((20, 25), (20, 25))), (16, 4, 8, ((16, 28), None)), (3, 5, 8, (None, None)),
        (4, 0, 0, (None, None)), (0, 0, 5, ((0, 5), (0, 5))),
    ],
)  # fmt: skip
def test_no_number_tells_of_fewer_than_five(
    in_time: int, late: int, without: int, shown: tuple[tuple[int, int] | None, ...]
) -> None:
    """A18: nor what is left of the whole, nor what one number leaves of the other."""
    some = [child("2024-07-25")] * in_time + [child("2025-01-10")] * late + [child()] * without
    found = figures(some)
    assert (said(found, DOSE, "in-time")[0], said(found, DOSE, "given")[0]) == shown
    assert (found.children[0] is None) == (len(some) < FEWEST)


def test_each_birth_year_stands_by_itself_the_youngest_first() -> None:
    small = [child("2023-06-01", born=date(2023, 3, 5) + timedelta(days=n)) for n in range(6)]
    found = figures([*small, *[child() for _ in range(7)]])
    assert found.years == (2024, 2023)
    assert said(found, DOSE, "in-time") == [(0, 7), (6, 6)]


# Attacks -------------------------------------------------------------------------------------------------------------

_STATES = st.sampled_from(
    [("2024-07-25", "2024-05-30"), ("2024-07-25", ""), ("2025-01-10", ""), ("", "2024-05-30"), ("", "")]
)


@settings(max_examples=60)
@tried(st.lists(st.tuples(_STATES, st.sampled_from([date(2024, 5, 1), date(2023, 5, 1)])), max_size=40))
def test_no_sum_or_difference_of_all_that_is_told_gives_a_small_number(
    some: list[tuple[tuple[str, str], date]],
) -> None:
    """A18: every number of page and table is an equation in the parts that children are in; so is how many were born in
    each year, be it told or not. Solved together they give no part of one to four.
    """
    parts = counted(CHILD, [child(*state, born) for state, born in some], TODAY)
    parts = {name: one for name, one in parts.items() if name[5:] in ("", DOSE, "w4/visit", "m5-vaccines/hexa-2")}
    unknown = [(name, n) for name, one in parts.items() for n in range(len(one))]
    known: list[set[tuple[str, int]]] = []
    for name, one in parts.items():
        told = cell(one)
        known += [{(name, n) for n in range(place + 1)} for place, number in enumerate(told.told) if number is not None]
        if sum(one) >= FEWEST:
            known.append({(name, n) for n in range(len(one))})
    rows = [[Fraction(one in row) for one in unknown] for row in known]
    for at, (name, n) in enumerate(unknown):
        if 0 < parts[name][n] < FEWEST:
            assert not _follows(rows, [Fraction(at == other) for other in range(len(unknown))]), (name, n)


def _follows(rows: list[list[Fraction]], wanted: list[Fraction]) -> bool:
    """Whether a row is a sum of multiples of others."""
    reduced: list[list[Fraction]] = []
    for row in [*rows, wanted]:
        left = row
        for one in reduced:
            first = next(n for n, value in enumerate(one) if value)
            left = [a - left[first] / one[first] * b for a, b in zip(left, one, strict=True)] if left[first] else left
        if any(left):
            reduced.append(left)
        elif row is wanted:
            return True
    return False


def test_whoever_knows_the_rule_and_watches_for_three_months_learns_no_small_number() -> None:
    """Every course that a group of up to seven can take: what it shows, and how many they are where five or more,
    leaves open for each part of one to four what it was.
    """
    states = [(a, of - a) for of in range(8) for a in range(of + 1)]
    _leave_open([(one, two, three) for one in states for two in states for three in states])


def test_nor_of_doses_in_time_and_later() -> None:
    states = [(a, b, of - a - b) for of in range(9) for a in range(of + 1) for b in range(of + 1 - a)]
    _leave_open([(one, two) for one in states for two in states])


def again(before: Cell | None, now: Cell) -> Cell:
    """A cell that stands by itself, told anew."""
    return renewed({"2024": before} if before else {}, {"2024": now})["2024"]


def _leave_open(courses: list[tuple[tuple[int, ...], ...]]) -> None:
    fits: dict[object, list[set[int]]] = {}
    for course in courses:
        before, shown = None, list[object]()
        for parts in course:
            before = again(before, cell(parts))
            shown.append((before, sum(parts) if sum(parts) >= FEWEST else -(not sum(parts))))
        numbers = [number for parts in course for number in parts]
        some = fits.setdefault(tuple(shown), [set() for _ in numbers])
        for found, number in zip(some, numbers, strict=True):
            found.add(number)
    assert len(fits) > 100
    told = [found for some in fits.values() for found in some if len(found) == 1]
    assert told, "what is not small is told"
    assert not [found for found in told if 0 < min(found) < FEWEST]


def test_what_was_told_stands_until_as_many_have_changed() -> None:
    before = cell((20, 10))
    for held in ((21, 9), (20, 14), (24, 6), (16, 10), (28, 2)):
        assert again(before, cell(held)) == before, held
    for told in ((25, 5), (20, 15), (30, 0), (35, 10), (20, 10)):
        assert again(before, cell(told)) == Cell((told[0],), sum(told)), told
    assert again(cell((3, 20)), cell((5, 18))) == Cell((5,), 23), "what was not told is told when it may be"


_MONTHS = st.lists(st.tuples(*[st.integers(0, 12)] * 6), min_size=2, max_size=6)
"""Months of how many children there are in each state of a check-up and a dose."""


def _year(states: tuple[int, ...], month: int) -> dict[str, tuple[int, ...]]:
    """A birth year with a check-up (met or not) and, from the second month on, a dose (in time, later, not)."""
    met, dose = [sum(states[:3]), sum(states[3:])], [states[n] + states[n + 3] for n in range(3)]
    cells = {"2024": (sum(states),), "2024/w4/visit": tuple(met)}
    return (cells | {"2024/m3/dose": tuple(dose)}) if month else cells


@settings(max_examples=300)
@tried(_MONTHS)
def test_no_difference_between_the_cells_of_a_year_gives_a_small_number_in_any_month(
    months: list[tuple[int, ...]],
) -> None:
    """A18: the cells of a birth year count the same children. What is shown of them at once is of one day, so that the
    one less the other does not tell how many came or left between; and a new day says that five or more have changed.
    """
    kept: dict[str, Cell] = {}
    for month, states in enumerate(months):
        parts = _year(states, month)
        before, kept = kept, renewed(kept, {name: cell(some) for name, some in parts.items()})
        assert len({one.of for one in kept.values() if one.is_told}) <= 1, "of two days, side by side"
        for name in before:
            assert before[name] == kept[name] or not 0 < _most(before[name], kept[name]) < FEWEST, name


def _most(before: Cell, now: Cell) -> int:
    """How many children two months side by side say have come, left, or gone from part to part, at the least: parts are
    what is told and what one told number less another gives.
    """
    both = [(a, b) for a, b in zip(before.told, now.told, strict=True) if a is not None and b is not None]
    ends = [(0, 0), *both, (before.of or 0, now.of or 0)]
    parts = [(c - a, d - b) for (a, b), (c, d) in pairwise(ends)]
    more, fewer = sum(max(0, new - old) for old, new in parts), sum(max(0, old - new) for old, new in parts)
    return max(more, fewer)


def test_where_one_cell_of_a_year_must_stand_all_do() -> None:
    """A18: twenty children in October and seventeen in November, and a check-up that changed by more: shown of the one
    month and of the other, they told that three had left."""
    october = {"2024": cell((20,)), "2024/w4/visit": cell((10, 10))}
    november = {"2024": cell((17,)), "2024/w4/visit": cell((12, 5)), "2024/m3/dose": cell((17, 0, 0))}
    untold = Cell((None, None), None)
    held = renewed(october, november)
    assert held == october | {"2024/m3/dose": untold}, "nor what is new, which counts the same children"
    assert renewed(held, november | {"2024": cell((15,)), "2024/w4/visit": cell((10, 5))})["2024"] == Cell((15,), 15)
    other = {"2023": cell((20,)), "2023/w4/visit": cell((10, 10))}
    assert renewed(other, november | {"2023": cell((26,)), "2023/w4/visit": cell((16, 10))})["2023"].of == 26


# Through the door ----------------------------------------------------------------------------------------------------


async def centre(door: Door) -> None:
    """Eighteen children of a health centre: five had their dose there, six at another unit, one there who has blocked
    it, six at another care provider.
    """
    await health_centre(door)
    names = [f"Kim{n}" for n in range(18)]
    await children(door, *[(name, "2024-05-01") for name in names])
    homes = [(world.CARDIOLOGY, world.REGION)] * 5 + [(world.SURGERY, world.REGION)] * 7
    homes += [(world.HOME_CARE, world.BORAS)] * 6
    some = [Wish("update", _dose(name.casefold()), owner=Owner(*home)) for name, home in zip(names, homes, strict=True)]
    block = world.decision("inner-block", "kim11", provider="region", actors=("surgery",))
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([*some, Wish("create", block, owner=Owner(world.SURGERY, world.REGION))])


def _dose(who: str, day: str = "2024-07-25") -> dict[str, Any]:
    return given("J07CA09", day, 1, patient={"reference": f"Patient/{who}"}, id=f"dose-{who}")


async def asked(door: Door, who: Session) -> Counts:
    async with door.opened(who, "care") as record:
        return await programmes.counts(record, "child-health")


async def rows(database: Database) -> list[tuple[str, str, str, int]]:
    """Action, purpose, what and number of patients of what was logged since the world was made."""
    found = await database.all(
        "select action, purpose, what, cardinality(patients) as n from audit.event"
        " where actor <> 'world' order by chain, place"
    )
    return [(row["action"], row["purpose"], row["what"], row["n"]) for row in found]


async def test_everybody_who_may_ask_gets_the_same_whatever_each_reaches(door: Door, astrid: Session) -> None:
    """F13, A18, A1, A3, A4: neither an active choice nor what one shows oneself changes a figure. What the provider's
    other units have written is in it but where it is blocked, and other providers' never.
    """
    await centre(door)
    async with door.opened(astrid, "care") as record:
        for who in ("asa", "kim12"):
            await record.choose(who, reason="Jour", all_units=True)
    found = await asked(door, astrid)
    assert (found.children, said(found, DOSE, "in-time")) == ((18,), [(11, 18)])
    other = replace(astrid, actor="SE9999999999-x", assignment="SE9999999999-x-cardiology")
    assert await asked(door, other) == found


async def test_a_child_with_two_records_is_counted_once(door: Door, astrid: Session) -> None:
    """A18: linked records are one person, also where neither replaces the other."""
    await centre(door)
    async with door.opened(world.SYSTEM, "administration") as record:
        two = (await record.read("Patient", "kim1")).resource
        link = [{"type": "refer", "other": {"reference": "Patient/kim0"}}]
        await record.write([Wish("update", {**two, "link": link}, owner=Owner("", ""))])
    found = await asked(door, astrid)
    assert (found.children, said(found, DOSE, "in-time")) == ((17,), [(10, 17)])


async def test_a_question_is_logged_once_and_names_nobody(
    door: Door, database: Database, astrid: Session, clock: SetClock
) -> None:
    """A18, PDL 4:3: who asked for which figures and what for; nobody's record was opened."""
    await centre(door)
    await asked(door, astrid)
    await asked(door, astrid)
    about = [one for one in await rows(database) if one[0] not in ("read",)]
    what = f"programme child-health as of {clock.now().date().replace(day=1)}"
    assert about == [("reckon", "quality", what, 0), ("measure", "quality", what, 0), ("measure", "quality", what, 0)]


async def test_figures_stand_for_their_month_and_then_for_as_long_as_few_have_changed(
    door: Door, astrid: Session, clock: SetClock
) -> None:
    await centre(door)
    before = await asked(door, astrid)
    async with door.opened(world.SYSTEM, "administration") as record:
        here = Owner(world.CARDIOLOGY, world.REGION)
        await record.write([Wish("update", _dose(f"kim{n}") | {"id": f"again{n}"}, owner=here) for n in (12, 13)])
    assert await asked(door, astrid) == before, "the same month"
    clock.instant += timedelta(days=31)
    held = await asked(door, astrid)
    assert held.as_of > before.as_of
    assert said(held, DOSE, "in-time") == [(11, 18)], "two more are few"
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", _dose(f"kim{n}") | {"id": f"again{n}"}, owner=here) for n in (14, 15, 16)])
    clock.instant += timedelta(days=31)
    assert said(await asked(door, astrid), DOSE, "in-time") == [(16, 18)] or said(held, DOSE, "in-time")


async def test_who_reads_nothing_of_it_or_asks_for_another_purpose_is_refused(door: Door, astrid: Session) -> None:
    """A2, PDL 2:4."""
    await health_centre(door)
    (measure,) = programmes.MEASURES.values()
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Refused):
            await record.measured("research", measure)
        with pytest.raises(Absent):
            await programmes.counts(record, "maternity")
    async with door.opened(replace(astrid, role="log-reviewer"), "care") as record:
        with pytest.raises(Lacking):
            await record.measured("quality", measure)
    async with door.opened(world.SYSTEM, "care") as record:
        with pytest.raises(Refused):
            await record.measured("quality", measure)


async def test_the_night_reckons_what_is_due_unit_by_unit_and_begins_where_it_stopped(
    door: Door, astrid: Session, clock: SetClock
) -> None:
    await centre(door)
    (measure,) = programmes.MEASURES.values()
    (place,) = await measures.due(door, measure, clock.now())
    assert (place.unit, place.provider) == (world.CARDIOLOGY, world.REGION)
    await measures.reckon(door, measure, place, measures.period(clock.now()))
    assert await measures.due(door, measure, clock.now()) == []
    assert said(await asked(door, astrid), DOSE, "in-time") == [(11, 18)]
    assert await measures.due(door, measure, clock.now() + timedelta(days=31)) == [place]
