"""Diagnoses and problems: found by Swedish words or code, set, changed, ended, reopened, struck."""

from varda.care.problems.actions import Kept, change, end, favour, reopen, set_diagnosis, strike
from varda.care.problems.model import CERTAINTIES, ICD, RANKS, SIDES, Problem, problem, problems, struck
from varda.care.problems.queries import Found, Offered, find, held, history, is_favourite, versions
from varda.care.problems.rules import first, met

__all__ = [
    "CERTAINTIES",
    "ICD",
    "RANKS",
    "SIDES",
    "Found",
    "Kept",
    "Offered",
    "Problem",
    "change",
    "end",
    "favour",
    "find",
    "first",
    "held",
    "history",
    "is_favourite",
    "met",
    "problem",
    "problems",
    "reopen",
    "set_diagnosis",
    "strike",
    "struck",
    "versions",
]
