"""When each step will begin and end, from what was said and what waits for what. Pure (F240).

What has not begun does not begin before now, and what has not ended does not end before now, so that a late step moves
everything behind it, minute by minute, with nobody having to say so. A time that is still to come is disregarded: a
clock that jumped moves nothing once it is right again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from varda.introduction.cutover.template import Kind, Step, ordered

State = Literal["done", "running", "next", "stopped", "later"]
"""`next`: nothing is before it; `stopped`: a hold point that waits for its go."""
_SLACK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Said:
    """What has been said of a step: when it began and ended, and whether a stopping fault was found."""

    begun: datetime | None = None
    ended: datetime | None = None
    is_faulty: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """A step as planned, and as it looks now; `is_ahead`: what was said of it is of a time to come."""

    step: Step
    planned: tuple[datetime, datetime]
    opens: datetime
    closes: datetime
    state: State
    is_ahead: bool = False
    is_faulty: bool = False

    @property
    def late(self) -> timedelta:
        """How much later than planned it ends; never below nothing."""
        return max(timedelta(), self.closes - self.planned[1])

    @property
    def is_late(self) -> bool:
        """Whether it is late by a minute or more."""
        return self.late >= _SLACK

    @property
    def kind(self) -> Kind:
        """The step's kind."""
        return self.step.kind


def forecast(steps: Sequence[Step], starts: datetime, said: Mapping[str, Said], now: datetime) -> dict[str, Expected]:
    """Each step, by its code, in the order in which they wait for one another. Raises `Circular`."""
    found: dict[str, Expected] = {}
    for step in ordered(steps):
        found[step.code] = _expected(step, starts, said.get(step.code, Said()), [found[one] for one in step.after], now)
    return found


def switch_of(found: Mapping[str, Expected], wave: str) -> Expected | None:
    """The step by which a wave begins: its planned and forecast hour is the wave's."""
    return next((one for one in found.values() if (one.step.wave, one.kind) == (wave, "switch")), None)


def _expected(step: Step, starts: datetime, said: Said, before: Sequence[Expected], now: datetime) -> Expected:
    planned = starts + timedelta(minutes=step.opens), starts + timedelta(minutes=step.closes)
    lasts, is_ahead = planned[1] - planned[0], any(at > now + _SLACK for at in (said.begun, said.ended) if at)
    begun, ended = (min(at, now) if at else None for at in (said.begun, said.ended))
    state: State
    if ended:
        opens, closes, state = begun or ended, ended, "done"
    elif begun:
        opens, closes, state = begun, max(begun + lasts, now), "running"
    else:
        opens = max([planned[0], now, *(one.closes for one in before)])
        closes = opens + lasts
        is_first = all(one.state == "done" for one in before)
        state = "later" if not is_first else "stopped" if step.kind in ("hold", "go") else "next"
    return Expected(step, planned, opens, closes, state, is_ahead, said.is_faulty)
