"""A plan as bars over one axis of time: what is critical, today, the freeze and what was promised. Pure.

The table beside it holds the truth, and is what a reader without sight has.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from varda.introduction.programme import MOMENTS, Item, Progress, Times

LABELS, WIDTH, ROW = 300, 700, 22
"""Of the column of titles, of the time beside it, and of one row's height, in the units of the drawing."""
_TITLE = 46
"""Letters of a title that have room; the table has all of it."""
_STEPS = ((1, 400), (2, 800), (3, 1200), (6, 2400))
"""Months from one name on the axis to the next, while there are fewer days: so that no name runs into another."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One item's row: `x` and `width` of its days, `due` the x of what was promised. A moment has no width."""

    item: Item
    times: Times
    depth: int
    y: int
    x: float
    width: float
    due: float | None
    is_moment: bool
    state: str

    def called(self, language: str) -> str:
        """The title, as far as there is room."""
        room, title = _TITLE - 2 * self.depth, self.item.called(language)
        return title if len(title) <= room else f"{title[: room - 1]}…"


@dataclass(frozen=True, slots=True)
class Gantt:
    """The rows, the months (first day, x) along the axis, and the x of today and of each freeze."""

    bars: tuple[Bar, ...]
    months: tuple[tuple[date, float], ...]
    today: float
    freezes: tuple[float, ...]

    @property
    def height(self) -> int:
        """Of all rows."""
        return len(self.bars) * ROW


def drawn(items: Sequence[Item], times: Mapping[str, Times], progress: Mapping[str, Progress], today: date) -> Gantt:
    """Items in the order of a tree, parts below their whole."""
    rows = list(_tree(items))
    days = [day for one, _ in rows for day in (times[one.code].start, times[one.code].finish, one.due) if day]
    first, last = min([today, *days]).replace(day=1), max([today, *days]) + timedelta(days=10)
    scale = WIDTH / max(1, (last - first).days)

    def at(day: date) -> float:
        return round((day - first).days * scale, 1)

    bars = [
        Bar(
            one, found := times[one.code], depth, nth * ROW, at(found.start),
            max(2.0, round(at(found.finish) - at(found.start), 1)), at(one.due) if one.due else None,
            one.kind in MOMENTS, _state(progress.get(one.code), found),
        )
        for nth, (one, depth) in enumerate(rows)
    ]  # fmt: skip
    freezes = [at(one.due or times[one.code].finish) for one, _ in rows if one.kind == "freeze"]
    return Gantt(tuple(bars), tuple((day, at(day)) for day in _months(first, last)), at(today), tuple(freezes))


def _state(said: Progress | None, times: Times) -> str:
    if said and said.finished:
        return "done"
    return "critical" if times.is_critical else "begun" if said and said.begun else "planned"


def _tree(items: Sequence[Item]) -> Iterator[tuple[Item, int]]:
    """Each item with its depth, parts below their whole, in the order in which they came."""
    parts: dict[str, list[Item]] = {}
    known = {one.code for one in items}
    for one in items:
        parts.setdefault(one.part_of if one.part_of in known else "", []).append(one)

    def below(code: str, depth: int) -> Iterator[tuple[Item, int]]:
        for one in parts.get(code, ()):
            yield one, depth
            yield from below(one.code, depth + 1)

    return below("", 0)


def _months(first: date, last: date) -> Iterator[date]:
    days = (last - first).days
    month, step = first, next((step for step, most in _STEPS if days < most), 12)
    while month <= last:
        yield month
        month = date(month.year + (month.month - 1 + step) // 12, (month.month - 1 + step) % 12 + 1, 1)
