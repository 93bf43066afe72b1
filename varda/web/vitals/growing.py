"""Curves of growth drawn on the lines of a standard: what stands where. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.growth import Curve, growth, lines
from varda.care.patients import Person
from varda.care.vitals import MEASURES

WIDTH, HEIGHT = 560, 260
_YEAR = 365.25
_SPANS = (1, 2, 5, 10, 19)
"""Years that a drawing may be of; the fewest that hold all values."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One curve: `lines` of the standard by their standard deviation, `dots` of the child; ticks as (place, what)."""

    curve: Curve
    label: str
    unit: str
    years: int
    lines: tuple[tuple[int, str], ...]
    dots: tuple[tuple[float, float], ...]
    across: tuple[tuple[float, int], ...]
    up: tuple[tuple[float, int], ...]

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
    values = [one.value for one in curve.points] + [value for line in standard.values() for _, value in line]
    low, high = min(values), max(values)
    room = (high - low) or 1

    def place(days: float, value: float) -> tuple[float, float]:
        return round(WIDTH * days / (years * _YEAR), 1), round(HEIGHT * (1 - (value - low) / room), 1)

    step = next(one for one in (1, 2, 5, 10, 20, 50) if room / one <= 10)
    measure = MEASURES.get(curve.kind)
    return Drawing(
        curve,
        measure.label if measure else "Body mass index",
        measure.unit if measure else "kg/m²",
        years,
        tuple((sd, " ".join("{},{}".format(*place(*one)) for one in line)) for sd, line in standard.items()),
        tuple(place(one.days, one.value) for one in curve.points),
        tuple((round(WIDTH * year / years, 1), year) for year in range(years + 1)),
        tuple((place(0, value)[1], value) for value in range(int(low / step + 1) * step, int(high) + 1, step)),
    )
