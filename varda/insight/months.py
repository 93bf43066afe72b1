"""Months that are over, and entries counted by them.

Each month is reckoned once, when it is over, of what the unit itself has written by then; what is written later about
it is not in it (decision 44).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from varda.care.facts import first_moment
from varda.record import Counting, Events

MONTHS = 12
"""How many months that are over are reckoned the first time."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Entries of a type by the month of one of their dates, which a search parameter finds; `part` says in which of so
    many `parts` one is, or None where it is not counted.
    """

    type: str
    parameter: str
    date: str
    parts: int
    part: Callable[[Mapping[str, Any]], int | None]


async def reckoned(what: Counted, counting: Counting, as_of: date) -> dict[str, Events]:
    """How many there are in each part, and of how many people, by month that is not known yet."""
    people: dict[str, list[list[int]]] = {name: [[] for _ in range(what.parts)] for name in lacking(counting, as_of)}
    if not people:
        return {}
    async for page in counting.owned(what.type, between(what.parameter, people, as_of)):
        for who, stored in page:
            moment, place = first_moment(stored.resource, what.date), what.part(stored.resource)
            if moment and place is not None and (name := f"{moment.day:%Y-%m}") in people:
                people[name][place].append(who)
    return {
        name: Events(tuple(map(len, some)), tuple(len(set(each)) for each in some)) for name, some in people.items()
    }


def lacking(counting: Counting, as_of: date) -> list[str]:
    """The months that are not known yet."""
    return [one for one in months(as_of) if one not in counting.known]


def between(parameter: str, some: Iterable[str], as_of: date) -> list[tuple[str, str]]:
    """Asks for what is dated from the first of some months on, and before a day."""
    return [(parameter, f"ge{min(some)}-01"), (parameter, f"lt{as_of}")]


def months(as_of: date) -> list[str]:
    """The months that are over on the first day of another, newest first, as 2026-10."""
    found, first = list[str](), as_of
    while len(found) < MONTHS:
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(f"{first:%Y-%m}")
    return found
