"""The nine effect goals and what each is followed by, as declared in declared/goals.toml (FUNCTIONS F222). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from varda import insight as computable
from varda.catalogue import Words
from varda.introduction.programme import declared

Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Goal:
    """One of the nine, in a group."""

    code: str
    group: str
    words: Words


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a goal is followed by. `of_people`: its value is of people, of whom fewer than five are not told of;
    `measure`: the indicator of varda.insight that it is, empty for none."""

    code: str
    goal: str
    words: Words
    unit: str
    better: Better
    of_people: bool = False
    measure: str = ""

    @property
    def is_computed(self) -> bool:
        """Whether care data tell it, so that nobody types it."""
        return self.is_metered or (bool(self.measure) and computable.INDICATORS[self.measure].measure is not None)

    @property
    def is_metered(self) -> bool:
        """Whether the units' own counter of actions and time tells it (F264)."""
        return bool(self.measure) and computable.INDICATORS[self.measure].meter

    @property
    def lacking(self) -> Words | None:
        """Why care data do not tell it yet, where that is said."""
        return computable.INDICATORS[self.measure].lacking if self.measure else None


@dataclass(frozen=True, slots=True)
class Focus:
    """A focus area of the action plan, with the goals that it serves."""

    code: str
    goals: tuple[str, ...]
    words: Words


_said = declared("goals.toml", "effects")
VISION = Words(_said["vision"]["sv"], _said["vision"]["en"])
GROUPS = {code: Words(one["sv"], one["en"]) for code, one in _said["groups"].items()}
GOALS = {code: Goal(code, one["group"], Words(one["sv"], one["en"])) for code, one in _said["goals"].items()}
FOCUS = {code: Focus(code, tuple(one["goals"]), Words(one["sv"], one["en"])) for code, one in _said["focus"].items()}


def _indicator(code: str, one: Mapping[str, Any]) -> Indicator:
    words = Words(one["sv"], one["en"])
    return Indicator(
        code, one["goal"], words, one["unit"], one["better"], one.get("people", False), one.get("measure", "")
    )


INDICATORS = {code: _indicator(code, one) for code, one in _said["indicators"].items()}
"""Every indicator by its code."""


def quarter(day: date) -> date:
    """The first day of the quarter that a day lies in: what an outcome is of."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def before(period: date) -> date:
    """The quarter before one."""
    return quarter(date(period.year, period.month - 1, 1) if period.month > 1 else date(period.year - 1, 12, 1))
