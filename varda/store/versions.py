"""Newest versions that were read lately, kept in this process: what a version says never changes.

Nothing is decided here. Which version of an item may be seen, if any, is what the access rule says in the statement
that names it, each time anew; what was destroyed, or is no longer somebody's to see, is not named.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from varda.kernel.db import Work
from varda.search.reading import VERSIONS
from varda.store.model import Stored
from varda.store.writing import type_name

Place = tuple[int, int, int]
"""The compartment of an item, its key, and the number of a version."""

_MOST = 32 * 1024 * 1024
"""Bytes of a generation; two are kept."""
_OVERHEAD = 700
"""Bytes that a version takes beside its body, about."""
_NUMBER = attrgetter("version")


class Versions:
    """What is asked for goes into the young generation. When that is full it becomes the old one, which is forgotten.

    Only what is committed may come in, so never what a transaction reads that has written. A database that was lost may
    come back without its last commits, or restored: then `forget`.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._young: dict[int, Stored] = {}
        self._old: dict[int, Stored] = {}
        self._size = 0

    def find(self, items: Sequence[int], numbers: Sequence[int]) -> list[Stored | None]:
        """These versions of these items in order; None for what must be fetched. They are shared: change nothing."""
        found = list(map(self._young.get, items))
        if None not in found and list(map(_NUMBER, found)) == numbers:
            return found
        return [
            one if one is not None and one.version == number else self._older(item, number)
            for item, number, one in zip(items, numbers, found, strict=True)
        ]

    async def fetch(self, work: Work, places: Iterable[Place]) -> dict[Place, Stored]:
        """Read versions and keep them. What has been destroyed since it was named is missing."""
        fetched = await fetch(work, places)
        for (_, item, _), stored in fetched.items():
            self._keep(item, stored)
        return fetched

    def forget(self) -> None:
        """Keep nothing of what was read."""
        self._young, self._old, self._size = {}, {}, 0

    def _older(self, item: int, number: int) -> Stored | None:
        kept = self._old.get(item)
        if kept is None or kept.version != number:
            return None
        self._keep(item, kept)
        return kept

    def _keep(self, item: int, stored: Stored) -> None:
        if self._size > self._most:
            self._old, self._young, self._size = self._young, {}, 0
        self._young[item] = stored
        self._size += len(stored.body) + _OVERHEAD


async def fetch(work: Work, places: Iterable[Place]) -> dict[Place, Stored]:
    """Versions of rows that a narrowed statement of the same session has just given."""
    wanted = sorted(set(places))
    if not wanted:
        return {}
    # Lists of numbers travel as text: to send each number by itself takes ten times as long.
    row = await work.one(VERSIONS, *("{" + ",".join(map(str, column)) + "}" for column in zip(*wanted, strict=True)))
    return dict(_unpacked(row)) if row[0] is not None else {}


def _unpacked(columns: Any) -> Iterable[tuple[Place, Stored]]:
    homes, items, types, ids, numbers, providers, units, bodies, compartments, also = columns
    # `map` makes a page of fifty in a third of the time that a comprehension takes.
    made = map(Stored, map(type_name, types), ids, numbers, providers, units, bodies, compartments, map(_several, also))
    return zip(zip(homes, items, numbers, strict=True), made, strict=True)


def _several(text: str | None) -> tuple[int, ...]:
    """An array of numbers that travelled as text."""
    return tuple(map(int, text[1:-1].split(","))) if text and text != "{}" else ()
