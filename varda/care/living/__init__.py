"""How somebody lives: habits, functional status, social situation, and the scores AUDIT-C and CFS."""

from varda.care.living import alcohol, frailty
from varda.care.living.actions import keep, keep_alcohol, keep_frailty
from varda.care.living.model import AUDIT_C, CFS, CODES, FORMS, Answer, Form, Question, answers
from varda.care.living.queries import known

__all__ = [
    "AUDIT_C",
    "CFS",
    "CODES",
    "FORMS",
    "Answer",
    "Form",
    "Question",
    "alcohol",
    "answers",
    "frailty",
    "keep",
    "keep_alcohol",
    "keep_frailty",
    "known",
]
