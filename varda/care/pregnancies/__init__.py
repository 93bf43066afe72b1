"""Pregnancies: whether somebody is pregnant, how far, by what estimate, and how it ended."""

from varda.care.pregnancies.actions import end, estimate, measure
from varda.care.pregnancies.model import AFTER, ENDED, LOCAL, MEASURES, METHODS, OUTCOMES, Pregnancy, latest
from varda.care.pregnancies.queries import going_on
from varda.care.pregnancies.rules import DIAGNOSES, LENGTH, TERM, Gestation, due_after, gestation, is_pregnant

__all__ = [
    "AFTER",
    "DIAGNOSES",
    "ENDED",
    "LENGTH",
    "LOCAL",
    "MEASURES",
    "METHODS",
    "OUTCOMES",
    "TERM",
    "Gestation",
    "Pregnancy",
    "due_after",
    "end",
    "estimate",
    "gestation",
    "going_on",
    "is_pregnant",
    "latest",
    "measure",
]
