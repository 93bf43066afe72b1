"""Writing versions and their index rows. Any number of changes costs the same few statements."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from varda.fhir.definitions import TYPES
from varda.kernel.db import Taken, Work
from varda.kernel.errors import Conflict
from varda.kernel.sql import named
from varda.search.index import Index
from varda.search.kinds.date import FIRST, LAST
from varda.search.letters import letters
from varda.store.model import Change, Held

_SQL = named("varda.store")
_NUMBER = {name: number for number, name in enumerate(TYPES, 1)}


def type_number(name: str) -> int:
    """The small number that stands for a resource type in the tables; fixed for R4."""
    return _NUMBER[name]


def type_name(number: int) -> str:
    """The resource type that a small number stands for."""
    return TYPES[number - 1]


async def whereabouts(work: Work, items: Iterable[int]) -> dict[int, int]:
    """Compartment by item, for those that exist."""
    rows = await work.all(_SQL["whereabouts"], list(items))
    return {row["item"]: row["compartment"] for row in rows}


async def held(work: Work, items: Iterable[int]) -> dict[int, Held]:
    """Lock the items that exist, in item order, and tell what they are now."""
    wanted = sorted(set(items))
    if not wanted:
        return {}
    await work.all(_SQL["locked"], wanted)
    rows = await work.all(_SQL["held"], wanted)
    return {
        row["item"]: Held(
            item=row["item"],
            compartment=row["compartment"],
            version=row["version"],
            deleted=row["deleted"],
            provider=row["provider"],
            unit=row["unit"],
            type=type_name(row["type"]),
            id=row["id"],
            born=row["born"],
            also=tuple(row["also"] or ()),
            viewed=row["viewed"],
        )
        for row in rows
    }


async def kept(work: Work, items: Iterable[int]) -> None:
    """Wait for whoever changes these items; nobody does until the caller's transaction has ended."""
    await work.all(_SQL["kept"], sorted(set(items)))


async def annotate(work: Work, held: Held, at: datetime, author: str, body: bytes, tokens: Sequence[int]) -> None:
    """Add a version of a locked item that differs only in what was noted on it; `tokens` are its index's now."""
    await work.run(
        _SQL["annotated"],
        held.compartment,
        held.item,
        held.version,
        at,
        author,
        body,
        list(tokens),
        list(letters(body)),
    )


async def found_by(work: Work, places: Sequence[int], item: int, index: Index) -> None:
    """Let an item be found by the words and tokens of this index from now on; everything else about it stays."""
    words = [(param, place, word) for place, (param, word) in enumerate(index.words)]
    await work.run(_SQL["words_forgotten"], list(places), item)
    await work.run(_SQL["found_by"], list(places), item, index.tokens, *_columns(words, 3))


async def write(work: Work, changes: Sequence[Change]) -> None:
    """Add every version and bring the indexes up to date, inside the caller's transaction.

    Raises `Conflict` when an item was created by somebody else in the meantime.
    """
    await _claim(work, [c for c in changes if c.before is None])
    await _forget(work, [c for c in changes if c.before is not None])
    try:
        await work.run(_SQL["versions_added"], *_columns([_version_row(c) for c in changes], 15))
    except Taken as taken:
        raise Conflict("Somebody else wrote the same item at the same time; read it again and retry.") from taken
    await _index(work, [c for c in changes if c.index is not None])


async def _claim(work: Work, new: Sequence[Change]) -> None:
    if not new:
        return
    ordered = sorted(new, key=lambda c: c.item)
    rows = await work.all(_SQL["claimed"], [c.item for c in ordered], [c.compartment for c in ordered])
    taken = {c.item for c in new} - {row["item"] for row in rows}
    if taken or len(rows) != len(new):
        names = ", ".join(f"{c.type}/{c.id}" for c in new if c.item in taken) or "an id"
        raise Conflict(f"{names} was created by somebody else at the same time; read it again and retry.")


async def _forget(work: Work, changed: Sequence[Change]) -> None:
    gone = []
    for change in changed:
        assert change.before is not None
        places = {change.before.compartment, *change.before.also}
        gone += [(place, change.item) for place in places]
        if change.before.compartment != change.compartment:
            await work.run(_SQL["moved"], change.item, change.compartment)
    if gone:
        await work.run(_SQL["forgotten"], *_columns(gone, 2))


async def _index(work: Work, changes: Sequence[Change]) -> None:
    if not changes:
        return
    newborn = sum(1 for c in changes if c.before is None or c.before.born is None)
    births = iter([row["born"] for row in await work.all(_SQL["births"], newborn)] if newborn else [])
    current: list[tuple[Any, ...]] = []
    said: list[str] = []
    moments: list[tuple[Any, ...]] = []
    amounts: list[tuple[Any, ...]] = []
    words: list[tuple[Any, ...]] = []
    dangling: list[tuple[Any, ...]] = []
    for c in changes:
        assert c.index is not None
        born = c.before.born if c.before is not None and c.before.born is not None else next(births)
        has = _array(letters(c.body))
        for place in dict.fromkeys((c.compartment, *c.also)):
            said.append(has)
            others = tuple(p for p in (c.compartment, *c.also) if p != place)
            current.append(_current_row(c, place, born, others))
            moments += [(place, c.item, p, n, low, high) for n, (p, low, high) in enumerate(c.index.moments)]
            amounts += [(place, c.item, a[0], n, *a[1:]) for n, a in enumerate(c.index.amounts)]
            words += [(place, c.item, p, n, word) for n, (p, word) in enumerate(c.index.words)]
        dangling += [(c.compartment, c.item, target) for target in c.dangling]
    await work.run(
        _SQL["indexed"],
        *_columns(current, 15),
        *_columns(moments, 6),
        *_columns(amounts, 8),
        *_columns(words, 5),
        *_columns(dangling, 3),
        said,
    )


def _version_row(c: Change) -> tuple[Any, ...]:
    also = _array(c.also) if c.also else None
    dated, until = _dated(c)
    return (
        c.compartment, c.item, c.version, _NUMBER[c.type], c.id, c.at, dated, until, c.index is None, c.provider,
        c.unit, c.withheld, also, c.author, c.body,
    )  # fmt: skip


def _dated(c: Change) -> tuple[datetime, datetime]:
    """The time that a version is of, for blocks of a period. A deletion is of all time: none lets it through."""
    if c.index is None:
        return FIRST, LAST
    return c.index.low or c.at, c.index.high or c.at


def _current_row(c: Change, place: int, born: int, others: tuple[int, ...]) -> tuple[Any, ...]:
    assert c.index is not None
    return (
        place, c.item, c.compartment, _NUMBER[c.type], c.version, born, c.provider, c.unit, c.withheld,
        c.at, c.index.low, c.index.high, _array(others) if others else None, _array(c.index.tokens), c.id,
    )  # fmt: skip


def _array(numbers: Iterable[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]
