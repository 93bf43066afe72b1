"""Deviations: reported from any patient's screen, handled with owner, state and age, and what the patient was told."""

from varda.care.deviations.actions import Wanted, assess, close, reopen, report, take, tell
from varda.care.deviations.cross import COLOURS, Day, counted, day_of, month, say, shaped
from varda.care.deviations.model import POINTS, SEVERITIES, Case
from varda.care.deviations.queries import cases, one_case
from varda.record.safety_days import Said

__all__ = [
    "COLOURS",
    "POINTS",
    "SEVERITIES",
    "Case",
    "Day",
    "Said",
    "Wanted",
    "assess",
    "cases",
    "close",
    "counted",
    "day_of",
    "month",
    "one_case",
    "reopen",
    "report",
    "say",
    "shaped",
    "take",
    "tell",
]
