"""The log as it is read: for the patient, for review, for export. Rows newest first, page by page."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from varda.kernel.db import Work
from varda.kernel.errors import Malformed
from varda.kernel.sql import named

_SQL = named("varda.audit")
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
_SLICE = 5000
_PATIENCE = 3600.0  # seconds that sorting a day, or drawing from a month, may take


class Place(msgspec.Struct, frozen=True):
    """Where a row of the log stands."""

    chain: int
    place: int


class Deed(Place, frozen=True):
    """What the rules of log review look at in a row: who did what to whom, when and where."""

    at: datetime
    action: str
    outcome: str
    actor: str
    role: str
    assignment: str
    unit: str
    provider: str
    patients: tuple[int, ...]


class Logged(Deed, frozen=True, kw_only=True):
    """One whole row of the log. The fields as in `Event`; `build` is the program's."""

    on_behalf: str
    purpose: str
    category: str
    origin: str
    what: str
    build: str
    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which rows: about any of `patients` (compartments; None: about anybody or nobody), from `since` to before
    `until`, of one actor, unit or provider (HSA-ids). `after` is where the last page ended.
    """

    patients: tuple[int, ...] | None = None
    since: datetime = EARLIEST
    until: datetime = LATEST
    actor: str = ""
    unit: str = ""
    provider: str = ""
    after: str = ""
    most: int = 100


@dataclass(frozen=True, slots=True)
class Denials:
    """What staff of a unit asked in a time, how much of it was denied, and how many people asked."""

    unit: str
    asked: int
    denied: int
    people: int


async def denials(work: Work, since: datetime, until: datetime) -> list[Denials]:
    """By unit; counts alone."""
    return [Denials(**dict(row)) for row in await work.all(_SQL["denials"], since, until)]


async def found(work: Work, asked: Question) -> tuple[list[Logged], str]:
    """A page of rows, newest first, and where the next one begins; empty when there is none. Raises `Malformed`."""
    at, chain, place = _after(asked.after)
    name = "events_of_patients" if asked.patients is not None else "events_between"
    values = [list(asked.patients)] if asked.patients is not None else []
    rows = await work.all(
        _SQL[name], asked.since, asked.until, asked.actor, asked.unit, asked.provider, at, chain, place,
        asked.most + 1, *values,
    )  # fmt: skip
    page = [logged(row) for row in rows[: asked.most]]
    return page, _next(page[-1]) if len(rows) > asked.most else ""


async def every(work: Work, since: datetime, until: datetime) -> AsyncIterator[list[Logged]]:
    """All rows of a time, oldest first, some thousand at a time. `work` is a transaction."""
    cursor = await work.connection.cursor(_SQL["events_in_order"], since, until)
    while rows := await cursor.fetch(_SLICE):
        yield [logged(row) for row in rows]


async def by_unit(work: Work, choices_since: datetime, since: datetime, until: datetime) -> AsyncIterator[list[Deed]]:
    """What staff did in a time, one unit after another, oldest first, with their choices before it. One unit's rows are
    held at once; the database sorts. `work` is a transaction.
    """
    cursor = await work.connection.cursor(_SQL["deeds_by_unit"], choices_since, since, until, timeout=_PATIENCE)
    of_unit: list[Deed] = []
    while rows := await cursor.fetch(_SLICE, timeout=_PATIENCE):
        for row in rows:
            if of_unit and of_unit[-1].unit != row["unit"]:
                yield of_unit
                of_unit = []
            of_unit.append(Deed(**(dict(row) | {"patients": tuple(row["patients"])})))
    if of_unit:
        yield of_unit


async def drawn(work: Work, seed: str, share: Decimal, first: date, end: date) -> AsyncIterator[list[Any]]:
    """Rows of staff drawn from each unit's reading of a time, unit by unit: the share, at least one; the same for the
    same seed. Provider, unit, actor, chain and place of each. `work` is a transaction.
    """
    cursor = await work.connection.cursor(_SQL["sampled"], seed, share, first, end, timeout=_PATIENCE)
    while rows := await cursor.fetch(_SLICE, timeout=_PATIENCE):
        yield rows


async def named_rows(work: Work, places: Sequence[int]) -> list[Logged]:
    """Rows by chain and place in turn, oldest first. What is past its time is not among them."""
    return [logged(row) for row in await work.all(_SQL["events_named"], places[::2], places[1::2])]


def logged(row: Any) -> Logged:
    """A stored row as a value."""
    return Logged(**(dict(row) | {"patients": tuple(row["patients"])}))


def _next(last: Logged) -> str:
    return f"{int(last.at.timestamp() * 1_000_000)}.{last.chain}.{last.place}"


def _after(page: str) -> tuple[datetime, int, int]:
    if not page:
        return LATEST, 0, 0
    try:
        moment, chain, place = (int(part) for part in page.split("."))
        at = datetime.fromtimestamp(moment // 1_000_000, UTC).replace(microsecond=moment % 1_000_000)
    except (ValueError, OverflowError, OSError):
        raise Malformed("This is not a page of the access log; start again from the first one.") from None
    if not (0 <= chain < 2**63 and 0 <= place < 2**63):
        raise Malformed("This is not a page of the access log; start again from the first one.")
    return at, chain, place
