"""Coaches: where they are lacking, who is lent to whom, who walks the floors, and the calls for one (F204, F242)."""

from varda.introduction.coaching.calls import CATEGORIES, NOBODY, Asked, Call, Calls, Week, forget, oldest, taken_within
from varda.introduction.coaching.coverage import Line, Sum, lines, summed
from varda.introduction.coaching.floorwalkers import Floorwalker, Floorwalkers
from varda.introduction.coaching.loans import Loan, Loans
from varda.introduction.coaching.register import Coach, Reach, Register
from varda.introduction.coaching.rule import RULE, Rule

__all__ = [
    "CATEGORIES",
    "NOBODY",
    "RULE",
    "Asked",
    "Call",
    "Calls",
    "Coach",
    "Floorwalker",
    "Floorwalkers",
    "Line",
    "Loan",
    "Loans",
    "Reach",
    "Register",
    "Rule",
    "Sum",
    "Week",
    "forget",
    "lines",
    "oldest",
    "summed",
    "taken_within",
]
