"""An organisation's way with an indicator as a small line: from the baseline by each outcome, with the target across.
Pure. The words beside it say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from varda.introduction.effects import Aim, Indicator, Outcome

WIDTH, HEIGHT, EDGE = 120, 30, 4
"""Of a line, and what is left free around it, in the units of the drawing."""


@dataclass(frozen=True, slots=True)
class Trend:
    """The points of the line ("x,y x,y"), where it ends, and the y of the target (None: none is set)."""

    points: str
    last: tuple[float, float] | None
    target: float | None
    is_reached: bool


def drawn(aim: Aim | None, outcomes: Sequence[Outcome], indicator: Indicator) -> Trend | None:
    """A line through all that is known; None where there are no two things to draw it between."""
    steps = [(one.period, one.value) for one in outcomes if one.value is not None]
    if aim and aim.baseline is not None and aim.baseline_on is not None:
        steps.insert(0, (aim.baseline_on, aim.baseline))
    target = aim.target if aim else None
    values = [value for _, value in steps] + ([target] if target is not None else [])
    if not steps or len(values) < 2:
        return None
    low, high = min(values), max(values)
    first, last = steps[0][0], max(steps[-1][0], aim.target_on if aim and aim.target_on else steps[-1][0])

    def at(day: date, value: Decimal) -> tuple[float, float]:
        along = (day - first).days / max(1, (last - first).days)
        up = float((value - low) / (high - low)) if high > low else 0.5
        return round(EDGE + along * (WIDTH - 2 * EDGE), 1), round(HEIGHT - EDGE - up * (HEIGHT - 2 * EDGE), 1)

    line = [at(max(day, first), value) for day, value in steps]
    return Trend(
        " ".join(f"{x},{y}" for x, y in line),
        line[-1],
        at(last, target)[1] if target is not None else None,
        is_reached(target, steps[-1][1], indicator),
    )


def is_reached(target: Decimal | None, value: Decimal | None, indicator: Indicator) -> bool:
    """Whether a value is where it was to come."""
    if target is None or value is None:
        return False
    return value >= target if indicator.better == "higher" else value <= target
