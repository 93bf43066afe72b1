"""One page of a patient's life, and the years around it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from varda.care import pages
from varda.care.finding import line
from varda.care.timeline.model import KINDS, Year, Years, by_year, years
from varda.record import Record, Stretch

MOST = 100
"""Entries on a page; rows are fewer."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which part of a life: `kinds` of `KINDS` and `units` (keys as text), none means all; days are included at both
    ends. `after` is the place to go on from, as the page before it gave it.
    """

    kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One page. `next` is where older entries are looked for, empty when there are none. `picture` and `units` (names
    by key, as text) are there on a first page; `entries` counts what the picture shows.
    """

    years: list[Year]
    next: str
    picture: list[Years]
    units: dict[str, str]
    entries: int


async def told(record: Record, patient: str, question: Question, readable: Collection[str]) -> Told:
    """The life of a patient, of `readable` kinds. Raises `Absent` out of reach, `Malformed` for an odd question."""
    units = tuple(map(pages.unit, question.units))
    kinds = [kind for kind in KINDS if kind in readable]
    wanted = Stretch(
        sorts=[sort for kind in kinds if not question.kinds or kind in question.kinds for sort in KINDS[kind]],
        units=units,
        since=pages.morning(question.since),
        until=pages.morning(question.until + timedelta(days=1)) if question.until else None,
        after=pages.place(question.after),
    )
    found = await record.life(patient, wanted, most=MOST, counted=not question.after)
    picture = years(found.years, units)
    names = {str(key): name for key, name in sorted(found.units.items(), key=lambda one: one[1])}
    return Told(
        by_year(map(line, found.entries)),
        pages.following(found.next),
        picture,
        names,
        sum(one.entries for one in picture),
    )
