"""Vital signs: the measures of the bedside in the order clinicians read them, the form that keeps them, and NEWS2."""

from varda.care.vitals.actions import RIGHT, Kept, choose_scale, end_scale, keep, keep_said, may_keep, set_aside, strike
from varda.care.vitals.model import LEVELS, MEASURES, SCALE_2, Bedside, Measure, SecondScale
from varda.care.vitals.queries import (
    ORDER,
    EarlyWarning,
    Fit,
    Proposal,
    early_warning,
    fit,
    fitting,
    numbers,
    offered,
    proposals,
    second_scales,
    vital_signs,
)
from varda.care.vitals.rules import bedside, time, unsuited
from varda.care.vitals.said import Said, said, spelled

__all__ = [
    "LEVELS",
    "MEASURES",
    "ORDER",
    "RIGHT",
    "SCALE_2",
    "Bedside",
    "EarlyWarning",
    "Fit",
    "Kept",
    "Measure",
    "Proposal",
    "Said",
    "SecondScale",
    "bedside",
    "choose_scale",
    "early_warning",
    "end_scale",
    "fit",
    "fitting",
    "keep",
    "keep_said",
    "may_keep",
    "numbers",
    "offered",
    "proposals",
    "said",
    "second_scales",
    "set_aside",
    "spelled",
    "strike",
    "time",
    "unsuited",
    "vital_signs",
]
