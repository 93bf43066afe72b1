"""What people tell of the introduction: open questions, their answers coded by people, and reports of sub-areas."""

from varda.introduction.voices.agreement import Agreement, agreement
from varda.introduction.voices.codes import CODES, GROUPS, KINDS, PROFESSIONS, ROLES, STATUSES, Code
from varda.introduction.voices.protection import FEWEST, Told, told
from varda.introduction.voices.senders import Senders
from varda.introduction.voices.statements import CODER, Compared, Statement, Statements
from varda.introduction.voices.surveys import Answer, Figures, Question, Survey, Surveys
from varda.introduction.voices.traffic import Expected, Round, Traffic, TrafficReports

__all__ = [
    "CODER",
    "CODES",
    "FEWEST",
    "GROUPS",
    "KINDS",
    "PROFESSIONS",
    "ROLES",
    "STATUSES",
    "Agreement",
    "Answer",
    "Code",
    "Compared",
    "Expected",
    "Figures",
    "Question",
    "Round",
    "Senders",
    "Statement",
    "Statements",
    "Survey",
    "Surveys",
    "Told",
    "Traffic",
    "TrafficReports",
    "agreement",
    "told",
]
