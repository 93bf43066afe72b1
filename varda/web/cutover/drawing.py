"""A wave's steps as bars over the hours: what was planned as a line, how it looks now as a bar, and now. Pure.

The table below it holds the truth, and is what a reader without sight has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from varda.introduction.cutover import Expected

LABELS, WIDTH, ROW = 300, 700, 22
_TITLE = 44
"""Letters of a title that have room."""
_EVERY = (30, 60, 120, 180, 360, 720, 1440, 2880)
"""Minutes from one time on the axis to the next; the fewest that leave room."""
_ROOM = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """A step's row: x and width as it looks now, and of what was planned."""

    expected: Expected
    y: int
    x: float
    width: float
    planned: tuple[float, float]

    def called(self, language: str) -> str:
        """The title, as far as there is room."""
        title = self.expected.step.words.said(language)
        return title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"


@dataclass(frozen=True, slots=True)
class Picture:
    """The rows, the times along the axis, and the x of now where it is in the picture."""

    bars: tuple[Bar, ...]
    times: tuple[tuple[datetime, float], ...]
    now: float | None

    @property
    def height(self) -> int:
        """Of all rows."""
        return len(self.bars) * ROW


def drawn(steps: Sequence[Expected], now: datetime) -> Picture:
    """Some steps, the first to begin at the top."""
    rows = sorted(steps, key=lambda one: (one.planned, one.step.code))
    first = min(min(one.opens, one.planned[0]) for one in rows)
    last = max(max(one.closes, one.planned[1]) for one in rows)
    scale = WIDTH / max(1.0, (last - first).total_seconds())

    def at(instant: datetime) -> float:
        return round((instant - first).total_seconds() * scale, 1)

    bars = [
        Bar(one, nth * ROW, at(one.opens), max(3.0, round(at(one.closes) - at(one.opens), 1)),
            (at(one.planned[0]), at(one.planned[1])))
        for nth, one in enumerate(rows)
    ]  # fmt: skip
    span = (last - first).total_seconds() / 60
    every = timedelta(minutes=next((one for one in _EVERY if span / one <= _ROOM), 10080))
    times = [first + every * nth for nth in range(int((last - first) / every) + 1)]
    return Picture(tuple(bars), tuple((one, at(one)) for one in times), at(now) if first <= now <= last else None)
