"""Curves of growth drawn on the lines of a standard: what stands where. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.growth import SDS, Curve, Point, at_sd, growth, lines
from varda.care.patients import Person
from varda.care.vitals import MEASURES

WIDTH, HEIGHT = 560, 260
FAR = 2
"""How many times the outermost line, or what part of it, a value may be and still be drawn: beyond it presses the lines
together, and is most often a slip. (Not in standard deviations: those of a skewed measure have an upper end.)"""
_YEAR = 365.25
_SPANS = (1, 2, 5, 10, 19)
"""Years that a drawing may be of; the fewest that hold all values."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One curve: `lines` of the standard by their standard deviation, `dots` of the child; ticks as (place, what).

    `left_out`: how many values are too far from the standard to be drawn; they stand in the table."""

    curve: Curve
    label: str
    unit: str
    years: int
    lines: tuple[tuple[int, str], ...]
    dots: tuple[tuple[float, float], ...]
    across: tuple[tuple[float, int], ...]
    up: tuple[tuple[float, int], ...]
    left_out: int

    @property
    def line(self) -> str:
        """The child's curve as points of a polyline."""
        return " ".join(f"{x},{y}" for x, y in self.dots)


def drawings(who: Person, observations: Iterable[Mapping[str, Any]]) -> list[Drawing]:
    """A drawing of each thing that has been measured; none for grown-ups."""
    return [_drawing(who.sex, one) for one in growth(who, observations)]


def _drawing(sex: str, curve: Curve) -> Drawing:
    oldest = max(one.days for one in curve.points)
    years = next((one for one in _SPANS if one * _YEAR >= oldest), _SPANS[-1])
    standard = lines(sex, curve.kind, int(years * _YEAR))
    drawn = [one for one in curve.points if not _is_far(sex, curve.kind, one)]
    values = [one.value for one in drawn] + [value for line in standard.values() for _, value in line]
    low, high = min(values, default=0), max(values, default=0)
    room = (high - low) or 1

    def place(days: float, value: float) -> tuple[float, float]:
        return round(WIDTH * days / (years * _YEAR), 1), round(HEIGHT * (1 - (value - low) / room), 1)

    step = next((one for one in (1, 2, 5, 10, 20, 50, 100) if room / one <= 10), int(room / 10) + 1)
    measure = MEASURES.get(curve.kind)
    return Drawing(
        curve,
        measure.label if measure else "Body mass index",
        measure.unit if measure else "kg/m²",
        years,
        tuple((sd, " ".join("{},{}".format(*place(*one)) for one in line)) for sd, line in standard.items()),
        tuple(place(one.days, one.value) for one in drawn),
        tuple((round(WIDTH * year / years, 1), year) for year in range(years + 1)),
        tuple((place(0, value)[1], value) for value in range(int(low / step + 1) * step, int(high) + 1, step)),
        len(curve.points) - len(drawn),
    )


def _is_far(sex: str, kind: str, point: Point) -> bool:
    low, high = (at_sd(sex, kind, point.days, sd) for sd in (SDS[0], SDS[-1]))
    return low is not None and high is not None and not low / FAR <= point.value <= high * FAR
