"""Deviations: reported from any patient's screen, handled with owner, state and age, and what the patient was told."""

from varda.care.deviations.actions import Wanted, assess, close, reopen, report, take, tell
from varda.care.deviations.model import POINTS, SEVERITIES, Case
from varda.care.deviations.queries import cases, one_case

__all__ = [
    "POINTS",
    "SEVERITIES",
    "Case",
    "Wanted",
    "assess",
    "cases",
    "close",
    "one_case",
    "reopen",
    "report",
    "take",
    "tell",
]
