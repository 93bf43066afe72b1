"""What the introduction is for: nine goals, how far each organisation has come, and the action plan."""

from varda.introduction.effects.computed import computed
from varda.introduction.effects.fan import Fan, Milestone
from varda.introduction.effects.goals import FOCUS, GOALS, GROUPS, INDICATORS, VISION, Goal, Indicator, before, quarter
from varda.introduction.effects.outcomes import Aim, Figure, Outcome, Outcomes, Wanted

__all__ = [
    "FOCUS",
    "GOALS",
    "GROUPS",
    "INDICATORS",
    "VISION",
    "Aim",
    "Fan",
    "Figure",
    "Goal",
    "Indicator",
    "Milestone",
    "Outcome",
    "Outcomes",
    "Wanted",
    "before",
    "computed",
    "quarter",
]
