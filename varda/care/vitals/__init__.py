"""Vital signs: the measures of the bedside in the order clinicians read them, the form that keeps them, and NEWS2."""

from varda.care.vitals.actions import Kept, keep, keep_said, may_keep, strike
from varda.care.vitals.model import LEVELS, MEASURES, NEWS2, Bedside, Measure
from varda.care.vitals.queries import ORDER, EarlyWarning, early_warning, judged, vital_signs
from varda.care.vitals.rules import Score, alone, bedside, lacking, news2, unsuited
from varda.care.vitals.said import Said, said, spelled

__all__ = [
    "LEVELS",
    "MEASURES",
    "NEWS2",
    "ORDER",
    "Bedside",
    "EarlyWarning",
    "Kept",
    "Measure",
    "Said",
    "Score",
    "alone",
    "bedside",
    "early_warning",
    "judged",
    "keep",
    "keep_said",
    "lacking",
    "may_keep",
    "news2",
    "said",
    "spelled",
    "strike",
    "unsuited",
    "vital_signs",
]
