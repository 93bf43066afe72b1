"""The early-warning chart as lanes over one axis of time: each measure on the bands of its points. Pure.

The table beside it holds the truth, and is what a reader without sight has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from varda.care.results import Reading, Series
from varda.care.scores.news2 import limits
from varda.care.vitals import MEASURES

WIDTH, HEIGHT = 600, 46
"""Of one lane, in the units of the drawing."""
SPAN = timedelta(hours=72)
"""How far back the chart looks from the newest value."""
_SHORTEST = timedelta(hours=6)
_SHOWN = {
    "breathing": (4, 32),
    "saturation": (80, 100),
    "systolic": (50, 240),
    "pulse": (30, 150),
    "temperature": (34, 41),
}
"""What a lane has room for; what lies outside is drawn at its edge, and the table has the figure."""


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of a lane that gives `points`; y from above."""

    y: float
    height: float
    points: int


@dataclass(frozen=True, slots=True)
class Lane:
    """One measure: its bands from below, and its values as a line and dots (x, y)."""

    key: str
    bands: tuple[Band, ...]
    dots: tuple[tuple[float, float], ...]
    last: Reading

    @property
    def label(self) -> str:
        """What the measure is called, to translate."""
        return MEASURES[self.key].label

    @property
    def line(self) -> str:
        """The points of a polyline."""
        return " ".join(f"{x},{y}" for x, y in self.dots)


@dataclass(frozen=True, slots=True)
class Chart:
    """The lanes that have values, and the times along the axis with their x."""

    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, datetime], ...]

    @property
    def height(self) -> int:
        """Of all lanes together."""
        return len(self.lanes) * (HEIGHT + 6)


def chart(series: Iterable[Series], scale: str) -> Chart | None:
    """The last three days before the newest value; None when there are not two moments to draw a line between."""
    found = {key: sorted(_values(series, key)) for key in _SHOWN}
    times = [at for values in found.values() for at, *_ in values]
    if not times:
        return None
    end = max(times)
    times = [at for at in times if end - at <= SPAN]
    if len(set(times)) < 2:
        return None
    start = min([*times, end - _SHORTEST])
    lanes = tuple(
        _lane(key, [one for one in values if one[0] >= start], scale, start, end)
        for key, values in found.items()
        if any(at >= start for at, *_ in values)
    )
    step = (end - start) / 4
    return Chart(lanes, tuple((WIDTH * number / 4, start + step * number) for number in range(5)))


def _values(series: Iterable[Series], key: str) -> Iterable[tuple[datetime, float, str, Reading]]:
    """(time, value, id, reading) of one measure, whichever entry holds it."""
    codes = {MEASURES[key].code, *MEASURES[key].also}
    for one in series:
        for whole in one.readings:
            for reading in (whole, *whole.parts):
                if reading.code in codes and reading.value and whole.at:
                    yield whole.at.at, float(reading.value.value), whole.id, reading


def _lane(
    key: str, values: Sequence[tuple[datetime, float, str, Reading]], scale: str, start: datetime, end: datetime
) -> Lane:
    low, high = _SHOWN[key]

    def y(value: float) -> float:
        return round(HEIGHT * (1 - (min(max(value, low), high) - low) / (high - low)), 1)

    bands, below = [], float(low)
    for limit, points in limits(key, scale):
        top = min(float(limit), high)
        if top > below:
            bands.append(Band(y(top), round(y(below) - y(top), 1), points))
            below = top
    dots = tuple((round(WIDTH * ((at - start) / (end - start)), 1), y(value)) for at, value, *_ in values)
    return Lane(key, tuple(bands), dots, values[-1][3])
