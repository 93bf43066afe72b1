"""Reading one person's life in the order of time, and counting it by year, as far as a narrowing lets through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from varda.kernel.db import Work
from varda.search.lifetime import LIFE, YEARS
from varda.search.narrowing import Narrowing
from varda.store.model import Stored
from varda.store.reading import stored_from
from varda.store.writing import type_number

Place = tuple[datetime | None, int]
"""Where an entry stands newest first: its main date (None: without one, last of all) and its creation number."""
_FIRST = datetime.min.replace(tzinfo=UTC)  # asyncpg writes it as -infinity


@dataclass(frozen=True, slots=True)
class Sort:
    """Entries of a type that have one of some tokens and none of others; `kind` is what they are counted as."""

    kind: str
    type: str
    having: tuple[int, ...] = ()
    lacking: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """So many entries of a kind and unit (its key) in a Swedish year; None: without a date."""

    kind: str
    unit: int
    year: int | None
    entries: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which part of a life: of these sorts and units (none: all), dated in [since, until), after a place."""

    sorts: Sequence[Sort]
    units: tuple[int, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    after: Place | None = None


async def life(
    work: Work, compartments: Sequence[int], wanted: Stretch, most: int, rule: Narrowing
) -> list[tuple[Place, Stored]]:
    """At most `most` entries, the newest first, each with its place."""
    low, born = wanted.after or (None, None)
    low = low or (_FIRST if wanted.after else None)
    rows = await work.all(
        LIFE, list(compartments), *_sorts(wanted.sorts), list(wanted.units), wanted.since, wanted.until, born, low,
        most, *rule.values,
    )  # fmt: skip
    return [((row["low"], row["born"]), stored_from(row)) for row in rows]


async def years(work: Work, compartments: Sequence[int], sorts: Sequence[Sort], rule: Narrowing) -> list[Counted]:
    """How many entries of each kind, unit and year there are to see."""
    kinds = [one.kind for one in sorts]
    rows = await work.all(YEARS, list(compartments), *_sorts(sorts), [], kinds, *rule.values)
    return [Counted(row["kind"], row["unit"], row["year"], row["entries"]) for row in rows]


def _sorts(sorts: Sequence[Sort]) -> tuple[list[int], list[str], list[str]]:
    return (
        [type_number(one.type) for one in sorts],
        ["{" + ",".join(map(str, one.having)) + "}" for one in sorts],
        ["{" + ",".join(map(str, one.lacking)) + "}" for one in sorts],
    )
